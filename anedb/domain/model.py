"""A whole Core ML model as its operations in order: what every reader of a file gives, whatever the format.

Weights are no part of it. Time and memory follow the number of operations, so the operations are named tuples.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from anedb.domain.layer import Dim, Layer
from anedb.domain.value import value


class Kind(StrEnum):
    "What kind of file a model was read from."

    MLMODEL = "mlmodel"
    MLPACKAGE = "mlpackage"
    MLMODELC = "mlmodelc"
    ANALYTICS = "analytics"
    "Core ML's own `analytics.mil`: a program with what its scheduler thought of each operation."


class Tensor(NamedTuple):
    "A value that an operation gives, or that a network takes."

    name: str
    dtype: str
    "A `DType`."
    shape: tuple[Dim, ...] | None
    "As in `Operand`; None: not even the rank is known."


class Seen(NamedTuple):
    "What the file itself says of where an operation goes; only `analytics.mil` does."

    offered: tuple[str, ...]
    "`Unit` values."
    chosen: str
    runtimes: tuple[tuple[str, float], ...]
    "Backend (`ane`, `bnns`, `classic_cpu`, `mps_graph`) and Core ML's own estimate in milliseconds."
    refusals: tuple[tuple[str, str], ...]
    "Backend and Core ML's own words."


class Op(NamedTuple):
    "One operation that Core ML has to place. Constants are operands of others, not operations."

    place: str
    """`main/12`: network and index among its operations. In a nested block `main/12/0/3`: operation, block,
    operation."""
    name: str
    "A NeuralNetwork layer's own; of a MIL operation the name of its first output."
    type: str
    "As the file has it, `conv`. May be one that the catalogue does not know."
    opset: str
    "`iOS18`; the file's own word where it is none that we know; empty in a NeuralNetwork."
    inputs: tuple[str, ...]
    "Names of the values it reads, constants left out: the edges of the graph."
    outputs: tuple[Tensor, ...]
    layer: Layer
    fingerprint: str
    "Of `layer`; empty while something is left open, or where there is a problem."
    open: tuple[str, ...] = ()
    "What canonical form left open: a parameter kept in the weight file, or given at run time."
    problem: str = ""
    """Why the layer is not in canonical form: a type or parameter that the catalogue does not know, from a newer file
    or a broken one. `layer` then holds the operands as they are and no parameters."""
    seen: Seen | None = None


@value
class Network:
    "One function of an ML Program under one opset, one NeuralNetwork, or a part of a pipeline that has no layers."

    name: str
    "`main`; `main@iOS15` for another specialised block of a function; `0` or `0/main` in a pipeline: part by number."
    format: str
    "A `Format`; empty for a part that has no layers."
    ops: tuple[Op, ...] = ()
    "In the file's order, nested blocks' following the operation they belong to."
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[str, ...] = ()
    "Names of the values it returns."
    note: str = ""
    "Why there are no layers: `glmRegressor: a model without layers; Core ML runs it on the CPU`."


@value
class Model:
    "What was read from one file or package."

    path: str
    "As it was given."
    kind: str
    "A `Kind`."
    type: str
    "`mlProgram`, `neuralNetworkClassifier`, `pipeline` …: the member of `Model.Type` that is set."
    spec_version: int | None
    networks: tuple[Network, ...] = ()
    notes: tuple[str, ...] = ()
    "What a reader should know: a missing weight file, a part left out, a newer specification."
    engine: str = ""
    "From the path Core ML keeps `analytics.mil` under: engine architecture, `H16`."
    os_build: str = ""
    "Likewise."
