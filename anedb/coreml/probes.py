"""Small ML Programs around one operation, built with coremltools' MIL builder.

A probe says what to build as plain values, so that a suite of probes can be written down, compared and built again on
another machine. Only `build` imports coremltools.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

TARGET = "macOS15"
"The default deployment target: opset iOS18, the newest one that a macOS 15 machine reads."


@dataclass(frozen=True, slots=True)
class Tensor:
    "A run-time input."

    shape: tuple[int, ...]
    dtype: str = "fp16"


@dataclass(frozen=True, slots=True)
class Const:
    "A constant operand. Weights count by shape and dtype: every element is `fill`."

    shape: tuple[int, ...]
    dtype: str = "fp16"
    fill: float = 0.0


@dataclass(frozen=True, slots=True)
class Ref:
    "A value of the probe: its inputs first, then the first output of each step."

    index: int


Argument: TypeAlias = Ref | Const | int | float | str | bool | tuple["Argument", ...]


@dataclass(frozen=True, slots=True)
class Step:
    op: str
    "A MIL op, `conv`."
    args: Mapping[str, Argument]
    "Operands by reference or as constants, parameters by value."
    name: str = ""
    "What the operation and its output are called; empty: coremltools names it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    name: str
    inputs: tuple[Tensor, ...]
    steps: tuple[Step, ...]
    "The last one's first output is the model's output."


def build(probe: Probe, *, wrapped: bool = False, target: str = TARGET, fp32: frozenset[str] = frozenset()) -> Any:
    """The probe's `Model` protobuf, as `coremltools.convert` writes it in fp16 (no weights are kept).

    `wrapped` sets it between convolutions (`_wrap`), so that the model is worth a launch of the engine. Steps whose
    names are in `fp32` keep that precision. Raises what coremltools raises: `ValueError`, `TypeError`, `RuntimeError`.
    """
    from anedb.coreml.quiet import coremltools, silence

    ct = coremltools()
    with silence():
        model = ct.convert(
            program(probe, wrapped=wrapped, target=target),
            convert_to="mlprogram",
            minimum_deployment_target=ct.target[target],
            compute_precision=ct.transform.FP16ComputePrecision(lambda operation: operation.name not in fp32),
            skip_model_load=True,
        )
    return model.get_spec()


def program(probe: Probe, *, wrapped: bool = False, target: str = TARGET) -> Any:
    "The probe as coremltools' own `Program`, before any of its passes."
    from anedb.coreml.quiet import coremltools

    ct = coremltools()
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import Function, Program, types

    places = {
        f"x{i}": Builder.placeholder(shape=item.shape, dtype=types.string_to_builtin(item.dtype))
        for i, item in enumerate(probe.inputs)
    }
    with Function(places, opset_version=ct.target[target]) as function:
        found = list(function.inputs.values())
        if wrapped:
            found = [_wrap(item, f"in{i}_") for i, item in enumerate(found)]
        for step in probe.steps:
            named = {"name": step.name} if step.name else {}
            arguments = {name: _argument(argument, found) for name, argument in step.args.items()}
            result = getattr(Builder, step.op)(**arguments, **named)
            found.append(result[0] if isinstance(result, (list, tuple)) else result)
        function.set_outputs([_wrap(found[-1], "out_") if wrapped else found[-1]])
    whole = Program()
    whole.add_function("main", function)
    return whole


def _argument(argument: Argument, found: list[Any]) -> Any:
    if isinstance(argument, Ref):
        return found[argument.index]
    if isinstance(argument, Const):
        return _array(argument)
    if isinstance(argument, tuple):
        return [_argument(item, found) for item in argument]
    return argument


def _array(const: Const) -> Any:
    import numpy

    kinds = {"fp16": "float16", "fp32": "float32"}
    array = numpy.full(const.shape, const.fill, dtype=kinds.get(const.dtype, const.dtype))
    return array if const.shape else array[()]


_DENSE_CHANNELS = 512
"More channels than this are wrapped in depthwise convolutions: a dense weight grows with their square."
_LINEAR_WIDTH = 2048


def _wrap(x: Any, tag: str) -> Any:
    """Two 3x3 convolutions (rank 4) or linear layers (rank 3), each with a relu, around an fp16 value.

    The form of the in-context probes of 751K's study, names included, so that its dumps can be matched row by row.
    """
    from coremltools.converters.mil import Builder

    shape = x.shape
    if x.dtype.__name__ != "fp16" or len(shape) not in (3, 4) or not all(isinstance(size, int) for size in shape):
        return x
    if len(shape) == 3 and shape[2] > _LINEAR_WIDTH:
        return x
    for i in range(2):
        name = f"wrap_{tag}{i}"
        x = _convolution(x, name) if len(shape) == 4 else _linear(x, name)
        x = Builder.relu(x=x, name=f"{name}_relu")
    return x


def _convolution(x: Any, name: str) -> Any:
    from coremltools.converters.mil import Builder

    channels = x.shape[1]
    dense = channels <= _DENSE_CHANNELS
    weight = _array(Const((channels, channels if dense else 1, 3, 3)))
    groups = 1 if dense else channels
    return Builder.conv(x=x, weight=weight, pad_type="same", groups=groups, name=f"{name}_conv")


def _linear(x: Any, name: str) -> Any:
    from coremltools.converters.mil import Builder

    return Builder.linear(x=x, weight=_array(Const((x.shape[2], x.shape[2]))), name=f"{name}_lin")
