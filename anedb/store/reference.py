"""What data/ says beside observations, copied into tables: small enough to be written anew each time."""

from __future__ import annotations

from typing import Any

from anedb.domain.claim import Claim, Workaround
from anedb.domain.observation import Source
from anedb.domain.plain import plain
from anedb.errors import DataError
from anedb.store.batch import Data
from anedb.store.bulk import Bulk, replaced
from anedb.store.rows import to_json

Rows = dict[str, list[tuple[Any, ...]]]
"By table, values in the order of its columns, the natural key first."

COPIED = ("workarounds", "claims", "builds", "os_releases", "releases", "devices", "chips", "engines")
"Nothing that a user stores points at them. What points at another comes before it."

POINTERS = (("claims", 4, "sources"), ("workarounds", 3, "sources"), ("chips", 1, "engines"), ("devices", 2, "chips"))
"Table, which of its columns, and the table that column points at."


def copy(bulk: Bulk, data: Data) -> None:
    "All of it. Sources stay as long as a run needs them. Raises `DataError` where one names another that is missing."
    rows = rows_of(data)
    check(rows)
    for table in COPIED:
        bulk.run(f"DELETE FROM {table}")
    bulk.insert("sources", rows["sources"], replaced("sources", "id"))
    for table in reversed(COPIED):
        bulk.insert(table, rows[table])


def forget_sources(bulk: Bulk, data_sources: set[str]) -> None:
    "Those that data/ no longer has and nothing points at."
    gone = {row[0] for row in bulk.rows("SELECT id FROM sources")} - data_sources
    bulk.run_among(
        "DELETE FROM sources WHERE id IN (*) AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.source_id = sources.id)", gone
    )


def check(rows: Rows) -> None:
    "The database would refuse it too, but could not say which name is wrong."
    for table, column, other in POINTERS:
        known = {row[0] for row in rows[other]}
        for row in rows[table]:
            if row[column] is not None and row[column] not in known:
                raise DataError(f"data/: {table} {row[0]!r} names {row[column]!r}, which {other} does not have")


def rows_of(data: Data) -> Rows:
    releases = list(data.releases)
    return {
        "sources": [source_row(it) for it in data.sources],
        "engines": [(it.id, it.isa, it.source, to_json(plain(it))) for it in data.engines],
        "chips": [
            (it.id, it.engine or None, it.usable, it.source, it.disputed, to_json(plain(it))) for it in data.chips
        ],
        "devices": [
            (it.identifier, it.name, it.chip or None, it.source, it.disputed, to_json(plain(it))) for it in data.devices
        ],
        "releases": [(it.number, it.opset, it.specification_version, it.source, to_json(plain(it))) for it in releases],
        "os_releases": [
            (os, version, it.number, it.dates.get(os)) for it in releases for os, version in it.versions.items()
        ],
        "builds": [(it.id, it.os, it.version, it.source) for it in data.builds],
        "claims": [claim_row(it) for it in data.claims],
        "workarounds": [workaround_row(it) for it in data.workarounds],
    }


def source_row(it: Source) -> tuple[Any, ...]:
    return it.id, it.kind, it.title, it.author, it.url, it.date, it.licence, it.note


def claim_row(it: Claim) -> tuple[Any, ...]:
    return (
        it.id,
        it.subject,
        it.says,
        it.strength,
        it.source,
        it.text,
        it.date,
        it.condition,
        to_json(it.engines),
        to_json(it.chips),
        it.since_release,
        it.until_release,
        it.method,
        it.reason,
        it.feature,
        it.limit,
        it.about,
    )


def workaround_row(it: Workaround) -> tuple[Any, ...]:
    return (
        it.id,
        it.subject,
        it.text,
        it.source,
        it.condition,
        to_json(it.use),
        to_json(it.evidence),
        it.strength,
    )
