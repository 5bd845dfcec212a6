"`anedb wanted`: what to measure next."

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options


def wanted(
    chip: Annotated[
        list[str] | None,
        typer.Option("--chip", help="A chip you can measure on: M4. Repeatable.", metavar="CHIP"),
    ] = None,
    os: options.Os = None,
    limit: Annotated[int, typer.Option(help="How many to list at most.", min=1)] = 20,
    model: Annotated[
        list[Path] | None,
        typer.Option("--model", help="A model whose layers count as well. Repeatable.", metavar="FILE"),
    ] = None,
    units: Annotated[str, typer.Option(help="Compute units: cpu-and-ne or all.", metavar="UNITS")] = "cpu-and-ne",
    as_json: options.Json = False,
) -> None:
    """The layers whose measurement on a device would settle most: unsure, often used in real networks, and telling of
    others.

    Without a chip, on the commonest one of each engine generation. --json has each layer whole, for a probe to run.
    """
    import anedb

    with anedb.open() as db:
        found = db.wanted(chips=chip or (), os=os, limit=limit, models=model or (), units=units)
    if as_json:
        options.print_json(found)
        return
    from anedb.cli import blocks, wanted_render

    blocks.show(wanted_render.blocks(found))
