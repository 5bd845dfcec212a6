"""`anedb suite`: the small models that a Mac is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options
from anedb.domain.suite import WANTED_LIMIT

app = typer.Typer(no_args_is_help=True, help="Suites of small models, each asking one question: listed, and built.")

Chips = Annotated[
    list[str] | None,
    typer.Option("--chip", help="With wanted: a chip you can measure on. Repeatable.", metavar="CHIP"),
]
Os = Annotated[str | None, typer.Option("--os", help="With wanted: an OS release, 'macOS 26.0'.", metavar="OS")]
Models = Annotated[
    list[Path] | None,
    typer.Option("--model", help="With wanted: a model whose layers count as well. Repeatable.", metavar="FILE"),
]


@app.command("list")
def list_(
    name: Annotated[str, typer.Argument(help="quick, standard, full or wanted; else what there is.")] = "",
    type: Annotated[
        list[str] | None, typer.Option(help="Only questions about this layer type. Repeatable.", metavar="LAYER")
    ] = None,
    chip: Chips = None,
    os: Os = None,
    model: Models = None,
    limit: Annotated[int, typer.Option(help="With wanted: how many layers at most.", min=1)] = WANTED_LIMIT,
    as_json: options.Json = False,
) -> None:
    "The suites; with a name, the questions of one, in the order they are asked."
    from anedb.api import database
    from anedb.api import suite as api
    from anedb.api.ask import Asker
    from anedb.cli import blocks, suite_render

    api.check_narrowed(name, chip or (), os, model or ())
    asked, left_out = None, dict[str, str]()
    if name == api.WANTED:
        asked, left_out = api.wanted_asks(
            Asker(database.ready()), chips=chip or (), os=os, limit=limit, models=model or ()
        )  # fmt: skip
    found = api.suites(name or ("full" if type else ""), type or (), asked, left_out)
    if as_json:
        options.print_json(found)
    else:
        blocks.show(suite_render.blocks(found, listed=bool(name or type)))


@app.command()
def build(
    what: Annotated[list[str], typer.Argument(help="quick, standard, full, wanted; or models of your own.")],
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
    limit: Annotated[int, typer.Option(help="Only the first so many models; 0 is all.", min=0)] = 0,
    chip: Chips = None,
    os: Os = None,
    model: Models = None,
    as_json: options.Json = False,
) -> None:
    """Build a suite into a folder, to be measured on a Mac by `anedb probe --suite DIR`.

    The same suite gives the same bytes with the same coremltools, on any machine.
    """
    from anedb.api import database, suite_build
    from anedb.api.ask import Asker
    from anedb.cli import blocks, suite_render
    from anedb.cli.progress import remaining

    with remaining() as told:
        found = suite_build.build(
            what,
            folder,
            asker=lambda: Asker(database.ready()),
            limit=limit,
            chips=chip or (),
            os=os,
            models=model or (),
            told=told,
        )
    if as_json:
        options.print_json(found)
    else:
        blocks.show(suite_render.built(found))
