"What to measure next: the layers whose measurement on a device would settle most."

from __future__ import annotations

from dataclasses import field
from typing import Any

from anedb.domain.target import Target
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"


@value
class Want:
    "One layer on one target, and what measuring it is worth."

    format: str
    type: str
    params: dict[str, Any] = field(default_factory=dict)
    "In canonical form; with `inputs` all that a probe needs, but for what is `open`."
    inputs: tuple[dict[str, Any], ...] = ()
    open: tuple[str, ...] = ()
    "What whoever measures has to choose: of a layer type that no data show a layer of."
    fingerprint: str | None = None
    "None while something is left open."
    like: str = ""
    "The layer type whose recorded layer lent its operands: this one was found in no network. Empty: it was."
    target: Target
    answer: str
    "Today's, about `offered`."
    probability: float | None
    basis: str
    state: str
    occurrences: int
    "Operations that are this layer, in all networks counted."
    networks: tuple[str, ...] = ()
    "The networks it occurs in, as `Wanted.networks` names them."
    speaks_for: int = 0
    "Other answers (a near layer, or another target) that it would bear on and that are not sure yet."
    score: float
    """Uncertainty it would take away, in operations: p(1 - p), what one measurement leaves deducted, times occurrences;
    what it says of other layers and targets added, weakened by distance. That is, after all those above it are
    measured."""
    why: str
    ask: tuple[str, ...] = ()
    "Arguments of `anedb` that show what today's answer rests on."


@value
class Wanted:
    schema_version: str
    data_version: str
    units: str
    targets: tuple[Target, ...]
    networks: dict[str, int] = field(default_factory=dict)
    "What occurrences were counted in -> operations: recorded plans of whole networks, and models that were given."
    candidates: int
    "Layers looked at, on each target."
    unseen: float
    "Occurrences that a layer type found in none of the networks is taken to have."
    wanted: tuple[Want, ...]
    "The most valuable first."
