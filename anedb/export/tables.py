"""One form of a table for every format: sorted, complete, rounded, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from anedb.domain.table import EngineCounts, Table, TableCell, TableCounts, TableRow
from anedb.domain.verdict import Answer, Basis, Part, State

ANSWERS = tuple(each.value for each in Answer)

# Beyond three digits a probability says nothing, and its last ones differ between machines.
DIGITS = 3

UNKNOWN = Part(
    answer=Answer.UNKNOWN,
    probability=None,
    interval=None,
    state=State.UNKNOWN,
    basis=Basis.NONE,
    why="nobody has reported it",
)


def tidy(table: Table) -> Table:
    """The same table in its one form: everything sorted, a cell for every engine, probabilities rounded.

    Raises `ValueError` for two rows of one layer type, two cells in one place, and a cell that names an engine or
    source that the table does not have.
    """
    if len({(row.format, row.type) for row in table.rows}) != len(table.rows):
        raise ValueError("two rows are of one layer type")
    engines = tuple(sorted(table.engines, key=lambda each: each.id))
    sources = {each.id for each in table.sources}
    rows = (_tidy_row(row, [each.id for each in engines], sources) for row in table.rows)
    return replace(
        table,
        engines=engines,
        releases=tuple(sorted(table.releases, key=lambda each: each.number)),
        sources=tuple(sorted(table.sources, key=lambda each: each.id)),
        rows=tuple(sorted(rows, key=lambda row: (row.category, row.concept, row.format, row.type))),
    )


def counts(table: Table) -> TableCounts:
    "Of a tidy table."
    cells = [cell for row in table.rows for cell in row.cells]
    return TableCounts(
        layers=len(table.rows),
        cells=len(cells),
        known=sum({cell.offered.answer, cell.chosen.answer} != {Answer.UNKNOWN} for cell in cells),
        by_engine=tuple(_engine_counts(each.id, cells) for each in table.engines),
    )


def _engine_counts(engine: str, cells: Iterable[TableCell]) -> EngineCounts:
    here = [cell for cell in cells if cell.engine == engine and cell.release is None]
    offered, chosen = Counter(cell.offered.answer for cell in here), Counter(cell.chosen.answer for cell in here)
    return EngineCounts(
        engine=engine,
        offered={answer: offered[answer] for answer in ANSWERS},
        chosen={answer: chosen[answer] for answer in ANSWERS},
    )


def _tidy_row(row: TableRow, engines: list[str], sources: set[str]) -> TableRow:
    cells = {(cell.engine, cell.release): _tidy_cell(cell) for cell in row.cells}
    if len(cells) != len(row.cells):
        raise ValueError(f"{row.format}:{row.type} has two cells in one place")
    for cell in row.cells:
        if cell.engine not in engines or not sources.issuperset(cell.sources):
            raise ValueError(f"{row.format}:{row.type} names an engine or source that the table does not have")
    empty = {
        (engine, None): TableCell(engine=engine, release=None, offered=UNKNOWN, chosen=UNKNOWN) for engine in engines
    }
    # "Whatever the release" comes before each release.
    ordered = sorted((empty | cells).values(), key=lambda cell: (cell.engine, cell.release or 0))
    return replace(row, cells=tuple(ordered))


def _tidy_cell(cell: TableCell) -> TableCell:
    sources = tuple(sorted(set(cell.sources)))
    return replace(cell, offered=_tidy_part(cell.offered), chosen=_tidy_part(cell.chosen), sources=sources)


def _tidy_part(part: Part) -> Part:
    probability = None if part.probability is None else round(part.probability, DIGITS)
    interval = None if part.interval is None else (round(part.interval[0], DIGITS), round(part.interval[1], DIGITS))
    return replace(part, probability=probability, interval=interval)
