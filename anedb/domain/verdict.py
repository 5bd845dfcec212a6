"""Our answer. Never stored over an observation: verdicts are computed and may be thrown away."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import Any

from anedb.domain.knowledge import Evidence
from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"


class Answer(StrEnum):
    YES = "yes"
    LIKELY = "likely"
    MIXED = "mixed"
    UNLIKELY = "unlikely"
    NO = "no"
    UNKNOWN = "unknown"


class State(StrEnum):
    UNKNOWN = "unknown"
    REPORTED = "reported"
    "One witness."
    CORROBORATED = "corroborated"
    "Two or more independent witnesses."
    VERIFIED = "verified"
    "Corroborated, and p at least 0.95 one way."
    CONTESTED = "contested"
    STALE = "stale"
    "All direct evidence is from Core ML releases well before the one asked about."
    WITHDRAWN = "withdrawn"


class Basis(StrEnum):
    "What an answer rests on, nearest first."

    SAME = "same-configuration"
    "The same configuration on the same target."
    NEAR_TARGET = "near-target"
    "The same configuration on a near target: engine architecture, OS release."
    NEAR_PARAMETERS = "near-parameters"
    CLAIM = "claim"
    "A claim whose condition holds."
    LAYER = "layer"
    "The layer type as a whole."
    FAMILY = "family"
    "Other layer types of its category: nothing is known of this one."
    NONE = "none"


@value
class Part:
    "The answer to one question: offered, or chosen."

    answer: str
    probability: float | None
    "That the engine is offered (chosen); None: unknown."
    interval: tuple[float, float] | None
    "90 %."
    state: str
    basis: str
    observations: int = 0
    "Direct and near ones that counted."
    witnesses: int = 0
    sources: int = 0
    newest: str = ""
    why: str = ""
    "For unknown: the reason. Otherwise one sentence."


@value
class Conflict:
    "Evidence that says otherwise, and what may explain it."

    says: str
    "What the dissent says: `yes` or `no`."
    about: str
    "`offered` or `chosen`."
    explained_by: str
    "`format`, `os`, `engine`, `dtype`, `parameters`, `method`, `units`, `context`, `age`, or `unexplained`."
    text: str
    evidence: tuple[str, ...] = ()
    "Ids of the dissenting evidence."


@value
class Flip:
    "A numeric feature that flips the answer, with the nearest observed point on each side."

    feature: str
    unit: str
    about: str
    yes: int | None
    no: int | None
    asked: int | None
    "The question's own value of the feature."
    text: str
    evidence: tuple[str, ...] = ()


@value
class Advice:
    "A workaround that applies here."

    id: str
    text: str
    use: tuple[str, ...]
    source: str
    url: str
    strength: str
    evidence: tuple[str, ...]


@value
class Step:
    "One step that led to the answer, including those that did nothing."

    name: str
    found: str


@value
class EngineAnswer:
    "The answer for one engine generation, where no chip was asked for."

    engine: str
    chips: tuple[str, ...]
    offered: Part
    chosen: Part


@value
class AskedLayer:
    "The layer as it was understood."

    asked: str
    "The name as typed."
    format: str
    type: str
    concept: str
    params: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[dict[str, Any], ...] = ()
    open: tuple[str, ...] = ()
    "Required parameters and operands that the question leaves open."
    fingerprint: str | None = None
    "None while something is left open: a pattern, not a configuration."
    also: tuple[str, ...] = ()
    "Other layer types of the same concept, `neuralnetwork:convolution`."
    aliases: tuple[str, ...] = ()


@value
class Verdict:
    schema_version: str
    data_version: str
    layer: AskedLayer
    target: Target
    units: str
    offered: Part
    chosen: Part
    basis: str
    "Of `offered`, the first thing people ask."
    evidence: tuple[Evidence, ...] = ()
    evidence_total: int = 0
    "`evidence` lists the nearest; this counts all."
    conflicts: tuple[Conflict, ...] = ()
    reasons: tuple[Reason, ...] = ()
    flips: tuple[Flip, ...] = ()
    workarounds: tuple[Advice, ...] = ()
    steps: tuple[Step, ...] = ()
    engines: tuple[EngineAnswer, ...] = ()
