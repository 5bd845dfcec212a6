"""`anedb import`: what another tool printed, as a submission."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options


def import_(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files of one run on one machine; - for standard input.")
    ] = None,
    tool: Annotated[
        str, typer.Option(help="Which format it is, where its content does not tell.", metavar="FORMAT")
    ] = "",
    chip: options.Chip = None,
    device: options.Device = None,
    os: Annotated[
        str, typer.Option(help="The OS with its version, and its build if known: 'macOS 27.0.1 (26A434)'.")
    ] = "",
    units: Annotated[
        str, typer.Option(help="Compute units asked for: cpu-and-ne, all, cpu-and-gpu, cpu-only.", metavar="UNITS")
    ] = "",
    model: Annotated[
        Path | None,
        typer.Option(help="The model, or a folder of models named as the report names them.", metavar="MODEL"),
    ] = None,
    date: Annotated[str, typer.Option(help="The day it was measured: 2026-11-20.", metavar="DAY")] = "",
    contributor: Annotated[str, typer.Option(help="anonymous, a name, or github:name.", metavar="NAME")] = "anonymous",
    device_key: Annotated[
        str, typer.Option(help="32 hexadecimal digits that tell your devices apart; else made here.", metavar="KEY")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write it; else FILE's name and .submission.jsonl, here.", metavar="FILE|DIR"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is in it; write nothing.")] = False,
    list_formats: Annotated[bool, typer.Option("--list", help="Show the formats there are.")] = False,
    as_json: options.Json = False,
) -> None:
    """Turn what another tool printed into a submission, for `anedb submit`.

    The format is told by content. What the files do not say is asked for as an option, never guessed. Most tools name
    operations without their parameters: then --model tells the layers, and must be the very model.
    """
    from anedb.api.importing import formats, import_
    from anedb.cli import blocks, import_render

    if list_formats:
        if as_json:
            options.print_json({"formats": [{"name": name, "title": title} for name, title in formats()]})
        else:
            blocks.show([import_render.formats(formats())])
        return
    found = import_(
        files or (),
        tool=tool,
        chip=chip or "",
        device=device or "",
        os=os,
        units=units,
        model=model,
        date=date,
        contributor=contributor,
        device_key=device_key,
        out=out,
        dry_run=dry_run,
    )
    if as_json:
        options.print_json(found)
    else:
        blocks.show(import_render.blocks(found, dry_run=dry_run))
    failed = found.status == "refused" or (found.status in ("incomplete", "nothing to store") and not dry_run)
    if failed:
        if not as_json:
            typer.echo(import_render.complaint(found), err=True)
        raise typer.Exit(2)
