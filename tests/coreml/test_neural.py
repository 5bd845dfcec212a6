"""Layers of NeuralNetwork models, read by the rules the catalogue was made by."""

import pytest

from anedb.coreml.neural import read_layer
from anedb.coreml.neural_types import layer_fields
from anedb.coreml.protobuf import load


@pytest.fixture
def layer():
    return load("NeuralNetwork_pb2").NeuralNetworkLayer()


def convolution(layer):
    layer.input.append("a")
    layer.inputTensor.add(rank=4, dimValue=[1, 4, 9, -1])
    body = layer.convolution
    body.outputChannels, body.kernelChannels = 8, 4
    body.kernelSize.extend([3, 5])
    edges = body.valid.paddingAmounts.borderAmounts
    edges.add(startEdgeSize=1, endEdgeSize=2)
    edges.add(startEdgeSize=3, endEdgeSize=4)
    body.weights.float16Value = bytes(2 * 8 * 4 * 3 * 5)
    return body


def test_a_convolution_is_read(layer):
    convolution(layer)
    found, left = read_layer(layer)
    assert left == () and found.type == "convolution"
    assert found.params["paddingAmounts"] == (1, 2, 3, 4) and found.params["stride"] == (1, 1)
    assert [(i.name, i.dtype, i.shape, i.const) for i in found.inputs] == [
        ("x", "unknown", (1, 4, 9, "?"), False),
        ("weights", "fp16", (8, 4, 3, 5), True),
    ]


def test_a_deconvolution_is_another_layer(layer):
    body = convolution(layer)
    body.isDeconvolution, body.nGroups = True, 2
    body.weights.float16Value = bytes(2 * 4 * 4 * 3 * 5)
    found, _ = read_layer(layer)
    assert found.type == "deconvolution" and found.inputs[1].shape == (4, 4, 3, 5)


def test_weights_of_another_size_are_only_counted(layer):
    convolution(layer).weights.float16Value = bytes(20)
    assert read_layer(layer)[0].inputs[1].shape == (10,)


def test_quantized_weights_have_the_type_they_are_stored_in(layer):
    body = convolution(layer)
    body.weights.ClearField("float16Value")
    body.weights.rawValue, body.weights.quantization.numberOfBits = bytes(8 * 4 * 3 * 5 // 2), 4
    assert (read_layer(layer)[0].inputs[1].dtype, read_layer(layer)[0].inputs[1].shape) == ("uint4", (8, 4, 3, 5))


@pytest.mark.parametrize(("member", "name"), [("ReLU", "activation.relu"), ("leakyReLU", "activation.leakyReLU")])
def test_activations_are_told_apart(layer, member, name):
    layer.input.append("a")
    getattr(layer.activation, member).SetInParent()
    assert read_layer(layer)[0].type == name


def test_unary_functions_are_told_apart_and_keep_their_own_parameters(layer):
    layer.input.append("a")
    layer.unary.type = 3
    layer.unary.alpha = 2
    found, _ = read_layer(layer)
    assert found.type == "unary.power" and found.params == {"alpha": "2", "scale": "1", "shift": "0"}


def test_both_lstms_of_a_bidirectional_one_are_read(layer):
    layer.input.append("a")
    body = layer.biDirectionalLSTM
    body.inputVectorSize, body.outputVectorSize = 2, 3
    for _ in range(2):
        body.weightParams.add().inputGateWeightMatrix.floatValue.extend([0] * 6)
        body.activationsForwardLSTM.add().sigmoid.SetInParent()
    found, _ = read_layer(layer)
    names = [(item.name, item.shape) for item in found.inputs[1:]]
    assert names == [("forward.inputGateWeightMatrix", (3, 2)), ("backward.inputGateWeightMatrix", (3, 2))]
    assert found.params["activationsForwardLSTM"] == ("sigmoid", "sigmoid")


def test_an_input_takes_the_place_of_a_parameter(layer):
    layer.input.extend(["a", "b"])
    layer.topK.K = 5
    found, left = read_layer(layer)
    assert "K" not in found.params and [item.name for item in found.inputs] == ["x", "K"] and left == ()


def test_every_layer_of_the_protobuf_can_be_read(layer):
    for field in layer_fields():
        getattr(layer, field.name).SetInParent()
        if field.name == "activation":
            layer.activation.tanh.SetInParent()
        found, _ = read_layer(layer)
        assert found.type.startswith(field.name)
