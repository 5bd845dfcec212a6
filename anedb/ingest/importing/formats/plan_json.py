"""A compute plan as a plain list: `[{"op": "ios17.conv", "device": "MLNeuralEngineComputeDevice"}, …]`.

The device is the preferred one, and null where the plan has no answer. What is supported, the names, the function and
all of the machine are not in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.errors import BadFileError
from anedb.ingest.importing.jsontext import field, load

TITLE = "compute plan as a plain JSON list of operators and devices (.plan.json)"

_FIRST = re.compile(r'\s{0,99}\[\s{0,99}\{(?=[^{}]{0,900}"op"\s{0,9}:)(?=[^{}]{0,900}"device"\s{0,9}:)')
"A list whose first object has both."


def recognise(head: str) -> bool:
    return _FIRST.match(head) is not None


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the entry that is wrong."
    found = load(text, path)
    if not isinstance(found, list) or not found:
        raise BadFileError(f"{path}: no list of operations")
    return ForeignReport(
        format="plan_json", rows=tuple(_row(each, f"{path}: {number}", number) for number, each in enumerate(found))
    )


def _row(each: Any, where: str, number: int) -> ForeignRow:
    operator, opset = normalise.operator(field(each, "op", str, where))
    device = field(each, "device", str, where, "")
    chosen = normalise.unit(device)
    if device and not chosen:
        raise BadFileError(f"{where}: {device[:40]!r} is no compute device that is known")
    return ForeignRow(operator=operator, opset=opset, chosen=chosen or None, place=str(number))
