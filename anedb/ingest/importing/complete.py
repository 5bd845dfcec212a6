"""What reports say of their run, and what options add: all of it, or what is still wanted. Nothing is guessed.

A file and an option that say different things are an error, as are two files of one call. A chip follows from a device,
and an OS version from a build, where the catalogue knows them: that is looked up, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date as Day
from itertools import pairwise

from anedb.catalog import normalise, targets
from anedb.domain.foreign import ForeignReport
from anedb.domain.imported import Need
from anedb.domain.observation import ComputeUnits
from anedb.domain.submission import Environment
from anedb.domain.target import Target
from anedb.errors import AnedbError, UsageError

OPTION = "the option"
"What an option goes by in a message that says who disagrees."


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    "Options. Empty: not given."

    chip: str = ""
    device: str = ""
    os: str = ""
    "With version, and build in brackets: `macOS 27.0.1 (26A434)`."
    units: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    target: Target
    units: tuple[str, ...]
    "Of each report; empty where nobody says."
    date: str
    tool: str
    coremltools: str
    needs: tuple[Need, ...]

    def environment(self) -> Environment:
        "Of a run that nothing is missing of but build and device, which a submission may leave out."
        on = self.target
        return Environment(
            chip=on.chip or "",
            device=on.device or "",
            os=on.os or "",
            version=on.version or "",
            build=on.build or "",
            coremltools=self.coremltools,
            tool=self.tool,
        )


Said = list[tuple[str, str]]
"Who says it, and what."


def complete(reports: Sequence[tuple[str, ForeignReport]], given: Given) -> Completed:
    "Reports with the names of their files. Raises `UsageError` for a contradiction, `UnknownNameError` for a name."
    target = _target(reports, given)
    units = tuple(_units(name, report, given.units) for name, report in reports)
    date = _agreed("date", [(name, report.date) for name, report in reports] + [(OPTION, given.date)], _day)
    tools = list(dict.fromkeys(report.tool for _, report in reports if report.tool))
    return Completed(
        target=target,
        units=units,
        date=date,
        tool=", ".join(tools)[:100],
        coremltools=_coremltools(tools),
        needs=tuple(_needs(target, units, date)),
    )


def _needs(target: Target, units: Iterable[str], date: str) -> Iterable[Need]:
    if not target.chip:
        yield Need(option="--chip", or_option="--device", what="the chip or device it ran on", example="M4")
    if not target.version:
        yield Need(option="--os", what="the OS version, and its build if known", example="macOS 26.1 (25B78)")
    if not all(units):
        yield Need(option="--units", what="the compute units asked for", example=ComputeUnits.CPU_AND_NE.value)
    if not date:
        yield Need(option="--date", what="the day it was measured", example="2026-11-20")


def _target(reports: Sequence[tuple[str, ForeignReport]], given: Given) -> Target:
    chip = _agreed("chip", [(n, r.chip) for n, r in reports] + [(OPTION, given.chip)], lambda it: targets.chip(it).id)
    device = _agreed("device", [(n, r.device) for n, r in reports] + [(OPTION, given.device)], _device)
    system = _system(reports, given.os)
    said = f"{system.os or ''} {system.version or ''} {system.build or ''}".strip() if system.os else None
    found = targets.resolve(chip or None, device or None, said)
    _check_engine(reports, found)
    return replace(found, build=found.build or system.build)


def _check_engine(reports: Sequence[tuple[str, ForeignReport]], found: Target) -> None:
    "The path that Core ML keeps its analysis under names the engine."
    engine = _agreed("engine", [(name, report.engine) for name, report in reports], str)
    if engine and found.engine and engine != found.engine:
        where = next(name for name, report in reports if report.engine)
        raise UsageError(
            f"the path of {where} says engine {engine}, and {found.chip or found.device} has {found.engine}",
            tip=f"chips with an {engine}: {', '.join(each.id for each in targets.chips() if each.engine == engine)}",
        )


def _device(name: str) -> str:
    "Raises `UnknownNameError`."
    return targets.device(name).identifier


def _system(reports: Sequence[tuple[str, ForeignReport]], given: str) -> Target:
    "OS, version and build, put together from whoever says a part."
    option = _version(given) if given else Target()
    all_of = [(name, _reported(report)) for name, report in reports] + [(OPTION, option)]
    system = _agreed("OS", [(name, said.os or "") for name, said in all_of], str)
    build = _agreed("build", [(name, said.build or "") for name, said in all_of], str)
    version = _longest([(name, said.version or "") for name, said in all_of])
    if build and not version:
        found = _version(build, known=True)
        if not system or found.os == system:
            return replace(found, build=build)
    return Target(os=system or None, version=version or None, build=build or None)


def _reported(report: ForeignReport) -> Target:
    return Target(
        os=_version(report.os).os if report.os else None, version=report.version or None, build=report.build or None
    )


def _version(text: str, *, known: bool = False) -> Target:
    "`known`: nothing rather than an error where the catalogue has no such build."
    try:
        return Target(**targets.os_version(text)._asdict())
    except AnedbError:
        if known:
            return Target()
        raise


def _longest(said: Said) -> str:
    "`27` and `27.0.1` agree, and the longer is meant; `27.0` and `27.1` do not. Raises `UsageError`."
    stated = sorted({each for _, each in said if each}, key=lambda each: each.count("."))
    for short, long in pairwise(stated):
        if not f"{long}.".startswith(f"{short}."):
            _disagree("OS version", said)
    return stated[-1] if stated else ""


def _units(name: str, report: ForeignReport, given: str) -> str:
    said = [(name, report.units), (OPTION, given)]
    return _agreed("compute units", said, _setting)


def _setting(word: str) -> str:
    found = normalise.compute_units(word)
    if not found:
        known = ", ".join(each.value for each in ComputeUnits)
        raise UsageError(f'"{word}" is no setting of compute units', tip=f"there are {known}")
    return str(found)


def _day(text: str) -> str:
    try:
        return Day.fromisoformat(text if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else "").isoformat()
    except ValueError:
        raise UsageError(f'"{text}" is no day', tip="write it like this: 2026-11-20") from None


def _agreed(what: str, said: Said, meant: Callable[[str], str]) -> str:
    "What all who say something mean; empty where nobody does. Raises `UsageError` where two disagree."
    found = {meant(each) for _, each in said if each}
    if len(found) > 1:
        _disagree(what, said)
    return found.pop() if found else ""


def _disagree(what: str, said: Said) -> None:
    (first, one), (second, other) = _differing([pair for pair in said if pair[1]])
    tip = "leave the option out, or correct it" if second == OPTION else "import files of different runs one at a time"
    raise UsageError(f"{first} says {what} {one}, {second} says {other}", tip=tip)


def _differing(said: Said) -> tuple[tuple[str, str], tuple[str, str]]:
    first = said[0]
    return first, next((each for each in said[1:] if each[1] != first[1]), said[-1])


def _coremltools(tools: Iterable[str]) -> str:
    "Its version, where a tool names it: `anecheck, coremltools 9.0`."
    found = [match[1] for tool in tools if (match := re.search(r"coremltools[ /]v?(\d[\w.]{0,20})", tool))]
    return found[0] if found else ""
