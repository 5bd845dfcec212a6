"""What the engine's compiler, called outside Core ML, made of whole models: 751K's `anecc` table, six columns by tab.

`sw_conv_k13  h16g  ok  0  2  3031040`: model, target, result, seconds, megabytes, bytes of the program. Results are
`ok`, `OOM` and `fail(rc=1)`, whose number is no reason. A last line `ARCHDONE` says that the table is whole. Compiled
for a target is not run on it: a file has rows of several engines on one machine, and `--chip` tells whose are wanted.
"""

from __future__ import annotations

import re
from pathlib import Path

from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import ComputeUnits, Method, Unit
from anedb.errors import BadFileError

TITLE = "engine compiler called directly, one result a model and target (751K, private interface)"

COLUMNS = 6
END = "ARCHDONE"
_TARGET = re.compile(r"h(\d{2})[a-z]{0,2}", re.ASCII)
_RESULT = re.compile(r"ok|OOM|fail\(rc=-?\d{1,6}\)", re.ASCII)


def recognise(head: str) -> bool:
    cells = next((line for line in head.splitlines() if line.strip()), "").split("\t")
    return len(cells) == COLUMNS and bool(_TARGET.fullmatch(cells[1]) and _RESULT.fullmatch(cells[2]))


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong."
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    body = [(number, line.split("\t")) for number, line in lines if line.strip() != END]
    rows = [row for number, cells in body if (row := _row(cells, number, path)) is not None]
    notes = [
        f"{cells[0]} for {cells[1]}: no answer, the compiler ran out of memory" for _, cells in body if _oom(cells)
    ]
    if lines and lines[-1][1].strip() != END:
        notes.append(f"no {END} at the end: the table may have been cut short")
    return ForeignReport(
        format="arch_tsv",
        rows=tuple(rows),
        units=ComputeUnits.CPU_AND_NE.value,
        method=Method.PRIVATE_API.value,
        notes=(*notes, "no setting of compute units applies: entered as CPU and engine"),
    )


def _oom(cells: list[str]) -> bool:
    return len(cells) > 2 and cells[2] == "OOM"


def _row(cells: list[str], number: int, path: Path) -> ForeignRow | None:
    "None: no answer."
    if len(cells) != COLUMNS:
        raise BadFileError(f"{path}:{number}: {len(cells)} columns by tab, not {COLUMNS}", tip="is the file whole?")
    model, target, result = cells[:3]
    engine = _TARGET.fullmatch(target)
    if not engine or not _RESULT.fullmatch(result):
        raise BadFileError(f'{path}:{number}: "{target[:20]} {result[:40]}" is no target with its result')
    if result == "OOM":
        return None
    return ForeignRow(
        operator="*",
        offered=(Unit.ANE.value,) if result == "ok" else (),
        model=model,
        engine=f"H{engine[1]}",
        place=f"line {number}",
    )
