"""Where the database is. Imports nothing heavy: every query passes through here."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

from anedb.errors import StoreError

FILE_NAME = "anedb.sqlite"


def default_url() -> str:
    "`ANEDB_URL`, else a SQLite file in the user's data folder."
    if given := os.environ.get("ANEDB_URL"):
        return given
    from platformdirs import user_data_path

    return f"sqlite:///{user_data_path('anedb', appauthor=False) / FILE_NAME}"


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL, or of a bare path; None for PostgreSQL.

    Raises `StoreError` for a database in memory, which two connections could not share, and for other databases.
    """
    kind, separator, rest = url.partition("://")
    if not separator:
        return Path(url)
    if kind.startswith("postgres"):
        return None
    if kind not in ("sqlite", "sqlite+pysqlite"):
        raise StoreError(f"anedb knows no database of the kind {kind!r}", tip="use sqlite:///FILE or postgresql://…")
    path = unquote(rest.removeprefix("/").partition("?")[0])
    if not path or path == ":memory:":
        raise StoreError(f"{url} names no file", tip="use sqlite:///FILE, with a fourth slash for an absolute path")
    return Path(path)


def shown(url: str) -> str:
    "The URL for people: a path where it is a file, and never a password."
    if (path := sqlite_path(url)) is not None:
        return str(path)
    return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:***@", url)


def make_folder(url: str) -> None:
    "The folder a SQLite file will stand in. Raises `StoreError`."
    if (path := sqlite_path(url)) is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder {path.parent} cannot be made: {error.strerror}", tip="point ANEDB_URL at a file you may write"
        ) from None
