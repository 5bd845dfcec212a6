"""`anedb diff`: two models, one on two targets, or two exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anedb.cli import options

if TYPE_CHECKING:
    from anedb.domain.exported import ExportDiff


def diff(
    a: Annotated[Path, typer.Argument(help="A model, or a folder of `anedb export data`.", metavar="A")],
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
    converters, or before and after a change. With one model and two chips: the same layers on both. Of two folders
    that `anedb export data` wrote: which answers changed, and by which sources.
    """
    import anedb
    from anedb.api import changes

    if b is not None and changes.is_export(a):
        tell_changes(changes.compare(a, b), limit, as_json)
        return

    with anedb.open() as db:
        found = db.diff(a, b, chips=chip or (), devices=device or (), os=os, units=units)
    if as_json:
        options.print_json(found)
        return
    from anedb.cli import blocks, diff_render

    blocks.show(diff_render.blocks(found, limit))


def tell_changes(found: ExportDiff, limit: int, as_json: bool) -> None:
    if as_json:
        options.print_json(found)
        return
    from anedb.cli import blocks, changes_render

    blocks.show(changes_render.blocks(found, limit))
