"""`anedb query`: one layer."""

from __future__ import annotations

from typing import Annotated

import typer

from anedb.cli import options


def query(
    layer: Annotated[str, typer.Argument(help="conv, AddBroadcastableLayer, ios17.conv, Conv2d, ...")],
    param: Annotated[
        list[str] | None,
        typer.Option("-p", "--param", help="A parameter: dilations=2,2. Repeatable.", metavar="NAME=VALUE"),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", help="An operand: x=fp16[1,64,32,32]. Repeatable.", metavar="NAME=DTYPE[SHAPE]"),
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="neuralnetwork or mlprogram, where a name is in both.", metavar="FORMAT")
    ] = None,
    chip: options.Chip = None,
    device: options.Device = None,
    os: options.Os = None,
    units: Annotated[str, typer.Option(help="Compute units: cpu-and-ne or all.", metavar="UNITS")] = "cpu-and-ne",
    limit: Annotated[int, typer.Option(help="How many pieces of evidence to list at most.", min=0)] = 6,
    steps: Annotated[bool, typer.Option("--steps", help="Also show how the answer arose, step by step.")] = False,
    as_json: options.Json = False,
) -> None:
    """Will this layer run on the Neural Engine? An answer, how sure it is, what it rests on, and what to change.

    Without a chip, the answer for every engine generation.
    """
    import anedb

    with anedb.open() as db:
        verdict = db.query(
            layer, params=param or (), inputs=inputs or (), format=format, chip=chip, device=device, os=os,
            units=units, limit=limit,
        )  # fmt: skip
    if as_json:
        options.print_json(verdict)
        return
    from anedb.cli import render

    render.show(render.verdict(verdict, steps=steps))
