"""`anedb submit`: check, fingerprint, preview and store a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options
from anedb.errors import UsageError


def submit(
    files: Annotated[list[Path], typer.Argument(help="Submission files (JSON Lines); - for standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and preview; store nothing.")] = False,
    to: Annotated[
        Path | None,
        typer.Option(
            help="Write it under DIR/submissions/… by its fingerprint, ready for a pull request.", metavar="DIR"
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="Whose signature it is: allowed signers, or the contributor's public keys.", metavar="FILE"),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Or ask the contributor's code host for the keys it publishes.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Check a run as a stranger's, say which verdicts it would move, and store it. Sent twice, it counts once."""
    import anedb

    if keys and fetch:
        raise UsageError("--keys and --fetch are one too many: the keys come from a file or from the host")
    with anedb.open() as db:
        results = [db.submit(path, dry_run=dry_run, to=to, keys=keys, fetch=fetch) for path in files]
    if as_json:
        options.print_json({"schema_version": "1.0.0", "submissions": results})
    else:
        from anedb.cli import render

        for result in results:
            render.show(render.submission(result))
    if any(result.problems for result in results):
        raise typer.Exit(2)
