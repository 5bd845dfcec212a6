"Layers that change height and width."

import pytest

from .asking import gives

X = (1, 8, 16, 20)


@pytest.mark.parametrize(
    ("type", "params", "expected"),
    [
        ("padding", {"paddingAmounts": [1, 2, 3, 4]}, (1, 8, 19, 27)),
        ("crop", {"cropAmounts": [1, 2, 3, 4]}, (1, 8, 13, 13)),
        ("crop", {}, X),
        ("crop", {"cropAmounts": [9, 9, 0, 0]}, None),
        ("upsample", {"scalingFactor": [2, 3]}, (1, 8, 32, 60)),
        ("upsample", {"fractionalScalingFactor": [1.5, 0.25]}, (1, 8, 24, 5)),
        ("upsample", {"fractionalScalingFactor": [1.3333, 2.0]}, (1, 8, "?", 40)),
        ("resizeBilinear", {"targetSize": [7, 0]}, (1, 8, 7, 1)),
        ("resizeBilinear", {}, (1, 8, 1, 1)),
        ("reorganizeData", {"mode": "SPACE_TO_DEPTH", "blockSize": 2}, (1, 32, 8, 10)),
        ("reorganizeData", {"mode": "DEPTH_TO_SPACE", "blockSize": 2}, (1, 2, 32, 40)),
        ("reorganizeData", {"mode": "PIXEL_SHUFFLE", "blockSize": 2}, (1, 2, 32, 40)),
        ("reorganizeData", {"mode": "SPACE_TO_DEPTH", "blockSize": 3}, None),
        ("constantPad", {"padAmounts": [0, 0, 1, 0, 2, 3, 0, 0]}, (1, 9, 21, 20)),
    ],
)
def test_an_image(type, params, expected):
    assert gives(type, X, **params) == expected


@pytest.mark.parametrize(
    ("x", "amounts", "to_size", "expected"),
    [
        ((20, 10), [0, 1, 4, 0], False, (21, 14)),
        ((20, 10, 5), [0, 0, 3, 4, 0, 9], False, (20, 17, 14)),
        ((20, 10), [0, 21, 14, 0], True, (21, 14)),
        ((20, 10, 5), [0, 0, 17, 0, 0, 14], True, (20, 17, 14)),
    ],
)
def test_the_examples_of_constant_padding(x, amounts, to_size, expected):
    "NeuralNetwork.proto, ConstantPaddingLayerParams."
    assert gives("constantPad", x, padAmounts=amounts, padToGivenOutputSizeMode=to_size) == expected


def test_computed_amounts_leave_the_rank():
    assert gives("constantPad", X, (8,)) == ("?",) * 4


def test_a_crop_to_another_takes_its_height_and_width():
    assert gives("crop", X, (1, 3, 5, 6), offset=[1, 1]) == (1, 8, 5, 6)


@pytest.mark.parametrize(("boxes", "batch"), [((7, 1, 4, 1, 1), 2), ((7, 1, 5, 1, 1), 1)])
def test_regions_of_an_image(boxes, batch):
    assert gives("cropResize", (1, 2, 8, 16, 16), boxes, targetSize=[4, 5]) == (7, batch, 8, 4, 5)


def test_regions_in_a_legacy_network():
    assert gives("cropResize", (2, 8, 16, 16), (1, 4, 1, 1), targetSize=[4, 5], legacy=True) == (2, 8, 4, 5)
