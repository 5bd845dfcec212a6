"""What the page *Ask* answers from: the judge's knowledge as files, one a layer type, loaded when it is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from anedb.api.ask import Asker, subjects
from anedb.catalog import files, layers
from anedb.domain.knowledge import Cell
from anedb.domain.layer import LayerType
from anedb.domain.plain import plain
from anedb.domain.target import Target
from anedb.export.ask.reader import ALL

CATALOGUE = ("layers/index.json", "concepts.json", "chips.json", "engines.json", "os_releases.json", "devices.json")
"Files of data/ that a question may need."
REASONS = "reasons.toml"
META = ("data_version", "weights", "families")


def knowledge_files(asker: Asker) -> Iterator[tuple[str, Any]]:
    "Name -> a plain value: `core`, files of the catalogue by their path in data/, `mlprogram:conv`."
    yield "core", core(asker)
    for name in CATALOGUE:
        yield name, files.read_json(name)
    yield REASONS, files.read_toml(REASONS)
    for name in all_of_them():
        format, type = name.split(":", 1)
        kind = layers.get(format, type)
        yield f"layers/{format}/{type}.json", files.read_json(f"layers/{format}/{type}.json")
        yield name, layer_knowledge(asker, kind)


def all_of_them() -> list[str]:
    "Internal ones too: a question may name one."
    types = layers.index()["types"]
    return [f"{format}:{name}" for format in types for name in types[format]]


def core(asker: Asker) -> dict[str, Any]:
    "What every question needs."
    meta = asker.reader.meta()
    cited = {claim.source for claim in asker.reader.claims([ALL])}
    return {
        "meta": {name: meta[name] for name in META if name in meta},
        "family_sources": {
            category: [each.id for each in asker.family_sources(category)]
            for category in sorted(asker.families.offered)
        },
        "sources": {id: plain(found) for id in sorted(cited | all_sources(asker)) if (found := asker.source(id))},
        **said(asker, [ALL]),
    }


def all_sources(asker: Asker) -> set[str]:
    found: set[str] = set()
    for name in all_of_them():
        kind = layers.get(*name.split(":", 1))
        claims, workarounds = asker.said(kind)
        found |= {each.source for each in claims} | {each.source for each in workarounds}
        found |= {id for cell in asker.knowledge(kind.format, kind.name).cells for id in cell.sources}
    return found


def said(asker: Asker, about: Sequence[str]) -> dict[str, Any]:
    "Claims and workarounds by subject."
    return {
        "claims": {each: found for each in about if (found := plain(asker.reader.claims([each])))},
        "workarounds": {each: found for each in about if (found := plain(asker.reader.workarounds([each])))},
    }


def layer_knowledge(asker: Asker, kind: LayerType) -> dict[str, Any]:
    "What many cells and layers share stands once and is named by its number."
    found = asker.knowledge(kind.format, kind.name)
    marks, targets, names, said_, why, given = (Numbers() for _ in range(6))
    for mark in found.layers:
        marks.of(mark)
    cells = [cell(each, marks, targets, names, said_, why) for each in found.cells]
    layers_ = [[mark, plain(it.params), [given.of(each) for each in it.inputs]] for mark, it in found.layers.items()]
    return {
        "operands": [[it.name, it.dtype, plain(it.shape), int(it.const)] for it in given.found],
        "layers": layers_,
        "targets": [target(each) for each in targets.found],
        "names": list(names.found),
        "tallies": [plain(each) for each in said_.found],
        "reasons": [plain(each) for each in why.found],
        "cells": cells,
        **said(asker, [each for each in subjects(kind) if each != ALL]),
    }


class Numbers:
    "Gives each value a number, in the order in which they come."

    def __init__(self) -> None:
        self.found: dict[Any, int] = {}

    def of(self, item: Any) -> int:
        return self.found.setdefault(item, len(self.found))


def target(it: Target) -> list[Any]:
    return [it.chip, it.engine, it.os, it.version, it.release, it.build, it.device]


def cell(it: Cell, marks: Numbers, targets: Numbers, names: Numbers, tallies: Numbers, reasons: Numbers) -> list[Any]:
    "As `anedb.export.ask.reader` reads it."
    return [
        *(it.id, marks.of(it.layer), targets.of(it.target), it.units, it.context),
        *([tallies.of(each) for each in told] for told in (it.offered, it.chosen, it.ran)),
        *(it.newest, [names.of(each) for each in it.sources], [reasons.of(each) for each in it.reasons]),
        *([names.of(each) for each in it.witnesses], [list(each) for each in it.kinds]),
    ]
