"""A layer as somebody asked about it, turned back into a model that has it: how a question becomes a probe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anedb.catalog import layers
from anedb.coreml.probes import Argument, Const, Probe, Ref, Step, Tensor
from anedb.domain.layer import InputSpec, Layer, Operand
from anedb.errors import UsageError

KEPT = ("int4", "int8", "uint1", "uint2", "uint3", "uint4", "uint6", "uint8")
"Element types that a weight may be stored in, and no operation computes in."
SHAPELIKE = "none of its operands is a tensor of known shape"


def probe_of(layer: Layer, name: str, *, half: bool = False) -> Probe:
    """A model of the one operation. `half`: its decimal parameters as fp16, which operations want whose parameters
    share the type of their input.

    Raises `UsageError` for what no small ML Program can ask: a rank, an extent or a type that is not stated, a nested
    block.
    """
    kind = layers.get(layer.format, layer.type)
    if kind.format != "mlprogram":
        raise UsageError(f"{layer.type} is a NeuralNetwork's: its models come from the tables of the suites alone")
    specs = {spec.name: spec for spec in kind.inputs}
    inputs: list[Tensor] = []
    args: dict[str, Argument] = {}
    lists: dict[str, list[Argument]] = {}
    for operand in layer.inputs:
        given = _given(operand, inputs)
        base, dot, _ = operand.name.partition(".")
        if dot:
            lists.setdefault(base, []).append(given)
        else:
            args[operand.name] = given
    args |= {key: tuple(items) for key, items in lists.items()}
    args |= {key: _value(value, specs.get(key), half) for key, value in layer.params.items()}
    if not inputs:
        raise UsageError(f"{layer.type}: {SHAPELIKE}")
    first: list[Step] = []
    for key, argument in args.items():
        spec = specs.get(key)
        if isinstance(argument, Const) and argument.dtype in KEPT and spec and argument.dtype not in spec.types:
            first.append(_expanded(argument))
            args[key] = Ref(len(inputs) + len(first) - 1)
    return Probe(name=name, inputs=tuple(inputs), steps=(*first, Step(layer.type, args, name="asked")))


def _expanded(kept: Const) -> Step:
    "A weight as it is stored, and what makes fp16 of it when the model is compiled: a scale, or a palette."
    if kept.dtype.startswith("uint"):
        entries = 2 ** int(kept.dtype.removeprefix("uint"))
        return Step("constexpr_lut_to_dense", {"indices": kept, "lut": Const((*(1 for _ in kept.shape), entries, 1))})
    ones = tuple(1 for _ in kept.shape)
    return Step("constexpr_blockwise_shift_scale", {"data": kept, "scale": Const(ones)})


def _given(operand: Operand, inputs: list[Tensor]) -> Argument:
    "A constant, or the next input of the model."
    shape = operand.shape
    if shape is None or "?" in shape:
        raise UsageError(f"{operand.name} has no shape that a model could be given")
    if operand.const:
        if not all(isinstance(size, int) for size in shape):
            raise UsageError(f"{operand.name} is a constant of flexible shape")
        return Const(tuple(int(size) for size in shape), operand.dtype)
    inputs.append(Tensor(shape, operand.dtype))
    return Ref(len(inputs) - 1)


def _value(value: Any, spec: InputSpec | None, half: bool) -> Argument:
    if isinstance(value, tuple):
        return tuple(_value(item, spec, half) for item in value)
    if spec is not None and "float" in spec.types and not isinstance(value, bool):
        return Const((), "fp16", float(value)) if half else float(value)
    return value  # type: ignore[no-any-return]


def ways(layer: Layer, name: str) -> Iterator[tuple[Probe, bool]]:
    "Probes to try in turn, and whether the converter's passes are left out; the first that gives the layer is it."
    yield probe_of(layer, name), False
    yield probe_of(layer, name, half=True), True
    yield probe_of(layer, name), True
