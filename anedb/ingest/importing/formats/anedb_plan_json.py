"""A compute plan written by a collector of one's own, with everything a submission needs but the layers' parameters.

docs/importing.md has the form, and thirty lines of Python that write it through coremltools' `MLComputePlan`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.errors import BadFileError
from anedb.ingest.importing.jsontext import field, load, share_ppm

TITLE = "compute plan as JSON, as a collector of your own writes it (docs/importing.md)"

KIND = "anedb-compute-plan"
_KIND = re.compile(rf'"kind"\s*:\s*"{KIND}"')
HEADER = ("chip", "device", "os", "version", "build", "units", "tool", "date")
"All of them text, and each may be left out."
OPERATIONS = "operations"


def recognise(head: str) -> bool:
    return head.lstrip().startswith("{") and _KIND.search(head) is not None


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the operation that is wrong."
    found = load(text, path)
    if field(found, "kind", str, str(path)) != KIND:
        raise BadFileError(f"{path}: its kind is not {KIND}")
    said: dict[str, Any] = {name: field(found, name, str, str(path), "") for name in HEADER}
    units = normalise.compute_units(said["units"]) if said["units"] else ""
    if said["units"] and not units:
        raise BadFileError(f'{path}: "{said["units"][:40]}" is no setting of compute units', tip="CPU_AND_NE, ALL …")
    rows = [
        row
        for number, model in enumerate(field(found, "models", list, str(path)))
        for row in _model(model, f"{path}: models/{number}", number)
    ]
    return replace(ForeignReport(format="anedb_plan_json", rows=tuple(rows)), **{**said, "units": units})


def _model(model: Any, where: str, number: int) -> list[ForeignRow]:
    name = field(model, "name", str, where, "")
    found = field(model, OPERATIONS, list, where)
    return [
        _row(each, name, f"{where}/operations/{place}", f"models/{number}/operations/{place}")
        for place, each in enumerate(found)
    ]


def _row(each: Any, model: str, where: str, place: str) -> ForeignRow:
    operator, opset = normalise.operator(field(each, "operator", str, where))
    offered = each.get("supported")
    return ForeignRow(
        operator=operator,
        opset=opset,
        name=field(each, "name", str, where, ""),
        offered=None if offered is None else _units(field(each, "supported", list, where), where),
        chosen=_unit(each["preferred"], where) if each.get("preferred") is not None else None,
        cost_ppm=share_ppm(each, "cost", where),
        model=model,
        function=field(each, "function", str, where, ""),
        place=place,
    )


def _units(found: list[Any], where: str) -> tuple[str, ...]:
    return tuple(sorted({_unit(each, where) for each in found}))


def _unit(word: Any, where: str) -> str:
    found = normalise.unit(word) if isinstance(word, str) else ""
    if not found:
        raise BadFileError(f"{where}: {str(word)[:40]!r} is no compute unit that is known")
    return found
