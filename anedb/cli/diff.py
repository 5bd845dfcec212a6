"""`anedb diff`: two models, or one on two targets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options


def diff(
    a: Annotated[Path, typer.Argument(help="A model.", metavar="A")],
    b: Annotated[
        Path | None, typer.Argument(help="Another; without one, name two targets for the first.", metavar="B")
    ] = None,
    chip: Annotated[
        list[str] | None, typer.Option("--chip", help="A chip: A15, M4. Twice to compare two.", metavar="CHIP")
    ] = None,
    device: Annotated[
        list[str] | None,
        typer.Option("--device", help="A device by identifier or name. Twice to compare two.", metavar="DEVICE"),
    ] = None,
    os: options.Os = None,
    units: Annotated[str, typer.Option(help="Compute units: cpu-and-ne or all.", metavar="UNITS")] = "cpu-and-ne",
    limit: Annotated[int, typer.Option(help="How many rows of each list to show at most.", min=1)] = 20,
    as_json: options.Json = False,
) -> None:
    """Which layers two models do not share, and how their answers, placement and blockers differ.

    Layers are paired by what they do, whatever their names and whatever stands between them: the same network from two
    converters, or before and after a change. With one model and two chips: the same layers on both.
    """
    import anedb

    with anedb.open() as db:
        found = db.diff(a, b, chips=chip or (), devices=device or (), os=os, units=units)
    if as_json:
        options.print_json(found)
        return
    from anedb.cli import blocks, diff_render

    blocks.show(diff_render.blocks(found, limit))
