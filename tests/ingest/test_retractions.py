"""A retraction names what it withdraws, why, by whom and when."""

import pytest

from anedb.errors import BadFileError
from anedb.ingest import retractions
from anedb.store.values import Retraction

from . import runs

RUN = "v1:" + "ab" * 32
SOURCES = {"some-source"}
GOOD = Retraction(what=RUN, reason="the clock was wrong", by="someone", date="2026-11-20")


def codes(retraction: Retraction, name: str = "", **more) -> list[str]:
    text = retractions.render(retraction).encode()
    found, problems = retractions.check(
        text, name or retractions.file_name(retraction.what), today=runs.TODAY, sources=SOURCES, **more
    )
    assert found == retraction
    return [problem.code for problem in problems]


def changed(**more) -> Retraction:
    return Retraction(**{"what": GOOD.what, "reason": GOOD.reason, "by": GOOD.by, "date": GOOD.date, **more})


def test_a_run_and_a_source_can_be_withdrawn():
    assert codes(GOOD) == []
    assert codes(changed(what="some-source")) == []


@pytest.mark.parametrize(
    ("retraction", "code"),
    [
        (changed(what="no-such-source"), "vocabulary.source"),
        (changed(reason=" "), "schema.empty"),
        (changed(by=""), "schema.empty"),
        (changed(reason="x" * 501), "schema.length"),
        (changed(date="2027-01-01"), "vocabulary.future"),
        (changed(date="yesterday"), "vocabulary.date"),
    ],
)
def test_what_is_wrong_is_told(retraction, code):
    assert codes(retraction) == [code]


def test_a_run_nobody_knows_cannot_be_withdrawn():
    assert codes(GOOD, runs=set()) == ["vocabulary.source"]
    assert codes(GOOD, runs={RUN}) == []


def test_a_file_is_named_for_what_it_withdraws():
    assert codes(GOOD, name="retractions/other.json") == ["fingerprint.name"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"what":1}', '{"what":"x","what":"y"}', "[" * 100_000])
def test_a_broken_file_is_told_without_a_traceback(text):
    found, problems = retractions.check(text.encode(), "r.json", today=runs.TODAY, sources=SOURCES)
    assert found is None and problems


def test_it_is_written_and_read_back(tmp_path):
    path = retractions.write(tmp_path, GOOD)
    assert path == tmp_path / "retractions" / f"{RUN[3:19]}.json"
    assert retractions.load(path) == GOOD


def test_a_name_that_climbs_out_is_refused(tmp_path):
    with pytest.raises(BadFileError):
        retractions.write(tmp_path, changed(what="../../x"))
