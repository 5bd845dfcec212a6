"""`anedb export`: the static support table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options


def export(
    format: Annotated[str, typer.Argument(help="json, csv or markdown.", metavar="FORMAT")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write to a file instead of standard output.")] = None,
) -> None:
    "The support table, layers by engine generation and OS release: the same bytes from the same data."
    import anedb

    with anedb.open() as db:
        text = db.export(format)
    options.write_text(text, out)
