"""The database as a file for others: SQLite whatever it was, with the answers in a table of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.schema import CreateIndex, CreateTable

from anedb.store.engine import open_engine
from anedb.store.migrate import upgrade
from anedb.store.reader import Reader
from anedb.store.tables import Row
from anedb.store.trouble import explained

KINDS = {"string": "TEXT", "int": "INTEGER", "float": "REAL"}
TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
REST = "SELECT sql FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY name"
HERE = ("data_stamp", "changes")
"Of `meta`: one installation's files, and how often it was written to. They say nothing about the data."


def publish(reader: Reader, path: Path, kinds: Mapping[str, str], verdicts: Iterable[tuple[Any, ...]]) -> None:
    """Every table of the reader's database, and `verdicts`, in a new file at `path`. The same rows give the same bytes
    by one version of SQLite. Raises `StoreError`."""
    with explained(str(path)):
        _tables(path)
        into = sqlite3.connect(path, isolation_level=None)
        try:
            _fill(into, reader)
            for sql in _rest(path.with_name(f"{path.name}.migrated")):
                into.execute(sql)
            _answers(into, kinds, verdicts)
            into.execute("VACUUM")
        finally:
            into.close()


def _tables(path: Path) -> None:
    """As they are declared, indexes by name: a migration that copies a table writes its constraints in an order of
    chance, and SQLAlchemy a table's indexes."""
    engine = open_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for table in Row.metadata.sorted_tables:
            connection.execute(CreateTable(table))
            for index in sorted(table.indexes, key=lambda it: str(it.name)):
                connection.execute(CreateIndex(index))
    engine.dispose()


def _rest(path: Path) -> list[str]:
    "What only migrations make: views, triggers, and the mark of the revision they lead to."
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        upgrade(connection)
    engine.dispose()
    made = sqlite3.connect(path)
    try:
        (revision,) = made.execute("SELECT version_num FROM alembic_version").fetchone()
        marks = ["CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"]
        return [*marks, f"INSERT INTO alembic_version VALUES ('{revision}')", *(sql for (sql,) in made.execute(REST))]
    finally:
        made.close()
        path.unlink()


def _fill(into: sqlite3.Connection, reader: Reader) -> None:
    into.execute("PRAGMA foreign_keys = OFF")
    into.execute("BEGIN")
    for name, _ in into.execute(TABLES).fetchall():
        columns = [row[1] for row in into.execute(f'PRAGMA table_info("{name}")')]
        rows = sorted(reader.table(name, columns), key=_key)
        if name == "meta":
            rows = [row for row in rows if row[0] not in HERE]
        marks = ", ".join("?" * len(columns))
        into.executemany(f'INSERT INTO "{name}" ({", ".join(columns)}) VALUES ({marks})', rows)
    into.execute("COMMIT")


def _key(row: tuple[Any, ...]) -> list[tuple[bool, bool, Any]]:
    "Numbers before text, nothing first: the primary key comes first in every table."
    return [(item is not None, isinstance(item, str), item if item is not None else 0) for item in row]


def _answers(into: sqlite3.Connection, kinds: Mapping[str, str], verdicts: Iterable[tuple[Any, ...]]) -> None:
    columns = ", ".join(f"{name} {KINDS[kind]}" for name, kind in kinds.items())
    into.execute(f"CREATE TABLE verdicts ({columns})")
    into.execute("CREATE INDEX ix_verdicts ON verdicts (format, type, engine, release)")
    into.execute("BEGIN")
    into.executemany(f"INSERT INTO verdicts VALUES ({', '.join('?' * len(kinds))})", verdicts)
    into.execute("COMMIT")
