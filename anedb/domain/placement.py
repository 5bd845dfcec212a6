"What the placement model is made of: the scheduler's fixed costs, and how fast it takes each unit to be."

from __future__ import annotations

from anedb.domain.value import value


@value
class Scheduler:
    "Core ML's own constants, in milliseconds."

    launch_ms: dict[str, float]
    "Unit -> what starting a stretch of layers on it costs."
    switch_ms: float
    "Going from one unit to another, the launch not counted."
    output_ms: dict[str, float]
    "Unit -> what it costs that the network's result is left there."
    source: str
    "The claim it rests on."


@value
class Rate:
    "How fast Core ML's scheduler takes a unit to be at something: the median over the operations of recorded plans."

    unit: str
    "A `Unit`."
    concept: str
    "`conv`; `*` for every concept that has no rate of its own."
    step: int | None
    "For what is counted by FLOPs: the class of its FLOPs per byte (`TargetRates.steps`); None: counted by bytes moved."
    rate: float
    "Billions of FLOPs, or of bytes, in a second."
    operations: int
    "How many it is the median of."
    sources: tuple[str, ...]
    how: str = "times"
    """`times`: from what plans state. `decisions`: no plan of this chip states times for the unit; another chip's
    rates, all faster by one factor, the middle of those with which the model puts its networks where Core ML did."""


@value
class TargetRates:
    "What was learnt of one chip."

    chip: str
    engine: str
    steps: tuple[float, ...]
    "FLOPs per byte at which the next class of intensity begins."
    rates: tuple[Rate, ...]


@value
class Placement:
    "data/placement.json."

    scheduler: Scheduler
    computed: tuple[str, ...]
    "Concepts counted by FLOPs where their weight is constant; all others by bytes moved."
    targets: tuple[TargetRates, ...]
