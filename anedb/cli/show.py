"""`anedb show`: one thing the database knows, and where it comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from anedb.cli import options


def show(
    name: Annotated[
        list[str],
        typer.Argument(
            help="A layer, chip, device, source, claim, reason, run, the id of a piece of evidence, or: conflicts.",
            metavar="NAME",
        ),
    ],
    as_json: options.Json = False,
) -> None:
    """What anedb knows of a layer, chip, device, source or claim; or one piece of evidence, back to its source.

    Of a layer (`conv`, `layer conv`) all there is, by engine generation and release, and what flips it. `conflicts`:
    where evidence disagrees, and what may explain it.
    """
    import anedb

    with anedb.open() as db:
        found = db.show(called(name))
    if as_json:
        options.print_json(found)
        return
    from anedb.cli import render, show_render

    render.show(show_render.sections(found))


def called(words: list[str]) -> str:
    "`layer conv` is `layer:conv`; `iPhone 15 Pro` is a name."
    if words[0] == "layer" and len(words) > 1:
        return f"layer:{' '.join(words[1:])}"
    return " ".join(words)
