"""The pieces of a MIL operation, read from their bytes: names, types, the values bound to an input."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias

from anedb.coreml import protobuf, values, wire
from anedb.coreml.wire import LEN, Buffer, MalformedError
from anedb.domain.layer import Dim

Span: TypeAlias = tuple[int, int]
"Where something begins and ends."

LARGEST_VALUE = 2**16
"Bytes of a constant that is read by value. Strides, axes and modes have a few; a larger one is an operand."

Bound: TypeAlias = bytes | Span
"What is bound to an input: a value by its name, or one given on the spot."


class Type(NamedTuple):
    "A type as it is written, one object for all values of it, and as it is meant."

    written: bytes
    constant: tuple[bytes, None]
    "What is written, of a constant: told apart from that of any other value."
    dtype: str
    shape: tuple[Dim, ...] | None


class Pieces:
    "Reads pieces of one program. What was read once is kept by its bytes."

    def __init__(self, data: Buffer) -> None:
        self.data = data
        self.types: dict[bytes, Type] = {}

    def named(self, at: int, end: int) -> tuple[bytes, bytes]:
        "Name of a `NamedValueType`, and the bytes of its type."
        data, name, type = self.data, b"", b""
        if end - at < 128 and data[at] == 0x0A:  # nearly all are so: a short name, then a short type
            middle = at + 2 + data[at + 1]
            if middle + 1 < end and data[middle] == 0x12 and data[middle + 1] == end - middle - 2:
                return data[at + 2 : middle], data[middle + 2 : end]
        for number, kind, start, stop in wire.fields(data, at, end):
            if number == 1 and kind == LEN:
                name = data[start:stop]
            elif number == 2 and kind == LEN:
                type = data[start:stop]
        return name, type

    def type(self, data: bytes) -> Type:
        "Of a `ValueType`."
        found = self.types.get(data)
        if found is None:
            found = self.types[data] = Type(data, (data, None), *values.type_of(_parsed("ValueType", data)))
        return found

    def stored_as(self, written: bytes, stored: bytes) -> Type:
        "The type with the element type of another; as it is where either is no tensor's."
        type, other = _parsed("ValueType", written), _parsed("ValueType", stored)
        if not (type.HasField("tensorType") and other.HasField("tensorType")):
            return self.type(written)
        type.tensorType.dataType = other.tensorType.dataType
        return self.type(type.SerializeToString(deterministic=True))

    def argument(self, at: int, end: int) -> tuple[bytes, list[Bound]]:
        "An input's name and what is bound to it: an entry of `Operation.inputs`."
        key, start, stop = wire.entry(self.data, at, end)
        spans = wire.fields(self.data, start, stop)
        return key, [self._binding(first, last) for number, kind, first, last in spans if number == 1 and kind == LEN]

    def _binding(self, at: int, end: int) -> Bound:
        found: Bound = b""
        for number, kind, start, stop in wire.fields(self.data, at, end):
            if kind == LEN and number == 1:
                found = self.data[start:stop]
            elif kind == LEN and number == 2:
                found = start, stop
        return found

    def constant(self, attributes: list[Span]) -> Span:
        "Where the value of a `const` stands, its attribute `val`; (0, 0): there is none."
        data, found = self.data, (0, 0)
        for at, end in attributes:
            if data[at : at + 6] == b"\x0a\x03val\x12" and end - at < 128 and data[at + 6] == end - at - 7:
                return at + 7, end
            if data[at : at + 6] == b"\x0a\x04name":  # the one other attribute that a converter writes
                continue
            key, start, stop = wire.entry(data, at, end)
            if key == b"val":
                found = start, stop
        return found

    def type_of_value(self, at: int, end: int) -> bytes:
        "Bytes of the type of a `Value`."
        found = b""
        for number, kind, start, stop in wire.fields(self.data, at, end):
            if number == 2 and kind == LEN:
                found = self.data[start:stop]
        return found

    def value(self, at: int, end: int) -> Any:
        "See `values.value_of`; None, too, for more than a parameter has."
        if end - at > LARGEST_VALUE:
            return None
        return values.value_of(_parsed("Value", self.data[at:end]))


@cache
def _mil() -> ModuleType:
    return protobuf.load("MIL_pb2")


def _parsed(message: str, data: bytes) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return getattr(_mil(), message).FromString(data)
    except DecodeError:
        raise MalformedError(f"a {message} in it is damaged, or nested too deep") from None
