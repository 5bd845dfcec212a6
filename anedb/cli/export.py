"""`anedb export`: everything as data, for readers, other tools and archives. The same bytes from the same data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anedb.cli import options

app = typer.Typer(no_args_is_help=True, help="The support table, one target's profile, or everything as data.")

Out = Annotated[Path | None, typer.Option("-o", "--out", help="Write to a file instead of standard output.")]
Folder = Annotated[Path, typer.Argument(help="A folder: new, empty, or of an earlier export.", metavar="DIR")]


@app.command()
def json(out: Out = None) -> None:
    "The support table, layers by engine generation and OS release, as JSON."
    _table("json", out)


@app.command()
def csv(out: Out = None) -> None:
    "The support table as CSV: a line a cell."
    _table("csv", out)


@app.command()
def markdown(out: Out = None) -> None:
    "The support table as Markdown."
    _table("markdown", out)


@app.command()
def data(
    folder: Folder,
    parquet: Annotated[
        bool | None,
        typer.Option(
            "--parquet/--no-parquet",
            help="Parquet as well: pip install 'anedb[parquet]'. Unsaid: where pyarrow is there.",
        ),
    ] = None,
) -> None:
    "Everything as data: JSON, CSV, Markdown, Parquet, SQLite, with schemas, checksums and how to cite it."
    import anedb
    from anedb.cli import progress

    with anedb.open() as db, progress.counter("exporting") as told:
        index = db.export_data(folder, with_parquet=parquet, told=told)
    typer.echo(f"{folder}: {len(index.files) + 2} files, data version {index.data_version}")


@app.command()
def site(
    folder: Folder,
    previous: Annotated[
        Path | None,
        typer.Option(help="An earlier export: what changed since is told. Unsaid: the one in DIR.", metavar="DIR"),
    ] = None,
    evaluation: Annotated[
        Path | None, typer.Option(help="What `anedb evaluate --json` printed of these data: saves half a minute.")
    ] = None,
    without_evaluation: Annotated[
        bool, typer.Option("--without-evaluation", help="Leave out how right the answers are; the page says so.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that holds something else.")] = False,
) -> None:
    "The support table as a web site: pages that need no server, from a file or any host."
    import anedb
    from anedb.cli import progress

    with anedb.open() as db, progress.counter("making") as told:
        count = db.export_site(
            folder, before=previous, evaluated=not without_evaluation, evaluation=evaluation, force=force, on_step=told
        )
    typer.echo(f"{folder}: {count} files; open {folder / 'index.html'}")


@app.command()
def profile(
    chip: options.Chip = None,
    device: options.Device = None,
    os: options.Os = None,
    units: Annotated[str, typer.Option(help="Compute units: cpu-and-ne or all.", metavar="UNITS")] = "cpu-and-ne",
    out: Out = None,
) -> None:
    "One target's answers as JSON, by layer type and by layer: for a converter or partitioner to load."
    import anedb
    from anedb.export.data.layer_json import render

    with anedb.open() as db:
        found = db.profile(chip=chip, device=device, os=os, units=units)
    options.write_text(render(found), out)


def _table(format: str, out: Path | None) -> None:
    import anedb

    with anedb.open() as db:
        text = db.export(format)
    options.write_text(text, out)
