"""The support table as CSV (RFC 4180): one line a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from anedb.domain.table import Table, TableCell, TableRow, TableSource
from anedb.domain.verdict import Part
from anedb.export.tables import DIGITS, tidy
from anedb.export.text import encodable

# A spreadsheet runs a cell that begins with one of these; the wide forms are what some input methods type.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")

QUESTIONS = ("offered", "chosen")
OF_PART = ("", "_probability", "_low", "_high", "_state", "_basis", "_observations", "_witnesses", "_why")
COLUMNS = (
    "concept",
    "format",
    "type",
    "title",
    "category",
    "engine",
    "release",
    *(question + each for question in QUESTIONS for each in OF_PART),
    "observations",
    "witnesses",
    "newest",
    "sources",
    "source_urls",
    "link",
    "data_version",
)


def render(table: Table) -> str:
    """A header, then one line a cell. A cell that a spreadsheet would run as a formula begins with an apostrophe."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    tidied = tidy(table)
    sources = {each.id: each for each in tidied.sources}
    for row in tidied.rows:
        for cell in row.cells:
            writer.writerow([inert(value) for value in (*_line(row, cell, sources), tidied.data_version)])
    return file.getvalue()


def inert(text: str) -> str:
    "Text that no spreadsheet takes for a formula, leading blanks or not."
    bare = encodable(text)
    return f"'{bare}" if bare.startswith(FORMULA) or bare.lstrip().startswith(FORMULA) else bare


def _line(row: TableRow, cell: TableCell, sources: Mapping[str, TableSource]) -> Iterator[str]:
    yield from (row.concept, row.format, row.type, row.title, row.category, cell.engine)
    yield "any" if cell.release is None else str(cell.release)
    yield from _part(cell.offered)
    yield from _part(cell.chosen)
    yield from (str(cell.observations), str(cell.witnesses), cell.newest)
    yield " ".join(cell.sources)
    yield " ".join(sources[each].url for each in cell.sources if sources[each].url)
    yield cell.link or row.link


def _part(part: Part) -> Iterator[str]:
    low, high = part.interval or (None, None)
    yield part.answer
    yield from (_number(part.probability), _number(low), _number(high))
    yield from (part.state, part.basis, str(part.observations), str(part.witnesses), part.why)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.{DIGITS}f}"
