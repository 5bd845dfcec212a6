"""What SQLite and PostgreSQL say went wrong -> one sentence that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from anedb.errors import StoreError

TRY_AGAIN = "wait for the other anedb to finish, then run the command again: nothing was stored"
SQLITE = {
    "SQLITE_NOTADB": ("{} is not a SQLite database", "point ANEDB_URL at another file, or move this one away"),
    "SQLITE_CORRUPT": (
        "{} is damaged",
        "move it away: anedb builds a new one, without your own runs",
    ),
    "SQLITE_BUSY": ("{} is locked by another process", TRY_AGAIN),
    "SQLITE_LOCKED": ("{} is locked by another process", TRY_AGAIN),
    "SQLITE_READONLY": ("{} cannot be written: file or folder is read-only", "point ANEDB_URL at a file you may write"),
    "SQLITE_CANTOPEN": ("{} cannot be opened", "see that its folder exists and that you may read and write there"),
    "SQLITE_PERM": ("{} may not be opened", "see that you may read and write it"),
    "SQLITE_FULL": ("the disk with {} is full", "make room, then run the command again: nothing was stored"),
    "SQLITE_IOERR": ("the machine cannot read or write {}", "see whether the disk is full, failing or gone"),
    "SQLITE_TOOBIG": ("a value is too large for {}", "see what the file being read holds"),
}
POSTGRES = {
    "08": ("the connection to {} broke", "see that the server runs, then run the command again: nothing was stored"),
    "28": ("{} refuses the user or password", "see ANEDB_URL"),
    "3D": ("{} does not exist", "create it (`createdb`), or see ANEDB_URL"),
    "42501": ("the user of {} may not do that", "grant it to the user, or see ANEDB_URL"),
    "25006": ("{} is read-only", "point ANEDB_URL at a server that may be written"),
    "40": ("{} was changed by another process at the same time", TRY_AGAIN),
    "55P03": ("{} is locked by another process", TRY_AGAIN),
    "53": (
        "{} has run out of disk, memory or connections",
        "make room, then run the command again: nothing was stored",
    ),
    "57": ("{} is shutting down or stopped the work", "see that the server runs, then run the command again"),
}


class NotBuiltError(StoreError):
    "There is no database there yet, or one of an older schema: what `Store.open` mends."


@contextmanager
def explained(place: str) -> Iterator[None]:
    "Turns the errors of a driver inside into `StoreError`; what it does not know is a bug, and passes."
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        if (found := explain(error, place)) is None:
            raise
        raise found from error


def explain(error: BaseException, place: str) -> StoreError | None:
    "The `StoreError` for a driver's error, SQLAlchemy's wrapping or not; None for any other exception."
    if isinstance(error, ModuleNotFoundError) and error.name == "psycopg":
        return StoreError("PostgreSQL needs psycopg", tip="pip install 'anedb[postgres]'")
    cause = getattr(error, "orig", None) or error
    if name := getattr(cause, "sqlite_errorname", None):
        return _worded(SQLITE, [f"SQLITE_{name.split('_')[1]}"], place)
    if type(cause).__module__.partition(".")[0] != "psycopg":
        return None
    state = getattr(cause, "sqlstate", None)
    if state is None and type(cause).__name__ in ("OperationalError", "ConnectionTimeout"):
        return StoreError(f"{place} cannot be reached", tip="see that the server runs, and ANEDB_URL")
    return _worded(POSTGRES, [state or "", (state or "")[:2]], place)


def _worded(table: dict[str, tuple[str, str]], keys: list[str], place: str) -> StoreError | None:
    for key in keys:
        if found := table.get(key):
            return StoreError(found[0].format(place), tip=found[1])
    return None
