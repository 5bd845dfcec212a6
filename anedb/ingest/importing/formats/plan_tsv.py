"""Compute plan as text, seven columns by tab, no heading: model, number, operator, output, preferred, supported, cost.

`tools/common/computeplan.swift` of 751K's ANE study prints it. A row that stands for a whole model has `-` for the
number, and in the operator's place why there is no plan: `ERROR …` from Core ML, `OOM …` from the study's watchdog.
"""

from __future__ import annotations

import re
from pathlib import Path

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.errors import BadFileError

TITLE = "compute plan, seven columns by tab (751K, computeplan.swift)"

COLUMNS = 7
NOTHING = "-"
_NUMBER = re.compile(r"\d{1,7}", re.ASCII)
_COST = re.compile(r"\d{1,3}(?:\.\d{1,12})?(?:[eE]-?\d{1,3})?", re.ASCII)


def recognise(head: str) -> bool:
    line = next((line for line in head.splitlines() if line.strip()), "")
    cells = line.split("\t")
    if len(cells) >= 3 and cells[1] == NOTHING:
        return cells[2].startswith(("ERROR", "OOM"))
    return len(cells) == COLUMNS and _NUMBER.fullmatch(cells[1]) is not None and _is_cost(cells[6]) and _told(cells)


def _told(cells: list[str]) -> bool:
    return all(word == NOTHING or normalise.unit(word) for word in (cells[4], *cells[5].split(",")))


def _is_cost(cell: str) -> bool:
    return cell == NOTHING or _COST.fullmatch(cell) is not None


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong."
    models: dict[str, list[ForeignRow]] = {}
    notes = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) >= 3 and cells[1] == NOTHING:
            notes.append(f"{cells[0]}: no plan ({cells[2].strip()})")
            continue
        models.setdefault(cells[0], []).append(_row(cells, number, path))
    rows, incomplete = _complete(models)
    return ForeignReport(format="plan_tsv", rows=tuple(rows), notes=(*notes, *incomplete))


def _row(cells: list[str], number: int, path: Path) -> ForeignRow:
    if len(cells) != COLUMNS:
        raise BadFileError(f"{path}:{number}: {len(cells)} columns by tab, not {COLUMNS}", tip="is the file whole?")
    model, index, name, output, chosen, offered, cost = cells
    if not _NUMBER.fullmatch(index):
        raise BadFileError(f'{path}:{number}: "{index[:40]}" is no number of an operation')
    operator, opset = normalise.operator(name)
    return ForeignRow(
        operator=operator,
        opset=opset,
        name=output,
        offered=None if offered == NOTHING else _units(offered, number, path),
        chosen=None if chosen == NOTHING else _unit(chosen, number, path),
        cost_ppm=_cost_ppm(cost, number, path),
        model=model,
        place=f"line {number}",
    )


def _units(cell: str, number: int, path: Path) -> tuple[str, ...]:
    return tuple(sorted({_unit(word, number, path) for word in cell.split(",") if word}))


def _unit(word: str, number: int, path: Path) -> str:
    found = normalise.unit(word.strip())
    if not found:
        raise BadFileError(f'{path}:{number}: "{word[:40]}" is no compute unit that is known')
    return found


def _cost_ppm(cell: str, number: int, path: Path) -> int | None:
    if cell == NOTHING:
        return None
    if not _COST.fullmatch(cell) or float(cell) > 1:
        raise BadFileError(f'{path}:{number}: "{cell[:40]}" is no share of the cost, 0 to 1')
    return round(float(cell) * 1_000_000)


def _complete(models: dict[str, list[ForeignRow]]) -> tuple[list[ForeignRow], list[str]]:
    """Rows of models with a whole plan. One that lacks costs came back half made (with units that were not asked for,
    in the study's dumps): it answers nothing."""
    rows: list[ForeignRow] = []
    notes = []
    for model, found in models.items():
        bare = sum(each.cost_ppm is None or each.chosen is None or each.offered is None for each in found)
        if bare:
            notes.append(f"{model}: left out, an incomplete plan ({bare} of {len(found)} operations without an answer)")
        else:
            rows += found
    return rows, notes
