"Rows as CSV (RFC 4180). A cell that a spreadsheet would run begins with an apostrophe."

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from anedb.export.csv_table import inert


def render(names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> str:
    "Null is an empty cell."
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return file.getvalue()


def _cell(value: Any) -> str:
    return "" if value is None else inert(value) if isinstance(value, str) else str(value)
