"""data/normalise.toml and data/refusals.toml, verified: what `anedb data check` says of other tools' words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from anedb.catalog import facts, files, normalise, refusals
from anedb.catalog.findings import Findings
from anedb.catalog.refusals import GROUPS, LONGEST, Refusal
from anedb.errors import DataError

WORDS, REFUSALS = "normalise.toml", "refusals.toml"


def check(reasons: Iterable[str], found: Findings) -> None:
    "`reasons`: the codes of data/reasons.toml."
    _check_words(_read(WORDS, found), found)
    rows = _read(REFUSALS, found).get("refusal", [])
    read = [made for place, row in enumerate(rows, 1) if (made := _row(row, f"{REFUSALS} {place}", found))]
    for row in read:
        _check_refusal(row, set(reasons), f"{REFUSALS} {row.example!r}", found)
    _check_order(read, found)


def _read(name: str, found: Findings) -> dict[str, Any]:
    try:
        return files.read_toml(name)
    except DataError as error:
        found.add("data.syntax", name, str(error))
        return {}


def _check_words(tables: dict[str, Any], found: Findings) -> None:
    for table in tables.keys() | normalise.TABLES.keys():
        found.one_of("data.unknown-word", WORDS, "table", table, tuple(normalise.TABLES))
        seen: dict[str, str] = {}
        for ours, theirs in tables.get(table, {}).items():
            where, allowed = f"{WORDS} {table}.{ours}", normalise.TABLES.get(table, ())
            if allowed:
                found.one_of("data.unknown-word", where, "word of ours", ours, allowed)
            for word in (ours, *theirs):
                folded = normalise.folded(str(word))
                if not folded or folded in seen:
                    found.add("data.duplicate", where, f"{word!r} stands for {seen.get(folded, 'nothing')!r} already")
                seen[folded] = ours


def _row(row: Any, where: str, found: Findings) -> Refusal | None:
    try:
        made = facts.build(Refusal, row, REFUSALS)
    except (DataError, AttributeError) as error:
        found.add("data.schema", where, str(error))
        return None
    flags = {"own_kernel"}
    wrong = [name for name in row if not isinstance(row[name], bool if name in flags else str) or row[name] == ""]
    for name in wrong:
        found.add("data.schema", where, f"{name}: empty, or of another type")
    return None if wrong else made


def _check_refusal(row: Refusal, reasons: set[str], where: str, found: Findings) -> None:
    if row.code not in reasons:
        found.add("data.unknown-reason", where, f"there is no reason {row.code!r}")
    dangers = refusals.dangers(row.pattern)
    for what in dangers:
        found.add("data.pattern", where, what, tip="say how often each part may repeat: \\w{1,99}")
    if dangers:
        return
    pattern = re.compile(row.pattern)
    for name in pattern.groupindex:
        found.one_of("data.pattern", where, "group", name, GROUPS)
    if len(row.example) > LONGEST or not pattern.search(row.example):
        found.add("data.pattern", where, "its own example is not found by it")


def _check_order(rows: list[Refusal], found: Findings) -> None:
    "No example is found by an earlier pattern, which would take it."
    usable = [(re.compile(row.pattern), row) for row in rows if not refusals.dangers(row.pattern)]
    for pattern, row in usable:
        first = next((other for earlier, other in usable if earlier.search(row.example)), row)
        if first is not row and pattern.search(row.example):
            where = f"{REFUSALS} {row.example!r}"
            found.add("data.pattern", where, f"an earlier pattern takes it, that of {first.example!r}")
