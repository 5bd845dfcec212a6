"""Small ML Programs around one operation, built with coremltools' MIL builder.

A probe says what to build as plain values, so that a suite of probes can be written down, compared and built again on
another machine. Only `build` imports coremltools.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

TARGET = "macOS15"
"The default deployment target: opset iOS18, the newest one that a macOS 15 machine reads."


@dataclass(frozen=True, slots=True)
class Tensor:
    "A run-time input."

    shape: tuple[int | str, ...]
    """An axis may be flexible: "1..512" (any extent between), "16|32" (one of them). Those of one model with enumerated
    extents take the same place in their lists together. The same text is the same extent."""
    dtype: str = "fp16"
    state: bool = False
    "Kept by the model between predictions: `read_state` gives its value."


@dataclass(frozen=True, slots=True)
class Const:
    "A constant operand. Weights count by shape and dtype: every element is `fill`, unless the op reads the values."

    shape: tuple[int, ...]
    dtype: str = "fp16"
    fill: float = 0.0
    values: tuple[float, ...] = ()
    "All of them, where they matter: a shape to unpack a weight to."


@dataclass(frozen=True, slots=True)
class Ref:
    "A value of the probe: its inputs first, then what each step gives."

    index: int
    output: int = 0
    "Which of the step's outputs."


Argument: TypeAlias = "Ref | Const | Block | int | float | str | bool | tuple[Argument, ...]"


@dataclass(frozen=True, slots=True)
class Step:
    op: str
    "A MIL op, `conv`."
    args: Mapping[str, Argument]
    "Operands by reference or as constants, parameters by value."
    name: str = ""
    "What the operation and its output are called; empty: coremltools names it."


@dataclass(frozen=True, slots=True)
class Block:
    """A nested block of `cond` or `while_loop`. It sees the values found before it; its own are numbered after them:
    what it is called with (the loop's variables), then what each step gives."""

    steps: tuple[Step, ...]
    outputs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    name: str
    inputs: tuple[Tensor, ...]
    steps: tuple[Step, ...]
    "The last one's first output is the model's output."
    labels: tuple[str, ...] = ()
    "Of a classifier: coremltools ends its program with a `classify`."


def build(
    probe: Probe,
    *,
    wrapped: bool = False,
    target: str = TARGET,
    fp32: frozenset[str] = frozenset(),
    as_written: bool = False,
) -> Any:
    """The probe's `Model` protobuf, as `coremltools.convert` writes it in fp16; its weights are not in it.

    As `model`.
    """
    return model(probe, wrapped=wrapped, target=target, fp32=fp32, as_written=as_written).get_spec()


def model(
    probe: Probe,
    *,
    wrapped: bool = False,
    target: str = TARGET,
    fp32: frozenset[str] = frozenset(),
    as_written: bool = False,
) -> Any:
    """The probe as coremltools' `MLModel`, with its weights in a folder that lives as long.

    `wrapped` sets it between convolutions (`_wrap`), so that the model is worth a launch of the engine. Steps whose
    names are in `fp32` keep that precision. `as_written` leaves out the converter's passes, which fold some operations
    away and rewrite others: what was asked for is in the file, in the dtypes it was asked for. Raises what coremltools
    raises: `ValueError`, `TypeError`, `RuntimeError`.
    """
    from anedb.coreml.quiet import coremltools, silence

    ct = coremltools()
    with silence(), _own_garbage():
        return ct.convert(
            program(probe, wrapped=wrapped, target=target),
            convert_to="mlprogram",
            minimum_deployment_target=ct.target[target],
            inputs=_flexible(ct, probe),
            compute_precision=ct.precision.FLOAT32
            if as_written
            else ct.transform.FP16ComputePrecision(lambda operation: operation.name not in fp32),
            pass_pipeline=ct.PassPipeline.EMPTY if as_written else None,
            classifier_config=ct.ClassifierConfig(list(probe.labels)) if probe.labels else None,
            skip_model_load=True,
        )


@contextlib.contextmanager
def _own_garbage() -> Iterator[None]:
    """Lets the collector look only at what is made inside: `convert` ends with a `gc.collect()`, which takes five times
    as long as the rest of a small conversion when it goes through every object of the imported libraries."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def program(probe: Probe, *, wrapped: bool = False, target: str = TARGET) -> Any:
    "The probe as coremltools' own `Program`, before any of its passes."
    from anedb.coreml.quiet import coremltools

    ct = coremltools()
    from coremltools.converters.mil.mil import Function, Program

    symbols: dict[str, Any] = {}
    places = {f"x{i}": _place(item, symbols) for i, item in enumerate(probe.inputs)}
    with Function(places, opset_version=ct.target[target]) as function:
        tensors = zip(function.inputs.values(), probe.inputs, strict=True)
        found = [(x if item.state or not wrapped else _wrap(x, f"in{i}_"),) for i, (x, item) in enumerate(tensors)]
        _run(probe.steps, found)
        function.set_outputs([_wrap(found[-1][0], "out_") if wrapped else found[-1][0]])
    whole = Program()
    whole.add_function("main", function)
    return whole


def _place(item: Tensor, symbols: dict[str, Any]) -> Any:
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import get_new_symbol, types

    make = Builder.state_tensor_placeholder if item.state else Builder.placeholder
    for size in item.shape:
        if isinstance(size, str) and size not in symbols:
            symbols[size] = get_new_symbol()
    shape = tuple(symbols[size] if isinstance(size, str) else size for size in item.shape)
    return make(shape=shape, dtype=types.string_to_builtin(item.dtype))


def _flexible(ct: Any, probe: Probe) -> list[Any] | None:
    "What coremltools is told of inputs with flexible axes; None where there are none."
    if not any(isinstance(size, str) for item in probe.inputs for size in item.shape):
        return None
    return [ct.TensorType(name=f"x{i}", shape=_sizes(ct, item.shape)) for i, item in enumerate(probe.inputs)]


def _sizes(ct: Any, shape: tuple[int | str, ...]) -> Any:
    choices = max((size.count("|") + 1 for size in shape if isinstance(size, str) and "|" in size), default=0)
    if choices:
        axes = [size.split("|") if isinstance(size, str) else [size] * choices for size in shape]
        return ct.EnumeratedShapes([tuple(map(int, each)) for each in zip(*axes, strict=True)])
    return ct.Shape(tuple(_range(ct, size) if isinstance(size, str) else size for size in shape))


def _range(ct: Any, text: str) -> Any:
    least, most = map(int, text.split(".."))
    return ct.RangeDim(least, most, default=most)


def _run(steps: tuple[Step, ...], found: list[tuple[Any, ...]]) -> None:
    "Adds each step's operation to the function being built, and its outputs to `found`."
    from coremltools.converters.mil import Builder

    for step in steps:
        named = {"name": step.name} if step.name else {}
        arguments = {name: _argument(argument, found) for name, argument in step.args.items()}
        result = getattr(Builder, step.op)(**arguments, **named)
        found.append(tuple(result) if isinstance(result, (list, tuple)) else (result,))


def _nested(block: Block, outer: list[tuple[Any, ...]]) -> Any:
    "The Python function that coremltools calls to build a nested block."

    def body(*given: Any) -> Any:
        found = [*outer, *((item,) for item in given)]
        _run(block.steps, found)
        return [_argument(item, found) for item in block.outputs]

    return body


def _argument(argument: Argument, found: list[tuple[Any, ...]]) -> Any:
    if isinstance(argument, Ref):
        return found[argument.index][argument.output]
    if isinstance(argument, Block):
        return _nested(argument, list(found))
    if isinstance(argument, Const):
        return _array(argument)
    if isinstance(argument, tuple):
        return [_argument(item, found) for item in argument]
    return argument


def _array(const: Const) -> Any:
    import numpy
    from coremltools.converters.mil.mil import types

    # Types below a byte are bytes with a mark that only the array's own dtype carries.
    dtype = types.nptype_from_builtin(types.string_to_builtin(const.dtype))
    fill = numpy.reshape(const.values, const.shape) if const.values else const.fill
    array = numpy.full(const.shape, fill, dtype=dtype)
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
