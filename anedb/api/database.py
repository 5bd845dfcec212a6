"""Which database, and whether it is up to date with data/."""

from __future__ import annotations

from anedb.api.reports import Status
from anedb.catalog import files
from anedb.errors import StoreError
from anedb.store.location import default_url, shown
from anedb.store.reader import Reader, find_reader, open_reader


def ready(url: str | None = None) -> Reader:
    """A reader of a database that is up to date with data/; built, or brought up to date, first if need be.

    Looking costs a few hundred microseconds: a mark over the names, sizes and times of data/'s files. Only where it
    differs are they read. A database that cannot be written to but can be read answers from the data it has: every
    answer names their version. Raises `StoreError`.
    """
    place = url or default_url()
    reader = find_reader(place)
    if reader is not None and reader.meta().get("data_stamp") == files.stamp():
        return reader
    try:
        build(place)
    except StoreError:
        if reader is None or "data_version" not in reader.meta():
            raise
        return reader
    if reader is not None:
        reader.close()
    return open_reader(place)


def build(url: str | None = None) -> bool:
    "Brings the database up to date with data/. False: it already was. Raises `StoreError` or `DataError`."
    from anedb.ingest.build import data
    from anedb.store.store import Store

    with Store.open(url or default_url()) as store:
        return store.sync(data())


def status(url: str | None = None) -> Status:
    "Where the database is, its schema revision, the version of its data, and how much is in it."
    place = url or default_url()
    reader = find_reader(place)
    if reader is None:
        state = "not built yet; the first query builds it"
        return Status(database=shown(place), summary=state, revision="", data_version="", counts={})
    with reader:
        meta = reader.meta()
        current = meta.get("data_stamp") == files.stamp() or meta.get("data_version") == files.version()
        return Status(
            database=shown(place),
            summary="up to date with data/" if current else "older than data/; the next query updates it",
            revision=meta["revision"],
            data_version=meta.get("data_version", ""),
            counts=reader.counts(),
        )


def upgrade(url: str | None = None) -> tuple[Status, bool]:
    "Creates the database or brings its schema and data up to date. What it is now, and whether anything changed."
    changed = build(url)
    return status(url), changed
