"""Observations and verdicts as columns: what CSV, Parquet and the database's table of verdicts have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anedb.domain.table import Table
from anedb.domain.verdict import Part
from anedb.export.tables import tidy

OF_PART = {
    "": "string",
    "_probability": "float",
    "_low": "float",
    "_high": "float",
    "_state": "string",
    "_basis": "string",
    "_observations": "int",
    "_witnesses": "int",
    "_sources": "int",
    "_newest": "string",
}
VERDICTS: dict[str, str] = {
    "concept": "string",
    "format": "string",
    "type": "string",
    "category": "string",
    "engine": "string",
    "release": "int",
    **{f"{question}{each}": kind for question in ("offered", "chosen") for each, kind in OF_PART.items()},
    "newest": "string",
    "sources": "string",
    "data_version": "string",
}
"Column -> `string`, `int` or `float`; `release` is null for whatever the release, `sources` are ids with blanks."

NUMBERS = frozenset({"release", "cost_ppm", "withdrawn"})
"Columns of observations that are whole numbers."


def verdicts(table: Table) -> Iterator[tuple[Any, ...]]:
    "A row a cell, in the order of `VERDICTS`."
    found = tidy(table)
    for row in found.rows:
        for cell in row.cells:
            yield (
                *(row.concept, row.format, row.type, row.category, cell.engine, cell.release),
                *_part(cell.offered),
                *_part(cell.chosen),
                *(cell.newest, " ".join(cell.sources), found.data_version),
            )


def _part(part: Part) -> tuple[Any, ...]:
    low, high = part.interval or (None, None)
    return (
        *(part.answer, part.probability, low, high, part.state, part.basis),
        *(part.observations, part.witnesses, part.sources, part.newest),
    )


def observation_kinds(names: tuple[str, ...]) -> dict[str, str]:
    "The same for the columns of `observation_view`, all of them text but a few."
    return {name: "int" if name in NUMBERS else "string" for name in names}
