"""What there is to measure: the questions of a suite, or models of the user's own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from anedb.coreml.read import find_models
from anedb.domain.submission import Suite
from anedb.errors import BadFileError
from anedb.fingerprint import fingerprint
from anedb.probe import build, manifest
from anedb.probe.heard import Job
from anedb.probe.manifest import Member
from anedb.probe.runner import Task
from anedb.probe.suite import VERSION, Ask
from anedb.probe.suite import digest as digest_of

ENDINGS = (".mlpackage", ".mlmodel")
"What Core ML compiles; a compiled model has lost what it was compiled from."
OWN = "own"
"What a run of the user's own models is called in the journal. Its submission names no suite."


def of_suite(asks: Iterable[Ask]) -> list[Task]:
    return [Task(each.id, lambda folder, ask=each: _built(ask, folder)) for each in asks]  # type: ignore[misc]


def _built(ask: Ask, folder: Path) -> Job:
    found = build.build(ask)
    path = build.write(ask, found, folder)
    return Job(id=ask.id, path=path, context=str(ask.context), asked=found.op.fingerprint, place=found.op.place)


def of_folder(path: Path) -> tuple[list[Task], Suite]:
    "A suite that was built before, elsewhere perhaps. Raises `BadFileError`."
    found = manifest.read(path)
    folder = path if path.is_dir() else path.parent
    for each in found.models:
        if not (folder / each.file).exists():
            raise BadFileError(f"{folder} lacks {each.file}, which its list names", tip="build or copy it again")
    known = Suite(id=found.name, version=found.version, sha256=found.digest)
    return [_member(each, folder) for each in found.models], known


def _member(each: Member, folder: Path) -> Task:
    job = Job(id=each.id, path=folder / each.file, context=each.context, asked=each.fingerprint, place=each.place)
    return Task(each.id, lambda _: job)


def suite(name: str, asks: Sequence[Ask]) -> Suite:
    "Known by its name, the version of the tables, and what it asks."
    return Suite(id=name, version=VERSION, sha256=digest_of(asks))


def of_models(paths: Sequence[Path]) -> list[Task]:
    """Files, packages and folders of them, each under its own name. Raises `BadFileError` where there is none, and for
    a compiled model."""
    found: list[Path] = []
    for path in paths:
        models = [each for each in find_models(path) if each.suffix.lower() in ENDINGS]
        if not models:
            tip = "a .mlpackage or .mlmodel; a compiled model (.mlmodelc) cannot be compiled again"
            raise BadFileError(f"{path} has no model that can be measured", tip=tip)
        found += models
    names = Counter(path.stem for path in found)
    return [_own(path, names[path.stem] > 1) for path in found]


def _own(path: Path, shared: bool) -> Task:
    "By its file's name without the folder it lies in; where two share it, digits of its place tell them apart."
    digits = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:6]
    id = f"{path.stem}-{digits}" if shared else path.stem
    return Task(id, lambda _: Job(id=id, path=path))


def digest(tasks: Sequence[Task]) -> str:
    "Of what is asked, for the journal."
    return fingerprint({"tasks": [each.id.encode("ascii", "backslashreplace").decode() for each in tasks]})
