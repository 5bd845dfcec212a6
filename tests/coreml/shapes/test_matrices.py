"Products of matrices, and look-ups."

import pytest

from .asking import gives


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ((16,), (4,)),
        ((3, 16), (3, 4)),
        ((2, 3, 16), (2, 3, 4)),
        ((2, 4, 2, 2), (2, 4, 1, 1)),
        ((5, 2, 4, 2, 2), (5, 2, 4, 1, 1)),
    ],
)
def test_an_inner_product_by_rank(x, expected):
    "NeuralNetwork.proto, InnerProductLayerParams."
    assert gives("innerProduct", x, inputChannels=16, outputChannels=4) == expected


@pytest.mark.parametrize(
    ("a", "b", "params", "expected"),
    [
        ((2, 8, 16), (2, 16, 4), {}, (2, 8, 4)),
        ((7, 1, 8, 16), (2, 16, 4), {}, (7, 2, 8, 4)),
        ((16, 8), (4, 16), {"transposeA": True, "transposeB": True}, (8, 4)),
        ((16,), (16, 4), {}, (1, 4)),
        ((8, 16), (16,), {}, (8, 1)),
        ((8, "?"), ("?", 4), {}, (8, 4)),
    ],
)
def test_a_product_of_two_inputs(a, b, params, expected):
    assert gives("batchedMatmul", a, b, **params) == expected


@pytest.mark.parametrize(("x", "expected"), [((5,), (3,)), ((2, 5), (2, 3)), ((2, 4, 5), (2, 4, 3))])
def test_a_product_with_a_weight(x, expected):
    assert gives("batchedMatmul", x, weightMatrixFirstDimension=5, weightMatrixSecondDimension=3) == expected


def test_a_dot_product_leaves_one():
    assert gives("dot", (2, 8, 1, 1), (2, 8, 1, 1)) == (2, 1, 1, 1)


@pytest.mark.parametrize(("x", "expected"), [((7, 1, 1, 1), (7, 4, 1, 1)), ((7, 2, 1, 1, 1), (7, 2, 4, 1, 1))])
def test_an_embedding(x, expected):
    assert gives("embedding", x, inputDim=100, outputChannels=4) == expected


def test_an_embedding_takes_rank_4_or_5():
    assert gives("embedding", (3, 1), inputDim=100, outputChannels=4) is None


def test_an_embedding_of_any_rank():
    assert gives("embeddingND", (3, 2, 1), vocabSize=100, embeddingSize=4) == (3, 2, 4)
