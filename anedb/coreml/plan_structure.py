"""A plan of Core ML's as plain rows, one an operation or layer, found again in the model that was read from the file.

coremltools hands out the structure of a compiled model and answers for each operation by itself; an answer may be
missing (`None`), as it is for every constant. In a compiled program operations go by their first output's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from anedb.domain.layer import Format
from anedb.domain.model import Model, Op
from anedb.domain.observation import Unit

CONSTANTS = ("const", "constexpr_")
DEVICES = {
    "MLCPUComputeDevice": Unit.CPU.value,
    "MLGPUComputeDevice": Unit.GPU.value,
    "MLNeuralEngineComputeDevice": Unit.ANE.value,
}
"coremltools' classes; a device of another class has no name here and is left out."
MAIN = "main"
PPM = 1_000_000


class Planned(NamedTuple):
    "What Core ML plans for one operation."

    network: str
    "As `Network.name`: `main`, `0/main` in the first part of a pipeline."
    name: str
    operator: str
    "`ios18.conv`; a NeuralNetwork layer's type in Core ML's own spelling."
    offered: tuple[str, ...] | None = None
    "Sorted `Unit` values; None: no answer."
    chosen: str | None = None
    cost_ppm: int | None = None
    "Core ML's estimate as a share of the model's. It has none for a NeuralNetwork."

    @property
    def type(self) -> str:
        return self.operator.rpartition(".")[2]


def rows(plan: Any) -> list[Planned]:
    "Of an `MLComputePlan`, in the model's order; constants are no operations."
    return list(_model(plan, plan.model_structure, ""))


def _model(plan: Any, structure: Any, part: str) -> Iterator[Planned]:
    if structure.program is not None:
        for name, function in structure.program.functions.items():
            yield from _block(plan, function.block, f"{part}/{name}" if part else name)
    elif structure.neuralnetwork is not None:
        for layer in structure.neuralnetwork.layers:
            usage = plan.get_compute_device_usage_for_neuralnetwork_layer(layer)
            yield Planned(part or MAIN, layer.name, layer.type, *_usage(usage))
    elif structure.pipeline is not None:
        for index, (_, each) in enumerate(structure.pipeline.sub_models):
            yield from _model(plan, each, f"{part}/{index}" if part else str(index))


def _block(plan: Any, block: Any, network: str) -> Iterator[Planned]:
    for each in block.operations:
        if each.operator_name.rpartition(".")[2].startswith(CONSTANTS):
            continue
        usage = plan.get_compute_device_usage_for_mlprogram_operation(each)
        cost = plan.get_estimated_cost_for_mlprogram_operation(each)
        name = each.outputs[0].name if each.outputs else ""
        yield Planned(network, name, each.operator_name, *_usage(usage), _ppm(cost))
        for inner in each.blocks:
            yield from _block(plan, inner, network)


def _usage(usage: Any) -> tuple[tuple[str, ...] | None, str | None]:
    if usage is None:
        return None, None
    named = {DEVICES.get(type(each).__name__, "") for each in usage.supported_compute_devices}
    chosen = DEVICES.get(type(usage.preferred_compute_device).__name__)
    return tuple(sorted(named - {""})), chosen


def _ppm(cost: Any) -> int | None:
    "None also for what is no share: a cost below 0, above 1 or not a number."
    weight = -1.0 if cost is None else float(cost.weight)
    return round(weight * PPM) if 0 <= weight <= 1 else None


def matched(model: Model, found: Sequence[Planned]) -> tuple[list[tuple[Op, Planned]], Counter[str]]:
    """Operations of the file with what is planned for them; and what the plan has beside them, by type: casts that Core
    ML adds when it compiles."""
    waiting: dict[tuple[str, str], list[Op]] = {}
    for network in model.networks:
        for op in network.ops:
            waiting.setdefault((_whole(network.name), op.name), []).append(op)
    neural = {network.name for network in model.networks if network.format == Format.NEURALNETWORK}
    pairs, extra = [], Counter[str]()
    for each in found:
        same = waiting.get((each.network, each.name), [])
        fits = [op for op in same if each.network in neural or op.type == each.type]
        if fits:
            same.remove(fits[0])
            pairs.append((fits[0], each))
        else:
            extra[each.type] += 1
    return pairs, extra


def _whole(name: str) -> str:
    "`main@iOS15`, another block of a function, is that function in a plan."
    return name.partition("@")[0]
