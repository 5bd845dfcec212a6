"""data/normalise.toml and data/refusals.toml are verified by `anedb data check`."""

import shutil
from pathlib import Path

import pytest

from anedb.catalog import facts, files, wordings
from anedb.catalog.findings import Findings

DATA = Path(__file__).parents[2] / "data"
ROW = {"code": "dtype", "pattern": r"type (?P<value>\w{1,9}) no", "example": "type int7 no", "said_by": "a test"}


@pytest.fixture
def told(tmp_path, monkeypatch):
    "What is wrong when a file of the data is changed: (file, old, new) -> codes."
    codes = tuple(facts.reasons())
    for name in (wordings.WORDS, wordings.REFUSALS):
        shutil.copy(DATA / name, tmp_path)
    monkeypatch.setenv("ANEDB_DATA", str(tmp_path))
    files.root.cache_clear()

    def change(name="", old="", new=""):
        path = tmp_path / (name or wordings.WORDS)
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new)
        found = Findings("2026-11-23")
        wordings.check(codes, found)
        return [problem.code for problem in found.problems]

    yield change
    files.root.cache_clear()


def test_what_is_shipped_is_clean(told):
    assert told() == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[opsets]", "[words]\nx = ['y']\n[opsets]", "data.unknown-word"),
        ("\nane = ", "\nnpu = ", "data.unknown-word"),
        ('"bnns"', '"bnns", "mps_graph"', "data.duplicate"),
        ('"bnns"', '"bnns", ""', "data.duplicate"),
        ("[units]", "[units", "data.syntax"),
    ],
)
def test_what_is_wrong_with_a_word_is_found(told, old, new, code):
    assert code in told(wordings.WORDS, old, new)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"code": "nothing"}, ["data.unknown-reason"]),
        ({"pattern": r"(?:type \w{1,9}){2} no"}, ["data.pattern"]),
        ({"pattern": "type ("}, ["data.pattern"]),
        ({"pattern": "type (?P<what>int7)"}, ["data.pattern"]),
        ({"example": "another"}, ["data.pattern"]),
        ({"example": "Unsupported tensor data type: int7 no"}, ["data.pattern"]),
        ({"said_by": ""}, ["data.schema"]),
        ({"own_kernel": "yes"}, ["data.schema"]),
        ({"colour": "red"}, ["data.schema"]),
    ],
)
def test_what_is_wrong_with_a_refusal_is_found(told, change, codes):
    row = "".join(f"{name} = '{value}'\n" for name, value in {**ROW, **change}.items())
    assert told(wordings.REFUSALS, "", f"\n[[refusal]]\n{row}") == codes


def test_a_refusal_without_an_example_is_found(told):
    assert told(wordings.REFUSALS, "", "\n[[refusal]]\ncode = 'dtype'\n") == ["data.schema"]
