"""`anedb export`: everything as data, for readers, other tools and archives. The same bytes from the same data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options

app = typer.Typer(no_args_is_help=True, help="The support table, one target's profile, or everything as data.")

Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write to a file instead of standard output.")]
Folder = Annotated[Path, typer.Argument(help="A folder: new, empty, or of an earlier export.", metavar="DIR")]


@app.command()
def json(out: Out = None) -> None:
    "The support table, layers by engine generation and OS release, as JSON."
    _table("json", out)


@app.command()
def csv(out: Out = None) -> None:
    "The support table as CSV: a line a cell."
    _table("csv", out)


@app.command()
def markdown(out: Out = None) -> None:
    "The support table as Markdown."
    _table("markdown", out)


def _table(format: str, out: Path | None) -> None:
    import anedb

    with anedb.open() as db:
        text = db.export(format)
    options.write_text(text, out)
