"""A folder of an export, written as a whole: what is there when it fails is the old one or a part of the new one that
SHA256SUMS, written last, tells apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from anedb.errors import StoreError, UsageError

SUMS = "SHA256SUMS"


def write(folder: Path, files: Mapping[str, bytes], *, force: bool = False) -> None:
    """Raises `UsageError` for a folder that holds something else (`force` writes there all the same and removes nothing
    of it), `StoreError` where it cannot be written."""
    try:
        gone = (set() if force and not (folder / SUMS).is_file() else _earlier(folder)) - files.keys()
        for path in gone:
            (folder / path).unlink(missing_ok=True)
        for path, text in files.items():
            if path != SUMS:
                _write(folder / path, text)
        _write(folder / SUMS, files[SUMS])
    except OSError as error:
        raise StoreError(
            f"cannot write {folder}: {error.strerror}", tip="see that you may, and that there is room"
        ) from None


def _write(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)


def _earlier(folder: Path) -> set[str]:
    "The files of the export that is there. Nothing else is ever removed."
    if not folder.exists() or not any(folder.iterdir()):
        return set()
    if not (folder / SUMS).is_file():
        raise UsageError(f"{folder} holds something else than an export", tip="name a new or empty folder")
    lines = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    return {path for line in lines if _inside(path := line[66:])}


def _inside(path: str) -> bool:
    "A list of files that somebody else wrote may name any."
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts
