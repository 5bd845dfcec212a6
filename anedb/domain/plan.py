"""What Core ML decided for a whole network: every operation's unit, with the graph it stands in.

Observations (`anedb.domain.observation`) keep one layer each; where a layer goes depends on what stands around it, and
that only a whole plan tells.
"""

from __future__ import annotations

from enum import StrEnum

from anedb.domain.model import Network
from anedb.domain.target import Target
from anedb.domain.value import value

PLANS = "anedb-plans"
SCHEMA_VERSION = "1.0.0"


class Role(StrEnum):
    "What kind of network a plan is of."

    ISOLATED = "isolated"
    "Made for one operation, and the casts it needs."
    WRAPPED = "wrapped"
    "One operation between others that make it worth a launch."
    NETWORK = "network"
    "One that people use."


@value
class PlanHeader:
    "First line of a file of plans."

    kind: str
    schema_version: str
    source: str
    "A source id of data/sources.json, and the file's name."
    target: Target
    witness: str
    date: str
    layers: int = 0
    "How many lines of layers follow the header."
    plans: int = 0
    "How many lines of plans follow those."
    tool: str = ""
    note: str = ""


@value
class RecordedPlan:
    "One network, and where Core ML put each of its operations under one compute-units setting."

    source: str
    target: Target
    units: str
    "A `ComputeUnits`."
    name: str
    "The model's name in its source."
    role: str
    "A `Role`."
    network: Network
    """Each operation carries `seen`. What the source does not state is empty there: `offered` (), `chosen` "",
    `runtimes` and `refusals` ()."""
    costs_ppm: tuple[int | None, ...] = ()
    "By operation: its share of the network's estimated cost where it was placed, in millionths; None: not stated."
    selected: tuple[str, ...] = ()
    "By operation: the backend (`bnns`, `classic_cpu`, `mps_graph`, `ane`) behind `chosen`; empty: not stated."
