"""Protobuf's wire format, walked without parsing it: https://protobuf.dev/programming-guides/encoding/

Two things cannot be had of the protobuf library. A model's weights can be stepped over without being loaded (`slim`).
And a program's operations cost half of what they do through the library, whose every attribute makes an object: reading
all pieces of an 860-operation program took it 1.4 ms, this 0.7 ms (protobuf 7.36, upb). What is inside the pieces,
types and values, the library reads.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import TypeAlias

from anedb.errors import BadFileError

Buffer: TypeAlias = bytes | mmap.mmap
"What gives an int for an index and bytes for a slice."

VARINT, I64, LEN, GROUP, END_GROUP, I32 = range(6)

Field: TypeAlias = tuple[int, int, int, int]
"Number, wire type, and where its payload begins and ends; of a varint, the payload is its bytes."


class MalformedError(BadFileError):
    "What no protobuf of its kind can be: cut short, a length beyond its end, a wire type there is none of."


def varint(data: Buffer, at: int, end: int) -> tuple[int, int]:
    "An unsigned integer and where it ends. Raises `MalformedError`."
    found = 0
    for shift in range(0, 70, 7):
        if at >= end:
            raise MalformedError(f"it ends in the middle of a number, at byte {at:,}")
        byte = data[at]
        at += 1
        found |= (byte & 127) << shift
        if byte < 128:
            return found & 0xFFFF_FFFF_FFFF_FFFF, at
    raise MalformedError(f"the number at byte {at - 10:,} is longer than ten bytes")


def fields(data: Buffer, at: int, end: int) -> Iterator[Field]:
    "The fields of the message between two offsets, in order. Raises `MalformedError`."
    while at < end:
        start = at
        tag = data[at]
        at += 1
        if tag > 127:
            tag, at = varint(data, start, end)
        number, kind = tag >> 3, tag & 7
        at, stop = _payload(data, kind, at, end)
        if stop > end:
            raise MalformedError(
                f"field {number} at byte {start:,} has {stop - at:,} bytes where {end - at:,} are left"
            )
        if not 0 < number < 1 << 29:
            raise MalformedError(f"byte {start:,} begins no field")
        yield number, kind, at, stop
        at = stop


def _payload(data: Buffer, kind: int, at: int, end: int) -> tuple[int, int]:
    if kind == LEN:
        if at < end and data[at] < 128:
            return at + 1, at + 1 + data[at]
        size, at = varint(data, at, end)
        return at, at + size
    if kind == VARINT:
        return at, varint(data, at, end)[1]
    if kind == I64:
        return at, at + 8
    if kind == I32:
        return at, at + 4
    raise MalformedError(f"byte {at - 1:,} begins a field of wire type {kind}, which Core ML's files have none of")


def skip(data: Buffer, at: int, end: int) -> int:
    "Where the field that begins here ends."
    for _, _, _, stop in fields(data, at, end):
        return stop
    return end


def text(data: Buffer, at: int, end: int) -> str:
    "Raises `MalformedError` for what is no UTF-8."
    try:
        return data[at:end].decode()
    except UnicodeDecodeError:
        raise MalformedError(f"the text at byte {at:,} is not UTF-8") from None


def entry(data: Buffer, at: int, end: int) -> tuple[bytes, int, int]:
    "A map's key, and where its value begins and ends."
    key, start, stop = b"", end, end
    for number, kind, first, last in fields(data, at, end):
        if number == 1 and kind == LEN:
            key = data[first:last]
        elif number == 2 and kind == LEN:
            start, stop = first, last
    return key, start, stop


def packed(number: int) -> bytes:
    "An unsigned integer as a varint."
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)
