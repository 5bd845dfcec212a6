"""A suite, or models of the user's own, built into a folder: the models, and `suite.json` last."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from anedb.api.ask import Asker
from anedb.api.check import read
from anedb.api.suite import check_narrowed, known, wanted_asks
from anedb.domain.suite import WANTED_LIMIT, SuiteBuilt
from anedb.errors import StoreError, UsageError
from anedb.fingerprint import fingerprint
from anedb.probe import build as one
from anedb.probe import manifest as manifests
from anedb.probe import tasks
from anedb.probe.manifest import Manifest, Member
from anedb.probe.suite import VERSION, WANTED, Ask, asks, digest

Told = Callable[[str, int, int], None]
"What is being built, how many are done, how many there are."


def build(
    what: Sequence[str],
    folder: Path,
    *,
    asker: Callable[[], Asker],
    limit: int = 0,
    chips: Sequence[str] = (),
    os: str | None = None,
    models: Sequence[Path] = (),
    told: Told | None = None,
) -> SuiteBuilt:
    """`what`: the name of a suite, or models of the user's own. `asker` is called for `wanted` alone, which `chips`,
    `os` and `models` are for. `limit`: models at most; 0 is all.

    Raises `UnknownNameError`, `UsageError` and `BadFileError` for what cannot be asked, `StoreError` for a folder that
    cannot be written: nothing is left there then.
    """
    name = _named(what)
    check_narrowed(name, chips, os, models)
    with _filled(folder):
        if not name:
            return _own([Path(each) for each in what], folder, limit, told)
        if name == WANTED:
            found, left_out = wanted_asks(
                asker(), chips=chips, os=os, limit=limit or WANTED_LIMIT, models=models
            )  # fmt: skip
            return _suite(name, found, left_out, folder, told)
        return _suite(name, asks(name)[: limit or None], {}, folder, told)


def _named(what: Sequence[str]) -> str:
    "The suite that is meant; empty where models are."
    path = Path(what[0])
    models = len(what) > 1 or path.exists() or path.suffix or len(path.parts) > 1
    return "" if models or not known(what[0]) else what[0]


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    "A new or empty folder; as it was, where something goes wrong."
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty", tip="name a new or empty folder")
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror or error}") from None
    try:
        yield
    except BaseException as error:
        _emptied(folder, new)
        if isinstance(error, OSError):
            tip = "the folder is as it was; the full suite takes 1 GB"
            raise StoreError(f"{folder} cannot be written: {error.strerror or error}", tip=tip) from None
        raise


def _emptied(folder: Path, new: bool) -> None:
    for each in folder.iterdir():
        shutil.rmtree(each, ignore_errors=True) if each.is_dir() and not each.is_symlink() else each.unlink()
    if new:
        folder.rmdir()


def _suite(
    name: str, found: Sequence[Ask], left_out: Mapping[str, str], folder: Path, told: Told | None
) -> SuiteBuilt:  # fmt: skip
    members, why = [], dict(left_out)
    for done, ask in enumerate(found):
        if told:
            told(ask.id, done, len(found))
        try:
            members.append(_member(ask, folder))
        except UsageError as error:
            why[ask.id] = error.message.removeprefix(f"{ask.id} cannot be built: ")
    return _listed(name, VERSION, digest(found), members, why, folder)


def _member(ask: Ask, folder: Path) -> Member:
    built = one.build(ask)
    path = one.write(ask, built, folder)
    one.discard(built)
    return Member(
        id=ask.id, file=path.name, format=ask.format, type=ask.type, fingerprint=built.op.fingerprint,
        place=built.op.place, context=str(ask.context), canary=ask.canary, target=one.version(ask, built),
        axis=ask.axis, value=ask.value, sha256=sha256(path),
    )  # fmt: skip


def _own(models: Sequence[Path], folder: Path, limit: int, told: Told | None) -> SuiteBuilt:
    members = []
    jobs = [task.make(folder) for task in tasks.of_models(models)][: limit or None]
    for done, job in enumerate(jobs):
        if told:
            told(job.id, done, len(jobs))
        read(job.path)
        path = folder / f"{one.file_name(job.id)}{job.path.suffix}"
        shutil.copytree(job.path, path) if job.path.is_dir() else shutil.copyfile(job.path, path)
        members.append(Member(id=job.id, file=path.name, sha256=sha256(path)))
    mark = fingerprint({"models": [[each.id, each.sha256] for each in members]}).removeprefix("v1:")
    return _listed(tasks.OWN, VERSION, mark, members, {}, folder)


def _listed(
    name: str, version: str, mark: str, members: Sequence[Member], left_out: dict[str, str], folder: Path
) -> SuiteBuilt:  # fmt: skip
    from anedb.api.doctor import coremltools_version

    manifests.write(
        Manifest(
            name=name, version=version, digest=mark, coremltools=coremltools_version(), models=tuple(members),
            left_out=left_out,
        ),
        folder,
    )  # fmt: skip
    size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    return SuiteBuilt(
        folder=str(folder), name=name, version=version, digest=mark, models=len(members), bytes=size, left_out=left_out
    )


def sha256(path: Path) -> str:
    "Of a file; of a folder, of the names and digests of the files in it."
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    inside = sorted(each for each in path.rglob("*") if each.is_file())
    lines = (f"{sha256(each)}  {each.relative_to(path).as_posix()}\n" for each in inside)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
