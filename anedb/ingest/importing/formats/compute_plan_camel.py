"""A compute plan as Swift tools encode it: `operatorName`, `preferredComputeDevice`, `supportedComputeDevices`.

Three forms are read. A report of `plans`, one for each `requestedComputeUnits`, with the Mac, the system, the day and
the model (`coreml-compute-plan-report`); an object with `operations`; and the list of operations alone, the last two
without anything of the machine. `path` is `main.12`, or `main.3.block0.1` inside a branch or loop. An operation without
an answer has no `preferredComputeDevice` and an empty list of supported ones: that list says nothing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import refusals
from anedb.ingest.importing.jsontext import field, load, share_ppm

TITLE = "compute plan as JSON with Swift's names: operatorName, preferredComputeDevice, supportedComputeDevices"

TOOL = "coreml-compute-plan-report"
_KEYS = [re.compile(rf'"{key}"\s{{0,9}}:') for key in ("operatorName", "(?:preferred|supported)ComputeDevices?")]
_MAC = re.compile(r"(?:Mac|MacBook|MacBookPro|MacBookAir|Macmini|MacPro|iMac|iMacPro)\d{1,3},\d{1,3}", re.ASCII)
_SYSTEM = re.compile(r"Version (?P<version>\d{1,3}(?:\.\d{1,3}){0,2}) \(Build (?P<build>[0-9A-Za-z]{4,12})\)", re.ASCII)
_DAY = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d", re.ASCII)
_PATH = re.compile(r"(?P<function>[^\s.]{1,200})(?:\.(?:block)?\d{1,9}){1,40}", re.ASCII)


def recognise(head: str) -> bool:
    return head.lstrip()[:1] in ("{", "[") and all(key.search(head) for key in _KEYS)


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the operation that is wrong."
    found, where = load(text, path), str(path)
    if isinstance(found, list):
        return _report(_operations(found, "", "", where), path)
    plans = field(found, "plans", list, where, [])
    if not plans:
        return _report(_operations(field(found, "operations", list, where), "", "operations/", where), path)
    rows = [row for number, plan in enumerate(plans) for row in _plan(plan, f"plans/{number}", where)]
    return _report(rows, path, found)


def _report(rows: list[ForeignRow], path: Path, said: Any = None) -> ForeignReport:
    if not rows:
        raise BadFileError(f"{path}: no operation in it")
    host, model = (field(said or {}, name, dict, str(path), {}) for name in ("host", "model"))
    hardware, system = (field(host, name, str, str(path), "") for name in ("hardwareModel", "operatingSystem"))
    mac, version = _MAC.fullmatch(hardware), _SYSTEM.fullmatch(system)
    day = _DAY.match(field(said or {}, "generatedAt", str, str(path), ""))
    return ForeignReport(
        format="compute_plan_camel",
        rows=tuple(rows),
        device=hardware if mac else "",
        # What calls itself a Mac runs macOS; the tool's own words leave the name of the system out.
        os="macOS" if mac and version else "",
        version=version["version"] if version else "",
        build=version["build"] if version else "",
        tool=TOOL if said else "",
        date=day["day"] if day else "",
        model=field(model, "name", str, str(path), ""),
        notes=(f"its machine is {hardware[:40]!r}, which is no Mac's name",) if hardware and not mac else (),
    )


def _plan(plan: Any, place: str, where: str) -> list[ForeignRow]:
    "Rows of one setting of compute units."
    said = field(plan, "requestedComputeUnits", str, f"{where}: {place}")
    units = normalise.compute_units(said)
    if not units:
        raise BadFileError(f'{where}: {place}: "{said[:40]}" is no setting of compute units')
    operations = field(plan, "operations", list, f"{where}: {place}")
    return _operations(operations, units, f"{place}/operations/", where)


def _operations(found: list[Any], units: str, place: str, where: str) -> list[ForeignRow]:
    return [_row(each, units, f"{place}{number}", f"{where}: {place}{number}") for number, each in enumerate(found)]


def _row(each: Any, units: str, place: str, where: str) -> ForeignRow:
    operator, opset = normalise.operator(field(each, "operatorName", str, where))
    preferred = field(each, "preferredComputeDevice", str, where, "")
    supported = field(each, "supportedComputeDevices", list, where, [])
    chosen = _unit(preferred, where) if preferred else None
    inside = _PATH.fullmatch(field(each, "path", str, where, ""))
    names = field(each, "outputNames", list, where, [])
    why = field(each, "fallbackReason", str, where, "").strip()
    return ForeignRow(
        operator=operator,
        opset=opset,
        name=names[0] if names and isinstance(names[0], str) else "",
        offered=tuple(sorted({_unit(word, where) for word in supported})) if supported else None,
        chosen=chosen,
        cost_ppm=share_ppm(each, "estimatedCostWeight", where),
        reason=refusals.reason(why) if why and chosen != Unit.ANE else None,
        units=units,
        function=inside["function"] if inside else "",
        place=place,
    )


def _unit(word: Any, where: str) -> str:
    found = normalise.unit(word) if isinstance(word, str) else ""
    if not found:
        raise BadFileError(f"{where}: {str(word)[:40]!r} is no compute device that is known")
    return found
