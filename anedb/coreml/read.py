"""A file or folder -> `Model`, whatever kind of Core ML file it is; and the models in a folder.

What a thing is decided by what is in it; its name helps with the message where nothing is. Weights are never loaded.
"""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anedb.coreml import package, sniff, spec
from anedb.coreml.wire import Buffer, MalformedError
from anedb.domain.model import Kind, Model
from anedb.errors import BadFileError

FOLDERS = (".mlpackage", ".mlmodelc")
COMPILED = ("model.mil", "coremldata.bin", "model.espresso.net")
"Any of them makes a folder a compiled model."
ANALYTICS = "analytics.mil"
MAPPED = 2**16
"Bytes from which a file is mapped into memory instead of read: of most larger ones most are weights."

DAMAGED = "download or export it again; a download that was broken off leaves such a file"


def read_model(path: Path) -> Model:
    """Raises `BadFileError`: there is no such file, it cannot be read, is damaged, or is something else than a Core ML
    model."""
    mode = _stat(path).st_mode
    if stat.S_ISDIR(mode):
        return _folder(path)
    if not stat.S_ISREG(mode):
        raise BadFileError(f"{path} is {sniff.special(mode)}, not a file", tip="name a model's file or folder")
    return _file(path)


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError:
        raise BadFileError(f"{path} does not exist", tip="check the spelling, and the folder you are in") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError | ValueError) -> BadFileError:
    why = getattr(error, "strerror", None) or str(error)
    return BadFileError(f"{path} cannot be read: {why}", tip="check its permissions, and where its links lead")


def _folder(path: Path) -> Model:
    try:
        names = set(os.listdir(path))
    except OSError as error:
        raise _unreadable(path, error) from None
    if package.MANIFEST in names:
        return _package(path)
    if names.intersection(COMPILED) or path.suffix.lower() == ".mlmodelc":
        from anedb.coreml import mlmodelc

        return mlmodelc.read(path)
    if path.suffix.lower() == ".mlpackage":
        return _package(path)
    if path.suffix.lower() == ".mlmodel":
        raise BadFileError(f"{path} is a folder; an .mlmodel is a file", tip="name the file in it")
    raise BadFileError(f"{path} is a folder, and no Core ML model", tip="name an .mlpackage or .mlmodelc, or a file")


def _package(path: Path) -> Model:
    inner = package.find_spec(path)
    with _opened(inner) as data:
        found = _spec(inner, data, path)
        missing = package.missing_weights(data, inner.parent)
    if missing:
        found.notes.append(f"its weight file {missing} is missing; nothing here needs it, but Core ML will")
    return _model(path, Kind.MLPACKAGE, found)


def _file(path: Path) -> Model:
    with _opened(path) as data:
        if sniff.is_mil(data):
            from anedb.coreml import analytics

            return analytics.read(path)
        return _model(path, Kind.MLMODEL, _spec(path, data, path))


def _spec(file: Path, data: Buffer, named: Path) -> spec.Spec:
    "What the file holds; a message names what the user named, too."
    what, tip = sniff.other(data, file)
    where = str(file) if file == named else f"{named}: {file.relative_to(named)}"
    if what:
        raise BadFileError(f"{where} is {what}, not a Core ML model", tip=tip)
    try:
        return spec.read(data)
    except MalformedError as error:
        raise BadFileError(f"{where} is damaged, or no Core ML model: {error.message}", tip=DAMAGED) from None
    except BadFileError as error:
        raise BadFileError(f"{where}: {error.message}", tip=error.tip) from None


def _model(path: Path, kind: Kind, found: spec.Spec) -> Model:
    return Model(
        path=str(path),
        kind=kind.value,
        type=found.type,
        spec_version=found.version,
        networks=tuple(found.networks),
        notes=tuple(found.notes),
    )


@contextmanager
def _opened(path: Path) -> Iterator[Buffer]:
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BadFileError(f"{path} is no file", tip="name a model's file or folder")
            if os.fstat(file.fileno()).st_size < MAPPED:
                data: Buffer = file.read()
            else:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    try:
        yield data
    finally:
        if isinstance(data, mmap.mmap):
            data.close()


def _at_once(path: str, flags: int) -> int:
    "A pipe in a file's place is opened without waiting for somebody to write into it."
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def find_models(path: Path) -> list[Path]:
    """The model itself; of a folder that is none, every `.mlmodel`, `.mlpackage`, `.mlmodelc` and `analytics.mil` below
    it, by name. Packages are not entered, and links to folders only where they are packages. Raises `BadFileError`."""
    if not stat.S_ISDIR(_stat(path).st_mode) or _is_model(path):
        return [path]
    found = []
    for folder, inside, files in os.walk(path):
        packages = [name for name in inside if name.lower().endswith(FOLDERS)]
        found += [Path(folder, name) for name in packages]
        inside[:] = [name for name in inside if name not in packages]
        found += [Path(folder, name) for name in files if name.lower().endswith(".mlmodel") or name == ANALYTICS]
    return sorted(found)


def _is_model(folder: Path) -> bool:
    if folder.suffix.lower() in FOLDERS:
        return True
    return any((folder / name).is_file() for name in (package.MANIFEST, *COMPILED))
