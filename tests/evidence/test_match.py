"""Comparing with all layers at once says what comparing one by one says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from anedb.evidence.columns import coordinates, members
from anedb.evidence.features import features
from anedb.evidence.match import UNCOUNTED, further, match
from tests.builders import cell, conv, indexed

LAYERS = st.builds(
    lambda kh, kw, width, groups, pad: conv((kh, kw), x=(1, 64, 32, width), groups=groups, pad_type=pad),
    st.sampled_from([1, 3]),
    st.sampled_from([1, 3, 5]),
    st.sampled_from([32, 48]),
    st.sampled_from([1, 64]),
    st.sampled_from(["same", "valid"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(LAYERS, min_size=1, max_size=8), LAYERS)
def test_differences_are_counted_as_one_by_one(known, asked):
    index = indexed(*[cell(layer) for layer in known])
    place = coordinates(asked, features(asked))

    def differences(other, uncounted=()):
        return sum(place.get(name) != other.get(name) for name in (place.keys() | other.keys()) - set(uncounted))

    def by_count(uncounted=()):
        near = [(number, differences(other, uncounted)) for number, other in enumerate(index.places)]
        return [{number for number, count in near if count == distance} for distance in range(6)]

    found = match(index, place, (), index.all)
    assert [set(members(found.none)), set(members(found.one)), set(members(found.two))] == by_count()[:3]
    assert [set(members(each)) for each in further(found, index.all, 5)] == by_count(UNCOUNTED)


def test_what_is_open_is_not_compared():
    index = indexed(cell(conv((3, 3))), cell(conv((5, 5))))
    asked = conv(weight=False)
    found = match(index, coordinates(asked, features(asked)), {"kernel_height", "kernel_width", "out_channels",
                  "dtypes", "const_operands"}, index.all)  # fmt: skip
    assert set(members(found.none)) == {0, 1}
