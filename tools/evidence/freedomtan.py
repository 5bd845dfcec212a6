"freedomtan's dump: one property list an operation, from Core ML's segmentation analytics, in no order."

from __future__ import annotations

import re
from pathlib import Path

from tools.evidence.rows import UNITS, Row, operator, runtimes, units

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d .*? at .*?/analytics\.mil:\d+:\d+, \{$(.*?)^\} $", re.MULTILINE | re.DOTALL)
MODEL = "MobilenetEdgeTPU"


def read_dump(path: Path) -> list[Row]:
    "Every operation, by its index in the program. Raises `ValueError` where one lacks a field."
    text = path.read_text(encoding="utf-8")
    found = [
        _row(match[1], f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}") for match in ENTRY.finditer(text)
    ]
    return [row for _, row in sorted(found, key=lambda item: item[0])]


def _row(entry: str, where: str) -> tuple[int, Row]:
    op, opset = operator(_field(entry, r'OpType = "?([\w.]+)"?;', where))
    support = _field(entry, r"BackendSupport =\s*\{(.*?)\};", where)
    messages = _field(entry, r"ValidationMessages =\s*\{(.*?)\};", where)
    times = _field(entry, r"EstimatedRunTime =\s*\{(.*?)\};", where)
    said = re.search(r'ane = "([^"]*)"', messages)
    selected = _field(entry, r"SelectedBackend = \W*(\w+)", where)
    row = Row(
        where=where,
        model=MODEL,
        op=op,
        opset=opset,
        output=_field(entry, r'Output = "?([^";]+)"?;', where),
        offered=units(re.findall(r'"?(\w+)"? = 1', support)),
        chosen=UNITS[selected],
        selected=selected,
        runtimes=runtimes(re.findall(r'"?(\w+)"? = "?([^";]+)"?;', times)),
        message=said[1] if said else "",
    )
    return int(_field(entry, r"OpIndex = (\d+);", where)), row


def _field(entry: str, pattern: str, where: str) -> str:
    found = re.search(pattern, entry, re.DOTALL)
    if found is None:
        raise ValueError(f"{where}: nothing fits {pattern}")
    return found[1]
