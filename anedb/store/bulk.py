"""Rows in bulk, by the driver's own executemany: SQLAlchemy's insert costs several times what it wraps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection

from anedb.store.tables import Row

CHUNK = 500
"Values in one IN list; far below the 32766 that SQLite allows."


class Bulk:
    "One writing transaction."

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.mark = "?" if connection.dialect.name == "sqlite" else "%s"

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        "A SELECT with `?` for its values."
        result = self.connection.exec_driver_sql(sql.replace("?", self.mark), tuple(values))
        # The driver's own tuples: SQLAlchemy's rows cost as much again as fetching.
        return result.cursor.fetchall()  # type: ignore[return-value]

    def among(self, sql: str, values: Iterable[Any], *more: Any, size: int = CHUNK) -> list[tuple[Any, ...]]:
        "A SELECT with `IN (*)`, asked as often as the values fill an IN list; `more` stand for `?` behind it."
        values = list(values)
        found = []
        for start in range(0, len(values), size):
            chunk = values[start : start + size]
            found += self.rows(sql.replace("*", ",".join("?" * len(chunk))), [*chunk, *more])
        return found

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        "An INSERT, UPDATE or DELETE with `?` for its values."
        self.connection.exec_driver_sql(sql.replace("?", self.mark), tuple(values))

    def run_among(self, sql: str, values: Iterable[Any], *, size: int = CHUNK) -> None:
        "As `among`, for a DELETE or UPDATE."
        values = list(values)
        for start in range(0, len(values), size):
            chunk = values[start : start + size]
            self.run(sql.replace("*", ",".join("?" * len(chunk))), chunk)

    def run_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self.connection.exec_driver_sql(sql.replace("?", self.mark), rows)

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]], conflict: str = "") -> None:
        "Whole rows, values in the order of the table's columns; `conflict`: an ON CONFLICT clause."
        self.run_many(f"{insert_into(table)} {conflict}", rows)

    def next_id(self, table: str) -> int:
        "The first free number. Only one transaction writes at a time, so nobody else takes it."
        return int(self.rows(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")[0][0])


@cache
def columns(table: str) -> tuple[str, ...]:
    return tuple(Row.metadata.tables[table].columns.keys())


@cache
def insert_into(table: str) -> str:
    names = columns(table)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def replaced(table: str, *key: str) -> str:
    "The ON CONFLICT clause by which a row with the same key takes the new values."
    new = ", ".join(f"{name} = excluded.{name}" for name in columns(table) if name not in key)
    return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {new}"
