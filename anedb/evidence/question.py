"""What the judge is asked, and what it answers."""

from __future__ import annotations

from typing import NamedTuple

from anedb.domain.layer import Layer, LayerType
from anedb.domain.observation import ComputeUnits, Reason
from anedb.domain.target import Target
from anedb.domain.value import value
from anedb.domain.verdict import Advice, Conflict, Flip, Part, Step

NOWHERE = Target()


@value
class Question:
    "One layer, on one target. Both may leave things open."

    layer_type: LayerType
    layer: Layer
    "In canonical form; partial where `open` names something."
    open: tuple[str, ...] = ()
    "Required parameters and operands left open."
    fingerprint: str | None = None
    "Of a layer that leaves nothing open."
    target: Target = NOWHERE
    units: str = ComputeUnits.CPU_AND_NE
    stated: tuple[str, ...] | None = None
    """Names of the parameters the asker gave. In a question that leaves something open, the others are only defaults
    and give way where nothing was seen under them. None: those that differ from their default."""


class Rest(NamedTuple):
    "One thing the answer rests on, or that speaks against it."

    kind: str
    "`cell`, `claim` or `family`."
    id: int | str
    "A cell's id, a claim's, or a category."
    relation: str
    "How near: a `Basis`."
    supports: str
    "`yes`, `no`, or `both` for a cell whose witnesses disagree; about what is offered where that is known."
    weight: float
    "Votes, after all that weakens it; 0: too far to vote, and shown all the same."


@value
class Judgement:
    "Everything of a verdict that follows from evidence and weights."

    offered: Part
    chosen: Part
    basis: str
    conflicts: tuple[Conflict, ...] = ()
    "Their evidence: claim ids, and `c12` for a cell."
    reasons: tuple[Reason, ...] = ()
    flips: tuple[Flip, ...] = ()
    advice: tuple[Advice, ...] = ()
    "`url` is left empty: the judge knows no sources."
    steps: tuple[Step, ...] = ()
    rests_on: tuple[Rest, ...] = ()
    "Nearest first, at most `SHOWN`."
    rests_total: int = 0
    "How many there are in all."
