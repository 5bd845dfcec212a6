"""Summaries of cells in the database: read, added to, and built anew from what was observed."""

from __future__ import annotations

from collections.abc import Iterable

from anedb.domain.observation import Reason
from anedb.store import queries
from anedb.store.bulk import Bulk, replaced
from anedb.store.rows import reason, units
from anedb.store.standing import Kind
from anedb.store.summary import EMPTY, SILENT, Columns, Heard, Vote, grown, moved, plus, vote

COMPUTED = "observations, offered, chosen, ran, newest, runs, reasons"
SET = ", ".join(f"{name} = ?" for name in COMPUTED.split(", "))
VOTED = "offered_yes, offered_no, chosen_yes, chosen_no, chosen_gpu, ran_yes, ran_no, ran_gpu"

VoteKey = tuple[int, int, str]
"Witness, cell, method."

MANY = 5000
"Cells that are built anew in one pass over all observations."

OBSERVED = f"""
SELECT o.cell_id, r.witness_id, o.method, o.offered, o.chosen, o.ran, r.date, r.id,
  w.standing, w.trust, o.reason_code, o.reason_feature, o.reason_value, o.reason_limit, o.reason_text
FROM observations o JOIN runs r ON r.id = o.run_id JOIN witnesses w ON w.id = r.witness_id
WHERE o.cell_id IN (*) AND {queries.NOT_WITHDRAWN}
"""


class Ledger:
    "Some cells in memory, and what is said in them now."

    def __init__(self) -> None:
        self.known: dict[int, Columns] = {}
        self.heard: dict[int, list[Heard]] = {}
        self.votes: dict[VoteKey, Vote] = {}

    def read(self, bulk: Bulk, cells: list[int], witness: int) -> None:
        "The summaries of cells that exist, and what one witness has said in them."
        for id, *row in bulk.among(f"SELECT id, {COMPUTED} FROM cells WHERE id IN (*)", cells):
            self.known[id] = tuple(row)
        votes = f"SELECT cell_id, method, {VOTED} FROM votes WHERE cell_id IN (*) AND witness_id = ?"
        for cell, method, *counts in bulk.among(votes, cells, witness):
            self.votes[witness, cell, method] = _vote(counts)

    def hear(self, key: VoteKey, kind: Kind, said: Vote, date: str, run: int, reason: Reason | None) -> None:
        "One observation more, by a witness of this standing."
        _, cell, method = key
        before = self.votes.get(key, SILENT)
        self.votes[key] = plus(before, said)
        self.heard.setdefault(cell, []).append(((method, *kind), before, said, date, run, reason))

    def write(self, bulk: Bulk, cells: Iterable[int]) -> None:
        "Cells that exist, and all votes."
        bulk.run_many(f"UPDATE cells SET {SET} WHERE id = ?", [(*self.columns(cell), cell) for cell in cells])
        votes = [(*key, *a[:2], *b, *c) for key, (a, b, c) in sorted(self.votes.items())]
        bulk.insert("votes", votes, replaced("votes", "witness_id", "cell_id", "method"))

    def columns(self, cell: int) -> Columns:
        return grown(self.known.get(cell, EMPTY), self.heard.get(cell, ()))


def rebuild(bulk: Bulk, cells: Iterable[int]) -> None:
    "From the observations that count now. Rare, and so without an index that each new run would have to keep up."
    cells = sorted(set(cells))
    for start in range(0, len(cells), MANY):
        chunk = cells[start : start + MANY]
        bulk.run_among("DELETE FROM votes WHERE cell_id IN (*)", chunk, size=MANY)
        ledger = Ledger()
        for row in bulk.among(OBSERVED, chunk, size=MANY):
            cell, witness, method, offered, chosen, ran, date, run, standing, trust, *why = row
            said = vote(units(offered), chosen, ran)
            ledger.hear((witness, cell, method), (standing, trust), said, date, run, reason(why))
        ledger.write(bulk, chunk)


def regrade(bulk: Bulk, witness: int, old: Kind, new: Kind) -> None:
    "Moves all that one witness has said from one standing to another."
    said: dict[int, list[tuple[str, Vote]]] = {}
    for cell, method, *counts in bulk.rows(
        f"SELECT cell_id, method, {VOTED} FROM votes WHERE witness_id = ?", [witness]
    ):
        said.setdefault(cell, []).append((method, _vote(counts)))
    rows = bulk.among(f"SELECT id, {COMPUTED} FROM cells WHERE id IN (*)", said)
    found = [(*moved(tuple(row), said[cell], old, new), cell) for cell, *row in rows]
    bulk.run_many(f"UPDATE cells SET {SET} WHERE id = ?", found)


def _vote(counts: list[int]) -> Vote:
    a, b, c, d, e, f, g, h = counts
    return (a, b, 0), (c, d, e), (f, g, h)


def cells_of(bulk: Bulk, runs: Iterable[int]) -> set[int]:
    "The cells that these runs (by number) say something about."
    return {row[0] for row in bulk.among("SELECT DISTINCT cell_id FROM observations WHERE run_id IN (*)", runs)}
