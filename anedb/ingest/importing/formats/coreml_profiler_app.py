"""The app CoreMLProfiler: its `compute_plan.json`, and its exported table `compute_plan_operation_table.json`.

The first has every function with its operations, inputs and outputs; the second, which the app exports, only the
operations of `main`, without those of branches and loops, in early versions without names. Operations without a cost,
constants mostly, are in neither. Neither names the model, the compute units or the machine.

A message of the engine's compiler stands beside a row of the table. The app sets it there by its number in Core ML's
analysis, which has operations that the plan has not, so it may be another's: where one stands at a row whose operation
the engine is offered, all are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import refusals
from anedb.ingest.importing.jsontext import field, load, share_ppm

TITLE = "the app CoreMLProfiler: compute_plan.json, or the table it exports (fguzman82)"

TOOL = "CoreMLProfiler"
UNNAMED = "Unknown"
MESSAGES = ("ane_msg", "validationMessages")
MOST_NESTED = 50
_KEYS = [re.compile(rf'"{key}"\s{{0,9}}:') for key in ("operatorName", "op_number", "preferred_device")]


def recognise(head: str) -> bool:
    return head.lstrip()[:1] in ("{", "[") and all(key.search(head) for key in _KEYS)


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the operation that is wrong."
    found, where = load(text, path), str(path)
    if isinstance(found, list):
        pairs = [_listed(each, number, where) for number, each in enumerate(found)]
        rows, notes = _with_messages(pairs)
    else:
        rows, notes = [row for name in _functions(found, where) for row in _function(found[name], name, where)], ()
    if not rows:
        raise BadFileError(f"{where}: no operation in it", tip="is the file whole?")
    return ForeignReport(format="coreml_profiler_app", rows=tuple(rows), tool=TOOL, notes=notes)


def _functions(found: Any, where: str) -> list[str]:
    if not isinstance(found, dict) or "error" in found:
        raise BadFileError(f"{where}: the app printed no plan", tip="it reads ML Programs alone")
    return list(found)


def _function(found: Any, name: str, where: str) -> Iterator[ForeignRow]:
    block = field(found, "block", dict, f"{where}: {name}")
    return _block(block, name, f"{name}/block", where, 0)


def _block(block: Any, function: str, place: str, where: str, depth: int) -> Iterator[ForeignRow]:
    "Operations in order, each before those it holds: so a model's are listed too."
    if depth > MOST_NESTED:
        raise BadFileError(f"{where}: nested too deep", tip="no plan is; the file is damaged")
    for number, each in enumerate(field(block, "operations", list, f"{where}: {place}")):
        inside = f"{place}/operations/{number}"
        yield _row(each, function, inside, f"{where}: {inside}")
        for index, nested in enumerate(field(each, "blocks", list, f"{where}: {inside}", [])):
            yield from _block(nested, function, f"{inside}/blocks/{index}", where, depth + 1)


def _row(each: Any, function: str, place: str, where: str) -> ForeignRow:
    operator, opset = normalise.operator(field(each, "operatorName", str, where))
    chosen = field(each, "preferred_device", str, where, "")
    offered = field(each, "supported_devices", str, where, "")
    return ForeignRow(
        operator=operator,
        opset=opset,
        name=_name(each, where),
        offered=tuple(sorted({_unit(word.strip(), where) for word in offered.split(",")})) if offered.strip() else None,
        chosen=_unit(chosen, where) if chosen else None,
        cost_ppm=share_ppm(each, "cost", where),
        function=function,
        place=place,
    )


def _name(each: Any, where: str) -> str:
    "Of the first output: by itself in later versions, else in the list of outputs, where there is one."
    said = field(each, "operator_id", str, where, "")
    outputs = field(each, "outputs", list, where, [])
    if not said and outputs:
        said = field(outputs[0], "name", str, where, "")
    return "" if said == UNNAMED else said


def _unit(word: str, where: str) -> str:
    found = normalise.unit(word)
    if not found:
        raise BadFileError(f"{where}: {word[:40]!r} is no compute device that is known")
    return found


def _listed(each: Any, number: int, where: str) -> tuple[ForeignRow, str]:
    "A row of the table, and the message beside it."
    at = f"{where}: row {number}"
    said = next((text.strip() for name in MESSAGES if (text := field(each, name, str, at, ""))), "")
    return _row(each, "", f"row {number}", at), said


def _with_messages(pairs: list[tuple[ForeignRow, str]]) -> tuple[list[ForeignRow], tuple[str, ...]]:
    rows = [row for row, _ in pairs]
    if any(text and Unit.ANE in (*(row.offered or ()), row.chosen) for row, text in pairs):
        many = sum(bool(text) for _, text in pairs)
        return rows, (f"{many} messages left out: some stand beside operations that the engine is offered",)
    return [replace(row, reason=refusals.reason(text)) if text else row for row, text in pairs], ()
