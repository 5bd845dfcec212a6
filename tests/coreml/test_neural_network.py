"NeuralNetwork models as networks of operations."

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anedb.coreml import neural_network
from anedb.coreml.neural import read_layer
from anedb.coreml.protobuf import load
from anedb.fingerprint import fingerprint

REAL = os.environ.get("ANEDB_REAL_MODELS", "")
IMAGE = (3, 8, 8)


def model(kind="neuralNetwork", shape=IMAGE, exact=False):
    found = load("Model_pb2").Model(specificationVersion=4 if exact else 1)
    feature = found.description.input.add(name="x")
    feature.type.multiArrayType.shape.extend(shape)
    found.description.output.add(name="out")
    network = getattr(found, kind)
    network.arrayInputShapeMapping = network.imageInputShapeMapping = int(exact)
    return found


def add(network, field, inputs=("x",), outputs=("out",), name="a layer", **params):
    layer = network.layers.add(name=name, input=inputs, output=outputs)
    body = getattr(layer, field)
    body.SetInParent()
    for key, value in params.items():
        if isinstance(value, (list, tuple)):
            getattr(body, key).extend(value)
        else:
            setattr(body, key, value)
    return layer


def relu(network, take="x", give="out"):
    layer = network.layers.add(input=[take], output=[give])
    layer.activation.ReLU.SetInParent()
    return layer


def only(found):
    (network,) = neural_network.networks(found)
    return network


def shapes(network):
    return [[tensor.shape for tensor in op.outputs] for op in network.ops]


def conv(network, take="x", give="out", **more):
    layer = add(network, "convolution", [take], [give], outputChannels=4, kernelChannels=3, **more)
    layer.convolution.valid.SetInParent()
    layer.convolution.weights.floatValue.extend([0] * 4 * 3 * 9)
    return layer


@pytest.mark.parametrize("kind", neural_network.KINDS)
def test_a_network_has_its_layers_in_order(kind):
    found = model(kind)
    conv(getattr(found, kind), give="a").name = "first"
    relu(getattr(found, kind), "a", "out").name = "second"
    network = only(found)
    assert (network.name, network.format, network.note) == ("main", "neuralnetwork", "")
    assert [(op.place, op.name, op.type, op.opset, op.inputs) for op in network.ops] == [
        ("main/0", "first", "convolution", "", ("x",)),
        ("main/1", "second", "activation.relu", "", ("a",)),
    ]
    assert network.outputs == ("out",)


def test_a_layer_has_the_shape_that_was_inferred_and_its_fingerprint():
    found = model()
    conv(found.neuralNetwork)
    (op,) = only(found).ops
    assert [(each.name, each.dtype, each.shape) for each in op.layer.inputs] == [
        ("x", "unknown", (1, 3, 8, 8)),
        ("weights", "fp32", (4, 3, 3, 3)),
    ]
    assert op.outputs == (("out", "unknown", (1, 4, 6, 6)),)
    assert op.fingerprint == fingerprint(op.layer.hashed()) and not op.open and not op.problem


def test_a_layer_of_a_legacy_network_is_that_of_a_newer_one():
    old, new = model(), model(shape=(1, *IMAGE), exact=True)
    conv(old.neuralNetwork), conv(new.neuralNetwork)
    assert only(old).ops == only(new).ops and only(old).inputs[0].shape == (1, 3, 8, 8)


def test_equal_layers_share_one_object():
    found = model()
    for take, give in (("x", "a"), ("a", "b")):
        relu(found.neuralNetwork, take, give)
    first, second = only(found).ops
    assert first.layer is second.layer and first.fingerprint == second.fingerprint


def test_a_name_in_a_pipeline_comes_before_the_places():
    found = model()
    relu(found.neuralNetwork)
    (network,) = neural_network.networks(found, "2")
    assert network.name == "2" and network.ops[0].place == "2/0"


def test_a_pipeline_is_read_part_by_part():
    part, found = model(), load("Model_pb2").Model()
    relu(part.neuralNetwork)
    found.pipeline.models.append(part)
    found.pipeline.models.add().glmRegressor.SetInParent()
    first, second = neural_network.networks(found)
    assert (first.name, second.name, second.ops) == ("0", "1", ()) and "without layers" in second.note
    assert neural_network.notes(found) == ()


def test_what_the_file_says_of_a_shape_counts_and_what_it_leaves_open_is_inferred():
    found = model(shape=(5, 6), exact=True)
    layer = relu(found.neuralNetwork)
    layer.inputTensor.add(rank=2, dimValue=[7, -1])
    layer.outputTensor.add(rank=2, dimValue=[-1, -1])
    (op,) = only(found).ops
    assert op.layer.inputs[0].shape == (7, 6) and op.outputs[0].shape == (7, 6)


def test_a_shape_of_another_rank_is_the_files_and_a_rank_alone_says_nothing():
    found = model(shape=(5, 6), exact=True)
    relu(found.neuralNetwork, give="a").inputTensor.add(rank=3, dimValue=[1, 2, 3])
    relu(found.neuralNetwork).inputTensor.add(rank=2)
    first, second = only(found).ops
    assert first.layer.inputs[0].shape == (1, 2, 3) and second.layer.inputs[0].shape == (5, 6)


def test_what_the_builder_tells_wrong_is_not_believed():
    "It gives a reshape's target as the shape of its input and of its output."
    found = model(shape=(20, 10), exact=True)
    layer = add(found.neuralNetwork, "rankPreservingReshape", targetShape=[5, -1])
    layer.inputTensor.add(rank=2, dimValue=[5, -1])
    layer.outputTensor.add(rank=2, dimValue=[5, -1])
    (op,) = only(found).ops
    assert op.layer.inputs[0].shape == (20, 10) and op.outputs[0].shape == (5, 40)
    assert read_layer(layer)[0].inputs[0].shape is None


def test_a_constant_is_an_operand_and_no_operation():
    found = model()
    layer = add(found.neuralNetwork, "loadConstant", (), ("c",), shape=[3, 1, 1])
    layer.loadConstant.data.float16Value = bytes(6)
    add(found.neuralNetwork, "multiply", ("x", "c"))
    (op,) = only(found).ops
    assert (op.place, op.type, op.inputs) == ("main/0", "multiply", ("x",))
    second = op.layer.inputs[1]
    assert (second.name, second.dtype, second.shape, second.const) == ("values.1", "fp16", (1, 3, 1, 1), True)


def test_a_branch_is_followed_by_its_networks():
    found = model(exact=True)
    network = found.neuralNetwork
    branch = add(network, "branch", ("x",), ()).branch
    relu(branch.ifBranch, "x", "a")
    relu(branch.ifBranch, "a", "y")
    add(branch.elseBranch, "flattenTo2D", ("x",), ("y",), axis=0)
    relu(network, "y")
    told = only(found)
    assert [op.place for op in told.ops] == ["main/0", "main/0/0/0", "main/0/0/1", "main/0/1/0", "main/1"]
    assert shapes(told) == [[], [IMAGE], [IMAGE], [(1, 192)], [None]]


def test_a_loop_that_grows_a_value_leaves_its_extent_open():
    found = model(shape=(1, 4), exact=True)
    network = found.neuralNetwork
    loop = add(network, "loop", (), (), maxLoopIterations=3).loop
    add(loop.conditionNetwork, "reduceSum", ("x",), ("go",), reduceAll=True)
    add(loop.bodyNetwork, "concatND", ("x", "x"), ("longer",), axis=0)
    add(loop.bodyNetwork, "copy", ("longer",), ("x",))
    relu(network)
    told = only(found)
    assert [op.place for op in told.ops] == ["main/0", "main/0/0/0", "main/0/1/0", "main/0/1/1", "main/1"]
    assert shapes(told)[2:] == [[("?", 4)], [("?", 4)], [("?", 4)]]


def test_a_loop_that_keeps_a_shape_keeps_it_known():
    found = model(shape=(1, 4), exact=True)
    body = add(found.neuralNetwork, "loop", (), (), maxLoopIterations=3).loop.bodyNetwork
    relu(body, "x", "a")
    add(body, "copy", ("a",), ("x",))
    relu(found.neuralNetwork)
    assert shapes(only(found))[-1] == [(1, 4)]


def test_in_a_loop_within_a_loop_what_is_given_again_is_unknown():
    found = model(shape=(1, 4), exact=True)
    outer = add(found.neuralNetwork, "loop", (), (), maxLoopIterations=3).loop.bodyNetwork
    inner = add(outer, "loop", (), (), maxLoopIterations=3).loop.bodyNetwork
    add(inner, "concatND", ("x", "x"), ("longer",), axis=0)
    add(inner, "copy", ("longer",), ("x",))
    relu(found.neuralNetwork)
    assert shapes(only(found))[2:] == [[None], [None], [None]]


def test_in_a_loop_within_a_loop_a_value_of_the_outer_ones_body_is_unknown_too():
    found = model(exact=True)
    outer = add(found.neuralNetwork, "loop", (), (), maxLoopIterations=3).loop.bodyNetwork
    add(outer, "fillStatic", (), ("v",), targetShape=[1, 4])
    inner = add(outer, "loop", (), (), maxLoopIterations=3).loop.bodyNetwork
    add(inner, "concatND", ("v", "v"), ("longer",), axis=0)
    add(inner, "copy", ("longer",), ("v",))
    assert shapes(only(found))[3:] == [[None], [None]]


def test_a_shape_that_wanders_through_a_loop_round_by_round_is_not_taken_for_settled():
    found = model(shape=(1,), exact=True)
    network = found.neuralNetwork
    for number in range(5):
        add(network, "fillStatic", (), (f"v{number}",), targetShape=[2 if number == 4 else 1])
    body = add(network, "loop", (), (), maxLoopIterations=9).loop.bodyNetwork
    relu(body, "v0", "out")
    for number in range(4):
        add(body, "copy", (f"v{number + 1}",), (f"v{number}",))
    seen = next(op for op in only(found).ops if op.type == "activation.relu")
    assert seen.outputs[0].shape in (None, ("?",))


def test_loops_nested_as_deep_as_a_file_can_take_no_longer():
    found = model(shape=(1, 4), exact=True)
    network = found.neuralNetwork
    for depth in range(25):
        add(network, "copy", ("x",), (f"y{depth}",))
        network = add(network, "loop", (), (), maxLoopIterations=3).loop.bodyNetwork
    add(network, "copy", ("y1",), ("x",))
    assert len(only(found).ops) == 51


def test_a_layer_of_a_newer_specification_is_a_problem_and_its_outputs_are_unknown():
    found = model()
    found.neuralNetwork.layers.add(input=["x"], output=["a"]).MergeFromString(bytes([0xA2, 0x7F, 0]))  # field 2036
    relu(found.neuralNetwork, "a")
    first, second = only(found).ops
    assert (first.type, first.fingerprint, first.outputs[0].shape) == ("field 2036", "", None)
    assert "newer" in first.problem and first.layer.inputs[0].shape == (1, 3, 8, 8)
    assert second.problem == "" and second.layer.inputs[0].shape is None


def test_broken_layers_are_problems():
    found = model()
    network = found.neuralNetwork
    network.layers.add(input=["x"], output=["a"])
    network.layers.add(input=["x"], output=["b"]).activation.SetInParent()
    add(network, "unary", outputs=("c",), type=99)
    add(network, "softmax", ("x", "x", "x"), ("d",))
    add(network, "innerProduct", outputs=("e",), outputChannels=2**63)
    found = only(found)
    assert all(op.problem and not op.fingerprint for op in found.ops) and len(found.ops) == 5
    assert shapes(found) == [[None]] * 5


def test_what_is_left_open_has_no_fingerprint():
    found = model()
    add(found.neuralNetwork, "innerProduct", inputChannels=192, outputChannels=5)
    (op,) = only(found).ops
    assert op.open == ("weights",) and op.fingerprint == "" and op.outputs[0].shape == (1, 5, 1, 1)


def test_a_classifier_gives_its_probabilities():
    found = model("neuralNetworkClassifier")
    network = found.neuralNetworkClassifier
    relu(network, give="scores")
    assert only(found).outputs == ("scores",)
    relu(network, give="other")
    network.labelProbabilityLayerName = "scores"
    assert only(found).outputs == ("scores",)


def test_training_is_noted_and_is_no_layer():
    found = model()
    found.isUpdatable = True
    conv(found.neuralNetwork)
    found.neuralNetwork.layers[0].isUpdatable = True
    found.neuralNetwork.updateParams.lossLayers.add().meanSquaredErrorLossLayer.input = "out"
    assert [op.type for op in only(found).ops] == ["convolution"]
    (note,) = neural_network.notes(found)
    assert note.startswith("updatable: one of its layers")


def test_a_model_that_says_it_is_updatable_is_noted():
    found = model()
    relu(found.neuralNetwork)
    assert neural_network.notes(found) == ()
    found.isUpdatable = True
    assert "0 of its layers" in neural_network.notes(found)[0]


def test_custom_layers_are_noted_by_their_classes_once():
    found = model(exact=True)
    for name in ("Swish", "Swish", ""):
        add(found.neuralNetwork, "custom", className=name)
    add(add(found.neuralNetwork, "branch", ("x",), ()).branch.ifBranch, "custom", className="L" * 500)
    (note,) = neural_network.notes(found)
    assert note == f"custom layers, which are the app's own code: without a name, {'L' * 100}, Swish"
    assert [op.outputs[0].shape for op in only(found).ops if op.outputs] == [None] * 4


def sample():
    found = model(exact=True)
    network = found.neuralNetwork
    conv(network, give="a")
    add(network, "reshapeStatic", ("a",), ("b",), targetShape=[1, -1])
    branch = add(network, "branch", ("x",), ()).branch
    relu(branch.ifBranch, "b", "c")
    relu(add(network, "loop", (), (), maxLoopIterations=3).loop.bodyNetwork, "c", "b")
    layer = add(network, "uniDirectionalLSTM", ("b",), ("out",), inputVectorSize=4, outputVectorSize=2)
    layer.uniDirectionalLSTM.params.sequenceOutput = True
    return found.SerializeToString()


SAMPLE = sample()


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_damaged_file_makes_it_raise(changes):
    from google.protobuf.message import DecodeError

    data = bytearray(SAMPLE)
    for place, byte in changes:
        data[place] = byte
    try:
        found = load("Model_pb2").Model.FromString(bytes(data))
    except DecodeError:
        return
    if found.WhichOneof("Type") in neural_network.KINDS:
        neural_network.networks(found)
        neural_network.notes(found)


OUTPUTS = {
    "DeepLabV3Int8LUT": (216, (1, 1, 513, 513)),
    "PoseEstimation_cpm": (757, (1, 14, 96, 96)),
    "TinyDrawingEmbedding": (12, (1, 128, 1, 1)),
    "vg_my_network": (15, (1, 10, 1, 1)),
    "vg_my_network_image": (15, (1, 10)),
    "vg_my_network_image_ct4": (18, (1, 10)),
}
"Layers, and what the last gives: in agreement with the model's description wherever that states a shape."


@pytest.mark.skipif(not REAL, reason="ANEDB_REAL_MODELS names no folder of models")
@pytest.mark.parametrize("name", OUTPUTS)
def test_every_layer_of_a_real_model_has_a_shape(name):
    found = load("Model_pb2").Model.FromString(Path(REAL, "nn", f"{name}.mlmodel").read_bytes())
    network = only(found)
    told = [operand.shape for op in network.ops for operand in op.layer.inputs]
    given = [tensor.shape for op in network.ops for tensor in op.outputs]
    assert all(shape is not None and all(isinstance(dim, int) for dim in shape) for shape in told + given)
    assert not any(op.problem or op.open for op in network.ops)
    assert (len(network.ops), given[-1]) == OUTPUTS[name]
