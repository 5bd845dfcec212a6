"""`anedb db`: the database itself."""

from __future__ import annotations

import typer

from anedb.cli import options

app = typer.Typer(no_args_is_help=True, help="The database: where it is, how old, and bringing it up to date.")


@app.command()
def status(as_json: options.Json = False) -> None:
    "Where the database is, its schema revision, its data's version, and how much is in it."
    from anedb.api import database

    found = database.status()
    if as_json:
        options.print_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}: {value}")


@app.command()
def upgrade() -> None:
    "Create the database or bring its schema up to date."
    from anedb.api import database

    typer.echo(database.upgrade())
