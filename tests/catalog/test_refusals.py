"""The table of refusals: every wording finds its own example, and none can be made to take long."""

import time

import pytest

from anedb.catalog import facts, refusals
from anedb.catalog.refusals import LONGEST, dangers

TABLE = refusals.refusals()


@pytest.mark.parametrize(("pattern", "row"), TABLE, ids=lambda it: getattr(it, "example", ""))
def test_the_first_wording_that_finds_an_example_is_its_own(pattern, row):
    assert next(other for earlier, other in TABLE if earlier.search(row.example)) is row
    assert row.code in facts.reasons()


@pytest.mark.parametrize(("pattern", "row"), TABLE, ids=lambda it: getattr(it, "example", ""))
def test_no_message_of_the_longest_length_takes_long(pattern, row):
    "Each beginning of the example, then its last character again and again, or the beginning itself."
    begun = time.process_time()
    for end in range(1, len(row.example)):
        start = row.example[:end]
        pattern.search((start + start[-1] * LONGEST)[:LONGEST])
        pattern.search((start * LONGEST)[:LONGEST])
    assert time.process_time() - begun < 0.02 * len(row.example)


@pytest.mark.parametrize("pattern", ["(a+)+", "a*b", "(a{1,9}){2}", ".{0,300}.{0,300}", "(", "(x|y*)", "(?=a+)"])
def test_a_pattern_that_may_take_long_is_told(pattern):
    assert dangers(pattern)


@pytest.mark.parametrize("pattern", [r"a\w{1,99}b", "(?:x|y){2}", ".{0,300}", "plain", r"(?:x\d{1,3})?"])
def test_a_bounded_pattern_is_well(pattern):
    assert dangers(pattern) == []
