"""What another tool printed about a model, as it says it: the step between its file and a submission."""

from __future__ import annotations

from anedb.domain.layer import Layer
from anedb.domain.observation import Method, Reason
from anedb.domain.value import value


@value
class ForeignRow:
    "One operation, or one layer, of a report."

    operator: str
    """The catalogue's type: `conv`, `innerProduct`; as it was printed where the catalogue has no such type. Empty: the
    report has the name alone. `*`: every operation of the model, where a report judges it as a whole."""
    opset: str = ""
    "`iOS18`, where the report says it."
    name: str = ""
    "Name of the layer or of its first output."
    offered: tuple[str, ...] | None = None
    "`Unit` values; None: the report does not say, () it says none."
    chosen: str | None = None
    ran: str | None = None
    cost_ppm: int | None = None
    "Share of the model's cost, in millionths."
    reason: Reason | None = None
    "Why not the engine; `unmapped` with the tool's own words where no pattern fits."
    layer: Layer | None = None
    "Only where the report itself states parameters, shapes and dtypes: else `--model` has to tell."
    model: str = ""
    "Which model of the report; empty where it is of one."
    place: str = ""
    "Where in the report, `line 12`."
    function: str = ""
    "Of the model, where the report says it: a function of an ML Program, a part of a pipeline."
    engine: str = ""
    "Which engine it is about, where the rows of one report are about several."
    units: str = ""
    "A `ComputeUnits`, where the rows of one report were asked for under several."
    partial: bool = False
    "The report names some of the model's operations only, each by its name; `..tail` is a name whose head was cut off."


@value
class ForeignCount:
    "A number of operations, where a report has no more than that. It cannot become an observation, and is shown."

    what: str
    "An operator, or `*` for all."
    unit: str
    "A `Unit`."
    count: int
    of: int | None = None
    model: str = ""
    units: str = ""
    "A `ComputeUnits`, where the numbers of one report were asked for under several."


@value
class ForeignReport:
    "All of one file. What it does not say is empty, and asked for as an option: it is never guessed."

    format: str
    "Name of the module under `anedb.ingest.importing.formats` that read it."
    rows: tuple[ForeignRow, ...] = ()
    counts: tuple[ForeignCount, ...] = ()
    chip: str = ""
    engine: str = ""
    "`H16`: as Core ML's cache path has it."
    device: str = ""
    os: str = ""
    version: str = ""
    build: str = ""
    units: str = ""
    "A `ComputeUnits`."
    tool: str = ""
    "Program and version, `coremltools 9.0`."
    date: str = ""
    method: str = Method.COMPUTE_PLAN.value
    model: str = ""
    "Path or name of the model it is of, as the report has it."
    notes: tuple[str, ...] = ()
    "What was left out and why, and what the format cannot say."
