"""anecheck's report, `anecheck.py MODEL --json FILE`: each operation of a compute plan, and a summary of them.

It names the model and the compute units, and nothing of the machine. Operations have their operator and stand in the
model's order, those of branches and loops after their own; constants only where they were asked for. `?` is an
operation that the plan has no answer for.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.errors import BadFileError
from anedb.ingest.importing.jsontext import field, load, share_ppm

TITLE = "anecheck's report of one model, as JSON (erwinzhang7, coreml-compute-placement)"

TOOL = "anecheck"
NOTHING = "?"
_KEYS = [re.compile(rf'"{key}"\s{{0,9}}:') for key in ("compute_units", "summary", "by_count", "ane_fraction_by_cost")]


def recognise(head: str) -> bool:
    return head.lstrip().startswith("{") and all(key.search(head) for key in _KEYS)


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the operation that is wrong, or where the summary counts others."
    found, where = load(text, path), str(path)
    said = field(found, "compute_units", str, where)
    units = normalise.compute_units(said)
    if not units:
        raise BadFileError(f'{where}: "{said[:40]}" is no setting of compute units')
    rows = [_row(each, number, where) for number, each in enumerate(field(found, "operations", list, where))]
    _check(rows, field(found, "summary", dict, where), where)
    return ForeignReport(
        format="anecheck_json", rows=tuple(rows), units=units, tool=TOOL, model=field(found, "model", str, where, "")
    )


def _row(each: Any, number: int, where: str) -> ForeignRow:
    place = f"operations/{number}"
    where = f"{where}: {place}"
    operator, opset = normalise.operator(field(each, "operator", str, where))
    chosen, offered = field(each, "preferred", str, where), field(each, "supported", list, where)
    return ForeignRow(
        operator=operator,
        opset=opset,
        # The tool writes an empty list where the plan has no answer too: it says nothing.
        offered=tuple(sorted({_unit(word, where) for word in offered} - {""})) or None,
        chosen=_unit(chosen, where) or None,
        cost_ppm=share_ppm(each, "cost", where),
        function=field(each, "function", str, where, ""),
        place=place,
    )


def _unit(word: Any, where: str) -> str:
    "Empty: the plan has no answer."
    found = normalise.unit(word) if isinstance(word, str) else ""
    if not found and word != NOTHING:
        raise BadFileError(f"{where}: {str(word)[:40]!r} is no compute device that is known")
    return found


def _check(rows: list[ForeignRow], summary: dict[str, Any], where: str) -> None:
    "A report whose operations are not those that its summary counts is not whole."
    by_count = field(summary, "by_count", dict, where)
    counted = {name: field(by_count, name, int, where) for name in by_count}
    listed = Counter(row.chosen or "" for row in rows)
    if Counter({_unit(name, where): count for name, count in counted.items()}) != listed:
        all_of = ", ".join(f"{name} {count}" for name, count in counted.items())
        raise BadFileError(f"{where}: its summary counts {all_of}, its operations are others", tip="is the file whole?")
