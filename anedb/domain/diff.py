"""Two checked models, or one on two targets: what one has that the other has not, and how the answers differ."""

from __future__ import annotations

from typing import Any

from anedb.domain.check import Summary
from anedb.domain.target import Target
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"


@value
class Side:
    "One of the two."

    path: str
    kind: str
    type: str
    target: Target
    units: str
    summary: Summary
    runs: tuple[tuple[str, int], ...]
    "Unit and number of layers, in order: what a bar shows."


@value
class SideLayer:
    "A layer of one side, as far as the two can differ in it."

    index: int
    name: str
    "Text from a stranger: never markup."
    format: str
    type: str
    concept: str
    "Empty: the catalogue does not have the layer."
    fingerprint: str | None
    inputs: tuple[dict[str, Any], ...]
    offered: str
    chosen: str
    placement: str
    reasons: tuple[str, ...]
    "Codes, sorted."


@value
class Change:
    "One thing about a layer that differs."

    what: str
    """`type`, `param`, `feature` (between two types, whose parameters are not the same), `dtype`, `shape`, `const`, or
    `operand` for one that only one side has."""
    name: str
    "Of the parameter, feature or operand; `out.0` is the first output. Empty for a type."
    a: Any
    "None: there is none."
    b: Any


@value
class Pair:
    "A layer of A and the layer of B that does the same."

    a: SideLayer
    b: SideLayer
    changes: tuple[Change, ...]
    "Empty: the same layer."
    answers: tuple[str, ...]
    "Which of `offered`, `chosen` and `placement` differ."


@value
class Blocking:
    "A cause that keeps layers off the engine: in A, in B, or in both."

    type: str
    why: str
    a: tuple[int, ...]
    "Indices of the layers to change in A; empty: nothing there."
    b: tuple[int, ...]


@value
class Diff:
    schema_version: str
    data_version: str
    of: str
    "`models` on one target, or `targets` of one model."
    a: Side
    b: Side
    same: int
    "Layers that are the same on both sides; their answers may differ."
    only_a: tuple[SideLayer, ...]
    only_b: tuple[SideLayer, ...]
    changed: tuple[Pair, ...]
    "Pairs whose layers differ."
    moved: tuple[Pair, ...]
    """The same layer at another place among the others: independent operations may stand in any order. Counted in
    `same`."""
    answered: tuple[Pair, ...]
    "Pairs, changed or not, whose answers or placement differ."
    blockers: tuple[Blocking, ...]
    "Those that are not alike on both sides."
    text: str
    "One sentence."
