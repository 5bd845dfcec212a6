"""tests/samples/: a good file passes, bad ones give exactly the problems beside them; `pytest --regen` writes both."""

import json
from pathlib import Path

import pytest

from anedb.domain.plain import plain
from anedb.domain.problem import Problem
from anedb.ingest.check import Checked, check
from anedb.ingest.codes import CODES

from . import runs

SAMPLES = Path(__file__).parents[1] / "samples"
GOOD = SAMPLES / "good" / "m2-macos-15.1.jsonl"

ELSEWHERE = {
    "size.missing",
    "size.not-a-file",
    "size.unreadable",
    "size.file",
    "size.line",
    "size.lines",
    "size.files",
    "size.problems",
    "encoding.compressed",
    "encoding.utf-16",
    "copy.result",
    "copy.timings",
    "copy.changed",
    "vocabulary.source",
    "fingerprint.name",
    "fingerprint.timings",
    "plausible.time",
    *(code for code in CODES if code.startswith("signature.")),
}
"Codes that are not about one small text file of a run: tests in test_read, test_check, test_timings, test_signing, …"


def checked(path: Path, data: bytes | None = None) -> Checked:
    return check(path.read_bytes() if data is None else data, path.name, today=runs.TODAY)


def test_the_good_sample_is_current_and_clean(request):
    if request.config.getoption("--regen"):
        GOOD.parent.mkdir(parents=True, exist_ok=True)
        GOOD.write_bytes(runs.good())
    found = checked(GOOD)
    assert found.problems == () and found.ok and not found.aside
    assert GOOD.read_bytes() == runs.good()
    assert len(found.lines) == found.header.layers == len(runs.lines())


@pytest.mark.parametrize("code", runs.BAD)
def test_a_bad_sample_gives_the_problems_beside_it(code, request):
    path = SAMPLES / "bad" / f"{code}.jsonl"
    beside = path.with_suffix(".problems.json")
    if request.config.getoption("--regen"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(runs.BAD[code]())
        found = [plain(problem) for problem in checked(path).problems]
        beside.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    expected = [Problem(**row) for row in json.loads(beside.read_text(encoding="utf-8"))]
    assert list(checked(path).problems) == expected
    assert {problem.code for problem in expected} == {code}, "one mistake, one kind of problem"


@pytest.mark.parametrize("code", runs.BAD)
def test_every_problem_says_where_and_what(code):
    for problem in checked(SAMPLES / "bad" / f"{code}.jsonl").problems:
        assert problem.where.startswith(f"{code}.jsonl") and problem.what
        assert problem.expected or problem.tip or code in ("json.blank-line", "encoding.utf-8")


def test_every_code_has_a_sample_or_a_test_of_its_own():
    assert set(CODES) == set(runs.BAD) | ELSEWHERE


def test_no_sample_is_left_over():
    assert {path.stem for path in (SAMPLES / "bad").glob("*.jsonl")} == set(runs.BAD)


def test_every_rule_is_silent_over_the_good_sample():
    assert checked(GOOD).codes == frozenset()
