"""Standing in the database: learnt anew when data/ are read or something is withdrawn, and kept up run by run.

Anew, everything counts. Between, the references (`anchors`) stay as they are, and only the witness of a new run is
measured against them: that costs what its own observations cost, however many others there are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from anedb.catalog import weights
from anedb.domain.knowledge import Standing
from anedb.domain.observation import ComputeUnits
from anedb.store import queries
from anedb.store.bulk import Bulk
from anedb.store.cells import regrade
from anedb.store.standing import Anchor, Case, Record, Said, impostors, kind, learn, place, record, sides

NOT_COUNTED = f"c.units NOT IN ('{ComputeUnits.CPU_ONLY.value}', '{ComputeUnits.CPU_AND_GPU.value}')"
"Under these settings nothing is offered the engine."

SAID = f"""
SELECT r.witness_id, c.layer_id, c.target_id, sum(CASE WHEN o.offered LIKE ? THEN 1 ELSE 0 END), count(*)
FROM observations o JOIN runs r ON r.id = o.run_id JOIN cells c ON c.id = o.cell_id
WHERE o.offered IS NOT NULL AND o.method <> 'private-api' AND {NOT_COUNTED} AND {queries.NOT_WITHDRAWN} AND %s
GROUP BY r.witness_id, c.layer_id, c.target_id
"""
"What was offered; what was chosen depends on the model around it."

COPY = """
EXISTS (SELECT 1 FROM runs e WHERE e.result_fingerprint = r.result_fingerprint AND e.result_fingerprint <> ''
  AND e.witness_id <> r.witness_id AND e.id < r.id)
"""
"A run with the very facts of an earlier one of somebody else: it corroborates nobody."

OF_ONE = f"r.id IN (SELECT r.id FROM runs r WHERE r.witness_id = ? AND NOT {COPY})"
SIGNED = "SELECT DISTINCT witness_id FROM runs WHERE signed <> ''"
OF_NAME = """
SELECT r.witness_id FROM runs r JOIN witnesses w ON w.id = r.witness_id WHERE w.contributor_id = ? AND r.signed <> ''
"""
COUNTS = ", ".join(Record._fields)
WITNESSES = f"SELECT id, contributor_id, standing, trust, {COUNTS} FROM witnesses"
ENTER = f"UPDATE witnesses SET standing = ?, trust = ?, {COUNTS.replace(',', ' = ?,')} = ? WHERE id = ?"


def numbers(bulk: Bulk, data: str = "") -> Mapping[str, float]:
    "`[witness]` of the data that the database holds. `data`: of those that are just being read."
    found = json.loads(data or dict(bulk.rows(queries.META)).get("weights", "") or "{}")
    return found["witness"] if "witness" in found else weights.load().witness


def relearn(bulk: Bulk, numbers: Mapping[str, float]) -> None:
    "References and everybody's standing, from all that counts."
    rows = {row[0]: row for row in bulk.rows(WITNESSES)}
    reviewed = {id for id, row in rows.items() if row[1] is None}
    named = {id: row[1] for id, row in rows.items() if id not in reviewed}
    unproven = impostors(named, {row[0] for row in bulk.rows(SIGNED)})
    identity = {id: ("source", id) if id in reviewed else (id in unproven, row[1]) for id, row in rows.items()}
    said = _said(bulk, f"NOT {COPY}", [])
    types = {id: (format, type) for id, format, type in bulk.rows("SELECT id, format, type FROM layers")}
    anchors, records = learn(
        {id: said.get(id, {}) for id in rows}, identity, reviewed, lambda case: types[case[1]], numbers, unproven
    )
    bulk.run("DELETE FROM anchors")
    found = [(*case, *it) for case, it in sorted(anchors.items()) if it.side(numbers)]
    bulk.insert("anchors", found)
    for id in sorted(records):
        enter(bulk, rows[id], records[id], numbers, proven=id not in unproven)


def settle(bulk: Bulk, witness: int, numbers: Mapping[str, float]) -> None:
    "The standing of one contributor's witness after a run of its own."
    (row,) = bulk.rows(f"{WITNESSES} WHERE id = ?", [witness])
    if row[1] is not None and bulk.rows("SELECT 1 FROM anchors LIMIT 1"):
        said = _said(bulk, OF_ONE, [witness]).get(witness, {})
        # One that is known may be a reference itself, so the references must hold without it.
        mine = said if row[2] == Standing.KNOWN else {}
        proven = not signs(bulk, row[1]) or bool(bulk.rows(f"{SIGNED} AND witness_id = ?", [witness]))
        enter(bulk, row, record(said, _anchors(bulk, said), numbers, mine), numbers, proven=proven)


def signs(bulk: Bulk, contributor: int) -> bool:
    "Whether anything under this name was proven to be signed; withdrawn or not, the name has an owner."
    return bool(bulk.rows(f"{OF_NAME} LIMIT 1", [contributor]))


def first_signed(bulk: Bulk, witness: int) -> bool:
    "Whether the one run of this witness is the one run signed under its contributor's name."
    ((contributor,),) = bulk.rows("SELECT contributor_id FROM witnesses WHERE id = ?", [witness])
    return [row[0] for row in bulk.rows(f"{OF_NAME} LIMIT 2", [contributor])] == [witness]


def enter(
    bulk: Bulk, row: tuple[Any, ...], found: Record, numbers: Mapping[str, float], *, proven: bool = True
) -> None:
    "A witness's record; where its standing changes, so does every cell that it spoke of."
    id, _, standing, trust, *before = row
    old, new = (standing, trust), kind(found, numbers, proven=proven)
    if old != new:
        regrade(bulk, id, old, new)
    if old != new or tuple(before) != found:
        bulk.run(ENTER, [*new, *found, id])


def _said(bulk: Bulk, condition: str, values: list[Any]) -> dict[int, Said]:
    places = {row[0]: place(row[1], row[3], row[4]) for row in bulk.rows(queries.TARGETS)}
    rows: dict[int, list[tuple[Case, int, int]]] = defaultdict(list)
    for witness, layer, target, yes, count in bulk.rows(SAID.replace("%s", condition), ["%ane%", *values]):
        if places[target]:
            rows[witness].append(((places[target], layer), int(yes), int(count) - int(yes)))
    return {witness: sides(each) for witness, each in rows.items()}


def _anchors(bulk: Bulk, cases: Iterable[Case]) -> dict[Case, Anchor]:
    by_place: dict[str, list[int]] = defaultdict(list)
    for where, layer in cases:
        by_place[where].append(layer)
    sql = "SELECT layer_id, reviewed, yes, no, telling FROM anchors WHERE layer_id IN (*) AND place = ?"
    return {
        (where, layer): Anchor(reviewed, yes, no, bool(telling))
        for where, layers in by_place.items()
        for layer, reviewed, yes, no, telling in bulk.among(sql, layers, where)
    }
