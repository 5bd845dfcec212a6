"""Layers whose answer is known beyond doubt (data/canaries.json). A run that contradicts one is kept aside: it was not
made on the machine it names, or the program that made it reads Core ML wrongly. The stage `canary`.
"""

from __future__ import annotations

from anedb.catalog.canaries import Canary, Kind, canaries
from anedb.domain.observation import ComputeUnits, Method, Unit
from anedb.domain.submission import Seen
from anedb.domain.target import Target
from anedb.ingest.problems import Problems, pointer
from anedb.ingest.wire import Line

__all__ = ["Canary", "Kind", "canaries", "check_line", "contradicts"]


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
