"""Values -> text. Every renderer is a pure function: it opens nothing, asks no clock, and the same value gives the
same bytes."""

from __future__ import annotations

from collections.abc import Callable

from anedb.domain.table import Table
from anedb.export import csv_table, json_table, markdown

FORMATS: dict[str, Callable[[Table], str]] = {
    "json": json_table.render,
    "csv": csv_table.render,
    "markdown": markdown.render,
}
