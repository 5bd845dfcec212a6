"""`anedb check`: whole models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anedb.cli import options
from anedb.cli.progress import progress
from anedb.cli.words import printable
from anedb.errors import BadFileError, ConditionFailedError, UsageError

if TYPE_CHECKING:
    from anedb.api.baseline import Baseline
    from anedb.domain.check import Check

Chips = Annotated[
    list[str] | None,
    typer.Option("--chip", help="A chip: A15, M4, 'M4 Pro'. Repeatable: side by side.", metavar="CHIP"),
]
Devices = Annotated[
    list[str] | None,
    typer.Option("--device", help="A device by identifier or name: iPhone15,3. Repeatable.", metavar="DEVICE"),
]
Units = Annotated[str, typer.Option(help="Compute units: cpu-and-ne or all.", metavar="UNITS")]


def check(
    models: Annotated[
        list[Path], typer.Argument(help=".mlmodel, .mlpackage, .mlmodelc, analytics.mil, or folders of them.")
    ],
    chip: Chips = None,
    device: Devices = None,
    os: options.Os = None,
    units: Units = "cpu-and-ne",
    as_json: options.Json = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="SARIF 2.1.0, for code scanning.")] = False,
    junit: Annotated[bool, typer.Option("--junit", help="JUnit XML: what --fail-on names fails.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown, for a pull request.")] = False,
    html: Annotated[bool, typer.Option("--html", help="One self-contained HTML page.")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write to a file instead of standard output.")] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            help="Exit 1 if a layer has this answer: no, unlikely (or no), mixed (or worse), unknown. Repeatable.",
            metavar="ANSWER",
        ),
    ] = None,
    min_ane: Annotated[
        float | None,
        typer.Option(
            "--min-ane", help="Exit 1 if fewer percent of a model's layers are predicted on the engine.", min=0, max=100
        ),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Known problems: only others count for --fail-on.", metavar="FILE")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(help="Write the problems there are now, as known ones.", metavar="FILE")
    ] = None,
    layers: Annotated[bool, typer.Option("--layers", help="List every layer, those on the engine too.")] = False,
    limit: Annotated[int | None, typer.Option(help="How many rows of each list to show at most.", min=1)] = None,
) -> None:
    """What of a model runs on the Neural Engine, what does not, why, and what to change.

    Works from the file alone, anywhere. With several chips, side by side. Exit 1 if a condition does not hold, 2 if a
    file could not be read.
    """
    format = one_of({"json": as_json, "sarif": sarif, "junit": junit, "markdown": markdown, "html": html})
    # Said before the work is done, not after it.
    from anedb.api import gate

    asked = gate.understood(fail_on or ())
    old = read_baseline(baseline)
    found = gate.gate(run(models, chip, device, os, units), fail_on=asked, min_ane=min_ane, baseline=old)
    if format:
        options.write_text(WRITERS[format](found, asked), out)
    else:
        tell(found, out, layers, limit)
    if write_baseline:
        save_baseline(found, write_baseline)
    leave(found, told=not format and out is None)


def one_of(flags: dict[str, bool]) -> str:
    "The format that is asked for; empty: for people. Raises `UsageError` for two."
    wanted = [name for name, flag in flags.items() if flag]
    if len(wanted) > 1:
        raise UsageError(f"--{' and --'.join(wanted)} are one too many: one format a run")
    return "".join(wanted)


def run(
    models: Sequence[Path], chips: Sequence[str] | None, devices: Sequence[str] | None, os: str | None, units: str
) -> Check:
    import anedb

    with anedb.open() as db, progress(len(models) > 1 or models[0].is_dir()) as on_model:
        return db.check(models, chips=chips or (), devices=devices or (), os=os, units=units, on_model=on_model)


def as_json_text(check: Check, _: Sequence[str]) -> str:
    from anedb.cli.check_json import text

    return text(check)


def as_sarif(check: Check, _: Sequence[str]) -> str:
    from anedb.export import check_sarif

    return check_sarif.sarif(check)


def as_junit(check: Check, fail_on: Sequence[str]) -> str:
    from anedb.export import check_junit

    return check_junit.junit(check, fail_on=tuple(fail_on))


def as_markdown(check: Check, _: Sequence[str]) -> str:
    from anedb.export import check_markdown

    return check_markdown.markdown(check)


def as_html(check: Check, _: Sequence[str]) -> str:
    from anedb.export import check_html

    return check_html.html(check)


WRITERS: dict[str, Callable[[Check, Sequence[str]], str]] = {
    "json": as_json_text,
    "sarif": as_sarif,
    "junit": as_junit,
    "markdown": as_markdown,
    "html": as_html,
}
"A format's name -> check and `--fail-on` -> text. Each loads its own module when it is asked for."


def tell(check: Check, out: Path | None, layers: bool, limit: int | None) -> None:
    from anedb.cli import blocks, check_render

    told = check_render.blocks(check, layers=layers, limit=limit, columns=blocks.PIPE_WIDTH if out else blocks.width())
    if out:
        options.write_text(blocks.text(told), out)
    else:
        blocks.show(told)


def read_baseline(path: Path | None) -> Baseline | None:
    if path is None:
        return None
    from anedb.api import baseline_file

    return baseline_file.read(path)


def save_baseline(check: Check, path: Path) -> None:
    from anedb.api import baseline, baseline_file

    options.write_text(baseline_file.write(baseline.baseline(check)), path)


def leave(check: Check, *, told: bool) -> None:
    "The exit code, with a line on standard error for each file and condition: `told`: the files stand above."
    for each in () if told else check.failed:
        typer.echo(printable(f"anedb: {each['path']}: {each['error']}"), err=True)
    failed = check.gate.failed if check.gate else ()
    for line in failed:
        typer.echo(printable(f"anedb: {line}"), err=True)
    if check.failed:
        raise typer.Exit(BadFileError.exit_code)
    if failed:
        raise typer.Exit(ConditionFailedError.exit_code)
