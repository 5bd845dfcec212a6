"""SQLAlchemy engines for writing. Reading a local database does without (`anedb.store.reader`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import make_url

from anedb.store.location import sqlite_path

LOCK = 0x616E656462
"`anedb` in ASCII: the number by which our processes agree on who writes to a PostgreSQL database."

TIMEOUT = 30.0
"Seconds to wait for another process that writes. Building the database takes two."


def open_engine(url: str, *, timeout: float = TIMEOUT) -> Engine:
    """An engine whose transactions write.

    On SQLite each begins with BEGIN IMMEDIATE: a second writer waits at the door, and none finds halfway that what
    it read has changed. The journal stays SQLite's default, a file that is rolled back: a WAL database cannot be
    read from a read-only folder and is three files to copy, and all that WAL would bring is reading during the
    second a write takes.
    """
    if (path := sqlite_path(url)) is None:
        return open_postgresql(url, f"SET lock_timeout = {int(timeout * 1000)}")
    address = URL.create("sqlite", database=str(path))
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": timeout})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver would open transactions of its own, later than we want
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-32768")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def open_postgresql(url: str, setting: str) -> Engine:
    "With one setting for every connection, beside those that the URL gives."
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.execute(setting)
        connection.commit()

    return engine


def lock(connection: Connection) -> None:
    "Lets one transaction write at a time, on PostgreSQL too; there until it ends."
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
