"""A Core ML layer: format, type, parameters and operands. What a fingerprint of a layer is taken of."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import Any, TypeAlias

from anedb.domain.value import value

Scalar: TypeAlias = bool | int | str
ParamValue: TypeAlias = Scalar | tuple["ParamValue", ...]
"A parameter in canonical form. Never a float: those are decimal text of three significant digits (`decimal`)."

Dim: TypeAlias = int | str
"""One axis: an extent, or text for a flexible one: "?" (unbounded), "1..512" (ranged), "1|2|4" (enumerated)."""


class Format(StrEnum):
    NEURALNETWORK = "neuralnetwork"
    MLPROGRAM = "mlprogram"


class DType(StrEnum):
    "Element types, as MIL spells them; a NeuralNetwork activation without a stated type is fp32 at its borders."

    FP16 = "fp16"
    FP32 = "fp32"
    FP64 = "fp64"
    INT4 = "int4"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    UINT1 = "uint1"
    UINT2 = "uint2"
    UINT3 = "uint3"
    UINT4 = "uint4"
    UINT6 = "uint6"
    UINT8 = "uint8"
    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    BOOL = "bool"
    STRING = "string"
    UNKNOWN = "unknown"


@value
class Operand:
    "One input of a layer. Weights are operands too: they count by shape and dtype, never by value."

    name: str
    "As the catalogue names the input (`x`, `weight`); the members of a variadic one are `values.0`, `values.1` …"
    dtype: str
    "A `DType`; `unknown` where a NeuralNetwork does not say."
    shape: tuple[Dim, ...] | None = None
    "Extent per axis, slowest first; () is a scalar; None: not even the rank is known."
    const: bool = False
    "Known when the model is compiled."


@value
class Layer:
    "One layer in canonical form (`anedb.catalog.canonical` makes them); equal layers have equal fingerprints."

    format: str
    type: str
    "`conv`, `innerProduct`; a NeuralNetwork's activations and unary functions are told apart: `activation.relu`."
    params: dict[str, ParamValue] = field(default_factory=dict)
    "Every parameter that applies, defaults filled in, keys sorted."
    inputs: tuple[Operand, ...] = ()
    "In the catalogue's order."

    def hashed(self) -> dict[str, Any]:
        "The plain value whose fingerprint is this layer's."
        return {
            "format": self.format,
            "type": self.type,
            "params": self.params,
            "inputs": [{"name": i.name, "dtype": i.dtype, "shape": i.shape, "const": i.const} for i in self.inputs],
        }


class InputKind(StrEnum):
    "How the catalogue wants an input of a layer type told."

    PARAM = "param"
    "By value: strides, axes, modes, and tensors of shape-like integers."
    OPERAND = "operand"
    "By dtype and shape."
    VARIADIC = "variadic"
    "Any number of operands, `values.0`, `values.1` …"
    BLOCK = "block"
    "A nested block or function: not part of the layer."


@value
class InputSpec:
    "One input or parameter of a layer type."

    name: str
    kind: str
    "An `InputKind`."
    types: tuple[str, ...] = ()
    "For an operand its dtypes; for a parameter `int`, `bool`, `str`, `float`, or an enum's members as `a|b|c`."
    is_list: bool = False
    "A parameter that is a list."
    required: bool = False
    default: ParamValue | None = None
    "None: no default, or one that depends on the rank (`rank_default`)."
    rank_default: str = ""
    """Where the default depends on the rank of the first operand: "ones" or "zeros" per spatial axis, "zeros2" for two
    per spatial axis; "ones_rank" or "false_rank" per axis; "axes" for the list of every axis."""
    const: bool = False
    "An operand that is usually known when the model is compiled: a weight."
    only_if: str = ""
    """When the parameter means anything: `pad_type=custom` (another parameter is one of `a|b`), or `inputs=1` (so many
    operands, weights not counted). Otherwise it is no part of the layer. Empty: always."""
    zero_is_default: bool = False
    "0 stands for the default, as for many fields of a NeuralNetwork."
    left_out: ParamValue | None = None
    "A value that is never said: every layer that does not have the parameter means it. None: any value is said."
    length: int = 0
    "A list of exactly so many members; 0: any number."
    since: str = ""
    "The opset or specification version that brought it; empty: with the layer type."
    until: str = ""
    "The last opset that had it; empty: the newest still has it."
    doc: str = ""


@value
class LayerType:
    "What the catalogue knows of a NeuralNetwork layer or a MIL op."

    format: str
    name: str
    concept: str
    inputs: tuple[InputSpec, ...] = ()
    since: str = ""
    "The MIL opset (`iOS15`) or specification version (`v4`) that brought it."
    opsets: tuple[str, ...] = ()
    "MIL only: the opsets that (re)define it, oldest first."
    message: str = ""
    "NeuralNetwork only: the protobuf message (`ConvolutionLayerParams`)."
    doc: str = ""
    internal: bool = False
    "The converter's own: no compiled model has it."


def decimal(number: float) -> str:
    """A float parameter as text that can be hashed: three significant digits, since fp16 and fp32 spell one number
    differently beyond them (1e-05 in fp16 reads 1.001e-05)."""
    text = f"{number:.3g}"
    return "0" if text == "-0" else text
