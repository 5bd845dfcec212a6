"""`anedb data`: the facts under review in data/."""

from __future__ import annotations

from typing import Annotated

import typer

from anedb.cli import options

app = typer.Typer(no_args_is_help=True, help="Check, format and build the facts under review in data/.")


@app.command()
def check(as_json: options.Json = False) -> None:
    "Verify the whole of data/, as CI does. Exit 1 if anything is wrong."
    from anedb.api import data

    problems = data.check()
    if as_json:
        options.print_json({"schema_version": "1.0.0", "problems": problems})
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{len(problems)} problems" if problems else "data/ is clean")
    if problems:
        raise typer.Exit(1)


@app.command()
def fmt(
    look: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")] = False,
) -> None:
    "Write the hand-kept files of data/ in their one canonical form."
    from anedb.api import data

    changed = data.fmt(write=not look)
    for path in changed:
        typer.echo(f"{'would change' if look else 'changed'} {path}")
    if look and changed:
        raise typer.Exit(1)


@app.command()
def generate(
    look: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if data/layers is not current.")
    ] = False,
) -> None:
    "Write data/layers from the installed coremltools' descriptors and op registry."
    from anedb.api import data

    changed = data.generate(write=not look)
    for path in changed:
        typer.echo(f"{'stale' if look else 'written'}: {path}")
    if look and changed:
        raise typer.Exit(1)


@app.command()
def build() -> None:
    "Bring the database up to date with data/ now, rather than on first use."
    import anedb

    with anedb.open() as db:
        for name, value in db.build().items():
            typer.echo(f"{name}: {value}")
