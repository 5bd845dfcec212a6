"What was measured on a machine, and what would be sent of it."

from __future__ import annotations

from typing import Any

from anedb.domain.imported import Tally
from anedb.domain.problem import Problem
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"


@value
class Part:
    "One setting."

    units: str
    observations: int
    offered: int
    "Of those, where the engine was offered."
    chosen: int
    "Of those, where the engine was chosen."
    failed: int
    timed: int
    "Models that ran, with their times."


@value
class Differs:
    "A model whose outputs are not the CPU's."

    model: str
    units: str
    error: str
    "Largest difference as a share of the CPU's largest value; `inf` where one has a number and the other none."


@value
class Probed:
    schema_version: str = SCHEMA_VERSION
    status: str
    """`written`; `kept aside`: written, and as it stands it would not be believed; `refused`: written, and it would be
    sent back; `nothing to send`."""
    models: int
    resumed: int
    "Of those, measured before the run was broken off."
    seconds: int
    layers: int
    observations: int
    parts: tuple[Part, ...]
    failures: tuple[Tally, ...]
    "By reason and step."
    unanswered: int
    "Operations for which Core ML's plan had no answer."
    differs: tuple[Differs, ...]
    notes: tuple[Tally, ...]
    header: dict[str, Any]
    "The submission's first line: what is sent besides the layers."
    conditions: dict[str, Any]
    "The same of the times."
    example: dict[str, Any]
    "One line of the submission."
    new: tuple[str, ...]
    "Verdicts of the local database that it would move."
    problems: tuple[Problem, ...]
    "What `anedb submit` would say."
    run: str
    written: str
    times: str
    send: tuple[str, ...]
    "What to do with it, step by step."


@value
class Check:
    "One thing that measuring needs, or is better with."

    name: str
    ok: bool
    needed: bool
    "Without it nothing can be measured."
    found: str
    tip: str = ""


@value
class Doctor:
    schema_version: str = SCHEMA_VERSION
    able: bool
    "Whether this machine can measure."
    checks: tuple[Check, ...]
