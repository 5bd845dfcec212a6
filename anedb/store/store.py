"""Writing a database: one transaction for each thing that is asked for, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text

from anedb.errors import UnknownNameError
from anedb.store import families, migrate, queries
from anedb.store.batch import Batch, Data
from anedb.store.bulk import Bulk
from anedb.store.engine import TIMEOUT, lock, open_engine
from anedb.store.learning import first_signed, numbers, relearn, settle
from anedb.store.location import make_folder, shown
from anedb.store.reader import Reader, open_reader
from anedb.store.sync import note, recount, sync, withdrawn
from anedb.store.trouble import NotBuiltError, explained
from anedb.store.writer import add_run, sign_run


class Store:
    "One database, opened for writing. Every method raises `StoreError` where the database or the machine cannot."

    def __init__(self, url: str, engine: Engine) -> None:
        self.url = url
        self.engine = engine
        self.place = shown(url)

    @classmethod
    def open(cls, url: str, *, create: bool = True, timeout: float = TIMEOUT) -> Store:
        """The database at `url`, made or upgraded if need be.

        Of several processes that come at once the first does the work and the others wait for it, at most `timeout`
        seconds. Raises `NotBuiltError` where there would be work but `create` is False; `StoreError` for a file that
        is no database of anedb's, or was made by a newer anedb.
        """
        place = shown(url)
        with explained(place):
            try:
                open_reader(url).close()
            except NotBuiltError:
                if not create:
                    raise
                make_folder(url)
                store = cls(url, open_engine(url, timeout=timeout))
                store.upgrade()
                return store
            return cls(url, open_engine(url, timeout=timeout))

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.engine.dispose()

    def upgrade(self) -> None:
        "To the newest schema, all missing steps in one transaction."
        with explained(self.place), self.engine.connect() as connection:
            migrate.upgrade(connection)

    def sync(self, data: Data) -> bool:
        """What came with data/ becomes what `data` says; what the user stored stays. False: it already was.

        Raises `DataError` where data/ contradicts itself.
        """
        with self._transaction() as bulk:
            if dict(bulk.rows(queries.META)).get("data_version") == data.version:
                # The same text installed anew, or another process was faster.
                note(bulk, data_stamp=data.stamp)
                return False
            sync(bulk, data)
            note(
                bulk,
                data_stamp=data.stamp,
                data_version=data.version,
                weights=data.weights,
                families=families.as_json(bulk),
            )
            return True

    def add_run(self, batch: Batch) -> bool:
        "Stores somebody's run, or that one it has was signed. False: it is already known, and nothing changed."
        with self._transaction() as bulk:
            return self._add(bulk, batch)

    @contextmanager
    def trial(self, batch: Batch) -> Iterator[Reader]:
        """What the database would say with this run in it; afterwards it is as before.

        Other writers wait meanwhile. The reader's `changes()` is -1: nothing read from it may be kept.
        """
        with self._transaction(keep=False) as bulk:
            self._add(bulk, batch)
            bulk.run("UPDATE meta SET value = '-1' WHERE name = 'changes'")
            yield Reader(select_of(bulk.connection), place=self.place)

    def retract(self, id: str, *, reason: str, by: str, date: str) -> bool:
        """Withdraws a run (by fingerprint) or a source (by id). False: it already was, and nothing changed.

        Raises `UnknownNameError` for a name that is neither.
        """
        with self._transaction() as bulk:
            if not bulk.rows(
                "SELECT 1 FROM runs WHERE fingerprint = ? UNION SELECT 1 FROM sources WHERE id = ?", [id, id]
            ):
                raise UnknownNameError(f"there is no run or source {id!r}", tip="see `anedb db status`")
            if id in withdrawn(bulk):
                return False
            bulk.insert("retractions", [(id, "user", reason, by, date)])
            recount(bulk, {id})
            relearn(bulk, numbers(bulk))
            note(bulk)
            return True

    def copies_of(self, result: str) -> list[str]:
        "Fingerprints of the runs with this result fingerprint: the same facts, sent under another name."
        with self.reader() as reader:
            return reader.copies_of(result)

    def status(self) -> dict[str, Any]:
        with self.reader() as reader:
            return reader.status()

    def reader(self) -> Reader:
        return open_reader(self.url)

    @staticmethod
    def _add(bulk: Bulk, batch: Batch) -> bool:
        known = bulk.rows("SELECT id, digest, signed FROM runs WHERE fingerprint = ?", [batch.key])
        if known and (known[0][1] != batch.digest or known[0][2] or not batch.signed):
            return False
        if known:
            sign_run(bulk, known[0][0], batch)
            relearn(bulk, numbers(bulk))
        else:
            witness = add_run(bulk, batch, origin="user", withdrawn=withdrawn(bulk))
            # Who signs for the first time takes the name from all that bore it unsigned.
            relearn(bulk, numbers(bulk)) if first_signed(bulk, witness) else settle(bulk, witness, numbers(bulk))
        note(bulk)
        return True

    @contextmanager
    def _transaction(self, *, keep: bool = True) -> Iterator[Bulk]:
        "Nobody else writes in it, and nothing of it stays when it is left by an exception, or killed."
        with explained(self.place), self.engine.connect() as connection, connection.begin() as transaction:
            lock(connection)
            yield Bulk(connection)
            if not keep:
                transaction.rollback()


def select_of(connection: Connection) -> Any:
    "The reader's way to ask, inside a transaction that writes."
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        return lambda sql, parameters: driver.execute(sql, parameters).fetchall()
    return lambda sql, parameters: [tuple(row) for row in connection.execute(text(sql), parameters)]
