"""`anedb show`: one thing the database knows, and where it comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from anedb.cli import options


def show(
    name: Annotated[
        str, typer.Argument(help="A layer, chip, device, source, claim, reason, run, or the id of a piece of evidence.")
    ],
    as_json: options.Json = False,
) -> None:
    "What anedb knows of a layer, chip, device, source or claim; or one piece of evidence, back to its source."
    import anedb

    with anedb.open() as db:
        found = db.show(name)
    if as_json:
        options.print_json(found)
        return
    from anedb.cli import render

    render.show(render.thing(found))
