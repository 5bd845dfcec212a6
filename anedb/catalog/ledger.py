"""data/ledger: where each claim of the public evidence went, or why it went nowhere.

What public sources say was gathered elsewhere, one claim to a line with an id, in words that are not ours to ship. A
line here tells, for one of those ids, which of our claims and which sources of observations hold what it states.
Nothing that answers a question reads these files: `anedb data check` does.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from anedb.catalog import files
from anedb.catalog.findings import Findings
from anedb.domain.value import value

FOLDER = "ledger"
FIELDS = ("id", "claims", "observations", "why")
"In the order in which a line has them."


@value
class Entry:
    "One claim of the collection: held by ours, or excused."

    id: str
    "As the collection has it."
    claims: tuple[str, ...] = ()
    "Ids of our claims, data/claims."
    observations: tuple[str, ...] = ()
    "Sources whose file in data/observations holds what it states."
    why: str = ""
    "Only where nothing of ours holds it: why it cannot be represented."


def paths() -> list[Path]:
    return sorted((files.root() / FOLDER).glob("*.jsonl"))


def read(path: Path) -> list[Entry]:
    "Raises `ValueError` where a line is no entry."
    return [entry_from_json(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def entries() -> list[Entry]:
    "Of all files. Raises `ValueError`."
    return [entry for path in paths() for entry in read(path)]


def entry_from_json(found: Any) -> Entry:
    "Raises `ValueError` where a field is unknown, missing, or of another type."
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        raise ValueError("not an object with an id")
    if unknown := found.keys() - set(FIELDS):
        raise ValueError(f"unknown field {', '.join(sorted(unknown))}")
    if not isinstance(found.get("why", ""), str):
        raise ValueError("`why` is no text")
    claims, observations = (_names(found, field) for field in ("claims", "observations"))
    return Entry(id=found["id"], claims=claims, observations=observations, why=found.get("why", ""))


def _names(found: dict[str, Any], field: str) -> tuple[str, ...]:
    names = found.get(field, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"`{field}` is no list of ids")
    return tuple(names)


def canonical_text(path: Path) -> str:
    "A line an entry, by id, what is empty left out. Raises `ValueError` where it cannot be read."
    return "".join(_line(entry) + "\n" for entry in sorted(read(path), key=lambda entry: entry.id))


def _line(entry: Entry) -> str:
    stated = {name: getattr(entry, name) for name in FIELDS if getattr(entry, name)}
    return json.dumps(stated, ensure_ascii=False, separators=(",", ":"))


def check(claims: Collection[str], sources: Collection[str], found: Findings) -> None:
    "All files: `claims` and `sources` are the ids that an entry may name."
    observed = {path.stem for path in (files.root() / "observations").glob("*.jsonl")} & set(sources)
    seen: set[str] = set()
    for path in paths():
        name = path.relative_to(files.root()).as_posix()
        try:
            listed = read(path)
        except ValueError as error:
            found.add("data.syntax", name, f"cannot be read: {error}")
            continue
        for entry in listed:
            _check_entry(entry, f"{name} {entry.id}", claims, observed, found)
            if entry.id in seen:
                found.add("data.duplicate", f"{name} {entry.id}", "an id that another line of the ledger has")
            seen.add(entry.id)


def _check_entry(entry: Entry, where: str, claims: Collection[str], observed: set[str], found: Findings) -> None:
    entered = bool(entry.claims or entry.observations)
    if entered == bool(entry.why.strip()):
        what = "both entered and excused" if entered else "neither entered nor excused"
        found.add("data.ledger", where, what, expected="claims or observations, else `why`")
    for claim in entry.claims:
        if claim not in claims:
            found.add("data.unknown-evidence", where, f"there is no claim {claim!r}")
    for source in entry.observations:
        if source not in observed:
            tip = "the name of a file in data/observations, which is a source of data/sources.json"
            found.add("data.unknown-source", where, f"no observations of {source!r}", tip=tip)
