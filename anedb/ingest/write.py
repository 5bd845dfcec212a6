"""Making a submission: what an honest program calls to seal a run, and how the file is put in its place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from anedb.catalog.records import render
from anedb.domain.submission import (
    SCHEMA_VERSION,
    SUBMISSION,
    Environment,
    Fingerprints,
    Header,
    LayerLine,
    Seen,
    Suite,
)
from anedb.errors import BadFileError, StoreError
from anedb.fingerprint import fingerprint
from anedb.ingest import identity, timings
from anedb.ingest.words import LICENCES

_OPEN = Fingerprints(environment="", run="", result="")


def ordered(lines: Iterable[LayerLine]) -> list[LayerLine]:
    """Lines as a file has them: one a layer, fingerprints computed, sorted; each line's observations sorted, once each.

    Lines of one layer are joined. Layers are taken to be in canonical form already. Raises `ValueError` for a value
    that has no fingerprint.
    """
    found: dict[str, LayerLine] = {}
    for line in lines:
        mark = fingerprint(line.layer.hashed())
        before = found[mark].seen if mark in found else ()
        found[mark] = replace(line, fingerprint=mark, seen=before + line.seen)
    return [replace(found[mark], seen=_sorted_seen(found[mark])) for mark in sorted(found)]


def _sorted_seen(line: LayerLine) -> tuple[Seen, ...]:
    by_key = {identity.seen_key(seen): seen for seen in line.seen}
    return tuple(by_key[key] for key in sorted(by_key))


def seal(
    lines: Sequence[LayerLine],
    *,
    environment: Environment,
    contributor: str,
    device_key: str,
    date: str,
    suite: Suite | None = None,
    comment: str = "",
    licence: str = LICENCES[0],
) -> Header:
    "The header of a run, its fingerprints computed. `lines` as `ordered` gives them."
    header = Header(
        kind=SUBMISSION,
        schema_version=SCHEMA_VERSION,
        environment=environment,
        contributor=contributor,
        device_key=device_key,
        date=date,
        licence=licence,
        layers=len(lines),
        fingerprints=_OPEN,
        suite=suite,
        comment=comment,
    )
    return replace(header, fingerprints=identity.fingerprints(header, identity.result(lines)))


def place(run: str) -> str:
    """Where a run's file stands under data/: `submissions/3f/3f09….jsonl`.

    Two digits make a folder of their own: git writes a folder anew whenever a file in it changes, and ten thousand in
    one would cost every commit half a megabyte. Raises `BadFileError` for what is no fingerprint, so that nothing
    else ever becomes a path.
    """
    if not identity.FORM.fullmatch(run):
        raise BadFileError('a run\'s fingerprint is "v1:" and 64 hexadecimal digits: nothing else names a file')
    name = identity.short(run)
    return f"submissions/{name[:2]}/{name}.jsonl"


def write(
    folder: Path,
    header: Header,
    lines: Iterable[LayerLine],
    times: Sequence[timings.Timing] = (),
    conditions: timings.Conditions | None = None,
) -> Path:
    """The run's file under `folder` (a checkout's data/), whole or not at all; its timings beside it.

    Writing a run that is there already changes nothing. Raises `BadFileError` where the place leads out of `folder`,
    `StoreError` where it cannot be written.
    """
    target = inside(folder, place(header.fingerprints.run))
    try:
        if times:
            put(target.with_suffix(".timings.jsonl"), timings.render(header.fingerprints.run, times, conditions))
        put(target, render(header, lines))
    except OSError as error:
        tip = "Nothing was left half written."
        raise StoreError(f"{target} cannot be written: {error.strerror or error}", tip=tip) from None
    return target


def inside(folder: Path, name: str) -> Path:
    "`name` under `folder`. Raises `BadFileError` where it climbs out, through a link too."
    base = folder.resolve()
    found = (base / name).resolve()
    if not found.is_relative_to(base) or found == base:
        raise BadFileError(f"{name!r} leads out of {folder}", tip="A link inside the folder points elsewhere.")
    return found


def put(path: Path, text: str) -> None:
    "All of the text, or the file as it was: a new file takes its place in one step, after it is safe on disk."
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o644)  # mkstemp's 0600 would keep others from reading a checkout's file
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    "The folder's entry for a new file. Windows has no such thing."
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
