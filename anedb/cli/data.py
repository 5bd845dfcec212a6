"""`anedb data`: the facts under review in data/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from anedb.cli import options

if TYPE_CHECKING:
    from anedb.api.reports import Changed

app = typer.Typer(no_args_is_help=True, help="Check, format and build the facts under review in data/.")


Look = Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")]


@app.command()
def check(as_json: options.Json = False) -> None:
    "Verify the whole of data/, as CI does. Exit 1 if anything is wrong."
    from anedb.api import data

    found = data.check()
    if as_json:
        options.print_json(found)
    else:
        for problem in found.problems:
            typer.echo(str(problem))
        typer.echo(f"{len(found.problems)} problems" if found.problems else "data/ is clean")
    if found.problems:
        raise typer.Exit(1)


@app.command()
def fmt(look: Look = False, as_json: options.Json = False) -> None:
    "Write the hand-kept files of data/ in their one canonical form."
    from anedb.api import data

    tell(data.fmt(write=not look), as_json)


@app.command()
def generate(look: Look = False, as_json: options.Json = False) -> None:
    "Write data/layers from the installed coremltools' descriptors and op registry."
    from anedb.api import data

    tell(data.generate(write=not look), as_json)


@app.command()
def build(as_json: options.Json = False) -> None:
    "Bring the database up to date with data/ now, rather than on first use."
    import anedb
    from anedb.cli import db

    with anedb.open() as opened:
        db.tell(opened.build(), as_json)


def tell(changed: Changed, as_json: bool) -> None:
    "Exit 1 where files would have changed and were not to."
    if as_json:
        options.print_json(changed)
    else:
        for path in changed.files:
            typer.echo(f"{'changed' if changed.written else 'would change'} {path}")
    if changed.files and not changed.written:
        raise typer.Exit(1)
