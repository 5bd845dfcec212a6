"""Bringing a database to the newest schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from anedb.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection


def folder() -> Path:
    """The folder migrations/: inside the installed package, else beside it in a checkout.

    Raises `StoreError` where there is none.
    """
    package = Path(__file__).parents[1]
    for place in (package / "_migrations", package.parent / "migrations"):
        if (place / "env.py").is_file():
            return place
    raise StoreError("anedb's migrations/ folder is missing", tip="install anedb again")


def config(connection: Connection | None = None) -> Config:
    "Alembic's settings, without a file of settings: an installed anedb has none."
    from alembic.config import Config

    found = Config(attributes={"connection": connection} if connection is not None else {})
    found.set_main_option("script_location", str(folder()).replace("%", "%%"))
    return found


def upgrade(connection: Connection, revision: str = "head") -> None:
    "All missing revisions in one transaction: done, or nothing happened. Other processes wait."
    from alembic import command

    command.upgrade(config(connection), revision)
