"""ExecuTorch's `coreml_compute_plan.py`: numbers by device, and with `--show_non_ane` operators not on the engine.

Under `=== label ===`: `ANE:   412 / 480 ( 85.8%)`, then `Non-ANE op types:` and `32  ios17.cast`. It is the preferred
device. No operation by itself, no machine, and not the compute units it was asked for.
"""

from __future__ import annotations

import re
from pathlib import Path

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignCount, ForeignReport
from anedb.domain.observation import Unit
from anedb.errors import BadFileError

TITLE = "ExecuTorch's coreml_compute_plan.py: numbers by device (PyTorch)"

TOOL = "executorch coreml_compute_plan.py"
_LABEL = re.compile(r"=== (?P<label>[^\n]{1,400}?) ===\s{0,9}")
_DEVICE = re.compile(
    r"\s{1,9}(?P<unit>ANE|GPU|CPU|unknown):\s{1,12}(?P<count>\d{1,9}) / (?P<all>\d{1,9})"
    r" \(\s{0,4}[\d.]{1,6}%\)\s{0,9}"
)
_OPERATOR = re.compile(r"\s{1,12}(?P<count>\d{1,9})  (?P<operator>[\w.]{1,200})\s{0,9}")


def recognise(head: str) -> bool:
    lines = head.splitlines()
    return any(_LABEL.fullmatch(line) for line in lines) and any(_DEVICE.fullmatch(line) for line in lines)


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong."
    counts: list[ForeignCount] = []
    notes: list[str] = []
    label = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _LABEL.fullmatch(line):
            label = found["label"]
        elif found := _DEVICE.fullmatch(line):
            counts += _device(found, label, number, path)
        elif found := _OPERATOR.fullmatch(line):
            made = _operator(found, label, counts)
            counts += [made] if made else []
            notes += [] if made else [f"{label}: {found[0].strip()}, on the CPU or the GPU: it does not say which"]
    if not counts:
        raise BadFileError(f"{path}: no number of operations by device in it")
    return ForeignReport(format="executorch", counts=tuple(counts), tool=TOOL, notes=tuple(notes))


def _device(found: re.Match[str], label: str, number: int, path: Path) -> list[ForeignCount]:
    count, whole = int(found["count"]), int(found["all"])
    if count > whole:
        raise BadFileError(f"{path}:{number}: {count} of {whole} operations")
    unit = normalise.unit(found["unit"])
    return [ForeignCount(what="*", unit=unit, count=count, of=whole, model=label)] if unit else []


def _operator(found: re.Match[str], label: str, before: list[ForeignCount]) -> ForeignCount | None:
    "Of the one device that is not the engine; None, where there are two."
    others = {each.unit for each in before if each.model == label and each.what == "*"} - {Unit.ANE.value}
    if len(others) != 1:
        return None
    operator, _ = normalise.operator(found["operator"])
    return ForeignCount(what=operator, unit=others.pop(), count=int(found["count"]), model=label)
