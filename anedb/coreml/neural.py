"""One layer of a NeuralNetwork model as its type, parameters and operands, by the rules of `neural_types`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from math import prod
from typing import Any

from anedb.catalog import layers
from anedb.catalog.canonical import canonical
from anedb.catalog.naming import DECONVOLUTIONS, NEURALNETWORK, activation_type, unary_type
from anedb.coreml.neural_fields import Stored, Value, values, weights, word
from anedb.coreml.neural_types import input_names
from anedb.coreml.overrides import overrides
from anedb.domain.layer import Dim, DType, InputKind, Layer, LayerType, Operand

MISTOLD = {"rankPreservingReshape"}
"""Layers whose inputs and outputs coremltools' builder gives the layer's target as their shapes, 0 and -1 included
(coremltools 9, `add_rank_preserving_reshape`)."""


def read_layer(message: Any) -> tuple[Layer, tuple[str, ...]]:
    """A `NeuralNetworkLayer` on its own in canonical form, and what it leaves open. Inputs have the rank and shape of
    the layer's `inputTensor` where the model has them; a NeuralNetwork states no dtype for them.

    Raises `UnknownNameError` where a newer protobuf has a layer that the catalogue has not.
    """
    field = message.WhichOneof("layer")
    body = getattr(message, field)
    kind = layers.get(NEURALNETWORK, type_name(field, body))
    shapes = [None if tensor is None else told_shape(tensor) for tensor in told_inputs(message, field)]
    inputs = [
        Operand(name=name, dtype=DType.UNKNOWN.value, shape=shape)
        for name, shape in zip(operand_names(field, len(shapes)), shapes, strict=True)
    ]
    inner = inner_message(field, body)
    return canonical(kind, *told(kind, values(inner), inputs, weights(inner)))


def type_name(field: str, body: Any) -> str:
    "The layer type of a member of `NeuralNetworkLayer.layer`; its message tells where one field is several types."
    if field == "activation":
        chosen = body.WhichOneof("NonlinearityType")
        return activation_type(chosen) if chosen else field
    if field == "unary":
        return unary_type(word(body.DESCRIPTOR.fields_by_name["type"], body.type))
    if field in DECONVOLUTIONS and body.isDeconvolution:
        return DECONVOLUTIONS[field]
    return field


def inner_message(field: str, body: Any) -> Any:
    "The message that has the parameters: an activation's is one further in."
    chosen = body.WhichOneof("NonlinearityType") if field == "activation" else None
    return getattr(body, chosen) if chosen else body


@cache
def operand_names(field: str, count: int) -> tuple[str, ...]:
    "The catalogue's names for so many inputs; those too many have the last one's name, which is then a problem."
    names = [name.rstrip("?") for name in input_names(field)] or ["x"]
    last = [names[min(number, len(names) - 1)] for number in range(count)]
    return tuple(f"{name[:-1]}.{number}" if name.endswith("*") else name for number, name in enumerate(last))


def told_inputs(message: Any, field: str | None) -> list[Any]:
    "The `Tensor` message of each input, None where there is none."
    return _padded(message.inputTensor, len(message.input), field)


def told_outputs(message: Any, field: str | None) -> list[Any]:
    "Likewise of each output."
    return _padded(message.outputTensor, len(message.output), field)


def _padded(tensors: Any, count: int, field: str | None) -> list[Any]:
    found = [] if field in MISTOLD else tensors[:count]
    return [*found, *[None] * (count - len(found))]


def told_shape(tensor: Any) -> tuple[Dim, ...] | None:
    "A `Tensor` message; -1 is unknown, no rank says nothing. 0 is an extent that no value has."
    if not tensor.rank or len(tensor.dimValue) != tensor.rank:
        return None
    return tuple(extent if extent > 0 else "?" for extent in tensor.dimValue)


def told(
    kind: LayerType, found: Sequence[Value], inputs: Sequence[Operand], stored: Sequence[Stored]
) -> tuple[dict[str, Any], list[Operand]]:
    "Parameters and operands for `canonical`. An input that takes the place of a parameter leaves that out."
    known = _params(kind.name)
    params = {name: value for name, value in found if name in known}
    operands = [*inputs, *_weights(kind, params, stored)]
    computed = {operand.name for operand in operands}
    return {name: value for name, value in params.items() if name not in computed}, operands


@cache
def _params(type: str) -> frozenset[str]:
    kind = layers.get(NEURALNETWORK, type)
    return frozenset(item.name for item in kind.inputs if item.kind == InputKind.PARAM)


@cache
def _defaults(type: str) -> dict[str, Any]:
    return {item.name: item.default for item in layers.get(NEURALNETWORK, type).inputs if item.default is not None}


def _weights(kind: LayerType, params: dict[str, Any], stored: Sequence[Stored]) -> Iterator[Operand]:
    for name, dtype, count in stored:
        yield Operand(name=name, dtype=dtype, shape=_weight_shape(kind, name, params, count), const=True)


def _weight_shape(kind: LayerType, name: str, params: dict[str, Any], count: int) -> tuple[Dim, ...]:
    "The shape the layer's parameters give a weight; where they do not fit what is stored, only its element count."
    name = name.rpartition(".")[2]
    for row in overrides()["neuralnetwork_weight_shapes"]:
        if row["layer"] == kind.name and any(fnmatchcase(name, pattern) for pattern in row["weights"]):
            full = {**_defaults(kind.name), **params}
            shape = tuple(extent for text in row["shape"] for extent in _extents(text, full))
            # bits are packed into whole bytes, so a few more may be stored than there are
            return shape if prod(shape) <= count < prod(shape) + 8 else (count,)
    return (count,)


def _extents(text: str, params: dict[str, Any]) -> list[int]:
    "Axes that `outputChannels`, `kernelSize` or `outputChannels/nGroups` stands for."
    name, _, by = text.partition("/")
    value = params.get(name, 0)
    if isinstance(value, tuple):
        return [int(extent) for extent in value]
    return [int(value) // max(int(params.get(by, 1)), 1)] if by else [int(value)]
