"""Bringing what came with data/ up to date, without touching what the user stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anedb.errors import DataError
from anedb.store import queries
from anedb.store.batch import Batch, Data
from anedb.store.bulk import Bulk, replaced
from anedb.store.cells import cells_of, rebuild
from anedb.store.learning import numbers, relearn
from anedb.store.reference import copy, forget_sources
from anedb.store.rows import target as to_target
from anedb.store.values import Retraction
from anedb.store.writer import add_run, remove_runs, sign_run


def sync(bulk: Bulk, data: Data) -> None:
    "All of data/ into the database. The caller's transaction makes it happen whole or not at all."
    copy(bulk, data)
    sync_retractions(bulk, data.retractions)
    sync_runs(bulk, data)
    forget_sources(bulk, {source.id for source in data.sources})
    if data.locate is not None:
        relocate(bulk, data)
    relearn(bulk, numbers(bulk, data.weights))


def withdrawn(bulk: Bulk) -> set[str]:
    return {row[0] for row in bulk.rows("SELECT what FROM retractions")}


def sync_retractions(bulk: Bulk, retractions: Sequence[Retraction]) -> None:
    before = withdrawn(bulk)
    bulk.run("DELETE FROM retractions WHERE origin = 'data'")
    bulk.insert("retractions", [(it.what, "data", it.reason, it.by, it.date) for it in retractions])
    recount(bulk, before ^ withdrawn(bulk))


def recount(bulk: Bulk, names: set[str]) -> None:
    "Builds anew whatever runs and sources of these names take part in."
    runs = bulk.among("SELECT id FROM runs WHERE fingerprint IN (*)", names)
    runs += bulk.among("SELECT id FROM runs WHERE source_id IN (*)", names)
    rebuild(bulk, cells_of(bulk, {row[0] for row in runs}))


def sync_runs(bulk: Bulk, data: Data) -> None:
    "Files that are new or changed are read; those that are gone are taken out, unless the user stored them as well."
    known = {row[0]: row[1:] for row in bulk.rows("SELECT fingerprint, id, digest, origin, signed FROM runs")}
    withdrawn_now, sources = withdrawn(bulk), {source.id for source in data.sources}
    met: set[str] = set()
    for batch in data.batches:
        if batch.key in met:
            raise DataError(f"data/ has {batch.key} twice")
        if batch.source is not None and batch.source not in sources:
            raise DataError(f"data/: {batch.key} names the source {batch.source!r}, which sources.json lacks")
        met.add(batch.key)
        sync_run(bulk, batch, known.get(batch.key), withdrawn_now)
    gone = [(name, id, origin) for name, (id, _, origin, _) in known.items() if name not in met]
    if ours := [id for _, id, origin in gone if origin == "data"]:
        remove_runs(bulk, ours)
    bulk.run_among(
        "UPDATE runs SET shipped = FALSE WHERE id IN (*)", [id for _, id, origin in gone if origin == "user"]
    )


def sync_run(bulk: Bulk, batch: Batch, known: tuple[Any, ...] | None, withdrawn: set[str]) -> None:
    if known is not None:
        id, digest, origin, signed = known
        # A signature is of the very bytes; one that the user has proven stays, whatever data/ keep.
        if digest == batch.digest and signed != batch.signed and (batch.signed or origin == "data"):
            sign_run(bulk, id, batch)
        if origin == "user":
            # The same fingerprint is the same run: what the user stored stays, and counts once.
            bulk.run("UPDATE runs SET shipped = TRUE WHERE id = ?", [id])
            return
        if digest == batch.digest:
            return
        remove_runs(bulk, [id])
    add_run(bulk, batch, origin="data", withdrawn=withdrawn)


def relocate(bulk: Bulk, data: Data) -> None:
    "The catalogue may have learnt which engine a chip has: earlier runs are told."
    assert data.locate is not None
    for id, *row in bulk.rows(queries.TARGETS):
        old = to_target(tuple(row))
        if (new := data.locate(old)) != old:
            bulk.run("UPDATE targets SET engine = ?, release = ? WHERE id = ?", [new.engine, new.release, id])


def note(bulk: Bulk, **values: str) -> None:
    "Enters these in `meta`, and that something changed."
    changes = bulk.rows(queries.CHANGES)
    values["changes"] = str(int(changes[0][0]) + 1 if changes else 1)
    bulk.insert("meta", sorted(values.items()), replaced("meta", "name"))
