"""Layers whose answer is known beyond doubt (data/canaries.json). A run that contradicts one is kept aside: it was not
made on the machine it names, or the program that made it reads Core ML wrongly. The stage `canary`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from anedb.catalog.files import read_json
from anedb.catalog.records import line_from_json
from anedb.domain.layer import Layer
from anedb.domain.observation import ComputeUnits, Method, Unit
from anedb.domain.submission import Seen
from anedb.domain.target import Target
from anedb.fingerprint import fingerprint
from anedb.ingest.problems import Problems, pointer
from anedb.ingest.wire import Line


class Kind(StrEnum):
    MUST_RUN = "must-run"
    "Core ML offers the engine wherever one can be had."
    MUST_NOT = "must-not"
    "Core ML never offers the engine. Says nothing about a compiler called directly."
    MUST_FAIL = "must-fail"
    "The engine cannot hold it, by any method."


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    id: str
    kind: str
    layer: Layer
    sources: tuple[str, ...]
    "Source ids: the evidence that leaves no doubt."
    text: str
    engines: tuple[str, ...] = ()
    "Engine architectures it holds for; empty: all."
    since_release: int = 0
    until_release: int = 0
    "Core ML releases (iOS numbering) it holds for; 0: no bound."


@cache
def canaries() -> dict[str, Canary]:
    "By layer fingerprint. Raises `DataError` where the file is missing."
    found = [_canary(item) for item in read_json("canaries.json")["canaries"]]
    return {fingerprint(canary.layer.hashed()): canary for canary in found}


def _canary(item: dict[str, Any]) -> Canary:
    layer = line_from_json({**item["layer"], "fingerprint": "", "seen": []}).layer
    more: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in item.items()}
    return Canary(**{**more, "layer": layer})


def check_line(line: Line, target: Target, number: int, problems: Problems) -> None:
    "`target`: the run's machine, engine and release filled in; a canary is silent where either is not known to fit."
    canary = canaries().get(line.fingerprint)
    if canary is None or not _applies(canary, target):
        return
    for index, seen in enumerate(line.seen):
        if contradicts(canary.kind, seen):
            what = f"{_told(seen)} contradicts the canary `{canary.id}`: {canary.text}"
            tip = f"Evidence: {', '.join(canary.sources)}. If your device really says so, tell us: that would be news."
            problems.add(f"canary.{canary.kind}", what, line=number, at=pointer("seen", index), tip=tip)


def _applies(canary: Canary, target: Target) -> bool:
    if canary.engines and target.engine not in canary.engines:
        return False
    if (canary.since_release or canary.until_release) and target.release is None:
        return False
    release = target.release or 0
    return release >= canary.since_release and (not canary.until_release or release <= canary.until_release)


def contradicts(kind: str, seen: Seen) -> bool:
    "Whether an observation cannot be, given what is known. A missing answer contradicts nothing."
    named = Unit.ANE in ((seen.offered or ()) + (seen.chosen or "", seen.ran or ""))
    if kind == Kind.MUST_RUN:
        possible = seen.units in (ComputeUnits.ALL, ComputeUnits.CPU_AND_NE)
        return possible and seen.method == Method.COMPUTE_PLAN and bool(seen.offered) and not named
    if kind == Kind.MUST_NOT:
        return named and seen.method != Method.PRIVATE_API
    return named


def _told(seen: Seen) -> str:
    parts = [
        f"offered {', '.join(seen.offered)}" if seen.offered else "",
        f"chosen {seen.chosen}" if seen.chosen else "",
    ]
    parts.append(f"ran {seen.ran}" if seen.ran else "")
    return "; ".join(part for part in parts if part)
