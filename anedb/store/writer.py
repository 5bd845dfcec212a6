"""One file of observations into the tables, inside a transaction that somebody else began."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from anedb.domain.plain import plain
from anedb.domain.submission import Header, LayerLine, Seen
from anedb.domain.target import Target
from anedb.fingerprint import fingerprint
from anedb.store.batch import Batch
from anedb.store.bulk import Bulk
from anedb.store.cells import Ledger, cells_of, rebuild
from anedb.store.rows import operands_to_json, to_json
from anedb.store.standing import STRANGER, TRUSTED, Record
from anedb.store.summary import vote

CellKey = tuple[int, str, str]
"Layer number, units, context; the target is the batch's."


def add_run(bulk: Bulk, batch: Batch, *, origin: str, withdrawn: frozenset[str] | set[str]) -> int:
    """Stores a run that the database does not have, and gives its witness. Of a withdrawn one the facts are kept and
    nothing is counted."""
    lines = list(batch.lines())
    layers = layer_ids(bulk, lines)
    target, witness = target_id(bulk, batch.target), witness_id(bulk, batch)
    run = bulk.next_id("runs")
    bulk.insert("runs", [run_row(run, batch, witness, target, origin)])

    seen = [((layers[line.fingerprint], item.units, item.context), item) for line in lines for item in line.seen]
    cells = cells_at(bulk, target, set(layers.values()))
    first = bulk.next_id("cells")
    new = [key for key in dict.fromkeys(key for key, _ in seen) if key not in cells]
    cells.update(zip(new, range(first, first + len(new)), strict=True))

    ledger = Ledger()
    old = sorted({cell for key, _ in seen if (cell := cells[key]) < first})
    if counts := not withdrawn.intersection((batch.key, batch.source)):
        ledger.read(bulk, old, witness)
        ((standing, trust),) = bulk.rows("SELECT standing, trust FROM witnesses WHERE id = ?", [witness])
        for key, item in seen:
            said = vote(item.offered, item.chosen, item.ran)
            voter = witness, cells[key], item.method
            ledger.hear(voter, (standing, trust), said, batch.header.date, run, item.reason)
    bulk.insert("cells", [(cells[key], key[0], target, *key[1:], *ledger.columns(cells[key])) for key in new])
    start = bulk.next_id("observations")
    bulk.insert(
        "observations",
        [observation_row(id, run, cells[key], item) for id, (key, item) in enumerate(seen, start)],
    )
    if counts:
        ledger.write(bulk, old)
    return witness


def sign_run(bulk: Bulk, run: int, batch: Batch) -> int:
    """A run that is there is signed now, or no longer: it is another witness's word, and nothing else of it changes.
    Gives that witness."""
    witness = witness_id(bulk, batch)
    bulk.run("UPDATE runs SET signed = ?, witness_id = ? WHERE id = ?", [batch.signed, witness, run])
    rebuild(bulk, cells_of(bulk, [run]))
    return witness


def remove_runs(bulk: Bulk, runs: Iterable[int]) -> None:
    "Takes out files that are gone from data/, never what the user stored. Their layers stay, with nothing that counts."
    runs = list(runs)
    touched = cells_of(bulk, runs)
    bulk.run_among("DELETE FROM observations WHERE run_id IN (*)", runs)
    bulk.run_among("DELETE FROM runs WHERE id IN (*)", runs)
    rebuild(bulk, touched)


def layer_ids(bulk: Bulk, lines: Iterable[LayerLine]) -> dict[str, int]:
    "The number of each layer by its fingerprint; new ones are stored."
    layers = {line.fingerprint: line.layer for line in lines}
    found = dict(bulk.among("SELECT fingerprint, id FROM layers WHERE fingerprint IN (*)", layers))
    new = [name for name in layers if name not in found]
    found.update(zip(new, range(start := bulk.next_id("layers"), start + len(new)), strict=True))
    rows = ((found[name], name, layers[name]) for name in new)
    bulk.insert(
        "layers",
        [(id, name, it.format, it.type, to_json(it.params), operands_to_json(it.inputs)) for id, name, it in rows],
    )
    return found


def cells_at(bulk: Bulk, target: int, layers: Iterable[int]) -> dict[CellKey, int]:
    "The cells of these layers on this target."
    sql = "SELECT layer_id, units, context, id FROM cells WHERE layer_id IN (*) AND target_id = ?"
    return {(layer, units, context): id for layer, units, context, id in bulk.among(sql, layers, target)}


def target_id(bulk: Bulk, target: Target) -> int:
    name = target_fingerprint(target)
    return id_of(bulk, "targets", "fingerprint", name, *(plain(target)[field] for field in TARGET_FIELDS))


TARGET_FIELDS = ("chip", "engine", "os", "version", "release", "build", "device")


def target_fingerprint(target: Target) -> str:
    """Of what was stated. The engine follows from the chip, and the release from the version, by a catalogue that may
    be corrected: the target stays the same one."""
    stated = plain(target)
    if target.chip is not None:
        del stated["engine"]
    if target.version is not None:
        del stated["release"]
    return fingerprint(stated)


def witness_id(bulk: Bulk, batch: Batch) -> int:
    if not isinstance(batch.header, Header):
        return id_of(bulk, "witnesses", "name", batch.witness, None, "", *TRUSTED, *Record())
    contributor = id_of(bulk, "contributors", "name", batch.header.contributor)
    return id_of(bulk, "witnesses", "name", batch.witness, contributor, batch.header.device_key, *STRANGER, *Record())


def id_of(bulk: Bulk, table: str, column: str, name: str, *rest: Any) -> int:
    "The number of the row with this natural key, stored if it is new."
    if found := bulk.rows(f"SELECT id FROM {table} WHERE {column} = ?", [name]):
        return int(found[0][0])
    id = bulk.next_id(table)
    bulk.insert(table, [(id, name, *rest)])
    return id


def run_row(id: int, batch: Batch, witness: int, target: int, origin: str) -> tuple[Any, ...]:
    header = batch.header
    prints = header.fingerprints if isinstance(header, Header) else None
    return (
        id,
        batch.key,
        prints.environment if prints else "",
        prints.result if prints else "",
        origin,
        origin == "data",
        batch.digest,
        to_json(plain(header)),
        batch.source,
        witness,
        target,
        batch.tool,
        header.date,
        batch.signed,
    )


def observation_row(id: int, run: int, cell: int, seen: Seen) -> tuple[Any, ...]:
    why = seen.reason
    return (
        id,
        run,
        cell,
        seen.method,
        None if seen.offered is None else ",".join(seen.offered),
        seen.chosen,
        seen.ran,
        *((None,) * 5 if why is None else (why.code, why.feature, why.value, why.limit, why.text)),
        seen.cost_ppm,
        seen.opset,
        seen.model,
        seen.place,
    )
