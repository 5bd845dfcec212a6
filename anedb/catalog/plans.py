"""Files of whole plans, data/plans: JSON Lines, a header, one line a distinct layer, then one line a plan.

An operation names its layer by fingerprint, and what it reads by name. Nothing here is needed to
answer a query: the placement model is fitted to these plans and scored on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from anedb.catalog import files, records
from anedb.domain.layer import Layer
from anedb.domain.model import Network, Op, Seen, Tensor
from anedb.domain.plain import plain
from anedb.domain.plan import PlanHeader, RecordedPlan
from anedb.domain.target import Target

NETWORK = "main"
"What the one network of a plan is called."


def plan_files() -> tuple[Path, ...]:
    return tuple(sorted((files.root() / "plans").glob("*.jsonl")))


def plans() -> Iterator[RecordedPlan]:
    "Every plan recorded, by file and then as the file has them."
    for path in plan_files():
        yield from read(path)[1]


def read(path: Path) -> tuple[PlanHeader, list[RecordedPlan]]:
    "A file of our own. Raises `ValueError`, `KeyError`, `IndexError` or `TypeError` where it is not one."
    with path.open(encoding="utf-8") as file:
        header = header_from_json(json.loads(next(file)))
        layers = [layer_from_json(json.loads(next(file))) for _ in range(header.layers)]
        known = dict(layers)
        return header, [plan_from_json(json.loads(line), header, known) for line in file]


def header_from_json(found: dict[str, Any]) -> PlanHeader:
    return PlanHeader(**{**found, "target": Target(**found["target"])})


def layer_from_json(found: dict[str, Any]) -> tuple[str, Layer]:
    line = records.line_from_json({**found, "seen": []})
    return line.fingerprint, line.layer


def plan_from_json(found: dict[str, Any], header: PlanHeader, layers: Mapping[str, Layer]) -> RecordedPlan:
    ops = found["ops"]
    network = Network(
        name=NETWORK,
        format=layers[ops[0]["layer"]].format,
        ops=tuple(_op(op, number, found["opset"], layers) for number, op in enumerate(ops)),
        inputs=tuple(_tensor(item) for item in found["inputs"]),
        outputs=tuple(found["outputs"]),
    )
    return RecordedPlan(
        source=header.source,
        target=header.target,
        units=found["units"],
        name=found["plan"],
        role=found["role"],
        network=network,
        costs_ppm=tuple(op.get("cost_ppm") for op in ops),
        selected=tuple(op.get("selected", "") for op in ops),
    )


def _op(found: dict[str, Any], number: int, opset: str, layers: Mapping[str, Layer]) -> Op:
    outputs = tuple(_tensor(item) for item in found["outputs"])
    layer = layers[found["layer"]]
    return Op(
        place=f"{NETWORK}/{number}",
        name=found.get("name", outputs[0].name),
        type=layer.type,
        opset=opset,
        inputs=tuple(found["reads"]),
        outputs=outputs,
        layer=layer,
        fingerprint=found["layer"],
        seen=_seen(found),
    )


def _seen(found: dict[str, Any]) -> Seen:
    return Seen(
        offered=tuple(found.get("offered", ())),
        chosen=found.get("chosen", ""),
        runtimes=tuple((backend, float(text)) for backend, text in found.get("runtimes", {}).items()),
        refusals=tuple(found.get("refusals", {}).items()),
    )


def _tensor(found: list[Any]) -> Tensor:
    name, dtype, shape = found
    return Tensor(name, dtype, None if shape is None else tuple(shape))


def render(header: PlanHeader, found: Iterable[RecordedPlan]) -> str:
    "The whole file: layers by fingerprint, plans in the order given."
    given = list(found)
    layers = {op.fingerprint: op.layer for plan in given for op in plan.network.ops}
    head = replace(header, layers=len(layers), plans=len(given))
    objects = [
        records.compact(plain(head)),
        *(_layer_to_json(key, layers[key]) for key in sorted(layers)),
        *(_plan_to_json(plan) for plan in given),
    ]
    return "".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in objects)


def _layer_to_json(fingerprint: str, layer: Layer) -> dict[str, Any]:
    inputs = [records.operand_to_json(operand) for operand in layer.inputs]
    return {
        "fingerprint": fingerprint,
        "format": layer.format,
        "type": layer.type,
        "params": plain(layer.params),
        "inputs": inputs,
    }


def _plan_to_json(plan: RecordedPlan) -> dict[str, Any]:
    network, unknown = plan.network, (None,) * len(plan.network.ops)
    rows = zip(network.ops, plan.costs_ppm or unknown, plan.selected or unknown, strict=True)
    return {
        "plan": plan.name,
        "units": plan.units,
        "role": plan.role,
        "opset": network.ops[0].opset,
        "inputs": [plain(item) for item in network.inputs],
        "outputs": list(network.outputs),
        "ops": [_op_to_json(op, cost, selected) for op, cost, selected in rows],
    }


def _op_to_json(op: Op, cost: int | None, selected: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"layer": op.fingerprint}
    if op.name != op.outputs[0].name:
        found["name"] = op.name
    found |= {"reads": list(op.inputs), "outputs": [plain(item) for item in op.outputs]}
    seen = op.seen or Seen((), "", (), ())
    stated = {
        "offered": list(seen.offered),
        "chosen": seen.chosen,
        "selected": selected,
        "cost_ppm": cost,
        "runtimes": {backend: f"{time:.6g}" for backend, time in seen.runtimes},
        "refusals": dict(seen.refusals),
    }
    return {**found, **{name: item for name, item in stated.items() if item not in (None, "", [], {})}}
