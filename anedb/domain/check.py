"""The answer for a whole model on one target: every layer's verdict, where each is likely to go, and what to change.

Computed from evidence and a placement model each time; never stored.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.domain.value import value
from anedb.domain.verdict import Advice, Part

SCHEMA_VERSION = "1.0.0"


@value
class Work:
    """What a layer has to do, by the formula of its definition. Estimates: no compiler was asked.

    None: not known, because a shape is not.
    """

    flops: int | None = None
    "Floating-point operations; a multiplication and its addition are two."
    bytes: int | None = None
    "Read and written: activations and weights, each once."
    flops_share: float | None = None
    "Of the network's known FLOPs, 0 to 1."
    milliseconds: dict[str, float] = field(default_factory=dict)
    "Unit -> the placement model's estimate of what Core ML's scheduler would expect. Not a measurement."
    time_share: float | None = None
    "Of the network's estimated time where it is placed, 0 to 1."


@value
class CheckedLayer:
    "One layer of the model, in order."

    index: int
    "Counted through the whole model; constants are not layers."
    place: str
    "Network and index in it: `main/12`, in a nested block `main/12/0/3`."
    network: str
    name: str
    "As the model calls it. Text from a stranger: never markup."
    format: str
    type: str
    opset: str
    params: dict[str, Any]
    inputs: tuple[dict[str, Any], ...]
    "Each operand: name, dtype, shape, const."
    outputs: tuple[dict[str, Any], ...]
    "Each: name, dtype, shape."
    fingerprint: str | None
    "None: something is left open, or the layer is not in the catalogue."
    open: tuple[str, ...]
    problem: str
    "Why it could not be read as a layer of the catalogue; its answers are unknown then."
    offered: Part
    chosen: Part
    "What was observed or said of the layer by itself; `placement` is the prediction in this model."
    basis: str
    placement: str
    "The `Unit` it is predicted to go to: `ane`, `gpu`, `cpu`; `unknown` where it cannot be said."
    placement_why: str
    "One sentence."
    segment: int | None
    "Index into the model's segments; a stretch of layers whose placement is unknown is one too."
    work: Work
    reasons: tuple[Reason, ...] = ()
    workarounds: tuple[Advice, ...] = ()
    evidence: tuple[str, ...] = ()
    "Ids that `anedb show` takes, nearest first; the same layer asked with `anedb query` lists them all."
    alike: int = 0
    "Index of the first layer of the model that is the same question: equal layers are folded by it."
    known: bool = False
    "Its problem is in the baseline: no condition counts it."


@value
class Segment:
    "Layers that follow each other on one unit, or that are all `unknown`."

    index: int
    network: str
    unit: str
    first: int
    "Index of its first layer."
    last: int
    layers: int
    flops_share: float | None
    "Of the network's known FLOPs, 0 to 1."
    time_share: float | None


@value
class Blocker:
    "A change that would bring more of the model to the engine: layers that share a cause, and what that gains."

    rank: int
    "1 gains most."
    type: str
    layers: tuple[int, ...]
    "Indices of the layers to change."
    why: str
    reasons: tuple[Reason, ...]
    workarounds: tuple[Advice, ...]
    evidence: tuple[str, ...]
    gain_layers: int
    "Layers that come to the engine when this alone is changed."
    gain_flops_share: float | None
    segments_after: int
    "Segments of the network when this alone is changed."
    together_ane_share: float
    "Share of layers on the engine when this and every blocker of a better rank are changed."
    together_segments: int
    text: str


@value
class Unsettled:
    "What cannot be said, and which observation would settle it."

    type: str
    layers: tuple[int, ...]
    why: str
    fingerprint: str | None
    measure: str
    "What to measure, in words a person with the device can follow."


@value
class NetworkPart:
    "A network of the model: a function, a part of a pipeline."

    name: str
    format: str
    layers: int
    note: str = ""
    "Why it has no layers."


@value
class Summary:
    "The model in numbers."

    layers: int
    offered: dict[str, int]
    "Answer -> how many layers; all six answers."
    placed: dict[str, int]
    "Unit (or `unknown`) -> how many layers are predicted to go there."
    ane_share: float | None
    "Of layers, 0 to 1; None: no layers."
    ane_flops_share: float | None
    "Of known FLOPs."
    ane_time_share: float | None
    segments: int
    ane_segments: int
    switches: int
    flops: int
    "The sum of what is known."
    flops_unknown: int
    "Layers whose FLOPs are not known."
    whole_model_to_cpu: bool
    "The engine is offered for some of it, yet all of it is predicted to stay on the CPU."
    text: str
    "One sentence."


@value
class CheckedModel:
    "One model on one target."

    path: str
    kind: str
    type: str
    spec_version: int | None
    target: Target
    units: str
    networks: tuple[NetworkPart, ...]
    notes: tuple[str, ...]
    layers: tuple[CheckedLayer, ...]
    segments: tuple[Segment, ...]
    switches: int
    blockers: tuple[Blocker, ...]
    unsettled: tuple[Unsettled, ...]
    summary: Summary


@value
class Costs:
    "What the placement model takes a launch and a switch to cost, and what that rests on."

    launch_ms: float
    switch_ms: float
    source: str
    "A claim's id: `anedb show ID`."
    text: str
    "The model in words, with what it leaves out."


@value
class Gate:
    "What was asked of a check (`--fail-on`, `--min-ane`), and how that came out."

    fail_on: tuple[str, ...] = ()
    "`no`, `unlikely` (which includes no), `mixed` (which includes both), `unknown`."
    min_ane: float | None = None
    "Percent of a model's layers that must be predicted on the engine."
    failed: tuple[str, ...] = ()
    "A sentence for each condition that does not hold; empty: all hold."
    known: int = 0
    "Layers whose problem the baseline has: no condition counts them."
    gone: tuple[str, ...] = ()
    "Entries of the baseline that no longer occur, in words."


@value
class Check:
    schema_version: str
    data_version: str
    units: str
    costs: Costs
    models: tuple[CheckedModel, ...]
    "One entry for each model and target."
    failed: tuple[dict[str, str], ...] = ()
    "Files that could not be read: `path`, `error`, `tip`."
    gate: Gate | None = None
    "None: nothing was asked of it."
