"""`anedb schema`: the published JSON Schemas."""

from __future__ import annotations

from typing import Annotated

import typer

from anedb.cli import options


def schema(
    name: Annotated[str | None, typer.Argument(help="verdict, submission, table, ...; without one, the list.")] = None,
) -> None:
    "Print the JSON Schema of something anedb reads or writes."
    from anedb.api import schemas

    if name is None:
        for each in schemas.names():
            typer.echo(each)
        return
    options.print_json(schemas.get(name))
