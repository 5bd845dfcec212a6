"""MLComputePlan as freedomtan's `coreml_profiling` logs it: `operation ios17.conv, device <MLNeuralEngineComputeDevice:
0x…>, cost 4.5811%`, or `layer NAME, device <…>` of a NeuralNetwork.

The device is the preferred one. What else is supported, the names of an ML Program's operations and the types of a
NeuralNetwork's layers are not in it, nor anything of the machine. Later versions print the cost as `us`: it is the same
share, times a thousand.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.errors import BadFileError

TITLE = "log of MLComputePlan, an operation a line with its device and cost (freedomtan, coreml_profiling)"

TOOL = "coreml_profiling"
SHARES = {"%": 10_000, " us": 1_000}
"What the printed cost is multiplied by to give millionths of the model's."

_LINE = re.compile(
    r"(?:operation (?P<operator>[^\s,]{1,200})|layer (?P<layer>[^\n]{1,400}?)),"
    r" device <?(?P<device>\w{1,60})(?:: 0x[0-9a-fA-F]{1,20}>?)?"
    r"(?:, cost (?P<cost>\d{1,9}(?:\.\d{1,9})?)(?P<kind>%| us))?\s{0,9}"
)
_DATE = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d")
_MODEL = re.compile(r"the mlmodelc directory: (?P<url>\S{1,900})")
_MARK = re.compile(r"(?:^|\] |: )(?:operation|layer) .{0,420}, device ")


def recognise(head: str) -> bool:
    return any(_MARK.search(line[:900]) and _found(line) for line in head.splitlines())


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong. Other lines of a log are passed over."
    rows, dates, models = [], set(), set()
    for number, line in enumerate(text.splitlines(), start=1):
        models |= {each["url"] for each in _MODEL.finditer(line[:2000])}
        if not _MARK.search(line[:900]):
            continue
        rows.append(_row(line, number, path))
        dates |= {each["date"] for each in _DATE.finditer(line[:40])}
    if not rows:
        raise BadFileError(f"{path}: no operation with a device in it")
    return ForeignReport(
        format="compute_plan_log",
        rows=tuple(rows),
        model=unquote(next(iter(models)).removeprefix("file://")) if len(models) == 1 else "",
        tool=TOOL,
        date=max(dates, default=""),
        notes=_notes(text),
    )


def _found(line: str) -> re.Match[str] | None:
    begun = _MARK.search(line[:900])
    words = ("operation ", "layer ")
    start = min((at for word in words if begun and (at := line.find(word, begun.start())) >= 0), default=-1)
    return _LINE.fullmatch(line, start) if start >= 0 else None


def _row(line: str, number: int, path: Path) -> ForeignRow:
    found = _found(line)
    if found is None:
        raise BadFileError(f"{path}:{number}: an operation that does not end", tip="is the line whole?")
    chosen = normalise.unit(found["device"])
    if not chosen and found["device"] != "null":
        raise BadFileError(f"{path}:{number}: {found['device']!r} is no device that is known")
    operator, opset = normalise.operator(found["operator"] or "")
    cost = float(found["cost"]) * SHARES[found["kind"]] if found["cost"] else None
    return ForeignRow(
        operator=operator,
        opset=opset,
        name=found["layer"] or "",
        chosen=chosen or None,
        cost_ppm=round(cost) if cost is not None and cost <= 1_000_000 else None,
        place=f"line {number}",
    )


def _notes(text: str) -> tuple[str, ...]:
    cut = any(line.strip().strip(".…") == "" and line.strip() for line in text.splitlines())
    return ("an excerpt: a line of dots stands for what was left out",) if cut else ()
