"""Withdrawing a run or a source: data/retractions/<name>.json, one a file, and what such a file must be."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from anedb.catalog import facts
from anedb.domain.plain import plain
from anedb.domain.problem import Problem
from anedb.ingest import identity, machine, read, text, wire, words
from anedb.ingest.problems import Problems, shown
from anedb.ingest.write import inside, put
from anedb.store.values import Retraction


def file_name(what: str) -> str:
    "`retractions/3f0912ab34cd56ef.json` for a run, `retractions/<source id>.json` for a source."
    return f"retractions/{identity.short(what) if identity.FORM.fullmatch(what) else what}.json"


def render(retraction: Retraction) -> str:
    return json.dumps(plain(retraction), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(folder: Path, retraction: Retraction) -> Path:
    "Under `folder` (a checkout's data/). Raises `BadFileError` where the name would lead out of it."
    target = inside(folder, file_name(retraction.what))
    put(target, render(retraction))
    return target


def load(path: Path) -> Retraction:
    "One of our own files. Raises `ValueError` or `TypeError` where it is not one; `check` says why."
    return Retraction(**json.loads(path.read_bytes()))


def check(
    data: bytes, name: str, *, today: str, sources: Collection[str], runs: Collection[str] | None = None
) -> tuple[Retraction | None, tuple[Problem, ...]]:
    "`runs`: fingerprints of the runs that are known; None: any will do."
    problems = Problems(name)
    found: Retraction | None = None
    if read.usable(data, problems) and (line := read.text_of(data, 1, problems)):
        if text.parse(line, 1, problems) is not None:
            found = wire.validate(Retraction, line, 1, problems)
        if found is not None:
            _check(found, name, today, sources, runs, problems)
    return found, problems.done()


def _check(
    found: Retraction,
    name: str,
    today: str,
    sources: Collection[str],
    runs: Collection[str] | None,
    problems: Problems,
) -> None:
    known_run = bool(identity.FORM.fullmatch(found.what)) and (runs is None or found.what in runs)
    if not known_run and found.what not in sources:
        what = f"`{shown(found.what)}` is no known run and no source"
        problems.add("vocabulary.source", what, line=1, at="/what", expected="a run's fingerprint, or a source id")
    elif Path(name).name != Path(file_name(found.what)).name:
        problems.add("fingerprint.name", "not named for what it withdraws", expected=file_name(found.what))
    for field in ("reason", "by"):
        if not getattr(found, field).strip():
            problems.add("schema.empty", f"no {field}", line=1, at=f"/{field}", expected="a sentence or a name")
    words.check_text("comment", found.reason, 1, "", problems)
    machine.check_day(found.date, problems, today)


def known() -> list[tuple[Path, Retraction]]:
    "All of data/retractions."
    return [(path, load(path)) for path in facts.retraction_files()]
