"The walk over bytes finds what the protobuf library finds."

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.coreml import protobuf, wire
from anedb.coreml.wire import MalformedError

MIL = protobuf.load("MIL_pb2")


@given(st.integers(0, 2**64 - 1))
def test_a_number_goes_round(number: int) -> None:
    data = wire.packed(number)
    assert wire.varint(data, 0, len(data)) == (number, len(data))


@given(st.lists(st.integers(0, 2**63 - 1)), st.text(max_size=200))
def test_fields_are_those_the_library_writes(sizes: list[int], name: str) -> None:
    message = MIL.NamedValueType(name=name)
    for size in sizes:
        message.type.tensorType.dimensions.add().constant.size = size
    data = message.SerializeToString()
    found = {number: (start, stop) for number, _, start, stop in wire.fields(data, 0, len(data))}
    assert wire.text(data, *found.get(1, (0, 0))) == name
    assert data[slice(*found.get(2, (0, 0)))] == message.type.SerializeToString()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x0a\x05abc", "field 1 at byte 0 has 5 bytes where 3 are left"),
        (b"\x0a", "ends in the middle of a number"),
        (b"\x08\xff", "ends in the middle of a number"),
        (b"\x08" + b"\xff" * 10, "longer than ten bytes"),
        (b"\x0b", "wire type 3"),
        (b"\x0f", "wire type 7"),
        (b"\x02\x00", "begins no field"),
        (b"\x09abc", "has 8 bytes where 3 are left"),
        (b"\x0a\xff\xff\xff\xff\x0f", "4,294,967,295 bytes"),
    ],
)
def test_what_no_protobuf_can_be_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(MalformedError, match=what):
        list(wire.fields(data, 0, len(data)))


def test_a_field_ends_where_its_message_ends() -> None:
    "Not where the file does: a length may not reach into what comes after."
    with pytest.raises(MalformedError):
        list(wire.fields(b"\x0a\x03abcdef", 0, 4))
