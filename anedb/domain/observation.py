"""What was seen: one layer, on one target, under one compute-units setting, by one method."""

from __future__ import annotations

from enum import StrEnum

from anedb.domain.target import Target
from anedb.domain.value import value


class Unit(StrEnum):
    "A compute unit Core ML can place a layer on."

    ANE = "ane"
    GPU = "gpu"
    CPU = "cpu"


class ComputeUnits(StrEnum):
    "Core ML's `MLComputeUnits`."

    ALL = "all"
    CPU_AND_NE = "cpu-and-ne"
    CPU_AND_GPU = "cpu-and-gpu"
    CPU_ONLY = "cpu-only"


class Context(StrEnum):
    ISOLATED = "isolated"
    "A model of this one layer (and the casts it needs)."
    IN_MODEL = "in-model"


class Method(StrEnum):
    "How something is known; data/weights.toml says how much each counts."

    COMPUTE_PLAN = "compute-plan"
    "Core ML's own `MLComputePlan` or `analytics.mil`."
    PROFILER = "profiler"
    "Instruments, a breakpoint, a log of the running engine."
    TIMING = "timing"
    VENDOR = "vendor"
    "Apple said so."
    PRIVATE_API = "private-api"
    "What an engine compiler called directly accepts: what the engine can do, not what Core ML schedules."
    REPORT = "report"
    "One user's account."


class SourceKind(StrEnum):
    DUMP = "dump"
    SUBMISSION = "submission"
    DOCUMENT = "document"
    ISSUE = "issue"
    VENDOR = "vendor"


@value
class Source:
    "Where a fact comes from."

    id: str
    kind: str
    title: str
    author: str
    "A person or project: the witness, where no contributor and device are known."
    url: str
    "With the revision it was read at."
    date: str
    "`2026-10-05`, `2020-12`, `2020`."
    licence: str
    note: str = ""


@value
class Reason:
    "Why the engine was refused or not chosen, in the closed vocabulary of data/reasons.toml, with its numbers."

    code: str
    feature: str = ""
    "The feature it speaks about, `kernel_width`."
    value: str = ""
    limit: str = ""
    text: str = ""
    "Core ML's own words, shortened to the part that carries the fact."


@value
class Observation:
    """One fact. `offered`, `chosen` and `ran` are three different things and each may be missing.

    `layer` is a layer fingerprint: the layer itself travels beside it.
    """

    layer: str
    target: Target
    units: str
    "A `ComputeUnits`."
    context: str
    "A `Context`."
    method: str
    "A `Method`."
    offered: tuple[str, ...] | None = None
    """Compute units Core ML lists as supported; None: not stated. By a private API: the engine where its compiler takes
    the layer, none where it refuses."""
    chosen: str | None = None
    "The unit Core ML preferred."
    ran: str | None = None
    "The unit it was measured to run on."
    reason: Reason | None = None
    "Why not the engine."
    cost_ppm: int | None = None
    "Share of the model's estimated cost, in millionths."
    opset: str = ""
    "`iOS18`: what the op was called under in that model."
    model: str = ""
    "Which model of the source it was part of."
    place: str = ""
    "Where in that model: an operation index or output name."
    tool: str = ""
    "Tool and version that produced it, `coremltools 9.0`."
    source: str = ""
    "A `Source` id, or the run's fingerprint."
    witness: str = ""
    "Who saw it, on what: the independence key. A contributor and device, or a source's author."
    date: str = ""
