"""`anedb review`: what a pull request with runs changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anedb.cli import options
from anedb.cli.words import printable
from anedb.errors import UsageError

if TYPE_CHECKING:
    from anedb.domain.review import Finding, Review

LISTED = 20


def review(
    files: Annotated[list[Path] | None, typer.Argument(help="Submission files; or --base.")] = None,
    base: Annotated[
        str | None,
        typer.Option(help="What this checkout adds to data/submissions since it left this revision.", metavar="REF"),
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(help="Whose keys are whose, as for `anedb sign --check`.", metavar="FILE")
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Ask the contributors' code hosts for the keys they publish.")
    ] = False,
    as_json: options.Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown, for the pull request.")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write to a file instead of standard output.")] = None,
) -> None:
    """What a pull request with runs changes: what is new, confirmed or contradicted, and which answers move.

    Compared with data/ alone, without your own database. Exit 1 if a run does not count as it stands.
    """
    if bool(files) == bool(base):
        raise UsageError("name the files, or --base REF for what a checkout adds; one of the two")
    if as_json and markdown:
        raise UsageError("--json and --markdown are one too many: one format a run")
    if keys and fetch:
        raise UsageError("--keys and --fetch are one too many: the keys come from a file or from the host")
    from anedb.api import review as api

    found = api.review(files or (), base=base, keys=keys, fetch=fetch)
    options.write_text(written(found, as_json=as_json, markdown=markdown), out)
    if not found.ok:
        raise typer.Exit(1)


def written(found: Review, *, as_json: bool, markdown: bool) -> str:
    if as_json:
        import json

        from anedb.domain.plain import plain

        return json.dumps(plain(found), ensure_ascii=False, indent=1) + "\n"
    if markdown:
        from anedb.export import review_markdown

        return review_markdown.markdown(found)
    return "\n".join(printable(line) for line in told(found)) + "\n"


def told(found: Review) -> list[str]:
    "For people at a terminal."
    lines = [line for each in found.problems for line in str(each).splitlines()]
    for run in found.runs:
        who = f"by {run.contributor}, {run.signature}" if run.contributor else "by nobody known"
        lines.append(f"{run.file}: {run.status}; {run.observations} observations of {run.layers} layers, {who}")
        lines += [f"  {line}" for each in run.problems for line in str(each).splitlines()]
    lines += [f"note: {each}" for each in found.notes]
    if found.findings:
        lines.append(", ".join(f"{number} {name}" for name, number in found.counts.items()))
    worth = [each for each in found.findings if each.moves or each.kind == "contradicts"]
    lines += [f"  {sentence(each)}" for each in worth[:LISTED]]
    lines += [f"  and {len(worth) - LISTED} more (--json)"] if len(worth) > LISTED else []
    lines += [f"{found.uncompared} more layers were not compared"] if found.uncompared else []
    return lines


def sentence(each: Finding) -> str:
    return f"{each.kind}: {each.layer} on {each.units}, {each.about} {each.says}: {each.before} → {each.after}"
