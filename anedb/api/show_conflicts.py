"""Where evidence disagrees: witnesses with one another, and what people say with what was seen.

Every configuration is asked about on every target it was seen on, and the judge's own words for what speaks against the
answer are gathered: what explains a conflict is told in `anedb.evidence.conflicts`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import product
from typing import Any, NamedTuple

from anedb.api import telling
from anedb.api.ask import UNITS, Asker
from anedb.api.show_layer import named, order, place
from anedb.api.table import WHOLE
from anedb.catalog import canonical, layers
from anedb.domain.knowledge import Cell
from anedb.domain.target import Target
from anedb.domain.verdict import Conflict
from anedb.evidence.conflicts import TEXTS
from anedb.evidence.question import NOWHERE, Judgement, Question

AGAINST = ("observations", "claims", "claims alone")
"Observations against observations, claims against observations, claims against claims where nothing was seen."
BESIDE = {
    "units": "was placed under other compute units",
    "context": "stood alone in its model, or among other layers than there",
    "place": "is of the same layer at other places, which went both ways: what stands around it decides",
}
"What tells placements apart that the judge leaves unexplained: it compares targets and layers, not where one stands."


WHY = {**BESIDE, **TEXTS}


class Found(NamedTuple):
    "One judgement with one conflict in it."

    layer: str
    "In short form; the type's name where claims alone disagree."
    target: Target
    answer: str
    conflict: Conflict
    rests: tuple[str, ...]
    "Evidence for the answer."


def conflicts(asker: Asker) -> dict[str, Any]:
    "By what speaks against what: rows of what disagrees, one for each layer type, question, explanation and claim."
    rows: dict[tuple[str, ...], list[Found]] = {}
    for format, type, _ in asker.reader.types():
        for key, found in seen(asker, format, type):
            rows.setdefault((*key[:1], f"{format}:{type}", *key[1:]), []).append(found)
    for name in layers.all_types():
        for key, found in said(asker, name):
            rows.setdefault((*key[:1], name, *key[1:]), []).append(found)
    told = [row(key, found) for key, found in rows.items()]
    told.sort(key=lambda it: (list(WHY).index(it["explained by"]), it["layer"], it["about"], it["dissent says"]))
    return {against: [it for it in told if it["against"] == against] for against in AGAINST}


def seen(asker: Asker, format: str, type: str) -> Iterator[tuple[tuple[str, ...], Found]]:
    known = asker.knowledge(format, type)
    by_id = {telling.cell_id(cell.id): cell for cell in known.cells}
    asked: dict[tuple[str, Target, str], list[Cell]] = {}
    for cell in known.cells:
        if cell.units in UNITS:
            asked.setdefault((cell.layer, place(cell.target), cell.units), []).append(cell)
    told: set[Hashable] = set()
    for (layer, target, units), cells in sorted(asked.items(), key=lambda it: (order(it[0][1]), it[0][0], it[0][2])):
        judged = asker.of_layer(known.layers[layer], target, units)
        short = telling.short(known.layers[layer])
        for each in judged.conflicts:
            for key, found in keyed(short, target, judged, each, cells, by_id):
                sides = pairs(found) if each.about == "chosen" and key[0] == "observations" else {(target, key)}
                once = {(key[:2], layer, side) for side in sides}
                if not once <= told:
                    told |= once
                    yield key, found


def pairs(found: Found) -> set[Hashable]:
    "Who disagrees with whom: the same from the other side, of the other target and under other units."
    return {frozenset(pair) for pair in product(found.rests, found.conflict.evidence)}


def said(asker: Asker, name: str) -> Iterator[tuple[tuple[str, ...], Found]]:
    "Of a layer type that nobody saw: claims that contradict one another."
    kind = layers.get(*name.split(":", 1))
    if asker.indexed(kind.format, kind.name).layers:
        return
    layer, left_open = canonical.canonical(kind, {}, ())
    asked = Question(layer_type=kind, layer=layer, open=left_open or WHOLE, target=NOWHERE, stated=())
    judged = asker.judgement(asked)
    for each in judged.conflicts:
        claims = tuple(it for it in each.evidence if not is_cell(it))
        if claims and len(claims) == len(each.evidence):
            rests = tuple(str(it.id) for it in judged.rests_on if it.kind == "claim" and it.supports != each.says)
            if rests:
                found = Found(name, NOWHERE, answer(judged, each.about), each, rests)
                yield ("claims alone", each.about, each.explained_by, each.says, " ".join(claims)), found


def keyed(
    layer: str, target: Target, judged: Judgement, conflict: Conflict, cells: list[Cell], by_id: dict[str, Cell]
) -> Iterator[tuple[tuple[str, ...], Found]]:
    "Claims and observations of one conflict are two disagreements."
    rests = tuple(telling.cell_id(cell.id) for cell in cells)
    found = Found(layer, target, answer(judged, conflict.about), conflict, rests)
    ids = conflict.evidence
    if claims := [it for it in ids if not is_cell(it)]:
        yield ("claims", conflict.about, conflict.explained_by, conflict.says, " ".join(claims)), found
    if dissent := [it for it in ids if is_cell(it)]:
        why = conflict.explained_by
        if (why, conflict.about) == ("unexplained", "chosen"):
            why = beside(cells, [by_id[it] for it in dissent if it in by_id])
        yield ("observations", conflict.about, why, conflict.says, ""), found


def beside(cells: list[Cell], dissent: list[Cell]) -> str:
    "What tells apart the placements of one layer on one target: a key of `BESIDE`, or `unexplained`."
    ids = {cell.id for cell in dissent}
    others = [cell for cell in cells if cell.id not in ids]
    if not others:
        return "place"
    for name in ("units", "context"):
        if {getattr(it, name) for it in others}.isdisjoint(getattr(it, name) for it in dissent):
            return name
    return "unexplained"


def answer(judged: Judgement, about: str) -> str:
    return (judged.offered if about == "offered" else judged.chosen).answer


def is_cell(id: str) -> bool:
    return id[:1] == "c" and id[1:].isdigit()


def row(key: tuple[str, ...], found: list[Found]) -> dict[str, Any]:
    against, layer, about, explained_by, says, claims = key
    cells = sorted({it for each in found for it in each.conflict.evidence if is_cell(it)}, key=lambda it: int(it[1:]))
    dissent = claims.split() if claims else cells
    rests = dict.fromkeys(it for each in found for it in each.rests if it not in dissent)
    return {
        "against": against,
        "layer": layer,
        "about": about,
        "answers": sorted({each.answer for each in found}),
        "dissent says": says,
        "dissent": dissent,
        "answer rests on": list(rests)[:8],
        "explained by": explained_by,
        "why": f"the dissent {WHY[explained_by]}",
        "configurations": len({each.layer for each in found}),
        "on": [it for it in dict.fromkeys(named(each.target) for each in found) if it != "any target"],
        "example": found[0].layer,
    }
