"""One layer of a NeuralNetwork model as its type, parameters and operands, by the rules of `neural_types`."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from math import prod
from typing import Any

from anedb.catalog import layers
from anedb.catalog.canonical import canonical
from anedb.catalog.naming import DECONVOLUTIONS, NEURALNETWORK, activation_type, unary_type
from anedb.coreml.neural_types import LEFT_OUT, ONEOFS, input_names, lone_field, repeated
from anedb.coreml.overrides import overrides
from anedb.domain.layer import Dim, DType, InputKind, Layer, LayerType, Operand

DTYPES = frozenset(DType)


def read_layer(message: Any) -> tuple[Layer, tuple[str, ...]]:
    """A `NeuralNetworkLayer` in canonical form, and what it leaves open. Inputs have the rank and shape of the layer's
    `inputTensor` where the model has them; a NeuralNetwork states no dtype for them.

    Raises `UnknownNameError` where a newer protobuf has a layer that the catalogue has not.
    """
    field = message.WhichOneof("layer")
    body = getattr(message, field)
    kind = layers.get(NEURALNETWORK, type_name(field, body))
    inner = getattr(body, body.WhichOneof("NonlinearityType")) if field == "activation" else body
    known = {item.name: item for item in kind.inputs}
    told = {name: value for name, value in _values(inner) if name in known and known[name].kind == InputKind.PARAM}
    operands = [*_inputs(message, field), *_weights(kind, inner, told)]
    computed = {operand.name for operand in operands}
    return canonical(kind, {name: value for name, value in told.items() if name not in computed}, operands)


def type_name(field: str, body: Any) -> str:
    "The layer type of a member of `NeuralNetworkLayer.layer`; its message tells where one field is several types."
    if field == "activation":
        return activation_type(body.WhichOneof("NonlinearityType"))
    if field == "unary":
        return unary_type(body.DESCRIPTOR.enum_types_by_name["Operation"].values_by_number[body.type].name)
    if field in DECONVOLUTIONS and body.isDeconvolution:
        return DECONVOLUTIONS[field]
    return field


def _inputs(message: Any, field: str) -> Iterator[Operand]:
    names = [name.rstrip("?") for name in input_names(field)]
    tensors = list(message.inputTensor)
    for number in range(len(message.input)):
        last = names[min(number, len(names) - 1)] if names else "x"
        name = f"{last[:-1]}.{number}" if last.endswith("*") else last
        shape = _shape(tensors[number]) if number < len(tensors) else None
        yield Operand(name=name, dtype=DType.UNKNOWN.value, shape=shape)


def _shape(tensor: Any) -> tuple[Dim, ...] | None:
    if len(tensor.dimValue) != tensor.rank:
        return None
    return tuple("?" if extent < 0 else extent for extent in tensor.dimValue)


def _values(message: Any) -> Iterator[tuple[str, Any]]:
    "Parameters of a message, flattened. A number not set has the value protobuf reads; an empty list is one not set."
    for oneof in message.DESCRIPTOR.oneofs:
        if oneof.name in ONEOFS and message.WhichOneof(oneof.name):
            yield ONEOFS[oneof.name], message.WhichOneof(oneof.name)
    for field in message.DESCRIPTOR.fields:
        if field.name in LEFT_OUT.get(message.DESCRIPTOR.name, ()):
            continue
        if field.message_type is None:
            value = getattr(message, field.name)
            if not repeated(field) or value:
                yield field.name, _scalar(field, value)
        elif repeated(field) or message.HasField(field.name):
            yield from _nested(field, getattr(message, field.name))


def _scalar(field: Any, value: Any) -> Any:
    if field.enum_type is not None:
        return field.enum_type.values_by_number[value].name
    return list(value) if repeated(field) else value


def _nested(field: Any, value: Any) -> Iterator[tuple[str, Any]]:
    name = field.message_type.name
    if name == "BorderAmounts":
        yield field.name, [size for edge in value.borderAmounts for size in (edge.startEdgeSize, edge.endEdgeSize)]
    elif name == "ActivationParams":
        chosen = [item.WhichOneof("NonlinearityType") for item in (value if repeated(field) else [value])]
        yield field.name, chosen if repeated(field) else chosen[0]
    elif lone := lone_field(field):
        yield field.name, _scalar(lone, getattr(value, lone.name))
    elif not repeated(field):
        yield from _values(value)


def _weights(kind: LayerType, message: Any, params: dict[str, Any]) -> Iterator[Operand]:
    for name, weight in _weight_fields(message):
        found = _stored(weight)
        if found is not None:
            dtype, count = found
            yield Operand(name=name, dtype=dtype, shape=_weight_shape(kind, name, params, count), const=True)


def _weight_fields(message: Any) -> Iterator[tuple[str, Any]]:
    "Weights of a message by the catalogue's names; several LSTMs are forward and backward."
    for field, value in message.ListFields():
        inner = field.message_type.name if field.message_type is not None else ""
        if inner == "WeightParams":
            many = enumerate(value) if repeated(field) else ()
            yield from ((f"{field.name}.{number}", item) for number, item in many)
            if not repeated(field):
                yield field.name, value
        elif inner == "LSTMWeightParams" and repeated(field):
            for prefix, one in zip(("forward.", "backward."), value, strict=False):
                yield from ((prefix + name, item) for name, item in _weight_fields(one))
        elif inner == "LSTMWeightParams":
            yield from _weight_fields(value)


def _stored(weight: Any) -> tuple[str, int] | None:
    "Element type and how many; None: nothing is stored."
    bits = weight.quantization.numberOfBits
    if weight.floatValue:
        return "fp32", len(weight.floatValue)
    if weight.float16Value:
        return "fp16", len(weight.float16Value) // 2
    if weight.int8RawValue:
        return "int8", len(weight.int8RawValue)
    if weight.rawValue and bits:
        dtype = f"uint{bits}"
        return dtype if dtype in DTYPES else DType.UNKNOWN.value, len(weight.rawValue) * 8 // bits
    return None


def _weight_shape(kind: LayerType, name: str, params: dict[str, Any], count: int) -> tuple[Dim, ...]:
    "The shape the layer's parameters give a weight; where they do not fit what is stored, only its element count."
    name = name.rpartition(".")[2]
    for row in overrides()["neuralnetwork_weight_shapes"]:
        if row["layer"] == kind.name and any(fnmatchcase(name, pattern) for pattern in row["weights"]):
            shape = tuple(extent for text in row["shape"] for extent in _extents(text, params))
            # bits are packed into whole bytes, so a few more may be stored than there are
            return shape if prod(shape) <= count < prod(shape) + 8 else (count,)
    return (count,)


def _extents(text: str, params: dict[str, Any]) -> list[int]:
    "Axes that `outputChannels`, `kernelSize` or `outputChannels/nGroups` stands for."
    name, _, by = text.partition("/")
    value = params.get(name, 0)
    if isinstance(value, list):
        return [int(extent) for extent in value]
    return [int(value) // max(int(params.get(by, 1)), 1)] if by else [int(value)]
