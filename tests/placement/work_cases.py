"""Layers for tests of work, in canonical form: `mil("relu", out=(1, 8), x=(1, 8))`."""

from typing import Any

from anedb.catalog import layers
from anedb.catalog.canonical import canonical
from anedb.domain.check import Work
from anedb.domain.layer import Layer, Operand
from anedb.domain.model import Tensor
from anedb.placement.work import work

Shape = tuple[int | str, ...] | None


def layer(format: str, type: str, params: dict[str, Any], operands: dict[str, Any], dtype: str) -> Layer:
    'Operands by name; a list for several, `("uint4", shape)` for another type.'
    kind = layers.get(format, type)
    const = {item.name for item in kind.inputs if item.const}
    told = []
    for name, given in operands.items():
        several = given if isinstance(given, list) else [given]
        for number, shape in enumerate(several):
            numbered = f"{name}.{number}" if isinstance(given, list) else name
            own, extents = (
                shape if shape and isinstance(shape[0], str) and isinstance(shape[-1], tuple) else (dtype, shape)
            )
            told.append(Operand(name=numbered, dtype=own, shape=extents, const=name in const))
    return canonical(kind, params, told)[0]


def mil(type: str, out: Shape, params: dict[str, Any] | None = None, dtype: str = "fp16", **operands: Any) -> Work:
    "The work of a MIL op with one output."
    made = layer("mlprogram", type, params or {}, operands, dtype)
    return work(made, (Tensor("out", dtype, out),))


def nn(type: str, out: Shape, params: dict[str, Any] | None = None, **operands: Any) -> Work:
    "The work of a NeuralNetwork layer with one output; nothing is said of element types."
    made = layer("neuralnetwork", type, params or {}, operands, "unknown")
    return work(made, (Tensor("out", "unknown", out),))
