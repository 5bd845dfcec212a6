"Gathers, slices and windows."

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .asking import gives


@pytest.mark.parametrize(
    ("x", "indices", "axis", "expected"),
    [((2, 3), (6, 8), 0, (6, 8, 3)), ((2, 3, 5), (6, 8), 1, (2, 6, 8, 5)), ((2, 3), (4,), -1, (2, 4))],
)
def test_the_examples_of_gathering(x, indices, axis, expected):
    assert gives("gather", x, indices, axis=axis) == expected


@pytest.mark.parametrize(
    ("x", "indices", "expected"),
    [
        ((4, 2, 3, 4), (6, 2), (6, 3, 4)),
        ((3, 3, 3, 4, 7), (3, 5), (3,)),
        ((5, 3, 2, 5), (2, 7, 3, 2), (2, 7, 3, 2, 5)),
        ((5, 3), (2, 7), None),
        ((5, 3), (2, "?"), None),
    ],
)
def test_the_examples_of_gathering_by_several_indices(x, indices, expected):
    assert gives("gatherND", x, indices) == expected


def test_gathering_along_an_axis_has_the_shape_of_the_indices():
    assert gives("gatherAlongAxis", (4, 4, 7), (4, 5, 7), axis=1) == (4, 5, 7)


ends = st.integers(-7, 7)


@given(st.integers(1, 6), ends, ends, st.sampled_from([-2, -1, 1, 2, 3]), st.booleans(), st.booleans())
def test_a_static_slice_is_numpys(extent, begin, end, step, open_begin, open_end):
    x = numpy.zeros((2, extent))
    expected = x[:, None if open_begin else begin : None if open_end else end : step].shape
    found = gives(
        "sliceStatic",
        (2, extent),
        beginIds=[0, begin],
        endIds=[2, end],
        strides=[1, step],
        beginMasks=[False, open_begin],
        endMasks=[False, open_end],
    )
    assert found == (expected if expected[1] else None)


@given(st.integers(1, 6), st.integers(0, 6), ends, ends, st.sampled_from([-2, -1, 1, 2]))
def test_a_slice_of_a_flexible_axis_is_never_wrong(low, more, begin, end, step):
    params = {"beginIds": [begin], "endIds": [end], "strides": [step]}
    found = gives("sliceStatic", (f"{low}..{low + more}" if more else low,), **params)
    each = {gives("sliceStatic", (extent,), **params) for extent in range(low, low + more + 1)} - {None}
    if found is not None and found != ("?",):
        least, _, most = str(found[0]).partition("..")
        assert all(int(least) <= one[0] <= int(most or least) for one in each)


def test_the_examples_of_a_static_slice():
    params = {
        "beginIds": [1, 2, 3],
        "beginMasks": [True, False, True],
        "endIds": [3, -3, 2],
        "endMasks": [False, True, True],
        "strides": [2, 2, 2],
    }
    assert gives("sliceStatic", (5, 5, 5), **params) == (2, 2, 3)
    assert gives("sliceStatic", (5, 5, 5), **params, squeezeMasks=[False, True, False]) == (2, 3)


def test_a_dynamic_slice_is_known_where_it_starts_at_the_axis_start():
    open_first = {"beginMasks": [True, False], "endIds": [3, 4], "strides": [1, 1]}
    assert gives("sliceDynamic", (8, 9), (2,), **open_first) == (3, "?")
    assert gives("sliceDynamic", (8, 9), (2,), beginMasks=[True] * 2, endMasks=[True] * 2) == (8, 9)
    assert gives("sliceDynamic", (8, 9), (2,), squeezeMasks=[True, False]) == ("?",)
    assert gives("sliceDynamic", (8, 9), (2,), (2,), (2,), (2,), (2,), (2,)) is None


@pytest.mark.parametrize(
    ("axis", "expected"),
    [("CHANNEL_AXIS", (1, 3, 16, 20)), ("HEIGHT_AXIS", (1, 8, 7, 20)), ("WIDTH_AXIS", (1, 8, 16, 9))],
)
def test_an_old_slice(axis, expected):
    assert gives("slice", (1, 8, 16, 20), axis=axis, startIndex=1, endIndex=-1, stride=2) == expected


def test_a_slice_by_size():
    assert gives("sliceBySize", (2, 3, 4), (1,), axis=1, size=2) == (2, 2, 4)


@pytest.mark.parametrize(
    ("x", "axis", "expected"), [((10,), 0, (4, 4)), ((2, 10, 3), 1, (2, 4, 4, 3)), ((2, 3, 3), 1, None)]
)
def test_windows_that_slide(x, axis, expected):
    assert gives("slidingWindows", x, axis=axis, windowSize=4, step=2) == expected


@pytest.mark.parametrize(
    ("x", "axis", "expected"), [((10,), -1, (10, 32)), ((10, 23), 1, (10, 32, 23)), ((10,), 0, (32, 10))]
)
def test_the_examples_of_one_hot_vectors(x, axis, expected):
    assert gives("oneHot", x, axis=axis, oneHotVectorSize=32) == expected


def test_how_many_are_not_zero_is_known_at_run_time():
    assert gives("whereNonZero", (3, 3)) == ("?", 2)
