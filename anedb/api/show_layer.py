"Everything known of one layer type: by engine generation and release, what flips it, and who says what."

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from anedb.api import table, telling
from anedb.api.ask import UNITS, Asker
from anedb.catalog import facts, layers, targets
from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import Cell, Knowledge
from anedb.domain.layer import InputSpec, LayerType
from anedb.domain.observation import ComputeUnits
from anedb.domain.table import TableCell
from anedb.domain.target import Target
from anedb.domain.verdict import Flip
from anedb.evidence.votes import says


def about(asker: Asker, kind: LayerType) -> dict[str, Any]:
    "For `Thing.about`. Whatever there is nothing of is empty."
    concept = layers.concept_of(kind)
    known = asker.knowledge(kind.format, kind.name)
    claims, workarounds = asker.said(kind)
    return {
        "concept": concept.title,
        "what it does": kind.doc or concept.doc,
        "since": kind.since,
        "inputs": [spec(each) for each in kind.inputs],
        "other layers of the concept": [f"{each.format}:{each.name}" for each in layers.siblings(kind)],
        "also called": list(layers.aliases(kind)),
        "observations": {(of, type): n for of, type, n in asker.reader.types()}.get((kind.format, kind.name), 0),
        "configurations": len(known.layers),
        "answers": [answer(each) for each in table.cells(asker, kind)],
        "seen on": list(seen_on(known)),
        "flips": list(flips(asker, known)),
        "turns": list(turns(known)),
        "reasons": list(reasons(known)),
        "claims": [claimed(each) for each in claims if each.subject != "*"],
        "workarounds": [advised(each) for each in workarounds if each.subject != "*"],
    }


def spec(each: InputSpec) -> dict[str, Any]:
    "The fields that say something; for a `bool` that it is true."
    from anedb.api.show import stated

    return {name: item for name, item in stated(each).items() if item is not False and item != 0}


def answer(cell: TableCell) -> dict[str, Any]:
    "The layer as a whole on one engine generation, on one Core ML release or on any (None)."
    return {
        "engine": cell.engine,
        "release": cell.release,
        "on": table.release(cell.release).name if cell.release is not None else "",
        "offered": cell.offered.answer,
        "offered probability": rounded(cell.offered.probability),
        "chosen": cell.chosen.answer,
        "chosen probability": rounded(cell.chosen.probability),
        "basis": cell.offered.basis,
        "state": cell.offered.state,
        "observations": cell.observations,
        "witnesses": cell.witnesses,
        "newest": cell.newest,
        "sources": list(cell.sources),
    }


def rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 4)


def seen_on(known: Knowledge) -> Iterator[dict[str, Any]]:
    "Each target with how many configurations were offered the engine there, by generation and release."
    counts: dict[Target, dict[str, set[str]]] = {}
    for cell in known.cells:
        if (said := says(cell.offered)) and cell.units in UNITS:
            counts.setdefault(place(cell.target), {}).setdefault(said, set()).add(cell.layer)
    for target in sorted(counts, key=order):
        told = counts[target]
        yield {"target": named(target), "engine": target.engine} | {
            f"offered: {word}": len(told.get(word, ())) for word in ("yes", "no", "both")
        }


def place(target: Target) -> Target:
    return Target(chip=target.chip, engine=target.engine, os=target.os, version=target.version, release=target.release)


def order(target: Target) -> tuple[Any, ...]:
    "Oldest engine first, then oldest release; what is not known at the end."
    engines = [each.id for each in targets.engines()]
    generation = engines.index(target.engine) if target.engine in engines else len(engines)
    return generation, target.release or 999, target.chip or "", target.os or "", version(target.version)


def version(text: str | None) -> tuple[int, ...]:
    return tuple(int(each) for each in (text or "").split(".") if each.isdigit())


def named(target: Target) -> str:
    return " ".join(each for each in (target.chip or target.engine, target.os, target.version) if each) or "any target"


def flips(asker: Asker, known: Knowledge) -> Iterator[dict[str, Any]]:
    "Numbers that turn the answer, over all configurations that were seen; the best supported first."
    found: dict[str, Flip] = {}
    counts = Counter[str]()
    where: dict[str, set[Target]] = {}
    for layer, target in configurations(known.cells):
        for flip in asker.of_layer(known.layers[layer], target, ComputeUnits.CPU_AND_NE).flips:
            text = f"{flip.about}: {flip.text}"
            found.setdefault(text, flip)
            counts[text] += 1
            where.setdefault(text, set()).add(target)
    for text in sorted(found, key=lambda it: (-counts[it], it)):
        flip, on = found[text], sorted(where[text], key=order)
        yield {
            "feature": flip.feature,
            "about": flip.about,
            "yes": flip.yes,
            "no": flip.no,
            "text": flip.text,
            "configurations": counts[text],
            "on": [named(each) for each in on],
            "evidence": list(flip.evidence),
        }


def configurations(cells: Iterable[Cell]) -> list[tuple[str, Target]]:
    "Each layer on each target where the engine could be had, once."
    found = {(cell.layer, place(cell.target)) for cell in cells if cell.units in UNITS}
    return sorted(found, key=lambda it: (order(it[1]), it[0]))


def turns(known: Knowledge) -> Iterator[dict[str, Any]]:
    "The very same configuration offered the engine on one target and not on another: what changed between them."
    told: dict[str, dict[str, list[Cell]]] = {}
    for cell in known.cells:
        if cell.units in UNITS and (said := says(cell.offered)) in ("yes", "no"):
            told.setdefault(cell.layer, {}).setdefault(said, []).append(cell)
    for layer in sorted(told):
        yes, no = told[layer].get("yes", []), told[layer].get("no", [])
        if yes and no:
            yield {
                "layer": telling.short(known.layers[layer]),
                "yes": on(yes),
                "no": on(no),
                "evidence": [telling.cell_id(cell.id) for cell in (*yes, *no)],
            }


def on(cells: Iterable[Cell]) -> list[str]:
    return list(dict.fromkeys(named(it) for it in sorted((place(cell.target) for cell in cells), key=order)))


def reasons(known: Knowledge) -> Iterator[dict[str, Any]]:
    "Why it was refused, the commonest first, with how many cells give the reason."
    counts = Counter(facts.reason_title(reason) for cell in known.cells for reason in cell.reasons)
    for title, count in sorted(counts.items(), key=lambda it: (-it[1], it[0])):
        yield {"reason": title, "cells": count}


def claimed(claim: Claim) -> dict[str, Any]:
    scope = [*claim.engines, *claim.chips]
    return {
        "id": claim.id,
        "says": claim.says,
        "about": claim.about,
        "text": claim.text,
        "where": claim.condition,
        "on": scope,
        "strength": claim.strength,
        "date": claim.date,
        "source": claim.source,
    }


def advised(each: Workaround) -> dict[str, Any]:
    return {"id": each.id, "text": each.text, "where": each.condition, "strength": each.strength, "source": each.source}
