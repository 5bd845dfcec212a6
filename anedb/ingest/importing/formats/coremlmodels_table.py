"""coremlmodels' `analyze_compute_plan`: a table by bars, `ios18.conv | x_1 | NeuralEngine | 1.23e-02 | CPU,GPU,NE`.

Bars at the ends, as in a table pasted into Markdown, are passed over. The tool asks for all compute units and has no
setting of it. It does not say which model a table is of, nor the function of an operation, nor anything of the machine.
`Unk` is an operation that the plan has no answer for.
"""

from __future__ import annotations

import re
from pathlib import Path

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import ComputeUnits
from anedb.errors import BadFileError
from anedb.ingest.importing.jsontext import share_ppm

TITLE = "coremlmodels' table of operations, identifiers, selected and supported devices (0seba)"

TOOL = "coremlmodels analyze_compute_plan"
HEADER = ["operation", "identifier", "selected device", "cost", "supported devices"]
NOTHING = ("", "Unk", "NoneType")
_RULE = re.compile(r"[\s|:-]{3,}")
_CUT = re.compile(r"[\w.]{1,200}\s{0,200}")
"An operator alone: a row that ends before its first bar."
_COST = re.compile(r"\d(?:\.\d{1,9})?e[+-]\d{1,3}", re.ASCII)
_FAILED = "Compute Plan Analysis failed: "


def recognise(head: str) -> bool:
    return any(_header(line) for line in head.splitlines())


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong. What a log has before and after a table is passed over."
    tables: list[list[ForeignRow]] = []
    notes: list[str] = []
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if _header(line):
            tables.append([])
            inside = True
        elif _FAILED in line:
            notes.append(f"line {number}: the tool failed: {line.partition(_FAILED)[2].strip()[:200]}")
        elif inside and not _RULE.fullmatch(line):
            inside = "|" in line or _CUT.fullmatch(line) is not None
            if inside:
                tables[-1].append(_row(line, number, path))
    if not any(tables):
        raise BadFileError(f"{path}: no operation in its table", tip="is the file whole?")
    return ForeignReport(
        format="coremlmodels_table",
        rows=_told_apart(tables, notes),
        units=ComputeUnits.ALL.value,
        tool=TOOL,
        notes=tuple(notes),
    )


def _told_apart(tables: list[list[ForeignRow]], notes: list[str]) -> tuple[ForeignRow, ...]:
    "Rows of several tables, whose models have no names, by the table's number."
    from dataclasses import replace

    if len(tables) == 1:
        return tuple(tables[0])
    notes.append(f'{len(tables)} tables, whose models are not named: they go by "table 1", "table 2" …')
    return tuple(replace(row, model=f"table {number}") for number, each in enumerate(tables, start=1) for row in each)


def _header(line: str) -> bool:
    return "|" in line and [each.casefold() for each in _cells(line)] == HEADER


def _cells(line: str) -> list[str]:
    line = line.strip()
    if line.startswith("|"):
        line = line.removeprefix("|").removesuffix("|")
    return [each.strip().strip("`") for each in line.split("|")]


def _row(line: str, number: int, path: Path) -> ForeignRow:
    cells = _cells(line)
    if len(cells) != len(HEADER):
        raise BadFileError(f"{path}:{number}: {len(cells)} columns by bar, not {len(HEADER)}", tip="is the line whole?")
    said, name, device, cost, supported = cells
    where = f"{path}:{number}"
    if cost and not _COST.fullmatch(cost):
        raise BadFileError(f"{where}: {cost[:40]!r} is no cost")
    operator, opset = normalise.operator(said)
    return ForeignRow(
        operator=operator,
        opset=opset,
        name=name,
        offered=tuple(sorted({_unit(each, where) for each in supported.split(",")})) if supported else None,
        chosen=None if device in NOTHING else _unit(device, where),
        cost_ppm=share_ppm({"cost": float(cost)}, "cost", where) if cost else None,
        place=f"line {number}",
    )


def _unit(word: str, where: str) -> str:
    found = normalise.unit(word)
    if not found:
        raise BadFileError(f"{where}: {word[:40]!r} is no compute unit that is known")
    return found
