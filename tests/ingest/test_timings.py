"""Times stand beside a run, belong to it, and are times."""

from dataclasses import replace

import pytest

from anedb.ingest import timings

from . import runs
from .test_write import TIMING

RUN = "v1:" + "a" * 64
GOOD = timings.render(RUN, [TIMING, replace(TIMING, units="all")])


def codes(text: str, run: str = RUN) -> set[str]:
    _, problems = timings.check(text.encode(), "t.timings.jsonl", run=run, layers=frozenset([TIMING.layer]))
    return {problem.code for problem in problems}


def test_what_is_rendered_is_clean_in_whatever_order_it_was_given():
    assert codes(GOOD) == set()
    assert timings.render(RUN, [replace(TIMING, units="all"), TIMING]) == GOOD


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (RUN, runs.OTHER, "fingerprint.timings"),
        (TIMING.layer, runs.OTHER, "fingerprint.timings"),
        ('"median_ns":120000', '"median_ns":120001', "fingerprint.timings"),
        ('"median_ns":120000', '"median_ns":-1', "plausible.time"),
        ('"median_ns":120000', '"median_ns":0.1', "json.number"),
        ('"median_ns":120000', '"median_ns":"fast"', "schema.type"),
        ('"repeats":100', '"repeats":0', "plausible.time"),
        ('"units":"all"', '"units":"ane"', "vocabulary.units"),
        ('"model":""', '"model":"../x"', "schema.path"),
        ("anedb-timings", "anedb-submission", "schema.kind"),
        ('"schema_version":"1.0.0"', '"schema_version":"2.0.0"', "schema.version"),
        ('"repeats":100,', "", "schema.missing-field"),
    ],
)
def test_what_is_wrong_is_told(old, new, code):
    assert code in codes(GOOD.replace(old, new, 1))


def test_unsorted_times_are_told():
    head, one, other = GOOD.splitlines(keepends=True)
    assert "canonical.order" in codes(head + other + one)


def test_times_of_no_run_at_all_are_told():
    assert codes("") == {"size.empty"}
    assert codes("{}\n") >= {"schema.missing-field"}
