"""Summaries of cells in the database: read, added to, and built anew from what was observed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from anedb.domain.observation import Reason
from anedb.store import queries
from anedb.store.bulk import CHUNK, Bulk, replaced
from anedb.store.rows import units
from anedb.store.summary import EMPTY, SILENT, Summary, Vote, from_columns, vote

COMPUTED = "observations, offered, chosen, ran, newest, sources, reasons"
SET = ", ".join(f"{name} = ?" for name in COMPUTED.split(", "))
VOTED = "offered_yes, offered_no, chosen_yes, chosen_no, ran_yes, ran_no"

UNSEEN = "NOT EXISTS (SELECT 1 FROM observations o WHERE o.cell_id = cells.id)"

OBSERVED = f"""
SELECT o.cell_id, r.witness_id, o.method, o.offered, o.chosen, o.ran, o.date, coalesce(r.source_id, r.fingerprint),
  o.reason_code, o.reason_feature, o.reason_value, o.reason_limit, o.reason_text
FROM observations o JOIN runs r ON r.id = o.run_id
WHERE o.cell_id IN (*) AND {queries.NOT_WITHDRAWN}
"""


class Ledger:
    "Some cells in memory, with what was said in them."

    def __init__(self) -> None:
        self.summaries: dict[int, Summary] = {}
        self.votes: dict[tuple[int, int, str], Vote] = {}
        "By cell, witness, method; only those that are read or change."

    def add(
        self, cell: int, witness: int, method: str, said: Vote, date: str, source: str, reason: Reason | None
    ) -> None:
        key = (cell, witness, method)
        before = self.votes.get(key, SILENT)
        if (summary := self.summaries.get(cell)) is None:
            summary = self.summaries[cell] = Summary()
        summary.add(method, before, said)
        summary.note(date, source, reason)
        self.votes[key] = said if before is SILENT else tuple(map(sum, zip(before, said, strict=True)))  # type: ignore[assignment]

    def read(self, bulk: Bulk, cells: Iterable[int], witness: int) -> None:
        "The summaries of cells that exist, and what one witness has said in them."
        cells = list(cells)
        for id, *row in bulk.among(f"SELECT id, {COMPUTED} FROM cells WHERE id IN (*)", cells):
            self.summaries[id] = from_columns(row)
        found = bulk.among(
            f"SELECT cell_id, method, {VOTED} FROM votes WHERE cell_id IN (*) AND witness_id = ?", cells, witness
        )
        for cell, method, *counts in found:
            self.votes[cell, witness, method] = tuple(counts)

    def write(self, bulk: Bulk, cells: Iterable[int]) -> None:
        "Cells that exist, with all votes in the ledger."
        bulk.run_many(f"UPDATE cells SET {SET} WHERE id = ?", [(*self.columns(cell), cell) for cell in cells])
        bulk.insert(
            "votes",
            [(*key[:2], key[2], *counts) for key, counts in sorted(self.votes.items())],
            replaced("votes", "cell_id", "witness_id", "method"),
        )

    def columns(self, cell: int) -> tuple[Any, ...]:
        found = self.summaries.get(cell)
        return EMPTY if found is None else found.columns()


def rebuild(bulk: Bulk, cells: Iterable[int]) -> None:
    "From the observations that count now. A cell without any observation, withdrawn ones included, goes."
    cells = sorted(set(cells))
    for start in range(0, len(cells), CHUNK):
        chunk = cells[start : start + CHUNK]
        bulk.run_among("DELETE FROM votes WHERE cell_id IN (*)", chunk)
        ledger = Ledger()
        for cell, witness, method, offered, chosen, ran, date, source, *reason in bulk.among(OBSERVED, chunk):
            why = None if reason[0] is None else Reason(**dict(zip(REASON, reason, strict=True)))
            ledger.add(cell, witness, method, vote(units(offered), chosen, ran), date, source, why)
        ledger.write(bulk, chunk)
        bulk.run_among(f"DELETE FROM cells WHERE id IN (*) AND {UNSEEN}", chunk)


REASON = ("code", "feature", "value", "limit", "text")


def cells_of(bulk: Bulk, runs: Iterable[int]) -> set[int]:
    "The cells that these runs (by number) say something about."
    return {row[0] for row in bulk.among("SELECT DISTINCT cell_id FROM observations WHERE run_id IN (*)", runs)}
