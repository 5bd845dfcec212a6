"""What cannot be, though it is well said. The stage `plausible`: such a file is kept aside, for a person to look at."""

from __future__ import annotations

from anedb.domain.layer import Operand
from anedb.domain.observation import ComputeUnits, Unit
from anedb.domain.submission import Seen
from anedb.ingest.problems import Problems, pointer
from anedb.ingest.wire import Line

MAX_EXTENT = 2**31
MAX_RANK = 16
"Core ML itself stops at 5 for most layers."
MAX_COST_PPM = 1_000_000

ALLOWED = {
    ComputeUnits.ALL: frozenset({Unit.ANE, Unit.GPU, Unit.CPU}),
    ComputeUnits.CPU_AND_NE: frozenset({Unit.ANE, Unit.CPU}),
    ComputeUnits.CPU_AND_GPU: frozenset({Unit.GPU, Unit.CPU}),
    ComputeUnits.CPU_ONLY: frozenset({Unit.CPU}),
}
"Compute units a setting leaves to choose from (Apple, `MLComputeUnits`)."
FAILED = frozenset({"compile-failed", "crash", "memory-limit", "no-answer", "rejected", "run-failed", "time-limit"})
"Reasons why nothing could be seen: with one of them an observation may state nothing else."
_UNITS = ALLOWED[ComputeUnits.ALL]
"A word that is none of these has been told already."


def check_line(line: Line, number: int, problems: Problems, *, engine: bool = True) -> None:
    "`engine`: whether the run's machine has one that Core ML can use."
    for index, operand in enumerate(line.inputs):
        if operand.shape:
            _check_shape(operand, number, index, problems)
    for index, seen in enumerate(line.seen):
        _check_seen(seen, number, index, problems, engine)


def _check_shape(operand: Operand, number: int, index: int, problems: Problems) -> None:
    shape = operand.shape or ()
    if len(shape) > MAX_RANK:
        what, at = f"{len(shape)} axes", pointer("inputs", index, "shape")
        problems.add("plausible.rank", what, line=number, at=at, expected=f"at most {MAX_RANK}")
    for axis, extent in enumerate(shape):
        if isinstance(extent, int) and not 0 < extent <= MAX_EXTENT:
            at = pointer("inputs", index, "shape", axis)
            problems.add("plausible.extent", f"an extent of {extent}", line=number, at=at, expected="1 to 2^31")


def _check_seen(seen: Seen, number: int, index: int, problems: Problems, engine: bool) -> None:
    at = f"/seen/{index}"
    offered, chosen, ran = seen.offered, seen.chosen, seen.ran
    failed = seen.reason is not None and seen.reason.code in FAILED
    if offered is None and chosen is None and ran is None and not failed:
        expected = "at least one of offered, chosen, ran"
        problems.add("plausible.nothing-seen", "nothing was seen", line=number, at=at, expected=expected)
    if offered is not None and chosen in _UNITS and chosen not in offered:
        expected = " or ".join(offered) or "nothing, as nothing was offered"
        what = f"{chosen} was chosen and not offered"
        problems.add("plausible.chosen-not-offered", what, line=number, at=at + "/chosen", expected=expected)
    if seen.cost_ppm is not None and not 0 <= seen.cost_ppm <= MAX_COST_PPM:
        what = f"a cost of {seen.cost_ppm} millionths"
        problems.add("plausible.cost", what, line=number, at=at + "/cost_ppm", expected="0 to 1,000,000")
    _check_units(seen, number, at, problems, engine)


def _check_units(seen: Seen, number: int, at: str, problems: Problems, engine: bool) -> None:
    "Every unit named must be one the setting left to choose from, and one the machine has."
    allowed = ALLOWED.get(seen.units)  # type: ignore[call-overload]
    if allowed is None:
        return
    if _as_allowed(seen, allowed if engine else allowed - {Unit.ANE}):
        return
    named = [(f"/offered/{place}", unit) for place, unit in enumerate(seen.offered or ())]
    named += [(f"/{name}", unit) for name in ("chosen", "ran") if (unit := getattr(seen, name)) is not None]
    for place, unit in named:
        if unit in _UNITS and unit not in allowed:
            what = f"{unit} cannot be had under {seen.units}"
            expected = ", ".join(sorted(allowed))
            problems.add("plausible.outside-units", what, line=number, at=at + place, expected=expected)
        elif unit == Unit.ANE and not engine:
            what = "this machine has no engine that Core ML can use"
            expected = "gpu or cpu, or another chip in the header"
            problems.add("plausible.no-engine", what, line=number, at=at + place, expected=expected)


def _as_allowed(seen: Seen, allowed: frozenset[Unit]) -> bool:
    "Most observations name no other unit: one look, before they are told apart."
    return (
        allowed.issuperset(seen.offered or ())
        and (seen.chosen is None or seen.chosen in allowed)
        and (seen.ran is None or seen.ran in allowed)
    )
