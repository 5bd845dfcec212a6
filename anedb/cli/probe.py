"""`anedb probe`: measure, on a Mac."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options


def probe(
    models: Annotated[
        list[Path] | None, typer.Argument(help="Models of your own (.mlpackage, .mlmodel, folders); else a suite.")
    ] = None,
    suite: Annotated[
        str,
        typer.Option(
            help="quick (five minutes), standard, full, wanted, or a folder of `anedb suite build`.",
            metavar="SUITE",
            show_default="quick",
        ),
    ] = "",
    units: Annotated[
        str,
        typer.Option(help="Settings, with commas: cpu-only, cpu-and-ne, all, cpu-and-gpu.", show_default="all four"),
    ] = "",
    device: Annotated[
        str, typer.Option(help="A connected iPhone or iPad by name or identifier, instead of this Mac.", metavar="NAME")
    ] = "",
    team: Annotated[
        str, typer.Option(help="With --device: the development team that signs coremltools' app.", metavar="TEAM")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Where to write the submission; else here, named for chip and suite.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Only the first so many models; 0 is all.", min=0)] = 0,
    timeout: Annotated[float, typer.Option(help="Seconds for a model.", min=1)] = 300,
    memory: Annotated[float, typer.Option(help="Gigabytes for a model, its compiler included.", min=0.1)] = 8,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run that was broken off.")] = False,
    plans_only: Annotated[bool, typer.Option("--plans-only", help="Load and run nothing; no times.")] = False,
    shared_cache: Annotated[
        bool, typer.Option("--shared-cache", help="Use Core ML's ordinary cache, not one that is thrown away.")
    ] = False,
    contributor: Annotated[str, typer.Option(help="anonymous, a name, or github:name.", metavar="NAME")] = "anonymous",
    device_key: Annotated[
        str, typer.Option(help="32 hexadecimal digits that tell your devices apart; else made here.", metavar="KEY")
    ] = "",
    comment: Annotated[str, typer.Option(help="Anything a reader of the run should know.", metavar="TEXT")] = "",
    as_json: options.Json = False,
) -> None:
    """Measure layers on this Mac (macOS 14.4 or newer) or a connected iPhone, and write a submission.

    Each model is compiled, planned, loaded and run under each compute-units setting, in a process of its own. Nothing
    is sent: in the end it says what would be, and how.
    """
    from anedb.api.probe import probe as measure
    from anedb.cli import blocks, probe_render
    from anedb.cli.progress import remaining

    try:
        with remaining() as on_model:
            found = measure(
                models or (),
                suite=suite,
                units=[each.strip() for each in units.split(",") if each.strip()],
                device=device,
                team=team,
                out=out,
                limit=limit,
                timeout=timeout,
                memory=memory,
                resume=resume,
                timed=not plans_only,
                own_cache=not shared_cache,
                contributor=contributor,
                device_key=device_key,
                comment=comment,
                on_model=on_model,
            )
    except KeyboardInterrupt:
        typer.echo("anedb: broken off; what is finished is kept: the same command with --resume goes on", err=True)
        raise
    if as_json:
        options.print_json(found)
    else:
        blocks.show(probe_render.blocks(found))
    if found.status in ("refused", "kept aside"):
        raise typer.Exit(2)
