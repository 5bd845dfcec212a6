"Suites, told: what each asks, and what was built of one."

from __future__ import annotations

from dataclasses import field

from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"
SECONDS = 3.0
"""A model takes: four compute-units settings, 0.75 s each to compile, plan, load and run. An assumption: no Mac was
there to time it on."""
WANTED_LIMIT = 40
"Layers of `wanted`, where nothing else is said: two minutes on a Mac."


@value
class Question:
    "One model, and the layer it asks about."

    id: str
    tier: str
    "The smallest suite that asks it; `wanted`."
    format: str
    type: str
    target: str
    "Opset, or version of the specification; empty: the lowest that has the layer."
    context: str
    axis: str
    "What a sweep varies."
    value: str
    canary: str
    fingerprint: str


@value
class SuiteSize:
    name: str
    models: int
    mlprogram: int
    "Layer types it asks about."
    neuralnetwork: int
    minutes: float
    "On a Mac, at 3 s a model: an assumption."
    digest: str


@value
class Suites:
    schema_version: str = SCHEMA_VERSION
    version: str
    "Of the tables."
    suites: tuple[SuiteSize, ...]
    catalogue: dict[str, int]
    "Format -> layer types there are."
    uncovered: dict[str, str]
    "Layer type -> why no suite asks about it."
    unasked: dict[str, str]
    "Question -> why it cannot be asked."
    questions: tuple[Question, ...] = ()
    "In the order they are asked; empty where only the suites are listed."


@value
class SuiteBuilt:
    schema_version: str = SCHEMA_VERSION
    folder: str
    name: str
    version: str
    digest: str
    models: int
    bytes: int
    left_out: dict[str, str] = field(default_factory=dict)
    "Id -> why it could not be built."
