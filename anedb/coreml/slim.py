"""A NeuralNetwork's specification without the numbers of its weights: a gigabyte of them is stepped over, not loaded.

Which messages hold weights is read from protobuf's descriptors, and only those are entered; everything else is copied
as it stands. What was taken out of a `WeightParams` is told in two fields that it does not have: `FIELD` and `BYTES`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from anedb.coreml import protobuf, wire
from anedb.coreml.wire import I32, LEN, VARINT, Buffer, MalformedError

FIELD = 1000
"Number of the payload's field: `floatValue` 1, `float16Value` 2, `int8RawValue` 31, `rawValue` 30."
BYTES = 1001
"How many bytes of it there were."

PAYLOADS = (1, 2, 31, 30)
"In the order in which a reader takes one that is not empty."

DEEPEST = 100
"Messages in messages, as the protobuf library has it."

WEIGHTS = "WeightParams"


def slim(data: Buffer, at: int, end: int, name: str = "Model") -> bytes:
    "The message of that name (in Model_pb2) between two offsets. Raises `MalformedError`."
    module = protobuf.load("Model_pb2")
    return _copied(data, at, end, getattr(module, name).DESCRIPTOR, DEEPEST)


def _copied(data: Buffer, at: int, end: int, message: Any, deepest: int) -> bytes:
    if not deepest:
        raise MalformedError(f"messages are nested more than {DEEPEST} deep, at byte {at:,}")
    if message.name == WEIGHTS:
        return _without_payload(data, at, end)
    inner = _holding(message)
    found: list[bytes] = []
    copied = begin = at
    for number, kind, start, stop in wire.fields(data, at, end):
        if number in inner and kind == LEN:
            body = _copied(data, start, stop, inner[number], deepest - 1)
            found += data[copied:begin], wire.packed(number << 3 | LEN), wire.packed(len(body)), body
            copied = stop
        begin = stop
    found.append(data[copied:end])
    return b"".join(found)


def _without_payload(data: Buffer, at: int, end: int) -> bytes:
    found: list[bytes] = []
    sizes = dict.fromkeys(PAYLOADS, 0)
    copied = begin = at
    for number, kind, start, stop in wire.fields(data, at, end):
        if number in sizes and kind in (LEN, I32):
            found.append(data[copied:begin])
            # of a list every piece counts, of bytes the last
            sizes[number] = stop - start + (sizes[number] if number == 1 else 0)
            copied = stop
        begin = stop
    found.append(data[copied:end])
    for number, size in sizes.items():
        if size:
            found.append(wire.packed(FIELD << 3 | VARINT) + wire.packed(number))
            found.append(wire.packed(BYTES << 3 | VARINT) + wire.packed(size))
            break
    return b"".join(found)


@cache
def _holding(message: Any) -> dict[int, Any]:
    "Fields by number whose messages hold weights, however deep, and those messages."
    fields = (field for field in message.fields if field.message_type is not None)
    return {field.number: field.message_type for field in fields if _holds(field.message_type, frozenset())}


def _holds(message: Any, above: frozenset[str]) -> bool:
    if message.name == WEIGHTS:
        return True
    if message.full_name in above:
        return False
    inner = (field.message_type for field in message.fields if field.message_type is not None)
    return any(_holds(each, above | {message.full_name}) for each in inner)
