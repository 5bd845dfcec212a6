"How right the answers are: what is known is left out, predicted from the rest, and compared."

from __future__ import annotations

from dataclasses import field

from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"


@value
class Bin:
    "One line of a reliability table: answers whose probability was about the same."

    low: float
    high: float
    cases: int
    said: float
    "The mean probability."
    was: float
    "The share that turned out yes."


@value
class Score:
    "Answers of one kind, held against what was left out."

    name: str
    "`all`, a layer type, a basis, or a baseline."
    cases: int
    answered: int
    "yes, likely, unlikely or no; mixed and unknown are not."
    right: int
    "Of those answered."
    brier: float | None
    "Mean squared error of the probability, of those answered; None: none was."
    brier_all: float | None
    "Likewise of all, where none was given 0.5 is taken."
    calibration_error: float | None
    "Mean distance between what was said and what was, by bin, weighted by cases."


@value
class Miss:
    "A case that was answered wrongly."

    layer: str
    "Fingerprint."
    type: str
    target: str
    said: str
    probability: float
    was: str
    basis: str


@value
class Placed:
    "Placement of one network, or of all test models of one source, predicted and chosen."

    name: str
    source: str
    target: str
    units: str
    operations: int
    agreed: int
    "Learnt without the plans of this model, told which operations are offered the engine."
    agreed_before_last: int
    "Likewise, the last operation of each model left out: there costs are often even."
    operations_before_last: int
    agreed_as_shipped: int
    "With the rates of data/placement.json, which these plans are among the sources of."
    agreed_from_answers: int
    "Learnt without them, and offered as anedb answers without what this source's author saw and claims."
    baseline: int
    "Every operation that is offered the engine goes there, all others to the CPU."
    misses: dict[str, int] = field(default_factory=dict)
    "`type: predicted, chosen` -> how many, the most frequent first."


@value
class Evaluation:
    schema_version: str
    data_version: str
    left_out: str
    "`configuration`, `source` or `target`."
    offered: Score
    baselines: tuple[Score, ...]
    reliability: tuple[Bin, ...]
    by_basis: tuple[Score, ...]
    by_type: tuple[Score, ...]
    misses: tuple[Miss, ...]
    placement: tuple[Placed, ...]
