"""The knowledge of one layer type, made ready once so that many questions can be answered quickly."""

from __future__ import annotations

from typing import Any, NamedTuple

from anedb.catalog.weights import Weights
from anedb.domain.knowledge import Cell, Knowledge
from anedb.domain.layer import Layer
from anedb.domain.observation import ComputeUnits
from anedb.evidence.calendar import engine_number, minor, place
from anedb.evidence.columns import Column, coordinates, make
from anedb.evidence.features import features
from anedb.evidence.votes import Ballot, Votes, pour

WITHOUT_ENGINE = frozenset({ComputeUnits.CPU_ONLY, ComputeUnits.CPU_AND_GPU})
"Under these settings no layer is offered the engine: such rows say nothing about the layer."

CLASSES = {
    "fp16": "fp16", "fp32": "fp32", "fp64": "fp32", "int16": "int", "int32": "int", "int64": "int", "uint16": "int",
    "uint32": "int", "uint64": "int", "bool": "bool", "string": "string", "unknown": "unknown",
}  # fmt: skip
"Element types that may answer for one another; the narrow integers of quantized tensors are a class of their own."
NARROW = "narrow-int"
FLOATS = frozenset({"fp16", "fp32"})


class Where(NamedTuple):
    "A target as the judge tells them apart: builds of one minor version are one, and so are devices with one chip."

    chip: str | None
    engine: int | None
    os: str | None
    minor: str | None
    place: int | None
    "Of the Core ML release, in time."


class Group:
    "Everything seen on one target."

    __slots__ = ("beside", "chosen", "no", "offered", "private", "where", "yes")

    def __init__(self, where: Where) -> None:
        self.where = where
        self.yes = 0
        "The layers that most witnesses saw offered here, as a set."
        self.no = 0
        self.offered: dict[str, Votes] = {}
        "By class of element type, of all layers."
        self.private: dict[str, Votes] = {}
        "The same by a private API."
        self.chosen: dict[tuple[str, str], Votes] = {}
        "By class of element type and units."
        self.beside: dict[tuple[str, str], Votes] = {}
        "The same for questions under other units."


class Slot:
    "One layer on one target."

    __slots__ = ("ballot", "cells", "group", "side")

    def __init__(self, group: int) -> None:
        self.group = group
        self.side = 0
        "1: most say that it is offered; -1: most say that it is not; 0: neither."
        self.ballot = Ballot()
        self.cells: list[Cell] = []


class Indexed:
    "What `judge` reads. Not to be changed once made."

    __slots__ = (
        "all", "at", "classes", "columns", "edges", "features", "fingerprints", "format", "groups", "layers", "number",
        "places", "plans", "rules", "slots", "type",
    )  # fmt: skip

    def __init__(self, knowledge: Knowledge, weights: Weights) -> None:
        self.format, self.type = knowledge.format, knowledge.type
        self.fingerprints = sorted(knowledge.layers)
        self.number = {fingerprint: number for number, fingerprint in enumerate(self.fingerprints)}
        self.layers = [knowledge.layers[fingerprint] for fingerprint in self.fingerprints]
        self.features: list[dict[str, Any]] = [features(layer) for layer in self.layers]
        self.places = [coordinates(*pair) for pair in zip(self.layers, self.features, strict=True)]
        self.columns: dict[str, Column] = make(self.places)
        self.all = (1 << len(self.layers)) - 1
        self.classes: dict[str, int] = {}
        "By class of element type, the set of layers."
        for number, layer in enumerate(self.layers):
            kind = dtype_class(layer, self.features[number])
            self.classes[kind] = self.classes.get(kind, 0) | 1 << number
        self.groups: list[Group] = []
        self.slots: list[list[Slot]] = [[] for _ in self.layers]
        self.at: list[dict[int, Slot]] = [{} for _ in self.layers]
        "The same by target."
        self.edges = 0
        "Layers refused for a number of theirs, as a set: see `anedb.evidence.edges`."
        self.rules: Any = None
        "What is said of the layer type, made ready by `anedb.evidence.judge` and kept here."
        self.plans: dict[Any, Any] = {}
        "Per target asked about, what follows from it; kept by `anedb.evidence.plan`."
        self._enter(knowledge, weights)

    def _enter(self, knowledge: Knowledge, weights: Weights) -> None:
        numbers: dict[Where, int] = {}
        at: dict[tuple[int, int], Slot] = {}
        for cell in sorted(knowledge.cells, key=lambda it: it.id):
            layer = self.number.get(cell.layer)
            if layer is None or cell.units in WITHOUT_ENGINE:
                continue
            here = where(cell)
            group = numbers.setdefault(here, len(numbers))
            if group == len(self.groups):
                self.groups.append(Group(here))
            slot = at.get((layer, group))
            if slot is None:
                slot = at[layer, group] = Slot(group)
                self.slots[layer].append(slot)
                self.at[layer][group] = slot
            slot.cells.append(cell)
            slot.ballot.add(cell, weights)
        for (layer, group), slot in sorted(at.items(), key=lambda it: it[0][0]):
            slot.ballot.close()
            self._side(layer, self.groups[group], slot)
        self.settle(0)

    def settle(self, edges: int) -> None:
        "Sum up what is known of the layer as a whole, without these layers, unless there are no others."
        self.edges = edges if self.all & ~edges else 0
        self.plans.clear()
        for group in self.groups:
            group.offered.clear()
            group.private.clear()
            group.chosen.clear()
            group.beside.clear()
        for layer, slots in enumerate(self.slots):
            if not self.edges >> layer & 1:
                for slot in slots:
                    self._sum(layer, self.groups[slot.group], slot.ballot)

    def _side(self, layer: int, group: Group, slot: Slot) -> None:
        votes = slot.ballot.offered or slot.ballot.private
        yes, no = sum(vote[0] for vote in votes.values()), sum(vote[1] for vote in votes.values())
        slot.side = (yes > no) - (yes < no)
        if slot.side > 0:
            group.yes |= 1 << layer
        elif slot.side < 0:
            group.no |= 1 << layer

    def _sum(self, layer: int, group: Group, ballot: Ballot) -> None:
        kind = dtype_class(self.layers[layer], self.features[layer])
        pour(group.offered.setdefault(kind, {}), ballot.offered, 1.0, 1.0)
        if not ballot.offered:
            pour(group.private.setdefault(kind, {}), ballot.private, 1.0, 1.0)
        for into, by_units in ((group.chosen, ballot.chosen), (group.beside, ballot.beside)):
            for units, chosen in by_units.items():
                pour(into.setdefault((kind, units), {}), chosen, 1.0, 1.0)


def index(knowledge: Knowledge, weights: Weights) -> Indexed:
    "Once per layer type and process: some 30 microseconds a cell."
    return Indexed(knowledge, weights)


def where(cell: Cell) -> Where:
    target = cell.target
    return Where(target.chip, engine_number(target.engine), target.os, minor(target.version), place(target.release))


def dtype_class(layer: Layer, found: dict[str, Any]) -> str:
    """Which element types may answer for this layer's.

    A NeuralNetwork states fp32 at a model's borders whatever it computes in, so there a float tells nothing.
    """
    kind = CLASSES.get(found.get("dtype", "unknown"), NARROW)
    return "unknown" if layer.format == "neuralnetwork" and kind in FLOATS else kind
