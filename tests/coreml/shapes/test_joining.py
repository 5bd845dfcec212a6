"Layers that put together, take apart, and repeat."

import pytest

from .asking import gives

X = (1, 8, 16, 16)


def test_a_concatenation_sums_the_channels():
    assert gives("concat", X, (1, 4, 16, 16), (1, 2, 16, 16)) == (1, 14, 16, 16)
    assert gives("concat", (8, 4, 4), (2, 4, 4)) == (10, 4, 4)


def test_a_concatenation_tells_the_other_axes_of_each_other():
    assert gives("concat", (1, 8, "?", 16), (1, 4, 16, "?")) == (1, 12, 16, 16)
    assert gives("concat", X, (1, 4, 15, 16)) is None


def test_a_concatenation_of_sequences():
    assert gives("concat", (3, 1, 8, 1, 1), (4, 1, 8, 1, 1), sequenceConcat=True) == (7, 1, 8, 1, 1)
    assert gives("concat", (1, 8, 1, 1), (1, 8, 1, 1), sequenceConcat=True, legacy=True) == (2, 1, 8, 1, 1)


def test_a_concatenation_along_any_axis():
    assert gives("concatND", (3, 2), (3, 2), axis=0) == (6, 2)
    assert gives("concatND", (3, 2), (3, "1..4"), axis=-1) == (3, "3..6")
    assert gives("concatND", (3, 2), (3, 2, 1), axis=0) is None


@pytest.mark.parametrize(("axis", "expected"), [(3, (2, 4, 2, 5)), (-2, (2, 4, 5, 2))])
def test_the_examples_of_stacking(axis, expected):
    assert gives("stack", *[(2, 4, 2)] * 5, axis=axis) == expected


def test_a_split_into_equal_parts():
    assert gives("split", X, nOutputs=2, outputs=2) == [(1, 4, 16, 16)] * 2
    assert gives("splitND", X, axis=-1, numSplits=4, outputs=4) == [(1, 8, 16, 4)] * 4
    assert gives("split", X, nOutputs=3, outputs=3) == [None] * 3


def test_a_split_by_sizes():
    assert gives("splitND", (5, 3, 4), axis=-3, splitSizes=[3, 2], outputs=2) == [(3, 3, 4), (2, 3, 4)]


@pytest.mark.parametrize(("reps", "expected"), [([1, 2, 6], (2, 8, 12)), ([6], (2, 4, 12))])
def test_the_examples_of_tiling(reps, expected):
    assert gives("tile", (2, 4, 2), reps=reps) == expected


def test_computed_repetitions_leave_the_rank():
    assert gives("tile", (2, 4, 2), (3,)) == ("?", "?", "?")


def test_a_sequence_is_repeated():
    assert gives("sequenceRepeat", (12, 1, 16, 1, 1), nRepetitions=2) == (24, 1, 16, 1, 1)
    assert gives("sequenceRepeat", (1, 16, 1, 1), nRepetitions=2, legacy=True) == (2, 1, 16, 1, 1)
