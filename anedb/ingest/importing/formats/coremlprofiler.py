"""coremlprofiler (PyPI): a line an operation with ✅ or ❌ for CPU, GPU and ANE, which is what is supported, and a
coloured bar with the numbers preferred: `All: 119  ■ CPU: 5  ■ GPU: 0  ■ ANE: 114`.

It says nothing of the machine, and gives no names. A fork of it prints a ✅ for each supported device wherever it
stands, and guesses for operations without an answer: it is told by its `Debug:` lines, and of its rows only those with
three ✅ mean anything.
"""

from __future__ import annotations

import re
from pathlib import Path

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignCount, ForeignReport, ForeignRow
from anedb.domain.observation import Unit
from anedb.errors import BadFileError

TITLE = "coremlprofiler: ✅ and ❌ an operation, and a coloured bar (FL33TW00D)"

ORDER = (Unit.CPU.value, Unit.GPU.value, Unit.ANE.value)
YES, NO = "✅", "❌"
FORK = "Debug: "

_COLOURS = re.compile(r"\x1b\[[\d;]{0,12}m")
_ROW = re.compile(r"(?P<operator>\S{1,200})[ ]{0,200}\t(?P<marks>[✅❌\t]{1,40})[ ]{0,9}")
_LEGEND = re.compile(r"All: (?P<all>\d{1,9})\s{1,9}■")
_COUNT = re.compile(r"■ (?P<unit>\w{1,20}): (?P<count>\d{1,9})")


def recognise(head: str) -> bool:
    plain = _COLOURS.sub("", head)
    return any(_ROW.fullmatch(line) or _LEGEND.match(line) for line in plain.splitlines())


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong."
    lines = _COLOURS.sub("", text).splitlines()
    fork = any(line.startswith(FORK) for line in lines)
    rows: list[ForeignRow] = []
    counts: list[ForeignCount] = []
    unclear = 0
    for number, line in enumerate(lines, start=1):
        if found := _ROW.fullmatch(line):
            row = _row(found, number, fork, path)
            unclear += row is None
            rows += [row] if row else []
        elif whole := _LEGEND.match(line):
            counts += _counts(line, int(whole["all"]), number, path)
    if not rows and not counts and not unclear:
        raise BadFileError(f"{path}: neither an operation nor the bar in it")
    return ForeignReport(
        format="coremlprofiler",
        rows=tuple(rows),
        counts=tuple(counts),
        tool="coremlprofiler",
        notes=(f"left out: {unclear} operations that a fork of the tool marks without saying which unit",)
        if unclear
        else (),
    )


def _row(found: re.Match[str], number: int, fork: bool, path: Path) -> ForeignRow | None:
    "None: the fork's, which does not tell which units it means."
    marks = found["marks"].split("\t")
    if fork and marks != [YES, YES, YES]:
        return None
    if len(marks) != len(ORDER) or not set(marks) <= {YES, NO}:
        raise BadFileError(f"{path}:{number}: {len(marks)} marks, not 3 for CPU, GPU and ANE", tip="is the line whole?")
    operator, opset = normalise.operator(found["operator"])
    offered = sorted(unit for unit, mark in zip(ORDER, marks, strict=True) if mark == YES)
    return ForeignRow(operator=operator, opset=opset, offered=tuple(offered), place=f"line {number}")


def _counts(line: str, whole: int, number: int, path: Path) -> list[ForeignCount]:
    found = {each["unit"]: int(each["count"]) for each in _COUNT.finditer(line)}
    if sum(found.values()) != whole:
        raise BadFileError(f"{path}:{number}: {sum(found.values())} of {whole} operations", tip="is the line whole?")
    named = {normalise.unit(name): count for name, count in found.items()}
    return [ForeignCount(what="*", unit=unit, count=count, of=whole) for unit, count in named.items() if unit]
