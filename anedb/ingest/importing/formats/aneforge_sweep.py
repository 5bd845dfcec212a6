"""ANEForge's sweep: one program an operation, compiled through E5RT for the engine alone, run, and compared.

A list of `{op, compile, run, correct, relerr, klass, err, family}`. Core ML takes no part in it, so it says what the
engine can do and not what Core ML schedules. Which shapes and parameters a program had is not in it, nor the machine;
a folder of models named as the operations tells the layers. ANEForge calls the engines H13 to H16 (M1 to M4) A13 to
A16, which is not what Apple calls the iPhone's chips: the Mac's own chip has to be named.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import ComputeUnits, Method, Reason, Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import refusals
from anedb.ingest.importing.jsontext import field, load

TITLE = "ANEForge's sweep: operations compiled for the engine alone, run and compared (sbryngelson, private interface)"

TOOL = "ANEForge sweep"
ABSENT = "not-implemented-on-ANE"
PASSED = {"reachable": (True, True), "reachable+correct": (True, True), ABSENT: (False, False)}
"A class, and whether its programs compile and run; other classes leave both open."
TRAP = "ANEForge's engines A13 to A16 are H13 to H16, of M1 to M4: --chip is the Mac's own"

_FIRST = re.compile(r'\s{0,99}\[\s{0,99}\{(?=[^{}]{0,2000}"klass"\s{0,9}:)(?=[^{}]{0,2000}"compile"\s{0,9}:)')


def recognise(head: str) -> bool:
    return _FIRST.match(head) is not None


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the entry that is wrong."
    found = load(text, path)
    if not isinstance(found, list) or not found:
        raise BadFileError(f"{path}: no list of operations")
    rows = tuple(_row(each, f"{path}: {number}", number) for number, each in enumerate(found))
    return ForeignReport(
        format="aneforge_sweep",
        rows=rows,
        units=ComputeUnits.CPU_AND_NE.value,
        tool=TOOL,
        method=Method.PRIVATE_API.value,
        notes=(*_compared(found), TRAP, "no setting of compute units applies: entered as CPU and engine"),
    )


def _row(each: Any, where: str, number: int) -> ForeignRow:
    op = field(each, "op", str, where)
    compiled, ran = field(each, "compile", bool, where), field(each, "run", bool, where)
    kind = field(each, "klass", str, where)
    if (ran and not compiled) or PASSED.get(kind, (compiled, ran)) != (compiled, ran):
        raise BadFileError(f"{where}: {op[:40]} is {kind[:40]!r}, with compile {compiled} and run {ran}")
    operator, opset = normalise.operator(op)
    return ForeignRow(
        operator=operator,
        opset=opset,
        offered=(Unit.ANE.value,) if compiled else (),
        ran=Unit.ANE.value if ran else None,
        reason=None if compiled else _reason(kind, field(each, "err", str, where, "")),
        model=op,
        place=str(number),
    )


def _reason(kind: str, said: str) -> Reason:
    "The class, where it is a cause; else the tool's own words, which name none in any file seen."
    return Reason(code="unsupported-op") if kind == ABSENT else refusals.reason(said or kind)


def _compared(found: list[Any]) -> list[str]:
    "Ran is not right: how the results of what ran agreed with the reference."
    said = Counter(each.get("correct") is True for each in found if each["run"])
    wrong = sum(each.get("correct") is False for each in found if each["run"])
    notes = [f"of {said.total()} operations that ran, {said[True]} gave the reference's result"]
    return notes + ([f"{wrong} gave another result, which no observation has a place for"] if wrong else [])
