"""Test models built again, and dumps matched to them.

A row of a dump says what Core ML called an operation, not what the operation was: a `gather` with run-time indices
becomes seven operations, one of them an int32 `add`. So each model is built again and every row takes the layer that
stands at its place, once the operators and their output names are the same in both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anedb.coreml import probes, program
from anedb.domain.model import Network, Op
from tools.evidence import recipes
from tools.evidence.rows import Row

STUDY = ("751k-iso-", "751k-anecc-")
"Ids of the claims that state a test model's parameters."


def read_parameters(path: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    "Test model -> its first op and parameters, from `claims.jsonl`."
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        claim = json.loads(line)
        if claim["id"].startswith(STUDY):
            found.setdefault(claim["params"]["test_model"], (claim["layer"], claim["params"]))
    return found


@dataclass(frozen=True, slots=True)
class Rebuilt:
    network: Network

    @property
    def ops(self) -> tuple[Op, ...]:
        return self.network.ops

    @property
    def in_model(self) -> bool:
        "Whether anything stands around the op under test: some values are of a kind that the study does not wrap."
        return any(item.name.startswith("wrap_") for op in self.ops for item in op.outputs)


def of_spec(spec: Any) -> Rebuilt:
    "Of a `Model` with one function under one opset, which all of ours are."
    (network,) = program.networks(spec.mlProgram)
    return Rebuilt(network)


@dataclass(slots=True)
class Workshop:
    "Builds each test model once."

    parameters: dict[str, tuple[str, dict[str, Any]]]
    done: dict[tuple[str, bool], Rebuilt] = field(default_factory=dict)

    def get(self, model: str, *, wrapped: bool = False) -> Rebuilt:
        "Raises `KeyError` where nothing is known of the model, and what coremltools raises."
        key = (model, wrapped)
        if key not in self.done:
            op, params = self.parameters[model]
            self.done[key] = of_spec(probes.build(recipes.probe(model, op, params), wrapped=wrapped))
        return self.done[key]


def difference(rebuilt: Rebuilt, rows: list[Row], *, names: bool = True) -> str:
    "Empty where operators (and output names) are the same in the same order; else the first place where they are not."
    ours = [(op.type, op.name if names else "") for op in rebuilt.ops]
    theirs = [(row.op, row.output if names else "") for row in rows]
    if len(ours) != len(theirs):
        return f"{len(ours)} operations where the dump has {len(theirs)}"
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if mine != other:
            return f"operation {place} is {' '.join(mine)} where the dump has {' '.join(other)}"
    return ""
