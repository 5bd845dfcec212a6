"""What has to hold for the rows people add to data/: sources, claims, workarounds, reasons.

Each rule looks at one row, or at all rows of one file, and says everything that is wrong with it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from anedb.catalog.findings import Findings
from anedb.domain.claim import Claim, ReasonCode, Strength, Workaround
from anedb.domain.observation import Method, Source, SourceKind
from anedb.domain.value import value

ID = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
ANSWERS = ("no", "yes")
QUESTIONS = ("offered", "chosen")
PLACEHOLDERS = ("feature", "value", "limit")

Condition = Callable[[str], str | None]
"What is wrong with a condition, or None: `anedb.evidence.condition.check`, which this room may not import."


@value
class Known:
    "What rows may point at, by its name."

    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    reasons: Mapping[str, ReasonCode]
    concepts: Iterable[str]
    layers: Iterable[str]
    "`neuralnetwork:convolution`."
    chips: Iterable[str]
    engines: Iterable[str]
    condition: Condition | None
    "None: conditions are not looked at."


def check_source(row: Source, where: str, known: Known, found: Findings) -> None:
    found.one_of("data.unknown-word", where, "kind of source", row.kind, tuple(SourceKind))
    found.day(where, row.date)
    for name in ("title", "author", "licence"):
        _stated(row, name, where, found)
    if not row.url.startswith("https://"):
        found.add(
            "data.schema", where, f"{row.url!r} is no address", expected="https://…, with the revision it was read at"
        )


def check_claim(row: Claim, where: str, known: Known, found: Findings) -> None:
    _check_subject(row, where, known, found)
    found.one_of("data.unknown-word", where, "answer", row.says, ANSWERS)
    found.one_of("data.unknown-word", where, "question", row.about, QUESTIONS)
    found.one_of("data.unknown-word", where, "strength", row.strength, tuple(Strength))
    found.one_of("data.unknown-word", where, "method", row.method, tuple(Method))
    found.day(where, row.date)
    if row.reason:
        _check_reason(row, where, known, found)
    for chip in row.chips:
        found.one_of("data.unknown-chip", where, "chip", chip, known.chips)
    for engine in row.engines:
        found.one_of("data.unknown-engine", where, "engine", engine, known.engines)
    if (row.since_release or 0) > (row.until_release or 10**6):
        found.add("data.schema", where, f"from release {row.since_release} until {row.until_release}")


def check_workaround(row: Workaround, where: str, known: Known, found: Findings) -> None:
    _check_subject(row, where, known, found)
    found.one_of("data.unknown-word", where, "strength", row.strength, tuple(Strength))
    for layer in row.use:
        found.one_of("data.unknown-layer", where, "layer type", layer, known.layers)
    for evidence in row.evidence:
        if evidence not in known.claims and evidence not in known.sources:
            found.add("data.unknown-evidence", where, f"{evidence!r} is neither a claim nor a source")


def check_reason(row: ReasonCode, where: str, known: Known, found: Findings) -> None:
    found.one_of("data.unknown-word", where, "question", row.applies_to, QUESTIONS)
    for name in ("title", "fix"):
        _stated(row, name, where, found)
    for text, allowed in ((row.title, ()), (row.title_numbers, PLACEHOLDERS), (row.fix, ())):
        for name in _placeholders(text):
            if name not in allowed:
                expected = ", ".join(allowed) or "none"
                found.add("data.placeholder", where, f"nothing fills {{{name}}} in {text!r}", expected=expected)


def check_ids(rows: Iterable[Any], where: str, found: Findings) -> None:
    "Every id well formed, and used once."
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            found.add("data.duplicate", f"{where} {row.id}", "an id that another row has")
        if not ID.fullmatch(row.id):
            found.add("data.id", where, f"{row.id!r} is no id", expected="letters and digits joined by hyphens")
        seen.add(row.id)


def _check_subject(row: Claim | Workaround, where: str, known: Known, found: Findings) -> None:
    "What it speaks of, under which condition, and who says so."
    if row.subject != "*" and row.subject not in known.concepts and row.subject not in known.layers:
        tip = "data/concepts.json has the concepts; a layer type is written neuralnetwork:convolution"
        found.add("data.unknown-subject", where, f"there is no concept or layer type {row.subject!r}", tip=tip)
    found.one_of("data.unknown-source", where, "source", row.source, known.sources)
    _stated(row, "text", where, found)
    if known.condition is not None and (wrong := known.condition(row.condition)):
        found.add("data.condition", where, f"`{row.condition}`: {wrong}", tip="docs/answers.md lists the features")


def _check_reason(row: Claim, where: str, known: Known, found: Findings) -> None:
    reason = known.reasons.get(row.reason)
    if reason is None:
        found.add("data.unknown-reason", where, f"there is no reason {row.reason!r}")
    if row.says == "yes":
        found.add("data.schema", where, "a yes with a reason for a no")


def _stated(row: Any, name: str, where: str, found: Findings) -> None:
    if not getattr(row, name).strip():
        found.add("data.schema", where, f"`{name}` is empty")


def _placeholders(text: str) -> list[str]:
    try:
        return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:  # a lone brace
        return ["?"]
