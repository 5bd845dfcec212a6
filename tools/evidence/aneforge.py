"""aneforge's two lists of MIL operations as claims: a sweep of one M5, and a catalogue of four engine generations.

Neither tells the shapes it was tried with, so neither is an observation of a layer. Both go past Core ML: what the
engine can do, not what Core ML schedules.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from anedb.domain.claim import Claim, Strength
from anedb.domain.observation import Method
from tools.evidence import aneforge_notes as notes
from tools.evidence.rows import Skipped

SWEEP, CATALOGUE = "aneforge-sweep", "aneforge-catalogue"
"Sources."
FILES = {SWEEP: "aneforge/full_mil_vocabulary_sweep.json", CATALOGUE: "aneforge/op_catalog_M1_M2_M3_M4M5.json"}
TRIED = {"H13": "m1", "H14": "m2", "H17": "m4_m5"}
"Engine -> column of the catalogue, where its author had a machine (M1, M2, M5)."
PREDICTED = {"H15": "m3", "H16": "m4_m5"}
"Where the column is what its author reads from the compiler's tables: the M3, and the M4 half of the last column."
CHIPS = {"H13": "M1", "H14": "M2", "H15": "M3", "H16": "M4", "H17": "M5"}


def read(dumps: Path, source: str) -> Any:
    return json.loads((dumps / FILES[source]).read_bytes())


def claims(dumps: Path) -> dict[str, list[dict[str, Any]]]:
    "File of data/claims -> its rows, sorted by id."
    catalogue, sweep = read(dumps, CATALOGUE), read(dumps, SWEEP)
    torn = {row["op"] for row in sweep if _torn(row, catalogue.get(row["op"]))}
    swept = (swept_claim(row, row["op"] in torn) for row in sweep)
    listed = (claim for op, row in catalogue.items() for claim in listed_claims(op, row, op in torn))
    return {"aneforge_sweep.json": _rows(swept), "aneforge_catalog.json": _rows(listed)}


def _torn(swept: dict[str, Any], listed: dict[str, Any] | None) -> bool:
    "Whether the two lists of one author say the opposite of the M5."
    return listed is not None and _runs(swept) != (listed["m4_m5"] == "native")


def left_out(dumps: Path) -> Iterator[Skipped]:
    "Both lists as observations; of the catalogue's rows, by number from 0, those that no claim holds either."
    sizes = {source: len(read(dumps, source)) for source in FILES}
    for source, size in sizes.items():
        where, what = f"{Path(FILES[source]).name}#0-{size - 1}", f"the whole list, {size} operations"
        yield Skipped(source=source, where=where, what=what, why="its shapes are not told: entered as claims")
    for number, (op, row) in enumerate(read(dumps, CATALOGUE).items()):
        if not any(True for _ in listed_claims(op, row)):
            where = f"{Path(FILES[CATALOGUE]).name}#{number}"
            yield Skipped(source=CATALOGUE, where=where, what=op, why=notes.UNHELD.get(op, notes.REWRITTEN))


# the sweep


def swept_claim(row: dict[str, Any], torn: bool) -> Claim:
    """A program of this one operation, compiled for the engine alone, run and compared where there is a reference.

    `torn`: the catalogue says otherwise. What the one program was like is not told, so it says little of others.
    """
    runs = _runs(row)
    op, mode = notes.MODES.get(row["op"], (row["op"], ""))
    return Claim(
        id=f"af-sweep-{row['op']}",
        subject=f"mlprogram:{op}",
        says="yes" if runs else "no",
        strength=Strength.STATED if torn else Strength.MEASURED,
        source=SWEEP,
        text=_swept_text(row) + (notes.TORN[runs] if torn else ""),
        date="2026-06-02",
        condition=mode,
        engines=("H17",),
        method=Method.PRIVATE_API,
        reason="unsupported-op" if row["klass"] == "not-implemented-on-ANE" else "",
    )


def _runs(row: dict[str, Any]) -> bool:
    return str(row["klass"]).startswith("reachable")


def _swept_text(row: dict[str, Any]) -> str:
    name = notes.NAMES.get(row["op"], row["op"])
    if row["klass"] == "not-implemented-on-ANE":
        return f"A program of one {name} is refused when it is to run on the M5's engine alone: not implemented there."
    if row["klass"] == "compile-walled":
        return f"A program of one {name} does not compile for the M5's engine alone; no cause was found."
    if row["relerr"] is None:
        return f"A program of one {name} compiles for the M5's engine alone and runs; its result was not compared."
    return f"A program of one {name} compiles for the M5's engine alone and runs; {_error(row['relerr'])}."


def _error(relative: float) -> str:
    "Against a reference; rounding to fp16 alone gives a thousandth at most for one value."
    if not relative:
        return "its result agrees with a reference to five places"
    so = f"its relative error is {relative:.5f}".rstrip("0")
    return so + (", more than rounding to fp16 explains" if relative > 0.0015 else "")


# the catalogue


def listed_claims(op: str, row: dict[str, Any], torn: bool = False) -> Iterator[Claim]:
    """A claim for the engines that say the same, what was tried and what is predicted apart.

    `torn`: the sweep says otherwise. What the catalogue has and the sweep refuses as MIL was reached by another route:
    that Core ML would reach it is a guess, and what is predicted of it for other engines says nothing.
    """
    if op in notes.UNHELD:
        return
    alike = len({row[column] for column in (*TRIED.values(), *PREDICTED.values())}) == 1
    for engines, strength in ((TRIED, Strength.STATED), (PREDICTED, Strength.GUESS)):
        groups: dict[tuple[str, str, str], list[str]] = {}
        for engine, column in engines.items():
            said = _said(op, row[column], engine)
            if said and not (torn and engine in PREDICTED and said[0] == "yes"):
                groups.setdefault(said, []).append(engine)
        for said, where in groups.items():
            name = CHIPS[where[0]].lower()
            if alike and len(groups) == 1:
                name = "all" if strength == Strength.STATED else "all-guess"
            yield _listed(op, row, said, where, Strength.GUESS if torn and said[0] == "yes" else strength, name)


def _said(op: str, status: str, engine: str) -> tuple[str, str, str] | None:
    "Yes or no, the condition, and what else there is to say; None: nothing about whether Core ML could have it."
    if status == "bridge":
        found = notes.BRIDGES.get(op)
        return ("no", *found[:2]) if found and engine in (found[2] or CHIPS) else None
    condition, more = notes.NATIVE.get((op, engine)) or notes.NATIVE.get((op, ""), ("", ""))
    return ("yes", condition, more) if status == "native" else ("no", "", notes.WALLED.get(op, ""))


def _listed(
    op: str, row: dict[str, Any], said: tuple[str, str, str], engines: list[str], strength: str, name: str
) -> Claim:
    says, condition, more = said
    later = [engine for engine in CHIPS if row[{**TRIED, **PREDICTED}[engine]] == "native"]
    reason, limit = ("no-engine-target", later[0]) if later else ("unsupported-op", "")
    return Claim(
        id=f"af-cat-{op}-{name}",
        subject=op if op in notes.CONCEPTS else f"mlprogram:{op}",
        says=says,
        strength=strength,
        source=CATALOGUE,
        text=" ".join(filter(None, (_listed_text(op, row, says, engines, strength), more))),
        date="2026-06",
        condition=condition,
        engines=tuple(engines),
        method=Method.PRIVATE_API,
        reason="" if says == "yes" else reason,
        limit="" if says == "yes" else limit,
    )


def _listed_text(op: str, row: dict[str, Any], says: str, engines: list[str], strength: str) -> str:
    name, where = notes.NAMES.get(op, op), _and([CHIPS[engine] for engine in engines])
    how = notes.HOW.get(row["mil_status"], "")
    bridged = row[{**TRIED, **PREDICTED}[engines[0]]] == "bridge"
    what = "as an operation of the engine's own" if says == "yes" else "as bridged" if bridged else "as walled"
    if engines[0] in PREDICTED:
        return f"Listed {what} on {where} by the compiler's tables, not tried there: {name}."
    but = (
        ", though not as an operation of MIL by the author's sweep"
        if says == "yes" and strength == Strength.GUESS
        else ""
    )
    return f"Listed {what} on {where}: {name}{how if says == 'yes' else ''}{but}."


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _rows(found: Iterable[Claim]) -> list[dict[str, Any]]:
    "As the files of data/claims have them: what is empty is left out."
    return [_plain(claim) for claim in sorted(found, key=lambda claim: claim.id)]


def _plain(claim: Claim) -> dict[str, Any]:
    stated = {name: getattr(claim, name) for name in claim.__dataclass_fields__}
    default = Claim(id="", subject="", says="", strength="", source="", text="", date="")
    return {
        name: list(value) if isinstance(value, tuple) else str(value)
        for name, value in stated.items()
        if value is not None and value != getattr(default, name)
    }
