"Arithmetic on extents, some of them flexible."

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.coreml.shapes.dims import (
    Undetermined,
    agreed,
    along,
    broadcast,
    counted,
    divided,
    either,
    listed,
    product,
    ranged,
    total,
)

extents = st.integers(1, 9)


def members(dim):
    "Every extent that a flexible one may have, as far as ten."
    if isinstance(dim, int):
        return {dim}
    if dim == "?":
        return set(range(1, 11))
    if "|" in dim:
        return {int(text) for text in dim.split("|")}
    low, _, high = dim.partition("..")
    return set(range(int(low), int(high) + 1))


flexible = st.one_of(
    extents,
    st.just("?"),
    st.lists(extents, min_size=2, max_size=4).map(listed),
    st.tuples(extents, extents).map(lambda pair: ranged(min(pair), max(pair))),
)


@given(flexible, st.integers(1, 4), st.integers(0, 5))
def test_what_a_flexible_axis_becomes_holds_for_each_of_its_extents(dim, times, more):
    found = along(dim, lambda extent: extent * times + more)
    assert found == "?" or {extent * times + more for extent in members(dim)} <= members(found)


@given(flexible, extents)
def test_ends_of_a_range_are_those_of_what_it_becomes(dim, less):
    def change(extent):
        return extent - less

    results = {change(extent) for extent in members(dim) if change(extent) >= 1}
    if not results and dim != "?":
        with pytest.raises(Undetermined):
            along(dim, change)
    elif dim != "?":
        found = members(along(dim, change))
        assert (min(found), max(found)) == (min(results), max(results))


@given(st.lists(flexible, max_size=4))
def test_with_one_flexible_axis_the_sum_and_product_are_of_each_extent(dims):
    odd = [dim for dim in dims if not isinstance(dim, int)]
    for combine, start, found in ((int.__add__, 0, total(dims)), (int.__mul__, 1, product(dims))):
        if len(odd) > 1 or "?" in odd:
            assert found == "?"
            continue
        rest = start
        for dim in dims:
            rest = combine(rest, dim) if isinstance(dim, int) else rest
        assert {combine(rest, extent) for extent in (members(odd[0]) if odd else {start})} <= members(found)


def test_extents_that_must_agree_tell_each_other():
    assert agreed([3, "?", 3]) == 3
    assert agreed(["1..4", "1..4"]) == "1..4"
    assert agreed(["1..4", "?"]) == "?"
    with pytest.raises(Undetermined):
        agreed([3, 4])


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (((2, 3), (2, 3)), (2, 3)),
        (((8, 1, 1), (1, 8, 4, 5)), (1, 8, 4, 5)),
        (((1, 4), (3, 1)), (3, 4)),
        (((), (3,)), (3,)),
        ((("?", 4), (1, 4)), ("?", 4)),
        ((("?", 4), (3, 4)), (3, 4)),
        ((("?",), ("1..4",)), ("?",)),
    ],
)
def test_shapes_are_broadcast_as_numpy_does(shapes, expected):
    assert broadcast(shapes) == expected


@given(st.lists(st.lists(st.sampled_from([1, 2, 3]), max_size=4).map(tuple), min_size=1, max_size=3))
def test_broadcasting_agrees_with_numpy(shapes):
    import numpy

    try:
        expected = numpy.broadcast_shapes(*shapes)
    except ValueError:
        with pytest.raises(Undetermined):
            broadcast(shapes)
    else:
        assert broadcast(shapes) == expected


def test_what_does_not_come_out_whole_is_undetermined():
    assert divided(12, 4) == 3 and divided("4|8", 4) == "1|2"
    with pytest.raises(Undetermined):
        divided(13, 4)


def test_an_axis_that_is_not_there_is_undetermined():
    assert counted(-1, 4) == 3
    for axis in (4, -5, None, True):
        with pytest.raises(Undetermined):
            counted(axis, 4)


def test_either_shape_leaves_what_both_have():
    assert either((1, 2, 3), (1, 4, 3)) == (1, "?", 3)
    assert either((1, 2), (1, 2, 3)) is None and either(None, (1,)) is None


def test_more_shapes_than_core_ml_takes_are_any():
    assert listed(range(1, 200)) == "?"
