"""Derived features: both formats, and only what can be told."""

import time
from pathlib import Path

import pytest

from anedb.domain.layer import Layer, Operand
from anedb.evidence.features import DERIVED, FEATURES, features
from tests.builders import conv, max_pool, operand

DOCS = Path(__file__).parents[2] / "docs" / "answers.md"


def mil(type: str, *inputs: Operand, **params: object) -> Layer:
    return Layer(format="mlprogram", type=type, params=params, inputs=inputs)


def nn(type: str, *inputs: Operand, **params: object) -> Layer:
    return Layer(format="neuralnetwork", type=type, params=params, inputs=inputs)


X = operand("x", "fp16", 1, 64, 32, 48)
OLD = operand("x", "fp32", 64, 32, 48)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (conv((3, 5)), {"kernel_height": 3, "kernel_width": 5, "in_channels": 64, "out_channels": 64, "rank": 4}),
        (conv((5,), x=(1, 64, 1024)), {"kernel_width": 5, "width": 1024, "channels": 64, "kernel_height": None}),
        (conv((1, 2, 3), x=(1, 8, 4, 5, 6)), {"kernel_depth": 1, "depth": 4, "height": 5, "width": 6}),
        (conv(dilations=(2, 1)), {"dilations": [2, 1], "dilation_height": 2, "dilation_width": 1, "dilated": True}),
        (conv(), {"dilated": False, "groups": 1, "depthwise": False, "weight_const": True}),
        (conv(groups=64), {"groups": 64, "depthwise": True, "in_channels": 64}),
        (conv(groups=4), {"groups": 4, "depthwise": False, "in_channels": 64}),
        (conv(weight=False), {"kernel_width": None, "weight_const": None, "in_channels": 64, "out_channels": None}),
        (conv(x=(1, 64, 32, "1|32")), {"dynamic": True, "enumerated": True}),
        (conv(x=(1, 64, 32, "1..32")), {"dynamic": True, "enumerated": False}),
        (conv(), {"dynamic": False, "enumerated": False}),
        (conv(x=(1, 64, "?", 32)), {"dynamic": True, "height": None, "width": 32, "elements": None}),
        (max_pool((1, 9)), {"kernel_height": 1, "kernel_width": 9, "stride_width": 1, "elements": 65536}),
        (max_pool((1, 9), x=None), {"kernel_width": 9, "rank": None, "dtype": None, "dynamic": None}),
        (
            nn(
                "convolution",
                OLD,
                kernelSize=(3, 5),
                stride=(2, 1),
                dilationFactor=(1, 2),
                nGroups=2,
                kernelChannels=32,
            ),
            {"kernel_height": 3, "kernel_width": 5, "stride_height": 2, "dilation_width": 2, "in_channels": 64},
        ),
        (nn("convolution", OLD, nGroups=64, kernelChannels=1), {"depthwise": True, "channels": 64, "height": 32}),
        (nn("deconvolution", OLD, isDeconvolution=True, kernelChannels=64, nGroups=2), {"in_channels": 64}),
        (
            nn(
                "convolution3d",
                kernelDepth=1,
                kernelHeight=2,
                kernelWidth=3,
                strideDepth=1,
                strideHeight=1,
                strideWidth=4,
            ),
            {"kernel_depth": 1, "kernel_height": 2, "kernel_width": 3, "stride_width": 4},
        ),
        (
            nn("convolution", operand("x", "fp32", 7, 2, 64, 32, 48), kernelSize=(3, 5)),
            {"rank": 5, "batch": 14, "channels": 64, "depth": None, "height": 32, "width": 48},
        ),
        (
            nn("convolution3d", operand("x", "fp32", 2, 64, 7, 32, 48), inputChannels=64),
            {"rank": 5, "batch": 2, "channels": 64, "depth": 7, "height": 32, "width": 48},
        ),
        (nn("convolution", operand("x", "fp32", "?", 2, 64, 32, 48)), {"batch": None, "channels": 64}),
        (nn("pooling", OLD, kernelSize=(13, 14), stride=(2, 3)), {"kernel_height": 13, "stride_width": 3}),
        (nn("upsample", OLD, scalingFactor=(2, 3)), {"scale_height": 2, "scale_width": 3}),
        (nn("innerProduct", OLD, inputChannels=10, outputChannels=20), {"in_channels": 10, "out_channels": 20}),
        (nn("embeddingND", vocabSize=30522), {"table_rows": 30522}),
        (mil("upsample_bilinear", X, scale_factor_height="2", scale_factor_width="1.5"), {"scale_height": 2}),
        (mil("upsample_bilinear", X, scale_factor_height="2.0", scale_factor_width="1.5"), {"scale_width": "1.5"}),
        (mil("conv_transpose", X, operand("weight", "fp16", 64, 8, 3, 3, const=True), groups=2), {"out_channels": 16}),
        (mil("linear", X, operand("weight", "fp16", 100, 48, const=True)), {"in_channels": 48, "out_channels": 100}),
        (mil("matmul", operand("x", "fp16", 1, 128, 256), operand("y", "fp16", 1, 256, 4)), {"inner": 256}),
        (mil("matmul", operand("x", "fp16", 1, 128, 256), transpose_x=True), {"inner": 128}),
        (mil("gather", operand("x", "fp16", 1000, 64, const=True), axis=0), {"table_rows": 1000, "axis": 0}),
        (mil("reduce_mean", X, axes=(2, 3)), {"axes": [2, 3], "channels": 64}),
        (mil("read_state"), {"state": True, "layer_type": "read_state"}),
        (mil("relu", operand("x", "fp16", 70000)), {"extent_max": 70000, "rank": 1, "channels": None}),
        (mil("relu", operand("x", "fp16", 2, 7)), {"batch": 2, "channels": 7, "width": None}),
    ],
)
def test_a_feature_is_what_the_layer_says(layer, expected):
    found = features(layer)
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((1, 8, 4, 4), (1, 8, 4, 4), "none"),
        ((1, 8, 4, 4), (), "scalar"),
        ((1, 8, 4, 4), (1, 1, 1, 1), "scalar"),
        ((1, 8, 4, 4), (1, 8, 1, 1), "channel"),
        ((8, 1, 1), (1, 8, 4, 4), "channel"),
        ((1, 8, 4, 4), (1, 1, 4, 4), "spatial"),
        ((1, 8, 4, 4), (4,), "spatial"),
        ((1, 8, 4, 4), (1, 8, 4, 1), "general"),
        ((1, 8, 1, 4), (1, 8, 4, 1), "general"),
    ],
)
def test_how_operands_are_matched(first, second, expected):
    layer = mil("add", operand("x", "fp16", *first), operand("y", "fp16", *second))
    assert features(layer)["broadcast"] == expected


def test_a_channel_of_the_old_format_is_its_first_axis():
    layer = nn("multiply", operand("x", "fp32", 8, 4, 4), operand("y", "fp32", 8, 1, 1))
    assert features(layer)["broadcast"] == "channel"


def test_a_channel_of_a_long_sequence_is_its_third_axis_from_the_end():
    layer = nn("multiply", operand("x", "fp32", 7, 1, 8, 4, 4), operand("y", "fp32", 1, 1, 8, 1, 1))
    assert features(layer)["broadcast"] == "channel"


def test_the_operand_a_layer_works_on_is_the_first_that_is_not_constant():
    layer = mil("sub", operand("x", "int32", 1, const=True), operand("y", "fp16", 1, 8, 4, 4))
    found = features(layer)
    assert (found["dtype"], found["dtypes"], found["const_operands"]) == ("fp16", ["int32", "fp16"], ["x"])


def test_unknown_values_are_left_out_and_never_none():
    for layer in (mil("conv"), nn("convolution"), mil("add", operand("x")), conv(weight=False)):
        assert None not in features(layer).values()


def test_every_derived_feature_has_its_own_kind():
    kinds = {"int": int, "bool": bool, "str": str, "list": list, "map": dict, "any": (int, str)}
    samples = [
        conv(groups=64),
        max_pool((2, 2)),
        mil("upsample_bilinear", X, scale_factor_height="2"),
        mil("read_state"),
    ]
    seen = set()
    for layer in samples:
        for name, value in features(layer).items():
            seen.add(name)
            assert isinstance(value, kinds[FEATURES[name].kind]), name
    assert seen >= {"kernel_width", "depthwise", "dtypes", "params", "scale_height", "state"}


def test_the_manual_lists_every_feature_with_its_unit():
    text = DOCS.read_text(encoding="utf-8")
    for feature in FEATURES.values():
        assert f"| `{feature.name}` | {feature.unit or '–'} | {feature.doc} |" in text, feature.name


def test_features_of_a_convolution_are_quick():
    layer = conv()
    best = min(_timed(layer) for _ in range(20))
    assert best < 60e-6, f"{best * 1e6:.0f} µs; some 12 µs on an idle machine"
    assert len(DERIVED) == len(FEATURES) - 6


def _timed(layer: Layer) -> float:
    start = time.perf_counter()
    for _ in range(20):
        features(layer)
    return (time.perf_counter() - start) / 20


@pytest.mark.parametrize(
    ("dtypes", "dtype"),
    [(("bool", "fp16", "fp16"), "fp16"), (("bool", "int32", "int32"), "int32"), (("bool", "bool"), "bool")],
)
def test_a_select_computes_in_what_it_picks_from(dtypes, dtype):
    names = ("cond", "a", "b")
    inputs = tuple(Operand(name=name, dtype=each, shape=(1, 8)) for name, each in zip(names, dtypes, strict=False))
    assert features(Layer(format="mlprogram", type="select", inputs=inputs))["dtype"] == dtype
