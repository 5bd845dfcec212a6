"""Observations in any number, shaped like real sweeps: one suite of layers, run on many devices."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from anedb.catalog import facts, records, targets
from anedb.domain.layer import Layer
from anedb.domain.submission import Environment, Header, LayerLine, Seen
from anedb.fingerprint import fingerprint
from anedb.ingest.write import ordered, seal
from anedb.store.batch import Batch

SUITE = 1_320
"Layers in a sweep: what a public suite of one-operation models for all of MIL comes to."


def suite(size: int = SUITE) -> list[Layer]:
    "The layers of data/observations, and the same with other batch extents until there are enough."
    known: dict[str, Layer] = {}
    for path in facts.observation_files():
        for line in records.read(path)[1]:
            known.setdefault(line.fingerprint, line.layer)
    found = list(known.values())
    bases = [layer for layer in found if layer.inputs and layer.inputs[0].shape]
    batch = 1
    while len(found) < size:
        batch += 1
        found += [with_batch(layer, batch) for layer in bases]
    return found[:size]


def with_batch(layer: Layer, batch: int) -> Layer:
    first = layer.inputs[0]
    shape = (batch, *(first.shape or ())[1:])
    return replace(layer, inputs=(replace(first, shape=shape), *layer.inputs[1:]))


def places() -> list[tuple[str, str, str]]:
    "Chip, OS and version: chips with an engine on the releases they may run."
    chips = [chip.id for chip in targets.chips() if chip.engine]
    versions = [("macOS", "14.5"), ("macOS", "15.1"), ("macOS", "26.1"), ("macOS", "27.0.1")]
    phones = [("iOS", "17.4"), ("iOS", "18.2"), ("iOS", "26.1"), ("iOS", "27.0")]
    return [(chip, *at) for chip in chips for at in (versions if chip.startswith("M") else phones)]


def run(number: int, layers: list[Layer], marks: list[str]) -> Batch:
    "One device's sweep. The same number gives the same run."
    dice = random.Random(number)
    chip, system, version = places()[number % len(places())]
    lines = [
        LayerLine(fingerprint=mark, layer=layer, seen=(seen(dice, mark, chip),))
        for layer, mark in zip(layers, marks, strict=True)
    ]
    lines = ordered(lines)
    header: Header = seal(
        lines,
        environment=Environment(chip=chip, device="", os=system, version=version, build="", tool="generated"),
        contributor=f"someone-{number}",
        device_key=sha256(str(number).encode()).hexdigest()[:32],
        date=f"2026-{number % 11 + 1:02d}-{number % 27 + 1:02d}",
    )
    target = targets.resolve(chip=chip, os=f"{system} {version}")
    return Batch(key=header.fingerprints.run, digest=str(number), header=header, target=target, lines=lambda: lines)


def seen(dice: random.Random, mark: str, chip: str) -> Seen:
    "Mostly what the layer and chip decide, one in twenty otherwise."
    yes = (int(mark[3:11], 16) + len(chip)) % 5 > 0
    if dice.random() < 0.05:
        yes = not yes
    offered = ("ane", "cpu") if yes else ("cpu",)
    chosen = "ane" if yes and dice.random() < 0.7 else "cpu"
    return Seen(units="cpu-and-ne", context="in-model", method="compute-plan", offered=offered, chosen=chosen)


def runs(observations: int) -> Iterator[Batch]:
    "Sweeps until there are so many observations."
    layers = suite()
    marks = [fingerprint(layer.hashed()) for layer in layers]
    for number in range(-(-observations // len(layers))):
        yield run(number, layers, marks)
