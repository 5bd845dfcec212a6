"""The judge in Python and the judge in the browser: one source, and no difference."""

import json
import math
from typing import Any

import pytest

from anedb.api.answering import answer, open_export, reason_text
from anedb.api.knowledge_files import knowledge_files
from anedb.cli import words
from anedb.domain.observation import Reason
from anedb.domain.plain import plain
from anedb.errors import AnedbError

from .questions import BAD, questions

NUMBER, SEED = 330, 20261123
NEAR = 1e-9
ALL = "async (all) => { const r = []; for (const each of all) r.push(await anedbQuery(each)); return r; }"


@pytest.fixture(scope="module")
def asked(db) -> list[dict[str, Any]]:
    return questions(db._asker, NUMBER, SEED)


@pytest.fixture(scope="module")
def said(db, asked) -> list[dict[str, Any]]:
    return json.loads(json.dumps([told(db._asker, each) for each in asked]))


def told(asker: Any, each: dict[str, Any]) -> dict[str, Any]:
    try:
        verdict = answer(asker, each)
    except AnedbError as error:
        about = {"type": type(error).__name__, "message": error.message, "tip": error.tip}
        return {"error": {**about, "suggestions": list(error.suggestions)}}
    return {"verdict": plain(verdict), "reasons": [reason_text(it) for it in verdict.reasons]}


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    "Where two answers are not alike: numbers to 1e-9, all else to the letter."
    if isinstance(one, dict) and isinstance(other, dict):
        keys = dict.fromkeys((*one, *other))
        return [it for key in keys for it in differences(one.get(key), other.get(key), f"{where}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [it for at, pair in pairs for it in differences(*pair, f"{where}[{at}]")]
    numbers = all(isinstance(it, (int, float)) and not isinstance(it, bool) for it in (one, other))
    alike = math.isclose(one, other, rel_tol=0, abs_tol=NEAR) if numbers else type(one) is type(other) and one == other
    return [] if alike else [f"{where}: {one!r} and {other!r}"[:300]]


def test_the_questions_are_of_every_kind(asked, said):
    assert len(asked) == NUMBER >= 300
    assert all("error" in each for each in said[: len(BAD)])
    answers = [each["verdict"] for each in said if "verdict" in each]
    assert len(answers) > 200
    assert {it["offered"]["answer"] for it in answers} == {"yes", "likely", "mixed", "unlikely", "no", "unknown"}
    bases = {it["basis"] for it in answers}
    assert {"same-configuration", "near-target", "near-parameters", "claim", "layer", "family"} <= bases
    for part in ("reasons", "flips", "workarounds", "conflicts", "engines", "evidence"):
        assert sum(bool(it[part]) for it in answers) > 9, part


def test_the_export_answers_as_the_database_does(db, asked, said):
    files = dict(knowledge_files(db._asker))
    asker = open_export(files.__getitem__)
    wrong = {
        str(q): found
        for q, one in zip(asked, said, strict=True)
        if (found := differences(one, json.loads(json.dumps(told(asker, q)))))
    }
    assert wrong == {}


def test_the_browser_answers_as_python_does(opened, asked, said):
    page = opened()
    found = page.evaluate(ALL, asked)
    wrong = {str(q): it for q, one, two in zip(asked, said, found, strict=True) if (it := differences(one, two))}
    assert wrong == {}
    assert page.wrong == []


def test_reasons_read_as_on_the_command_line():
    numbered = Reason(code="kernel-too-large", value="17", limit="16", feature="kernel_width")
    for reason in (Reason(code="dtype"), Reason(code="too-small", text="x"), numbered):
        assert reason_text(reason) == words.reason_text(reason)
