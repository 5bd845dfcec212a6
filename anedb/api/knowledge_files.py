"""What the page *Ask* answers from: the judge's knowledge as files, one a layer type, loaded when it is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from anedb.api.ask import Asker, subjects
from anedb.catalog import files, layers
from anedb.domain.knowledge import Cell, Knowledge
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
            category: [each.id for each in asker.family_sources(category)] for category in sorted(asker.families.offered)
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
    "Layers, targets and names by number, so that a cell is short."
    found = asker.knowledge(kind.format, kind.name)
    marks = {mark: number for number, mark in enumerate(found.layers)}
    targets = {each: number for number, each in enumerate(dict.fromkeys(cell.target for cell in found.cells))}
    names = {each: n for n, each in enumerate(sorted({it for cell in found.cells for it in named(cell)}))}
    return {
        "layers": [layer(mark, found) for mark in marks],
        "targets": [target(each) for each in targets],
        "names": list(names),
        "cells": [cell(each, marks, targets, names) for each in found.cells],
        **said(asker, [each for each in subjects(kind) if each != ALL]),
    }


def layer(mark: str, found: Knowledge) -> list[Any]:
    known = found.layers[mark]
    inputs = [[it.name, it.dtype, plain(it.shape), int(it.const)] for it in known.inputs]
    return [mark, plain(known.params), inputs]


def target(it: Target) -> list[Any]:
    return [it.chip, it.engine, it.os, it.version, it.release, it.build, it.device]


def named(it: Cell) -> tuple[str, ...]:
    return (*it.sources, *it.witnesses)


def cell(it: Cell, marks: dict[str, int], targets: dict[Target, int], names: dict[str, int]) -> list[Any]:
    "As `anedb.export.ask.reader` reads it."
    return [
        *(it.id, marks[it.layer], targets[it.target], it.units, it.context),
        *(plain(it.offered), plain(it.chosen), plain(it.ran), it.newest),
        *([names[each] for each in it.sources], plain(it.reasons)),
        *([names[each] for each in it.witnesses], [list(each) for each in it.kinds]),
    ]
