"""ops_counts.jsonl: what is published only as counts, row by row, and the ledger of its rows.

The ledger (data/ledger/rows) has the form of the claims' ledger (`anedb.catalog.ledger`); its ids are file and line.
"""

from __future__ import annotations

from pathlib import Path

from anedb.catalog.ledger import Entry
from tools.evidence import orukahairuka, parakeet, tables
from tools.evidence.collection import Collection
from tools.evidence.tables import Count

FILE = "ops_counts.jsonl"


def enter(found: Collection, evidence: Path) -> None:
    rows = tables.read(evidence / FILE)
    networks = [row for row in rows if row.source.startswith(orukahairuka.NAME)]
    loops = [row for row in rows if row.source.startswith(parakeet.NAME)]
    if len(networks) + len(loops) != len(rows):
        raise ValueError(f"{FILE}: a source that is not known")
    orukahairuka.enter(found, networks)
    parakeet.enter(found, loops)
    found.ledgers[FILE] = ledger(found, rows)


def ledger(found: Collection, rows: list[Count]) -> list[Entry]:
    why = {item.where: item.why for item in found.skipped}
    return [_entry(row, why.get(row.where, "")) for row in rows]


def _entry(row: Count, why: str) -> Entry:
    if why:
        return Entry(id=row.where, why=why)
    if row.source.startswith(parakeet.NAME):
        return Entry(id=row.where, claims=parakeet.claims(row))
    return Entry(id=row.where, observations=(orukahairuka.SOURCE,))
