"""Types and constants of a MIL program's protobuf, as plain Python."""

from __future__ import annotations

import struct
from math import prod
from typing import Any, TypeAlias

from anedb.domain.layer import Dim, DType

Type: TypeAlias = tuple[str, tuple[Dim, ...] | None]
"A `DType` and a shape, as in `Operand`."

UNKNOWN: Type = (DType.UNKNOWN.value, None)

DTYPES = {
    1: "bool",
    2: "string",
    10: "fp16",
    11: "fp32",
    12: "fp64",
    21: "int8",
    22: "int16",
    23: "int32",
    24: "int64",
    25: "int4",
    31: "uint8",
    32: "uint16",
    33: "uint32",
    34: "uint64",
    35: "uint4",
    36: "uint2",
    37: "uint1",
    38: "uint6",
    39: "uint3",
}
"`MILSpec.DataType` by number (MIL.proto). The 8-bit floats of newer files are `unknown` to us."

STORED = ("quantized_data", "data", "indices", "indices_nonzero_data", "nonzero_data", "source_val")
"What a `constexpr_…` is expanded from, by the name it has in each of them; what it has besides says how."

_BYTES = {"fp16": "e", "int8": "b", "uint8": "B", "int16": "h", "uint16": "H", "uint32": "I", "uint64": "Q"}
"How `TensorValue.bytes` packs the types that have no field of their own, little-endian."


def type_of(value_type: Any) -> Type:
    "Element type and shape of a `ValueType`; for a state, of what it holds; for a list, of its elements."
    kind = value_type.WhichOneof("type")
    if kind == "tensorType":
        return _tensor(value_type.tensorType)
    if kind == "stateType":
        return type_of(value_type.stateType.wrappedType)
    if kind == "listType":
        return type_of(value_type.listType.type)
    return UNKNOWN


def _tensor(tensor: Any) -> Type:
    "`?` is a flexible axis; where one stands for any number of axes, not even the rank is known."
    dtype = DTYPES.get(tensor.dataType, DType.UNKNOWN.value)
    found: list[Dim] = []
    for item in tensor.dimensions:
        if item.WhichOneof("dimension") == "constant":
            found.append(item.constant.size)
        elif item.unknown.variadic:
            return dtype, None
        else:
            found.append("?")
    return dtype, tuple(found) if len(found) == tensor.rank else None


def value_of(value: Any) -> Any:
    """A scalar, or nested tuples in the shape of the tensor; a flat one where the elements do not fill that shape.

    None where the value is in the weight file, or is no tensor.
    """
    if value.WhichOneof("value") != "immediateValue" or value.immediateValue.WhichOneof("value") != "tensor":
        return None
    tensor = value.type.tensorType
    flat = _flat(value.immediateValue.tensor, tensor.dataType)
    if flat is None:
        return None
    shape = [item.constant.size for item in tensor.dimensions]
    return _shaped(flat, shape if not shape or prod(shape) == len(flat) else [len(flat)])


def _flat(tensor: Any, number: int) -> tuple[Any, ...] | None:
    kind = tensor.WhichOneof("value")
    if kind is None:
        return ()
    stored = getattr(tensor, kind).values
    if kind != "bytes":
        return tuple(stored)
    code = _BYTES.get(DTYPES.get(number, ""))
    if code is None:
        return None
    count = len(stored) // struct.calcsize(code)
    return struct.unpack(f"<{count}{code}", stored[: count * struct.calcsize(code)])


def _shaped(flat: tuple[Any, ...], shape: list[int]) -> Any:
    if not shape:
        return flat[0] if flat else None
    if len(shape) == 1:
        return flat
    step = len(flat) // shape[0] if shape[0] else 0
    return tuple(_shaped(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0]))
