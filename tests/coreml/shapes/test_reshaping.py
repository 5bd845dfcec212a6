"The same elements in another shape."

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .asking import gives

X = (1, 8, 16, 16)


def test_flattening_keeps_the_rank():
    assert gives("flatten", X, mode="CHANNEL_FIRST") == (1, 2048, 1, 1)
    assert gives("flatten", (1, 8, "1..4", 2), mode="CHANNEL_LAST") == (1, "16..64", 1, 1)


@pytest.mark.parametrize(
    ("x", "axis", "expected"),
    [
        ((3,), -1, (1, 3)),
        ((3,), 1, (3, 1)),
        ((4, 3), -1, (4, 3)),
        ((5, 2), 0, (1, 10)),
        ((5, 5, 3), -2, (5, 15)),
        ((2, 3, 2), -1, (6, 2)),
    ],
)
def test_the_examples_of_flattening_to_a_matrix(x, axis, expected):
    assert gives("flattenTo2D", x, axis=axis) == expected


def test_an_old_reshape_names_three_axes_or_four():
    assert gives("reshape", (3, 2, 8, 4, 4), targetShape=[4, 32, 1]) == (3, 2, 4, 32, 1)
    assert gives("reshape", (3, 2, 8, 4, 4), targetShape=[6, 4, 16, 1]) == (6, 2, 4, 16, 1)


def test_an_old_reshape_in_a_legacy_network_is_written_without_a_sequence_of_one():
    assert gives("reshape", (1, 24, 4, 4), targetShape=[-1, 384, 1, 1], legacy=True) == (1, 384, 1, 1)
    assert gives("reshape", (1, 24, 4, 4), targetShape=[-1, 192, 1, 1], legacy=True) == (2, 1, 192, 1, 1)


def test_an_old_reshape_needs_five_axes():
    assert gives("reshape", (1, 24, 4, 4), targetShape=[384, 1, 1]) is None


@pytest.mark.parametrize(
    ("x", "target", "expected"),
    [((20, 10), (5, -1), (5, 40)), ((20, 10, 5), (0, 2, 25), (20, 2, 25)), ((10, 3, 5), (25, 0, -1), (25, 3, 2))],
)
def test_the_examples_of_a_reshape_that_keeps_the_rank(x, target, expected):
    assert gives("rankPreservingReshape", x, targetShape=target) == expected


def test_a_flexible_axis_that_is_kept_does_not_hide_the_others():
    assert gives("rankPreservingReshape", ("?", 4, 6), targetShape=(0, -1, 8)) == ("?", 3, 8)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.data())
def test_what_is_left_has_as_many_elements_as_before(x, data):
    hole = data.draw(st.integers(0, len(x) - 1))
    found = gives("reshapeStatic", tuple(x), targetShape=[-1 if axis == hole else e for axis, e in enumerate(x)])
    assert found == tuple(x) and prod(found) == prod(x)


def test_a_static_reshape():
    assert gives("reshapeStatic", None, targetShape=[1, 128, 16]) == (1, 128, 16)
    assert gives("reshapeStatic", None, targetShape=[1, -1]) == (1, "?")
    assert gives("reshapeStatic", (2, 3), targetShape=[-1, -1]) is None
    assert gives("reshapeStatic", (2, 3), targetShape=[4, -1]) is None


def test_a_computed_shape_leaves_the_rank():
    for type in ("reshapeDynamic", "broadcastToDynamic"):
        assert gives(type, X, (3,)) == ("?", "?", "?")
        assert gives(type, X, ("?",)) is None
        assert gives(type, X, (2**40,)) is None


def test_the_shape_of_another():
    assert gives("reshapeLike", X, (4, 512)) == (4, 512) and gives("broadcastToLike", (8, 1, 1), X) == X


@pytest.mark.parametrize(
    ("axes", "expected"), [((0, 1), (1, 1, 10, 5)), ((0, 2), (1, 10, 1, 5)), ((-2, -1), (10, 5, 1, 1))]
)
def test_the_examples_of_added_axes(axes, expected):
    assert gives("expandDims", (10, 5), axes=axes) == expected
    assert gives("squeeze", expected, axes=axes) == (10, 5)


def test_a_squeeze_leaves_an_axis():
    assert gives("squeeze", (1,), axes=[0]) == (1,)
    assert gives("squeeze", (1, 3, 1, 2), squeezeAll=True) == (3, 2)
    assert gives("squeeze", (1, "?"), squeezeAll=True) is None
    assert gives("squeeze", (2, 3), axes=[0]) is None


def test_axes_are_reordered():
    assert gives("transpose", (6, 7, 8, 9), axes=[3, 1, 2, 0]) == (9, 7, 8, 6)
    assert gives("transpose", (6, 7), axes=[0, 0]) is None


@pytest.mark.parametrize(
    ("axis", "expected"),
    [([0, 3, 1, 2], (9, 2, 5, 3, 4)), ([3, 1, 2, 0], (5, 2, 3, 4, 9)), ([0, 3, 2, 1], (9, 2, 5, 4, 3))],
)
def test_the_examples_of_an_old_permutation(axis, expected):
    assert gives("permute", (9, 2, 3, 4, 5), axis=axis) == expected


def test_an_old_permutation_in_a_legacy_network():
    assert gives("permute", (1, 3, 4, 5), axis=[0, 2, 3, 1], legacy=True) == (1, 4, 5, 3)
    assert gives("permute", (1, 3, 4, 5), axis=[2, 0, 1, 3], legacy=True) == (4, 1, 1, 3, 5)
