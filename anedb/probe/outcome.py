"""What one model gave: the lines of a submission, its times, and what failed; nothing of it tells whose machine it was.

A journal holds one for each model that is finished, and so do the submission and what is shown in the end.
"""

from __future__ import annotations

from typing import Any

from anedb.catalog import records
from anedb.domain.observation import Reason
from anedb.domain.plain import plain
from anedb.domain.submission import LayerLine
from anedb.domain.value import value


@value
class Time:
    "How long the model took under one setting. `layer` is the one that the model asks about."

    layer: str
    units: str
    context: str
    model: str
    repeats: int
    median_ns: int
    least_ns: int
    most_ns: int
    load_ns: int
    first_ns: int
    "The first prediction, which pays for what is made ready late."
    outputs: str
    "Digest of the outputs, for the run's nonce."
    error: str
    "Largest difference from the CPU's outputs, as a share of their largest value; empty: not compared."


@value
class Failure:
    units: str
    "Empty: whatever the setting."
    step: str
    "`compile`, `plan`, `load`, `predict` …"
    reason: Reason


@value
class Measured:
    "Of one model."

    id: str
    lines: tuple[LayerLine, ...] = ()
    times: tuple[Time, ...] = ()
    failures: tuple[Failure, ...] = ()
    ops: int = 0
    "Operations of the file."
    unanswered: int = 0
    "Of those, and over all settings: Core ML's plan had no answer for them."
    note: str = ""
    "Why something was left out that is no failure of Core ML's."


def to_json(found: Measured) -> dict[str, Any]:
    return {**plain(found), "lines": [records.line_to_json(line) for line in found.lines]}


def from_json(found: dict[str, Any]) -> Measured:
    "Raises `KeyError`, `TypeError` for something else."
    failures = tuple(Failure(**{**each, "reason": Reason(**each["reason"])}) for each in found["failures"])
    return Measured(
        **{
            **found,
            "lines": tuple(records.line_from_json(line) for line in found["lines"]),
            "times": tuple(Time(**each) for each in found["times"]),
            "failures": failures,
        }
    )
