"""The rules of a SARIF file: one for every reason, and two for layers that have none."""

from __future__ import annotations

from typing import Any

from anedb.catalog import facts
from anedb.domain.check import CheckedLayer
from anedb.domain.verdict import Answer

UNEXPLAINED = "unexplained"
NOT_KNOWN = "not-known"
OWN_RULES = {
    UNEXPLAINED: (
        "the engine is not offered, or evidence divides, and no source gives a reason",
        "ask `anedb query` about the layer: it lists the evidence and what flips the answer",
    ),
    NOT_KNOWN: (
        "whether the engine is offered is not known",
        "measure it: `anedb check --json` says for each such layer which observation would settle it",
    ),
}


def all_rules() -> dict[str, dict[str, Any]]:
    "Every reason there is, so that a rule keeps its index from model to model."
    known = {code: (entry.title, entry.fix) for code, entry in sorted(facts.reasons().items())}
    return {code: _rule(code, *words) for code, words in (known | OWN_RULES).items()}


def _rule(code: str, title: str, fix: str) -> dict[str, Any]:
    sentence = f"{title[:1].upper()}{title[1:]}."
    helped = f"{sentence} What usually helps: {fix}."
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": escaped(sentence)},
        "fullDescription": {"text": escaped(helped)},
        "help": {"text": escaped(helped), "markdown": escaped(f"{sentence}\n\n**What usually helps:** {fix}.")},
        "defaultConfiguration": {"level": "note" if code == NOT_KNOWN else "warning"},
        "properties": {"tags": ["Core ML", "Neural Engine"]},
    }


def rule_of(layer: CheckedLayer, rules: dict[str, Any]) -> str:
    if layer.offered.answer == Answer.UNKNOWN:
        return NOT_KNOWN
    return next((reason.code for reason in layer.reasons if reason.code in rules), UNEXPLAINED)


def escaped(text: str) -> str:
    "Braces and links mean something in a SARIF message."
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
