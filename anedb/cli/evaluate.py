"`anedb evaluate`: how right we are."

from __future__ import annotations

from typing import Annotated

import typer

from anedb.cli import options


def evaluate(
    leave_out: Annotated[
        str,
        typer.Option(
            "--leave-out",
            help="What is hidden before it is predicted: configuration, source or target.",
            metavar="WHAT",
        ),
    ] = "configuration",
    as_json: options.Json = False,
) -> None:
    """How right the answers are: what Core ML's own plans say is left out, predicted from the rest, and compared.

    Offered is scored layer by layer, beside what a list that never says unknown would get; chosen network by network,
    beside sending every offered layer to the engine. Takes some ten seconds.
    """
    import anedb
    from anedb.cli.progress import counter

    with anedb.open() as db, counter("predicting") as on_case:
        found = db.evaluate(leave_out, on_case=on_case)
    if as_json:
        options.print_json(found)
        return
    from anedb.cli import blocks, evaluate_render

    blocks.show(evaluate_render.blocks(found))
