"Reductions and searches."

import pytest

from .asking import gives

X = (45, 34, 10, 5)


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ("CHW", (45, 1, 1, 1)),
        ("HW", (45, 34, 1, 1)),
        ("C", (45, 1, 10, 5)),
        ("H", (45, 34, 1, 5)),
        ("W", (45, 34, 10, 1)),
    ],
)
def test_an_old_reduction_names_its_axes(axis, expected):
    assert gives("reduce", X, axis=axis, mode="AVG") == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"axes": [2, 3]}, (45, 34)),
        ({"axes": [-1], "keepDims": True}, (45, 34, 10, 1)),
        ({"reduceAll": True}, (1,)),
        ({"reduceAll": True, "keepDims": True}, (1, 1, 1, 1)),
        ({"axes": [9]}, None),
    ],
)
def test_a_reduction_of_axes(params, expected):
    assert gives("reduceSum", X, **params) == expected


def test_the_examples_of_a_search():
    assert gives("argMax", X, axis=-2) == (45, 34, 1, 5)
    assert gives("argMin", X, axis=-2, removeDim=True) == (45, 34, 5)
    assert gives("argMax", (5,), axis=0, removeDim=True) == (1,)


def test_the_best_of_an_axis():
    assert gives("topK", X, axis=1, K=3, outputs=2) == [(45, 3, 10, 5)] * 2
    assert gives("topK", X, (1,), axis=1, outputs=2) == [(45, "?", 10, 5)] * 2


def test_the_best_boxes():
    told = gives("NonMaximumSuppression", (2, 20, 4), (2, 20, 3), maxBoxes=5, outputs=4)
    assert told == [(2, 5, 4), (2, 5, 3), (2, 5), (2,)]
    computed = gives("NonMaximumSuppression", (2, 20, 4), (2, 20, 3), (1,), (1,), (1,), outputs=4)
    assert computed[0] == (2, "?", 4)
