"""The ledger: every claim of the public evidence is held by something of ours or excused. What is wrong is found."""

import ast
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from anedb.catalog import check, facts, ledger
from anedb.catalog.findings import Findings

EVIDENCE = os.environ.get("ANEDB_EVIDENCE", "")
CLAIMS = ("one", "two")
SOURCES = ("seen", "document")


@pytest.fixture
def data(tmp_path, monkeypatch):
    "A folder with room for a ledger, and one file of observations."
    (tmp_path / "ledger").mkdir()
    (tmp_path / "observations").mkdir()
    (tmp_path / "observations/seen.jsonl").write_text("")
    monkeypatch.setattr(ledger.files, "root", lambda: tmp_path)
    return tmp_path


def write(data, *entries, name="topic"):
    path = data / f"ledger/{name}.jsonl"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


def told():
    found = Findings("2026-11-23")
    ledger.check(CLAIMS, SOURCES, found)
    return [(problem.code, problem.where) for problem in found.problems]


def test_every_line_of_the_shipped_ledger_names_what_is_there():
    found = Findings("2026-11-23")
    ledger.check({claim.id for claim in facts.claims()}, facts.sources(), found)
    assert ledger.entries() and found.problems == []


def test_what_is_held_by_a_claim_or_by_observations_or_excused_is_good(data):
    write(data, {"id": "a", "claims": ["one"]}, {"id": "b", "observations": ["seen"]}, {"id": "c", "why": "a timing"})
    write(data, {"id": "d", "claims": ["one", "two"], "observations": ["seen"]}, name="other")
    assert told() == []


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"id": "a"}, "data.ledger"),
        ({"id": "a", "why": "  "}, "data.ledger"),
        ({"id": "a", "claims": ["one"], "why": "a timing"}, "data.ledger"),
        ({"id": "a", "claims": ["three"]}, "data.unknown-evidence"),
        ({"id": "a", "observations": ["nobody"]}, "data.unknown-source"),
        ({"id": "a", "observations": ["document"]}, "data.unknown-source"),
    ],
)
def test_what_is_wrong_with_an_entry_is_found_at_its_place(data, entry, code):
    write(data, {"id": "0", "why": "a timing"}, entry)
    assert told() == [(code, "data/ledger/topic.jsonl a")]


@pytest.mark.parametrize(
    "entry",
    [["a"], {"why": "no id"}, {"id": 1}, {"id": "a", "claim": []}, {"id": "a", "claims": "one"}, {"id": "a", "why": 1}],
)
def test_a_line_that_is_no_entry_is_found(data, entry):
    write(data, entry)
    assert told() == [("data.syntax", "data/ledger/topic.jsonl")]


def test_an_id_stands_once_over_all_files(data):
    write(data, {"id": "a", "why": "a timing"})
    write(data, {"id": "a", "claims": ["one"]}, name="zeta")
    assert told() == [("data.duplicate", "data/ledger/zeta.jsonl a")]


def test_fmt_sorts_by_id_and_leaves_out_what_is_empty(data):
    path = write(data, {"why": "a timing", "id": "b"}, {"observations": [], "claims": ["one"], "id": "a"})
    assert check.fmt(write=True) == [path]
    assert path.read_text() == '{"id":"a","claims":["one"]}\n{"id":"b","why":"a timing"}\n'
    assert check.fmt(write=False) == []


def imported(path: Path) -> set[str]:
    "The last part of every name that the file imports."
    found = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = (alias.name for node in found if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names)
    return {name.rpartition(".")[2] for name in names}


def test_the_database_is_built_without_it():
    "Nothing that answers a question imports the reader; only the check and the one form do."
    package = Path(ledger.__file__).parents[1]
    readers = {path.name for path in package.rglob("*.py") if "ledger" in imported(path)}
    assert readers == {"check.py", "layout.py"}


@pytest.mark.skipif(not EVIDENCE, reason="ANEDB_EVIDENCE names no folder with the public evidence")
def test_every_claim_of_the_evidence_has_exactly_one_line():
    lines = Path(EVIDENCE, "claims.jsonl").read_text(encoding="utf-8").splitlines()
    stated = Counter(json.loads(line)["id"] for line in lines)
    entered = Counter(entry.id for entry in ledger.entries())
    missing, unknown = sorted(stated - entered), sorted(entered - stated)
    assert (missing, unknown) == ([], []), f"{len(missing)} without a line, {len(unknown)} of nothing"
