"""Equal values have equal fingerprints, in every spelling; the bytes are RFC 8785's."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from anedb.fingerprint import LARGEST_INTEGER, canonical_json, fingerprint

text = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | integers | text,
    lambda inner: st.lists(inner) | st.dictionaries(keys, inner),
    max_leaves=20,
)

GOLDEN = [
    ({}, "v1:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"),
    ({"b": [1, True, None], "a": "é\n"}, "v1:c3776cc80f24ededc0136463edae45d4fb8385b2d325b266abeeb567e481fa7a"),
]


@given(values)
def test_the_bytes_are_those_of_rfc_8785(value):
    assert canonical_json(value).encode() == rfc8785.dumps(value)


@given(st.dictionaries(keys, values))
def test_the_order_of_keys_does_not_matter(value):
    assert fingerprint(dict(reversed(value.items()))) == fingerprint(value)


@pytest.mark.parametrize(("value", "expected"), GOLDEN)
def test_fingerprints_never_change(value, expected):
    assert fingerprint(value) == expected


@pytest.mark.parametrize("value", [1.0, float("nan"), {"a": 0.5}, [2**53], {1: 2}, {"é": 1}, "\ud800", {"a": object()}])
def test_what_two_readers_may_read_differently_has_no_fingerprint(value):
    with pytest.raises(ValueError):  # noqa: PT011 (which words it uses is not the claim)
        fingerprint(value)
