"""The machine and the day a header names, held against the catalogue: a part of the stage `vocabulary`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date as Day
from datetime import timedelta

from anedb.catalog import devices, facts, targets
from anedb.catalog.releases import SYSTEMS, release_of
from anedb.domain.submission import Header, SourceHeader
from anedb.domain.target import Target
from anedb.errors import AnedbError
from anedb.ingest import words
from anedb.ingest.problems import Problems, shown
from anedb.ingest.wire import meant

CLOCK_SKEW = timedelta(days=1)
"Somewhere it is tomorrow already."
BETA = timedelta(days=240)
"A release is out as a beta so long before its first day, at most."

PLAN_SINCE = "2024-03-01"
"The month `MLComputePlan` came out, with iOS 17.4 and macOS 14.4."
PLAN_VERSIONS = {"iOS": (17, 4), "macOS": (14, 4), "tvOS": (17, 4), "watchOS": (10, 4), "visionOS": (1, 1)}
"Its header in the iOS 18.2 SDK states them; visionOS 1.1 came the same day."

VERSION = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}", re.ASCII)
BUILD = re.compile(r"\d{2}[A-Z]\d{1,6}[a-z]?", re.ASCII)
"`26A434`; a beta ends in a letter."
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def check(header: Header | SourceHeader, problems: Problems, *, today: str) -> Target:
    "The machine, with engine and release from the catalogue; what cannot be told is None."
    found, at = stated(header), "/environment" if isinstance(header, Header) else "/target"
    _check_chip(found, at, problems)
    _check_os(found, at, problems)
    if isinstance(header, SourceHeader):
        if header.source not in facts.sources():
            words.word("vocabulary.source", header.source, facts.sources(), problems, 1, "/source", "source")
        return locate(found)
    _check_date(header.date, found, problems, today)
    return locate(found)


def stated(header: Header | SourceHeader) -> Target:
    "What a header says of its machine, no more."
    if isinstance(header, SourceHeader):
        return header.target
    on = header.environment
    return Target(chip=on.chip, os=on.os, version=on.version, build=on.build or None, device=on.device or None)


def locate(found: Target) -> Target:
    "The same with engine and release from the catalogue, where it knows them."
    return replace(found, engine=_engine(found) or found.engine, release=_release(found) or found.release)


def has_engine(header: Header | SourceHeader, found: Target) -> bool:
    "False where Core ML surely cannot use one: the chip's is closed to it, or the machine is a virtual one."
    if isinstance(header, Header) and header.environment.virtual:
        return False
    try:
        return targets.chip(found.chip).usable if found.chip else True
    except AnedbError:
        return True


def check_plan(header: Header, problems: Problems) -> None:
    "For a run with results of `MLComputePlan`: that there was one, that day and on that OS."
    on = header.environment
    if header.date < PLAN_SINCE and _day(header.date):
        what = f"no compute plan could be read on {header.date}"
        problems.add("vocabulary.too-early", what, line=1, at="/date", expected=f"{PLAN_SINCE} or later")
    least = PLAN_VERSIONS.get(on.os)
    if least and VERSION.fullmatch(on.version) and targets.minor(on.version) < least:
        what, expected = f"{on.os} {on.version} has no compute plan", f"{on.os} {least[0]}.{least[1]} or later"
        problems.add("vocabulary.too-early", what, line=1, at="/environment/version", expected=expected)


def _check_chip(found: Target, at: str, problems: Problems) -> None:
    chips = [chip.id for chip in targets.chips()]
    known = found.chip is None or words.word(
        "vocabulary.chip", found.chip, chips, problems, 1, f"{at}/chip", "chip in data/chips.json"
    )
    if found.device is None:
        return
    device = next((each for each in targets.devices() if each.identifier == found.device), None)
    if device is None:
        identifiers = tuple(each.identifier for each in targets.devices())
        tip = meant(found.device, identifiers) or "A new device is a new row of data/devices.json."
        what = f"`{shown(found.device)}` is no device in data/devices.json"
        problems.add("vocabulary.device", what, line=1, at=f"{at}/device", expected="as `iPhone15,3`", tip=tip)
        return
    has = devices.chips_in(device)
    if known and found.chip and has and found.chip not in has:
        what = f"{device.identifier} ({device.name}) has no {found.chip}"
        problems.add("vocabulary.device-chip", what, line=1, at=f"{at}/chip", expected=" or ".join(has))
    runs = devices.system_of(device.identifier)
    if runs and found.os in SYSTEMS and found.os != runs:
        what = f"{device.identifier} runs no {found.os}"
        problems.add("plausible.os-device", what, line=1, at=f"{at}/os", expected=runs)


def _check_os(found: Target, at: str, problems: Problems) -> None:
    if found.os is None or not words.word("vocabulary.os", found.os, SYSTEMS, problems, 1, f"{at}/os", "OS"):
        return
    if found.version is not None and not _check_version(found.os, found.version, at, problems):
        return
    if found.build is not None:
        _check_build(found.os, found.version, found.build, at, problems)


def _check_version(system: str, version: str, at: str, problems: Problems) -> bool:
    if not VERSION.fullmatch(version):
        what = f"`{shown(version, 40)}` is no OS version"
        problems.add("vocabulary.version", what, line=1, at=f"{at}/version", expected="as `17.4` or `27.0.1`")
        return False
    try:
        release_of(system, version)
    except AnedbError as error:
        tip = "A new OS release is a new row of data/os_releases.json."
        problems.add("vocabulary.version", error.message, line=1, at=f"{at}/version", expected=error.tip, tip=tip)
        return False
    return True


def _check_build(system: str, version: str | None, build: str, at: str, problems: Problems) -> None:
    if not BUILD.fullmatch(build):
        what = f"`{shown(build, 40)}` is no OS build"
        problems.add("vocabulary.build", what, line=1, at=f"{at}/build", expected="as `26A434`")
        return
    try:
        targets.os_version(f"{system} {version or ''} {build}")
    except AnedbError as error:
        problems.add("vocabulary.build", error.message, line=1, at=f"{at}/build", expected=error.tip)


def check_day(said: str, problems: Problems, today: str) -> Day | None:
    "The day, or None and what is wrong with it."
    day = _day(said)
    if day is None:
        what = f"`{shown(said, 40)}` is no day of the calendar"
        problems.add("vocabulary.date", what, line=1, at="/date", expected="as `2026-11-22`")
    elif day > Day.fromisoformat(today) + CLOCK_SKEW:
        tip = "Is the clock of the measuring machine right?"
        what = f"{said} has not come yet"
        problems.add("vocabulary.future", what, line=1, at="/date", expected=f"{today} or earlier", tip=tip)
    return day


def _check_date(said: str, found: Target, problems: Problems, today: str) -> None:
    day = check_day(said, problems, today)
    number = _release(found)
    out = targets.release(number).dates.get(found.os or "") if number else None
    if out and day and day < Day.fromisoformat(out) - BETA:
        what = f"{found.os} {found.version} was not out on {said}, nor a beta of it"
        problems.add("vocabulary.too-early", what, line=1, at="/date", expected=f"near {out} or later")


def _day(said: str) -> Day | None:
    try:
        return Day.fromisoformat(said) if _DATE.fullmatch(said) else None
    except ValueError:
        return None


def _engine(found: Target) -> str | None:
    "By the chip; where only the device is known, by that."
    try:
        if found.chip:
            return targets.engine_of(found.chip)
        return devices.engine_in(targets.device(found.device)) if found.device else None
    except AnedbError:
        return None


def _release(found: Target) -> int | None:
    if not found.os or not found.version or not VERSION.fullmatch(found.version):
        return None
    try:
        return release_of(found.os, found.version)
    except AnedbError:
        return None
