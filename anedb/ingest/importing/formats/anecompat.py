"""ANECompat's log: a model is run once with all compute units, and what reaches the engine's client is watched.

`Intercepted evaluation of model with key: {…}` is one piece of the model that ran on the engine, and `Completed with
status: Fully compatible (0)` says that these pieces together lead from every input to every output. Then every
operation ran there. Status 1 (some pieces) does not tell which operations, and status 2 (none) not where they ran
instead: neither becomes an observation. Nothing of the machine is in it.
"""

from __future__ import annotations

import re
from pathlib import Path

from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import ComputeUnits, Method, Unit
from anedb.errors import BadFileError

TITLE = "ANECompat: one run watched at the engine's client, the model judged as a whole (fredyshox)"

TOOL = "ANECompat"
WORDS = {"Fully compatible": 0, "Partial compatibility": 1, "Not compatible": 2}
PIECE = "Intercepted evaluation of model with key: "
END = "Completed with status: "
FAILURES = ("Failed to compile mlmodel: ", "Failed to load mlmodel: ", "Error while running prediction: ")

_STATUS = re.compile(r"(?P<word>[A-Z][a-z ]{1,40}) \((?P<status>\d{1,3})\)\s{0,9}")
_DATE = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d")
_COMMAND = re.compile(r"[^\n]{0,200}?[$%] (?:\S{0,200}/)?anecompat (?P<model>\S{1,900})[^\n]{0,400}")
"As it stands in a log copied from a terminal."


def recognise(head: str) -> bool:
    return any(END in line and _status(line) for line in head.splitlines()) or f'{PIECE}{{"isegment"' in head


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong. Other lines of a log are passed over."
    rows: list[ForeignRow] = []
    notes: list[str] = []
    dates: set[str] = set()
    model, pieces = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if "anecompat " in line and (found := _COMMAND.fullmatch(line[:2000])):
            model, pieces = found["model"], 0
        elif PIECE in line:
            pieces += 1
        elif END in line:
            status = _judged(line, number, pieces, path)
            notes += _note(status, pieces, model or f"line {number}")
            dates |= {each["date"] for each in _DATE.finditer(line[:40])}
            rows.append(_row(status, model, number))
            model, pieces = "", 0
        elif failed := next((each for each in FAILURES if each in line), ""):
            notes.append(f"{model or f'line {number}'}: {failed}{line.partition(failed)[2].strip()[:200]}")
            model, pieces = "", 0
    if not rows and not notes:
        raise BadFileError(f"{path}: no line `{END}…`", tip="is the log whole?")
    return ForeignReport(
        format="anecompat",
        rows=tuple(rows),
        units=ComputeUnits.ALL.value,
        tool=TOOL,
        date=max(dates, default=""),
        method=Method.PROFILER.value,
        notes=tuple(notes),
    )


def _status(line: str) -> re.Match[str] | None:
    found = _STATUS.fullmatch(line.partition(END)[2][:100])
    return found if found and WORDS.get(found["word"]) == int(found["status"]) else None


def _judged(line: str, number: int, pieces: int, path: Path) -> int:
    "The status. Raises `BadFileError`: none that is known, or one that the pieces before it contradict."
    found = _status(line)
    if not found:
        raise BadFileError(f"{path}:{number}: no status that is known", tip="is the line whole?")
    status = int(found["status"])
    if status == WORDS["Not compatible"] and pieces:
        raise BadFileError(f"{path}:{number}: not compatible, though {pieces} pieces ran on the engine")
    return status


def _note(status: int, pieces: int, what: str) -> list[str]:
    if status == WORDS["Partial compatibility"]:
        ran = f"{pieces} {'piece' if pieces == 1 else 'pieces'}" if pieces else "some"
        return [f"{what}: {ran} of the model ran on the engine; which operations those are is not told"]
    if status == WORDS["Not compatible"]:
        return [f"{what}: nothing of the model ran on the engine; whether the CPU or the GPU did is not told"]
    return []


def _row(status: int, model: str, number: int) -> ForeignRow:
    ran = Unit.ANE.value if status == WORDS["Fully compatible"] else None
    return ForeignRow(operator="*", ran=ran, model=model, place=f"line {number}")
