"""Layers are written here as compiled files of public models have them, field by field where it matters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anedb.catalog import layers
from anedb.coreml import espresso, espresso_layers
from anedb.domain.layer import Layer
from anedb.domain.model import Network, Op
from anedb.errors import BadFileError

PADS = {"pad_t": 0, "pad_b": 0, "pad_l": 0, "pad_r": 0, "pad_value": 0, "pad_fill_mode": 0}
CONV = {
    "type": "convolution",
    "C": 128,
    "K": 64,
    "Nx": 5,
    "Ny": 3,
    "n_groups": 1,
    "has_biases": 1,
    "blob_weights": 3,
    "blob_biases": 1,
    "pad_mode": 1,
    "fused_relu": 0,
    "n_parallel": 1,
    **PADS,
}
POOL = {"type": "pool", "size_x": 9, "size_y": 7, "stride_x": 3, "stride_y": 2, "avg_or_max": 1, "pad_mode": 2,
        "top_shape_style": 0, "average_count_exclude_padding": 1, **PADS}  # fmt: skip
SHAPE = {"n": 1, "k": 64, "h": 32, "w": 16, "_rank": 4}


def write(folder: Path, found: Any, shapes: Any = None) -> Path:
    net = {"storage": "model.espresso.weights", "format_version": 200, "analyses": {}, "layers": found}
    (folder / espresso.NET).write_text(json.dumps(net))
    if shapes is not None:
        (folder / espresso.SHAPES).write_text(json.dumps({"layer_shapes": shapes}))
    return folder


def read(*found: dict[str, Any], shapes: Any = None, folder: Path) -> tuple[Network, tuple[str, ...]]:
    return espresso.read(write(folder, list(found), {"x": SHAPE, "y": SHAPE} if shapes is None else shapes))


@pytest.fixture
def one(tmp_path: Path) -> Any:
    "Reads one layer, of `x` to `y` unless it says so."

    def reads(shapes: Any = None, **layer: Any) -> Op:
        plain = {"name": "it", "bottom": "x", "top": "y", "weights": {}, **layer}
        return read(plain, shapes=shapes, folder=tmp_path)[0].ops[0]

    return reads


def told(op: Op) -> tuple[str, dict[str, Any]]:
    assert op.problem == ""
    return op.layer.type, op.layer.params


def test_a_convolution_is_told_by_its_channels_kernel_and_padding(one):
    op = one(**CONV)
    assert op.layer.params == {
        "outputChannels": 128,
        "kernelChannels": 64,
        "nGroups": 1,
        "kernelSize": (3, 5),
        "stride": (1, 1),
        "dilationFactor": (1, 1),
        "paddingType": "same",
        "asymmetryMode": "BOTTOM_RIGHT_HEAVY",
        "hasBias": True,
    }
    assert [(each.name, each.dtype, each.shape, each.const) for each in op.layer.inputs] == [
        ("x", "unknown", (1, 64, 32, 16), False),
        ("weights", "fp32", (128, 64, 3, 5), True),
        ("bias", "fp32", (128,), True),
    ]
    assert op.fingerprint.startswith("v1:") and (op.name, op.type) == ("it", "convolution")


def test_a_depthwise_convolution_with_given_padding(one):
    op = one(**{**CONV, "K": 16, "C": 16, "n_groups": 16, "stride_x": 2, "stride_y": 3, "pad_mode": 0, "pad_t": 1,
                "pad_b": 2, "pad_l": 3, "pad_r": 4, "has_biases": 0})  # fmt: skip
    params = op.layer.params
    assert (params["kernelChannels"], params["nGroups"], params["stride"]) == (1, 16, (3, 2))
    assert (params["paddingType"], params["paddingAmounts"]) == ("valid", (1, 2, 3, 4))
    assert [each.name for each in op.layer.inputs] == ["x", "weights"]


def test_weights_that_are_quantized_have_a_shape_and_no_type(one):
    layer = {key: value for key, value in CONV.items() if key != "blob_weights"}
    op = one(**layer, quantization_lut_weights_blob=7, quantization_ranges_blob=9)
    assert [each.dtype for each in op.layer.inputs] == ["unknown", "unknown", "unknown"]


@pytest.mark.parametrize(
    ("layer", "meant"),
    [
        ({"type": "activation", "mode": 0}, ("activation.relu", {})),
        ({"type": "activation", "mode": 6, "alpha": -1, "beta": 0}, ("activation.linear", {"alpha": "-1"})),
        ({"type": "activation", "mode": 2, "alpha": 0.1}, ("activation.leakyReLU", {"alpha": "0.1"})),
        ({"type": "activation", "mode": 21}, ("gelu", {"mode": "TANH_APPROXIMATION"})),
        ({"type": "elementwise", "operation": 2, "alpha": 3}, ("add", {"alpha": "3"})),
        ({"type": "elementwise", "operation": 3, "alpha": 0.1666666716}, ("multiply", {"alpha": "0.167"})),
        ({"type": "elementwise", "operation": 119, "alpha": 0, "beta": 6}, ("clip", {"minVal": "0", "maxVal": "6"})),
        ({"type": "elementwise", "operation": 0, "bottom": "x,y", "top": "z"}, ("add", {})),
        (
            {"type": "elementwise", "operation": 1, "bottom": "x,y", "top": "z", "nd_mode": True},
            ("multiplyBroadcastable", {}),
        ),
        ({"type": "softmax_nd", "nd_axis": -1}, ("softmaxND", {"axis": 3})),
        ({"type": "inner_product", "nB": 64, "nC": 8, "has_biases": 0}, ("innerProduct", {})),
        ({"type": "inner_product", "nB": 5, "nC": 2, "is_lookup": 1, "nd_mode": True}, ("embeddingND", {})),
        (
            {"type": "transpose", "axis_w": 1, "axis_h": 2, "axis_k": 0, "axis_n": 3, "axis_seq": 4},
            ("transpose", {"axes": (0, 3, 1, 2)}),
        ),
        (
            {"type": "reshape", "mode": 0, "version": 1, "dynamic_shape": False, "dst_nd_rank": 2, "dst_seq": 1,
             "dst_n": 1, "dst_k": 1, "dst_h": -1, "dst_w": 32},
            ("reshapeStatic", {"targetShape": (-1, 32)}),
        ),
        ({"type": "expand_dims", "size_of_axes": 2, "axes_0": 3, "axes_1": 4}, ("expandDims", {"axes": (3, 4)})),
        ({"type": "split_nd", "nd_axis": 1, "begin_0": 0, "top": "y,y"}, ("splitND", {"axis": 1, "numSplits": 2})),
        (
            {"type": "upsample", "mode": 1, "scaling_factor_x": 2, "scaling_factor_y": 4, "align_corners": 0},
            ("upsample", {"scalingFactor": (4, 2), "mode": "BILINEAR", "linearUpsampleMode": "ALIGN_CORNERS_FALSE"}),
        ),
        (
            {**POOL, "pad_mode": 0, "top_shape_style": 2},
            ("pooling", {"kernelSize": (7, 9), "stride": (2, 3), "paddingType": "includeLastPixel", "type": "MAX"}),
        ),
        ({**POOL, "avg_or_max": 0, "is_global": 1}, ("pooling", {"globalPooling": True, "type": "AVERAGE"})),
        (
            {"type": "batchnorm", "C": 16, "training": 1, "training_instancenorm": 1, "training_eps": 1e-6},
            ("batchnorm", {"channels": 16, "instanceNormalization": True, "epsilon": "1e-06"}),
        ),
    ],
)  # fmt: skip
def test_a_layer_is_the_catalogues(one, layer, meant):
    name, params = told(one(**layer))
    assert name == meant[0] and params.items() >= meant[1].items()


def test_a_batchnorm_of_known_statistics_leaves_epsilon_open(one):
    op = one(type="batchnorm", C=16, blob_batchnorm_params=3)
    assert op.open == ("epsilon",) and op.fingerprint == "" and "epsilon" not in op.layer.params


def test_a_recurrent_layer_leaves_its_activations_open(one):
    lstm = {"type": "rnn_arch", "arch": 1, "input_size": 192, "hidden_size": 128, "encoder_output_sequence": 1}
    op = one(**lstm, weights={"W_t_x": 69, "W_t_x_reverse": 71})
    assert op.layer.type == "biDirectionalLSTM" and op.layer.params["outputVectorSize"] == 128
    assert "activationsForwardLSTM" in op.open and op.fingerprint == ""


@pytest.mark.parametrize(
    "layer",
    [
        {"type": "nobody_knows"},
        {"type": None},
        {"type": ["pool"]},
        {"type": "activation", "mode": 77},
        {"type": "activation"},
        {"type": "elementwise", "operation": 0},
        {"type": "elementwise", "operation": 5000, "bottom": "x,y"},
        {"type": "softmax", "bottom": "x,y"},
        {**CONV, "C": "many"},
        {**CONV, "pad_mode": 9},
        {**POOL, "top_shape_style": 7},
        {"type": "transpose", "axis_n": 0, "axis_k": 0, "axis_h": 0, "axis_w": 0},
    ],
)
def test_what_is_not_known_is_a_problem_and_not_a_guess(one, layer):
    op = one(**layer)
    assert op.problem and op.fingerprint == "" and op.layer.params == {}


def test_constants_are_operands_and_no_layers(tmp_path):
    network, _ = read(
        {"type": "load_constant", "name": "c", "bottom": "", "top": "c", "constant_blob": 1},
        {"type": "elementwise", "operation": 0, "nd_mode": True, "name": "a", "bottom": "x,c", "top": "y"},
        folder=tmp_path,
    )
    (op,) = network.ops
    assert op.place == "main/0" and op.inputs == ("x",)
    assert [(each.name, each.const) for each in op.layer.inputs] == [("x", False), ("y", True)]


def test_what_goes_in_and_out_of_the_network_is_told(tmp_path):
    network, notes = read(
        {**CONV, "name": "a", "bottom": "x", "top": "m", "fused_relu": 1},
        {**POOL, "name": "b", "bottom": "m", "top": "y", "attributes": {"is_output": 1}},
        folder=tmp_path,
    )
    assert [(each.name, each.shape) for each in network.inputs] == [("x", (1, 64, 32, 16))]
    assert network.outputs == ("y",) and network.ops[0].outputs[0].shape is None
    assert notes == (
        "the compiler has fused a ReLU into 1 of the layers: what is fused is not listed as a layer of its own",
    )


def test_a_rank_tells_which_axes_there_are(one):
    shapes = {"x": {**SHAPE, "_rank": 2}, "y": {"n": 1, "k": 3, "h": -1, "w": 5}, "z": {"k": "many"}}
    op = one(shapes, type="elementwise", operation=101, bottom="x,y,z", top="q")
    assert [each.shape for each in op.layer.inputs] == [(32, 16), (1, 3, "?", 5), None]


@pytest.mark.parametrize("shapes", [7, {"layer_shapes": []}])
def test_without_shapes_layers_are_read_with_a_note(tmp_path, shapes):
    folder = write(tmp_path, [{"type": "softmax", "bottom": "x", "top": "y"}])
    (folder / espresso.SHAPES).write_text(json.dumps(shapes))
    network, notes = espresso.read(folder)
    assert network.ops[0].layer.inputs[0].shape is None and "shapes are not known" in notes[0]


def test_a_name_that_no_terminal_can_print_is_mended(tmp_path):
    layer = {"type": "softmax", "name": "a\ud800b 😀", "bottom": "x", "top": "y"}
    assert read(layer, folder=tmp_path)[0].ops[0].name == "a?b 😀"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"pbze\0\0\0\0", "compressed"),
        (b"\xff\xfe\0\1", "binary, encrypted or damaged"),
        (b'{"layers": [', "is not JSON"),
        (b"[" * 200_000, "nested too deep"),
        (b"[]", "no object"),
        (b'{"layers": 3}', "no list of layers"),
        (b'{"layers": [3]}', "no list of layers"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_it_is(tmp_path, data, said):
    (tmp_path / espresso.NET).write_bytes(data)
    with pytest.raises(BadFileError, match=said) as caught:
        espresso.read(tmp_path)
    assert caught.value.tip


def test_every_layer_that_is_named_is_in_the_catalogue():
    named = [name for name, _ in espresso_layers.ACTIVATIONS.values()]
    named += [name for pair in espresso_layers.TWO.values() for name in pair if name]
    named += [name for name, _ in espresso_layers.ONE.values()]
    assert [name for name in named if layers.lookup("neuralnetwork", name) is None] == []


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from([*CONV, *POOL, "mode", "operation", "nd_axis", "bottom", "top", "name", "attributes", "weights",
                        "axis", "size_of_axes", "axes_0", "dst_nd_rank", "dst_w", "nB", "nC", "arch"])  # fmt: skip


@given(kind=st.sampled_from(sorted(espresso_layers._READERS)), fields=st.dictionaries(KEYS, JUNK), shape=JUNK)
@settings(max_examples=200, deadline=None)
def test_a_layer_of_junk_is_a_problem_at_most(kind, fields, shape):
    reading = espresso._Reading({"x": espresso._shape(shape)})
    reading.add({"bottom": "x", "top": "y", **fields, "type": kind})
    for op in reading.network().ops:
        assert isinstance(op.layer, Layer) and isinstance(op.name, str)
