"A file of another tool's -> text -> `ForeignReport`, whatever lies at the path."

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from anedb.domain.foreign import ForeignReport
from anedb.errors import BadFileError
from anedb.ingest import read as files
from anedb.ingest.importing import registry
from anedb.ingest.problems import Problems

MAX_BYTES = 64_000_000
STDIN = "-"


def read_report(path: Path, tool: str = "") -> ForeignReport:
    "`tool`: name of the format; empty: told by what is in the file. `-` is standard input. Raises `AnedbError`."
    text = read_text(path)
    format = registry.by_name(tool or registry.recognise(text, shown(path)))
    return replace(format.read(text, path), format=format.__name__.rpartition(".")[2])  # type: ignore[attr-defined]


def by_units(report: ForeignReport) -> list[ForeignReport]:
    "One report for each setting of compute units that its rows were asked for under; as it is, where they do not say."
    settings = dict.fromkeys(row.units for row in report.rows)
    if not any(settings):
        return [report]
    return [
        replace(
            report,
            units=units or report.units,
            rows=tuple(replace(row, units="") for row in report.rows if row.units == units),
        )
        for units in settings
    ]


def read_text(path: Path) -> str:
    "All of it, a byte order mark left out. Raises `BadFileError`: not there, too large, packed, or no text."
    problems = Problems(shown(path))
    data = _data(path, problems)
    if data is not None and not files.packed(data, problems):
        return _decoded(data, shown(path))
    said = problems.listed[0]
    raise BadFileError(f"{said.where}: {said.what}", tip=said.tip or said.expected)


def _data(path: Path, problems: Problems) -> bytes | None:
    if str(path) == STDIN:
        return files.read_stream(sys.stdin.buffer, problems, most=MAX_BYTES)
    return files.read(path, problems, most=MAX_BYTES)


def _decoded(data: bytes, name: str) -> str:
    if not data.strip():
        raise BadFileError(f"{name}: nothing in it")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise BadFileError(f"{name}:{line}: a NUL byte, which no text has", tip="It is a binary file, or damaged.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFileError(f"{name}:{line}: a byte that is not UTF-8", tip="Save it as UTF-8.") from None


def shown(path: Path) -> str:
    return "standard input" if str(path) == STDIN else str(path)
