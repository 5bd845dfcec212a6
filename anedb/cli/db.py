"""`anedb db`: the database itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from anedb.cli import options

if TYPE_CHECKING:
    from anedb.api.reports import Status

app = typer.Typer(no_args_is_help=True, help="The database: where it is, how old, and bringing it up to date.")


@app.command()
def status(as_json: options.Json = False) -> None:
    "Where the database is, its schema revision, its data's version, and how much is in it."
    from anedb.api import database

    tell(database.status(), as_json)


@app.command()
def upgrade(as_json: options.Json = False) -> None:
    "Create the database or bring its schema and data up to date."
    from anedb.api import database

    found, changed = database.upgrade()
    if as_json:
        tell(found, as_json)
        return
    told = f"{found.database}: schema {found.revision}, data {found.data_version}"
    typer.echo(told if changed else f"{told} (unchanged)")


def tell(found: Status, as_json: bool) -> None:
    if as_json:
        options.print_json(found)
        return
    about = {"database": found.database, "state": found.summary, "schema": found.revision, "data": found.data_version}
    for name, item in {**about, **found.counts}.items():
        if item != "":
            typer.echo(f"{name}: {item}")
