"""`anedb retract`: withdraw a run or a source, with a reason."""

from __future__ import annotations

from typing import Annotated

import typer

from anedb.cli import options


def retract(
    name: Annotated[str, typer.Argument(help="A run's fingerprint (or its first 12 digits or more), or a source id.")],
    reason: Annotated[str, typer.Option(help="Why. It stays visible beside the run.", prompt="Why is it withdrawn")],
    by: Annotated[str, typer.Option(help="Who withdraws it.")] = "anonymous",
    as_json: options.Json = False,
) -> None:
    "Withdraw a run or a source: it stays visible by name and counts for nothing."
    import anedb

    with anedb.open() as db:
        found = db.retract(name, reason=reason, by=by)
    if as_json:
        options.print_json(found)
        return
    from anedb.cli import render

    render.show(render.retraction(found))
