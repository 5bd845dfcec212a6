"""Where data/ is, and how its files are read. Only this room opens them."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from anedb.errors import DataError


@cache
def root() -> Path:
    """The folder data/: `ANEDB_DATA` where set, else inside the installed package, else beside it in a checkout.

    Raises `DataError` where there is none.
    """
    package = Path(__file__).parents[1]
    for place in (os.environ.get("ANEDB_DATA"), package / "_data", package.parent / "data"):
        if place and Path(place).is_dir():
            return Path(place)
    tip = "install anedb again, or point ANEDB_DATA at a checkout's data/"
    raise DataError("anedb's data/ folder is missing", tip=tip)


def read_json(name: str) -> Any:
    "A JSON file of data/, by its path inside. Raises `DataError`."
    path = root() / name
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise DataError(f"data/{name} is missing") from None
    except ValueError as error:
        raise DataError(f"data/{name} is not JSON: {error}") from None


def read_toml(name: str) -> dict[str, Any]:
    "A TOML file of data/, by its path inside. Raises `DataError`."
    import tomllib

    try:
        return tomllib.loads((root() / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"data/{name} is missing") from None
    except ValueError as error:
        raise DataError(f"data/{name} is not TOML: {error}") from None


def files() -> Iterator[Path]:
    "Every file of data/, in a fixed order."
    return (path for path in sorted(root().rglob("*")) if path.is_file())


def stamp() -> str:
    """A cheap mark that changes when a file of data/ is added, removed, or written again: names, sizes and times.

    Two installations of the same data have different stamps; `version` tells whether the data really differ.
    """
    found_all = []
    for folder, inside, names in os.walk(root()):
        inside.sort()
        for name in sorted(names):
            found = os.stat(os.path.join(folder, name))
            found_all.append(f"{folder}/{name} {found.st_size} {found.st_mtime_ns}")
    text = "\n".join(found_all).encode()
    return f"{len(found_all)}-{zlib.crc32(text):08x}-{zlib.adler32(text):08x}"


def version() -> str:
    "Twelve hexadecimal digits of the SHA-256 of all of data/: the same text everywhere has the same version."
    import hashlib

    digest = hashlib.sha256()
    for path in files():
        digest.update(
            f"{path.relative_to(root()).as_posix()}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()[:12]
