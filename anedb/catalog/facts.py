"""What people say and what to do about it: sources, claims, workarounds and reasons; and where observations lie.

For our own, trusted files: `anedb.catalog.check` verifies them. Everything is read once and kept.
"""

from __future__ import annotations

import string
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from anedb.catalog import files
from anedb.domain.claim import Claim, ReasonCode, Workaround
from anedb.domain.observation import Reason, Source
from anedb.errors import DataError, UnknownNameError

T = TypeVar("T")


@cache
def sources() -> dict[str, Source]:
    "Every source by its id."
    return {each.id: each for each in rows(Source, "sources.json")}


def source(id: str) -> Source:
    "Raises `UnknownNameError`."
    try:
        return sources()[id]
    except KeyError:
        raise UnknownNameError(f"there is no source {id!r} in data/sources.json") from None


@cache
def claims() -> tuple[Claim, ...]:
    "Every claim, by file and then as the file has them: sorted by id."
    names = (f"claims/{path.name}" for path in sorted((files.root() / "claims").glob("*.json")))
    return tuple(claim for name in names for claim in rows(Claim, name))


def claims_about(*subjects: str) -> tuple[Claim, ...]:
    """Claims on exactly these subjects: a concept, a layer type, and `*` for those that speak of every layer.

    `claims_about("conv", "neuralnetwork:convolution", "*")` is all that may bear on one layer.
    """
    index = _claims_by_subject()
    return tuple(claim for subject in dict.fromkeys(subjects) for claim in index.get(subject, ()))


@cache
def workarounds() -> tuple[Workaround, ...]:
    "Every workaround, sorted by id."
    return tuple(rows(Workaround, "workarounds.json"))


@cache
def reasons() -> dict[str, ReasonCode]:
    "The closed vocabulary of reasons, by code."
    return {code: build(ReasonCode, {"code": code, **entry}, "reasons.toml") for code, entry in _reason_entries()}


def reason_title(reason: Reason) -> str:
    "A reason in words: with its numbers where all that its wording names are known, else without."
    code = reasons().get(reason.code)
    if code is None:
        return reason.text or reason.code
    known = {"feature": reason.feature.replace("_", " "), "value": reason.value, "limit": reason.limit}
    named = [name for _, name, _, _ in string.Formatter().parse(code.title_numbers) if name]
    usable = bool(named) and all(known[name] for name in named)
    return code.title_numbers.format_map(known) if usable else code.title


def observation_files() -> tuple[Path, ...]:
    "Files of observations: recorded from public sources, then contributors' runs. Timings beside them are left out."
    recorded = (files.root() / "observations").glob("*.jsonl")
    runs = (files.root() / "submissions").rglob("*.jsonl")
    return tuple(sorted(recorded)) + tuple(path for path in sorted(runs) if not path.name.endswith(".timings.jsonl"))


def retraction_files() -> tuple[Path, ...]:
    "What was withdrawn, one file each."
    return tuple(sorted((files.root() / "retractions").glob("*.json")))


@cache
def _claims_by_subject() -> dict[str, list[Claim]]:
    index: dict[str, list[Claim]] = {}
    for claim in claims():
        index.setdefault(claim.subject, []).append(claim)
    return index


def _reason_entries() -> list[tuple[str, dict[str, Any]]]:
    return list(files.read_toml("reasons.toml")["reasons"].items())


def rows(kind: type[T], name: str) -> list[T]:
    "The values of a JSON list in data/. Raises `DataError`."
    return [build(kind, row, name) for row in files.read_json(name)]


def build(kind: type[T], row: dict[str, Any], name: str) -> T:
    "One value from its row; lists become tuples. Raises `DataError`."
    try:
        return kind(**{key: tuple(item) if isinstance(item, list) else item for key, item in row.items()})
    except TypeError as error:
        what = row.get("id") or row.get("code") if isinstance(row, dict) else row
        raise DataError(f"data/{name}: {what}: {error}", tip="`anedb data check` lists all that is wrong") from None
