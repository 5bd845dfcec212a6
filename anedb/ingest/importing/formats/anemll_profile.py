"""anemll-profile's report as text: numbers by unit and by operator, and each operation that is not on the engine.

Those have output, operator, device, what is supported and a reason. A name of more than 40 characters has lost its
head, as has a reason of more than 80, which then is kept as it is. A reason is what the log said of any operation of
that type, so only one that stands alone is an operation's own. Compute units and version are in it; nothing of the
machine. What it tells of a NeuralNetwork are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignCount, ForeignReport, ForeignRow
from anedb.domain.observation import Reason, Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import refusals

TITLE = "anemll-profile's report: numbers by unit and operator, and what is not on the engine (Anemll)"

CUT = ".."
REFUSAL = "ane: "
"Before a reason that a log gave; the others are the tool's own words for what it does not know."

_VERSION = re.compile(r"anemll-profile (?P<version>\d[\w.]{0,20})\s{0,9}")
_REPORT = re.compile(r"  ANE CostModel Report: (?P<model>\S.{0,400}?)\s{0,9}")
_SAID = re.compile(r"  (?P<what>Compute|Function): {1,20}(?P<value>\S.{0,200}?)\s{0,9}")
_NUMBER = re.compile(r"  (?P<unit>ANE|CPU|GPU) ops: {1,20}(?P<count>\d{1,9})(?: \(.{1,40}\))?\s{0,9}")
_SECTION = re.compile(r"  (?P<unit>ANE|CPU) Op Types\s{0,9}")
_TYPE = re.compile(r"  (?P<operator>[\w.<>]{1,200}) {1,40}(?P<count>\d{1,9})\s{0,9}")
_FALLBACK = re.compile(r"  CPU/GPU Fallback Ops \((?P<count>\d{1,9}) ops not on ANE\)\s{0,9}")
_ROW = re.compile(
    r"  (?P<name>\S{1,200}) {1,40}(?P<operator>\S{1,200}) {1,24}(?P<chosen>CPU|GPU|\?) "
    r"(?P<offered>[A-Z]{3}(?:,[A-Z]{3}){0,5}|) {1,13}(?P<reason>\S.{0,400})"
)
_HEADING = re.compile(r"  (?:Output Name|─{9})")
_RULE = re.compile(r"═{9,200}\s{0,9}")


def recognise(head: str) -> bool:
    return any(_REPORT.fullmatch(line[:900]) for line in head.splitlines())


@dataclass(slots=True)
class _Part:
    "The report of one model, or of one function."

    model: str
    place: str
    units: str = ""
    function: str = ""
    numbers: dict[str, int] = field(default_factory=dict)
    "Unit -> how many operations are on it."
    types: dict[str, dict[str, int]] = field(default_factory=dict)
    rows: list[ForeignRow] = field(default_factory=list)
    expected: int | None = None
    "Rows that the table's heading promises."


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong, or where numbers do not add up."
    parts, version = _parts(text, path)
    if not parts:
        raise BadFileError(f"{path}: no report in it")
    for part in parts:
        _check(part, f"{path}:{part.place}")
    units = {part.units for part in parts if part.units}
    if len(units) > 1:
        raise BadFileError(f"{path}: of several runs; each needs a file of its own")
    return ForeignReport(
        format="anemll_profile",
        rows=tuple(row for part in parts for row in part.rows),
        counts=tuple(count for part in parts for count in _counts(part)),
        units=next(iter(units), ""),
        tool=f"anemll-profile {version}".strip(),
        notes=("operations on the engine are numbers, without names: only those that are not on it can be stored",),
    )


def _parts(text: str, path: Path) -> tuple[list[_Part], str]:
    parts: list[_Part] = []
    version = section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if said := _REPORT.fullmatch(line):
            parts.append(_Part(model=said["model"], place=str(number)))
            section = ""
        elif said := _VERSION.fullmatch(line):
            version = version or said["version"]
        elif parts:
            section = _line(parts[-1], section, line, number, path)
    return parts, version


def _line(part: _Part, section: str, line: str, number: int, path: Path) -> str:
    "The section that the next line stands in: `ANE`, `CPU`, `fallback` or none."
    if said := _SECTION.fullmatch(line):
        part.types[said["unit"]] = {}
        return said["unit"]
    if said := _FALLBACK.fullmatch(line):
        part.expected = int(said["count"])
        return "fallback"
    if _RULE.fullmatch(line):
        # Around each heading; the next heading says what follows.
        done = part.rows if section == "fallback" else part.types.get(section)
        return "" if done else section
    if section == "fallback":
        part.rows += _row(part, line, number, path)
    elif section:
        part.types[section] |= _type(line, number, path)
    else:
        _said(part, line, number, path)
    return section


def _said(part: _Part, line: str, number: int, path: Path) -> None:
    if said := _NUMBER.fullmatch(line):
        part.numbers[said["unit"]] = int(said["count"])
    elif (said := _SAID.fullmatch(line)) and said["what"] == "Function":
        part.function = said["value"]
    elif said and not part.numbers:
        # Further down a line that begins so is a rate.
        part.units = normalise.compute_units(said["value"].partition(" (")[0])
        if not part.units:
            raise BadFileError(f'{path}:{number}: "{said["value"][:40]}" is no setting of compute units')


def _type(line: str, number: int, path: Path) -> dict[str, int]:
    if not line.strip():
        return {}
    found = _TYPE.fullmatch(line)
    if found is None:
        raise BadFileError(f"{path}:{number}: no operator and its number", tip="is the line whole?")
    return {found["operator"]: int(found["count"])}


def _row(part: _Part, line: str, number: int, path: Path) -> list[ForeignRow]:
    if not line.strip() or _HEADING.match(line):
        return []
    found = _ROW.fullmatch(line)
    if found is None:
        raise BadFileError(f"{path}:{number}: no operation with device and reason", tip="is the line whole?")
    operator, opset = normalise.operator(found["operator"])
    offered = tuple(sorted({_unit(word, number, path) for word in found["offered"].split(",") if word}))
    return [
        ForeignRow(
            operator=operator,
            opset=opset,
            name=found["name"] if found["name"] != "?" else "",
            offered=offered or None,
            chosen=normalise.unit(found["chosen"]) or None,
            reason=None if Unit.ANE in offered else _reason(found["reason"].strip()),
            model=part.model,
            function=part.function,
            place=f"line {number}",
            partial=True,
        )
    ]


def _unit(word: str, number: int, path: Path) -> str:
    found = normalise.unit(word)
    if not found:
        raise BadFileError(f"{path}:{number}: {word!r} is no compute unit that is known")
    return found


def _reason(text: str) -> Reason | None:
    "None: the tool's own words. Several, of which nobody knows whose they are, and one without its head stay text."
    if text.startswith(CUT) or (text.startswith(REFUSAL) and "; " in text):
        return Reason(code=refusals.UNMAPPED, text=text)
    return refusals.reason(text.removeprefix(REFUSAL)) if text.startswith(REFUSAL) else None


def _check(part: _Part, where: str) -> None:
    tip = "is the file whole?"
    if not part.numbers:
        raise BadFileError(f"{where}: a report without numbers of operations", tip=tip)
    if part.expected is not None and part.expected != len(part.rows):
        raise BadFileError(
            f"{where}: {len(part.rows)} operations not on the engine, and it counts {part.expected}", tip=tip
        )
    for unit, types in part.types.items():
        if sum(types.values()) != part.numbers.get(unit):
            raise BadFileError(f"{where}: operators on {unit} do not add up to its number", tip=tip)


def _counts(part: _Part) -> Iterator[ForeignCount]:
    "Of what has a device: the total beside it has constants in it."
    whole = sum(part.numbers.values())
    name = f"{part.model}, {part.function}" if part.function else part.model
    for said, count in part.numbers.items():
        unit = normalise.unit(said)
        yield ForeignCount(what="*", unit=unit, count=count, of=whole, model=name)
        for operator, many in part.types.get(said, {}).items():
            yield ForeignCount(what=normalise.operator(operator)[0], unit=unit, count=many, model=name)
