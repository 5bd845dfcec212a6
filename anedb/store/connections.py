"""Read-only connections, and the first look at what they lead to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from anedb.errors import StoreError
from anedb.store import queries
from anedb.store.location import shown, sqlite_path
from anedb.store.revisions import HEAD, KNOWN
from anedb.store.trouble import NotBuiltError

Select = Callable[[str, dict[str, Any]], list[tuple[Any, ...]]]
"One of anedb.store.queries and its parameters -> all rows."
MAGIC = b"SQLite format 3\0"

TIMEOUT = 10.0
"Seconds to wait while another process commits."


def local(url: str) -> tuple[Select, Callable[[], None]]:
    "A SQLite file by the standard library alone, opened so that nothing can be written."
    path = sqlite_path(url)
    assert path is not None
    look_at(path)
    connection = sqlite3.connect(uri(path, "ro"), uri=True, timeout=TIMEOUT, check_same_thread=False)

    def select(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        try:
            return connection.execute(sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_READONLY_ROLLBACK":
                raise
            roll_back(path)
            return connection.execute(sql, parameters).fetchall()

    return select, connection.close


def look_at(path: Path) -> None:
    "That there is a file, and that it begins as SQLite's do: SQLite itself takes a very short one for an empty one."
    if not path.exists():
        raise NotBuiltError(f"there is no database at {path}", tip="`anedb db upgrade` builds one")
    if not path.is_file():
        raise StoreError(f"{path} is not a file", tip="point ANEDB_URL at a SQLite file")
    try:
        with path.open("rb") as file:
            beginning = file.read(len(MAGIC))
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}", tip="see that you may read it") from None
    if beginning not in (b"", MAGIC):
        raise StoreError(
            f"{path} is not a SQLite database", tip="point ANEDB_URL at another file, or move this one away"
        )


def roll_back(path: Path) -> None:
    "A writer was killed and its journal lies there: only a connection that may write can undo what it left half done."
    connection = sqlite3.connect(uri(path, "rw"), uri=True, timeout=TIMEOUT)
    try:
        connection.execute(queries.TABLES["sqlite"]).fetchall()
    finally:
        connection.close()


def uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def remote(url: str) -> tuple[Select, Callable[[], None]]:
    "PostgreSQL, each SELECT on its own."
    from sqlalchemy import text

    from anedb.store.engine import open_postgresql

    engine = open_postgresql(url, "SET default_transaction_read_only = on")
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def select(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(text(sql), parameters)]

    return select, connection.close


def check(select: Select, url: str) -> None:
    "That this is a database of anedb's with the schema this anedb knows. Raises `NotBuiltError` and `StoreError`."
    kind = "postgresql" if sqlite_path(url) is None else "sqlite"
    judge(revision(select, kind), shown(url))


def revision(select: Select, kind: str) -> str | None:
    """The schema's revision; None: nothing there yet. Raises `StoreError` for a database of somebody else's.

    `kind`: a key of `queries.TABLES`.
    """
    tables = {row[0] for row in select(queries.TABLES[kind], {})}
    if "alembic_version" not in tables:
        if tables and kind == "sqlite":
            raise StoreError("this SQLite database is not one of anedb's", tip="point ANEDB_URL at another file")
        return None
    found = select(queries.REVISION, {})
    if found and "observations" not in tables:
        raise StoreError("this database belongs to another program", tip="point ANEDB_URL at a database of its own")
    return str(found[0][0]) if found else None


def judge(found: str | None, place: str) -> None:
    "Nothing, where the revision is the one this anedb reads."
    if found == HEAD:
        return
    if found is None:
        raise NotBuiltError(f"{place} is still empty", tip="`anedb db upgrade` builds it")
    if found in KNOWN:
        raise NotBuiltError(f"{place} has an older schema ({found}, now {HEAD})", tip="run `anedb db upgrade`")
    raise StoreError(
        f"{place} was made by a newer anedb (its schema {found}; this anedb knows up to {HEAD})",
        tip="upgrade anedb, or point ANEDB_URL at another file",
    )
