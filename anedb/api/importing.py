"""What other tools print becomes a submission: read, completed by options, set against the model, sealed, checked."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import anedb
from anedb.api.device_key import key_for
from anedb.catalog import records
from anedb.domain.foreign import ForeignReport
from anedb.domain.imported import Imported, Need
from anedb.domain.submission import Header, LayerLine
from anedb.errors import StoreError, UsageError
from anedb.ingest.check import check
from anedb.ingest.importing import registry
from anedb.ingest.importing.complete import Completed, Given, complete
from anedb.ingest.importing.gather import Gathered, gather
from anedb.ingest.importing.models import Models
from anedb.ingest.importing.reading import STDIN, by_units, read_report, shown
from anedb.ingest.importing.summary import summary, tally
from anedb.ingest.write import ordered, put, seal

ENDING = ".submission.jsonl"
ANONYMOUS = "anonymous"

MODEL = Need(
    option="--model",
    what="the very model, or a folder of models: no file has the operations' parameters",
    example="MODEL",
)
UNKNOWN = {
    "build": "the OS build is not stated: two builds of one version are then not told apart",
    "device": "the device is not stated, only its chip",
}


class ImportOptions(TypedDict, total=False):
    "What `import_` may be told."

    tool: str
    chip: str
    device: str
    os: str
    units: str
    model: Path | str | None
    date: str
    contributor: str
    device_key: str
    out: Path | str | None
    dry_run: bool


def formats() -> list[tuple[str, str]]:
    "Name and title of every format, by name."
    return [(name, each.TITLE) for name, each in registry.formats().items()]


def import_(
    paths: Sequence[Path | str],
    *,
    tool: str = "",
    chip: str = "",
    device: str = "",
    os: str = "",
    units: str = "",
    model: Path | str | None = None,
    date: str = "",
    contributor: str = ANONYMOUS,
    device_key: str = "",
    out: Path | str | None = None,
    dry_run: bool = False,
) -> Imported:
    """Files of one run on one machine as one submission; `-` is standard input.

    What no file says and no option is in `Imported.needs`, all of it; what was read is told either way. Raises
    `BadFileError` for a file that is of no format, damaged, or of another model; `UsageError` and `UnknownNameError`
    for what contradicts a file, another option or the catalogue; `StoreError` where nothing can be written.
    """
    files = [Path(path) for path in paths]
    if not files:
        raise UsageError("no file is named", tip="anedb import --list shows what can be read")
    reports = [named for path in files for named in _reports(path, tool)]
    given = Given(chip=chip, device=device, os=os, units=units, date=date)
    known = complete(reports, given)
    models = Models(Path(model)) if model else None
    work = gather([report for _, report in reports], known.units, known.target.engine or "", models)
    body = ordered(work.lines)
    # Where nothing would be stored whatever is said, nothing is missing.
    storing = bool(body) or work.needs_model
    needs = (*known.needs, *((MODEL,) if work.needs_model else ())) if storing else ()
    found = Imported(
        status="incomplete" if needs else "nothing to store",
        files=tuple(summary(name, report) for name, report in reports),
        environment=known.environment(),
        date=known.date,
        units=known.units,
        layers=len(body),
        observations=sum(len(line.seen) for line in body),
        left_out=tally(work.left.elements()),
        needs=needs,
        command=_command(files, given, tool, model, needs) if needs else "",
        run="",
        written="",
        problems=(),
        notes=tuple(_notes(known, work)),
    )
    if not body or needs:
        return found
    header = _header(known, body, reports, contributor, device_key)
    return _kept(found, header, body, _place(files[0], out), overwrite=out is not None, dry_run=dry_run)


def _reports(path: Path, tool: str) -> list[tuple[str, ForeignReport]]:
    "Of one file, under its name; several where it has plans under several settings of compute units."
    found = by_units(read_report(path, tool))
    return [(f"{shown(path)} ({each.units})" if len(found) > 1 else shown(path), each) for each in found]


def _header(
    known: Completed, body: list[LayerLine], reports: list[tuple[str, ForeignReport]], contributor: str, key: str
) -> Header:
    environment = known.environment()
    read = ", ".join(sorted({report.format for _, report in reports}))
    return seal(
        body,
        environment=environment,
        contributor=contributor,
        device_key=key or key_for(environment),
        date=known.date,
        comment=f"Imported by anedb {anedb.__version__} from {read}.",
    )


def _kept(
    found: Imported, header: Header, body: list[LayerLine], place: Path, *, overwrite: bool, dry_run: bool
) -> Imported:
    "Checked as a stranger's file, and written if nothing is wrong with it. Raises `StoreError`."
    text = records.render(header, body)
    checked = check(text.encode(), place.name, today=datetime.now(UTC).date().isoformat())
    found = replace(found, run=header.fingerprints.run, problems=checked.problems)
    if not checked.ok:
        return replace(found, status="refused", run="")
    if dry_run:
        return replace(found, status="would be written")
    _write(place, text, overwrite)
    return replace(found, status="written", written=str(place))


def _place(first: Path, out: Path | str | None) -> Path:
    "Beside nothing of the user's: in the folder they are in, named for the first file, unless they say where."
    name = ("report" if str(first) == STDIN else first.stem) + ENDING
    if out is None:
        return Path(name)
    return Path(out) / name if Path(out).is_dir() else Path(out)


def _write(place: Path, text: str, overwrite: bool) -> None:
    try:
        if not overwrite and place.exists() and place.read_text(encoding="utf-8", errors="replace") != text:
            tip = f"--out {shlex.quote(str(place))} replaces it, another name keeps both"
            raise StoreError(f"{place} is there already, and is something else", tip=tip)
        put(place, text)
    except OSError as error:
        raise StoreError(f"{place} cannot be written: {error.strerror or error}") from None


def _notes(known: Completed, work: Gathered) -> Iterable[str]:
    yield from work.notes
    if known.target.version:
        on = known.environment()
        yield from (text for name, text in UNKNOWN.items() if not getattr(on, name))


def _command(files: Sequence[Path], given: Given, tool: str, model: Path | str | None, needs: Sequence[Need]) -> str:
    "What was asked, and an example in the place of each thing that is missing."
    said = {"--tool": tool, "--chip": given.chip, "--device": given.device, "--os": given.os}
    said |= {"--units": given.units, "--model": str(model or ""), "--date": given.date}
    said |= {need.option: need.example for need in needs}
    words = ["anedb", "import", *map(str, files[:3]), *(["…"] if len(files) > 3 else [])]
    for option, value in said.items():
        words += [option, value] if value else []
    return " ".join(word if word == "…" else shlex.quote(word) for word in words)
