"Asking for the shapes of a layer that is written as people write it: defaults filled in by canonical form."

from __future__ import annotations

from typing import Any

from anedb.catalog import layers
from anedb.catalog.canonical import canonical
from anedb.coreml.neural import operand_names
from anedb.coreml.shapes import EXACT, infer
from anedb.coreml.shapes.dims import Shape
from anedb.domain.layer import Operand


def gives(layer_type: str, /, *inputs: Shape, outputs: int = 1, legacy: bool = False, **params: Any) -> Any:
    "The shape of the one output, or all shapes if there are more."
    kind = layers.get("neuralnetwork", layer_type)
    names = operand_names(layer_type.partition(".")[0], len(inputs))
    operands = [Operand(name=name, dtype="unknown", shape=shape) for name, shape in zip(names, inputs, strict=True)]
    computed = {operand.name for operand in operands}
    told = {name: value for name, value in params.items() if name not in computed}
    layer, _ = canonical(kind, told, operands)
    found = infer(layer_type, {**layer.params, **(told if layer_type in EXACT else {})}, inputs, outputs, legacy=legacy)
    assert len(found) == outputs
    return found[0] if outputs == 1 else list(found)
