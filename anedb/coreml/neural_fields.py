"""Parameters and weights of a NeuralNetwork layer's message, flattened as `neural_types` flattens its descriptor.

How to read a message is worked out once for its descriptor: a model has thousands of layers of a few types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

from anedb.coreml.neural_types import LEFT_OUT, ONEOFS, lone_field, repeated
from anedb.domain.layer import DType

Value: TypeAlias = tuple[str, Any]
Step: TypeAlias = Callable[[Any, list[Value]], None]
"Reads one field of a message; appends what it tells."

Stored: TypeAlias = tuple[str, str, int]
"A weight: name, element type, how many elements are stored."

DTYPES = frozenset(DType)

PAYLOADS = {"floatValue": 1, "float16Value": 2, "int8RawValue": 31, "rawValue": 30}
"Where `WeightParams` may keep its numbers, by field number; the first that is not empty is taken."
STRIPPED_FIELD, STRIPPED_BYTES = 1000, 1001
"What `anedb.coreml.slim` puts in the place of a payload: its field's number, its length."


def values(message: Any) -> list[Value]:
    "Parameters by name. A number not set has the value protobuf reads; an empty list is one not set."
    found: list[Value] = []
    for step in _steps(message.DESCRIPTOR):
        step(message, found)
    return found


@cache
def _steps(descriptor: Any) -> tuple[Step, ...]:
    oneofs = [_chosen(oneof.name) for oneof in descriptor.oneofs if oneof.name in ONEOFS]
    left_out = LEFT_OUT.get(descriptor.name, ())
    fields = [_step(field) for field in descriptor.fields if field.name not in left_out]
    return (*oneofs, *(step for step in fields if step is not None))


def _chosen(oneof: str) -> Step:
    def step(message: Any, found: list[Value]) -> None:
        if chosen := message.WhichOneof(oneof):
            found.append((ONEOFS[oneof], chosen))

    return step


def _step(field: Any) -> Step | None:
    if field.message_type is None:
        return _list(field) if repeated(field) else _scalar(field)
    name, kind = field.name, field.message_type.name
    if kind in ("WeightParams", "LSTMWeightParams", "NeuralNetwork"):
        return None
    if kind == "BorderAmounts":
        return _if_set(name, lambda body: [(name, _edges(body))])
    if kind == "ActivationParams":
        return _activations(name) if repeated(field) else _if_set(name, lambda body: [(name, _activation(body))])
    if lone := lone_field(field):
        return _if_set(name, lambda body: [(name, word(lone, getattr(body, lone.name)))])
    return None if repeated(field) else _if_set(name, values)


def _scalar(field: Any) -> Step:
    name = field.name

    def enum(message: Any, found: list[Value]) -> None:
        found.append((name, word(field, getattr(message, name))))

    def plain(message: Any, found: list[Value]) -> None:
        found.append((name, getattr(message, name)))

    return plain if field.enum_type is None else enum


def _list(field: Any) -> Step:
    name = field.name

    def step(message: Any, found: list[Value]) -> None:
        if told := getattr(message, name):
            found.append((name, tuple(told)))

    return step


def word(field: Any, number: int) -> str:
    "An enum's member by name; one of a newer specification stays a number."
    known = field.enum_type.values_by_number.get(number)
    return str(number) if known is None else str(known.name)


def _if_set(name: str, read: Callable[[Any], list[Value]]) -> Step:
    def step(message: Any, found: list[Value]) -> None:
        if message.HasField(name):
            found.extend(read(getattr(message, name)))

    return step


def _edges(borders: Any) -> tuple[int, ...]:
    return tuple(size for edge in borders.borderAmounts for size in (edge.startEdgeSize, edge.endEdgeSize))


def _activations(name: str) -> Step:
    def step(message: Any, found: list[Value]) -> None:
        found.append((name, tuple(_activation(body) for body in getattr(message, name))))

    return step


def _activation(body: Any) -> str:
    return body.WhichOneof("NonlinearityType") or ""


def weights(message: Any) -> list[Stored]:
    "Weights that are there, by the catalogue's names; of two LSTMs the first is `forward.`, the second `backward.`."
    return list(_weights(message, "")) if _has_weights(message.DESCRIPTOR) else []


@cache
def _has_weights(descriptor: Any) -> bool:
    kinds = (field.message_type.name for field in descriptor.fields if field.message_type is not None)
    return any(kind in ("WeightParams", "LSTMWeightParams") for kind in kinds)


def _weights(message: Any, prefix: str) -> Iterator[Stored]:
    for field, value in message.ListFields():
        kind = field.message_type.name if field.message_type is not None else ""
        if kind == "WeightParams":
            many = enumerate(value) if repeated(field) else ((None, value),)
            for number, item in many:
                if stored := _stored(item):
                    yield prefix + (field.name if number is None else f"{field.name}.{number}"), *stored
        elif kind == "LSTMWeightParams":
            pair = zip(("forward.", "backward."), value, strict=False) if repeated(field) else (("", value),)
            for which, one in pair:
                yield from _weights(one, which)


def _stored(weight: Any) -> tuple[str, int] | None:
    "Element type and how many; None: nothing is stored."
    for name, number in PAYLOADS.items():
        if payload := getattr(weight, name):
            return _counted(weight, number, len(payload) * (4 if number == 1 else 1))
    stripped = _unknown_fields(weight)
    return _counted(weight, stripped.get(STRIPPED_FIELD, 0), stripped.get(STRIPPED_BYTES, 0))


def _counted(weight: Any, number: int, size: int) -> tuple[str, int] | None:
    "Of a payload by its field's number and length in bytes. Of 5 or 7 bits there is no `DType`."
    if not size:
        return None
    if number in (1, 2):
        return ("fp32", size // 4) if number == 1 else ("fp16", size // 2)
    if number == 31:
        return "int8", size
    bits = weight.quantization.numberOfBits
    if number != 30 or not bits:
        return None
    dtype = f"uint{bits}"
    return dtype if dtype in DTYPES else DType.UNKNOWN.value, size * 8 // bits


def _unknown_fields(message: Any) -> dict[int, int]:
    "Numbers that the descriptor does not have, of those the last of each."
    from google.protobuf.unknown_fields import UnknownFieldSet

    return {field.field_number: field.data for field in UnknownFieldSet(message) if field.wire_type == 0}


def unknown_field(message: Any, least: int) -> int:
    "Number of the first field from `least` that the descriptor does not have; 0: there is none."
    from google.protobuf.unknown_fields import UnknownFieldSet

    return min((field.field_number for field in UnknownFieldSet(message) if field.field_number >= least), default=0)
