"""Core ML's segmentation analytics as a table: `DebugName, OpType, SelectedBackend, backend_0, …, est_time_0, …,
invalid_0, …` with a blank after each comma, as freedomtan's `coreml_profiling_without_compute_plan_2` prints it.

The operations stand in the program's order and without their names. Nothing in it says what it ran on. The printer
writes one comma too many, or leaves a message out, where the last backend has nothing to say: cells are told by what
they hold, not by their number.
"""

from __future__ import annotations

import re
from pathlib import Path

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import Reason, Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import refusals

TITLE = "backends as a table by commas (freedomtan, coreml_profiling_without_compute_plan_2)"

HEADING = "DebugName, OpType, SelectedBackend, backend_0"
MOST = 100
_DEBUG = re.compile(r"[\w.]{1,200}:\d{1,9}:\d{1,9}")
_TIME = re.compile(r"\d{1,12}(?:\.\d{1,20})?(?:e[-+]?\d{1,3})?")


def recognise(head: str) -> bool:
    return head.lstrip().startswith(HEADING)


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong."
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines or not lines[0][1].startswith(HEADING):
        raise BadFileError(f"{path}:1: the heading is missing", tip=f"it begins {HEADING}")
    return ForeignReport(
        format="backend_csv",
        rows=tuple(_row(line, number, path) for number, line in lines[1:]),
        tool="coreml_profiling_without_compute_plan_2",
        notes=("from a method of Core ML that is not public; the operations are those after Core ML's own passes",),
    )


def _row(line: str, number: int, path: Path) -> ForeignRow:
    cells = [cell.strip() for cell in line.split(", ")]
    if len(cells) < 4 or not _DEBUG.fullmatch(cells[0]):
        raise BadFileError(f"{path}:{number}: no operation", tip="it begins ios17.conv:107:12; is the file whole?")
    operator, opset = normalise.operator(cells[1])
    chosen = normalise.unit(cells[2])
    offered, said = _told(cells[3:])
    if not chosen or not offered:
        raise BadFileError(f"{path}:{number}: no backend that is known in it, {cells[2][:40]!r} is selected")
    return ForeignRow(
        operator=operator,
        opset=opset,
        offered=offered,
        chosen=chosen,
        reason=_reason(said, offered, chosen),
        place=f"line {number}",
    )


def _told(cells: list[str]) -> tuple[tuple[str, ...], str]:
    "Units of the backends, and what stands behind the times: messages, whatever commas they have."
    times = [place for place, cell in enumerate(cells[:MOST]) if _TIME.fullmatch(cell)]
    first, last = (times[0], times[-1]) if times else (len(cells), len(cells))
    offered = {found for cell in cells[:first] if (found := normalise.unit(cell))}
    return tuple(sorted(offered)), ", ".join(cells[last + 1 :]).strip(" ,")


def _reason(said: str, offered: tuple[str, ...], chosen: str) -> Reason | None:
    "Whose message it is, is told by nothing but its column; the engine's, where the engine is refused."
    refused = said and Unit.ANE not in offered and chosen != Unit.ANE
    return refusals.reason(said) if refused else None
