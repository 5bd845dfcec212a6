"""Small NeuralNetworks around one layer, built with coremltools' `NeuralNetworkBuilder`.

A row names the builder's method, the inputs' shapes, the method's arguments and what comes out by the layer's
definition in NeuralNetwork.proto: plain values, as `anedb.coreml.probes` has them for ML Programs.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any

Shape = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    "An fp32 array; its values do not count."

    shape: Shape
    value: float = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    type: str
    "As the catalogue has it."
    method: str
    "Of `NeuralNetworkBuilder`, without `add_`."
    inputs: tuple[Shape, ...]
    args: dict[str, Any] = field(default_factory=dict)
    gives: tuple[Shape | None, ...] = ((1, 8, 16, 16),)
    'Shapes of the outputs, "?" where values decide; None: not even the rank is known.'
    variant: str = ""
    inside: tuple[tuple[str, str, str, dict[str, Any]], ...] = ()
    """Layers of its nested networks: the network's field, method, name of the one input, arguments. They give the row's
    outputs."""

    @property
    def name(self) -> str:
        return f"{self.type}-{self.variant}" if self.variant else self.type


EXACT = 4
"The version of the specification from which a model's inputs have the axes they say (iOS 13)."
LAYER = "layer"
"What the row's layer is called."


def build(row: Row, *, old: bool = False, between: Shape | None = None) -> Any:
    """The row's builder: its `spec` is the model, its `rank_dict` what it knows of ranks.

    `old`: as models were before iOS 13, with inputs of three axes that Core ML takes for five; for inputs of four axes
    the first of which is 1 (`has_old_form`). `between`: set between convolutions that make a launch of the engine worth
    it; the shape of what the layer gives.
    """
    from coremltools.models import datatypes
    from coremltools.models.neural_network import NeuralNetworkBuilder

    names = [f"x{i}" for i in range(len(row.inputs))]
    outputs = [f"y{i}" for i in range(len(row.gives))]
    shapes = [shape[1:] if old else shape for shape in row.inputs]
    arrays = [(name, datatypes.Array(*shape)) for name, shape in zip(names, shapes, strict=True)]
    # A model has an input, even when its layer makes something out of nothing.
    builder = NeuralNetworkBuilder(
        arrays or [("x0", datatypes.Array(1))], [(name, None) for name in outputs], disable_rank5_shape_mapping=not old
    )
    inner = names if between is None else [_wrap(builder, *each) for each in zip(names, row.inputs, strict=True)]
    given = outputs if between is None else ["given", *outputs[1:]]
    add(builder, row.method, LAYER, inner, given, row.args)
    for network, method, source, args in row.inside:
        nested = getattr(getattr(builder.nn_spec.layers[0], row.method), network)
        add(NeuralNetworkBuilder(nn_spec=nested), method, network, [source], outputs, args)
    if between is not None:
        _wrap(builder, "given", between, outputs[0])
    return builder


def has_old_form(row: Row) -> bool:
    "Whether models before iOS 13 can have it on the same inputs."
    return bool(row.inputs) and not row.inside and all(len(each) == 4 and each[0] == 1 for each in row.inputs)


def fits_between(row: Row) -> bool:
    "Whether convolutions can stand before it: images of fixed shape, and not so many channels that those are all."
    return (
        has_old_form(row)
        and all(isinstance(size, int) for each in row.inputs for size in each)
        and all(each[1] <= _CHANNELS for each in row.inputs if isinstance(each[1], int))
    )


_CHANNELS = 512
"More than this, and the weights of a dense convolution outweigh what is asked about."


def _wrap(builder: Any, name: str, shape: Shape, gives: str = "") -> str:
    "Two 3x3 convolutions, each with a relu, as `anedb.coreml.probes` has them around an operation. -> the last output."
    channels = shape[1]
    sizes = {"kernel_channels": channels, "output_channels": channels, "height": 3, "width": 3}
    for i in range(2):
        own = f"wrap_{name}_{i}"
        out = gives if gives and i else f"{own}_relu"
        add(
            builder,
            "convolution",
            f"{own}_conv",
            [name],
            [f"{own}_conv"],
            {**sizes, **_PLAIN, "W": Weight((3, 3, channels, channels))},
        )
        add(builder, "activation", f"{own}_relu", [f"{own}_conv"], [out], {"non_linearity": "RELU"})
        name = out
    return name


_PLAIN: dict[str, Any] = {
    "stride_height": 1, "stride_width": 1, "border_mode": "same", "groups": 1, "b": None, "has_bias": False,
}  # fmt: skip


def add(builder: Any, method: str, name: str, inputs: list[str], outputs: list[str], args: dict[str, Any]) -> None:
    "Adds a layer; the builder's methods call their inputs and outputs in the singular or in the plural."
    call = getattr(builder, f"add_{method}")
    takes = inspect.signature(call).parameters
    given: dict[str, Any] = {"name": name, **{key: _value(value) for key, value in args.items()}}
    for single, plural, values in (("input_name", "input_names", inputs), ("output_name", "output_names", outputs)):
        if single in takes and values:
            given.setdefault(single, values[0] if len(values) == 1 else list(values))
        elif plural in takes:
            given.setdefault(plural, list(values))
    call(**given)


def _value(value: Any) -> Any:
    import numpy

    if isinstance(value, Weight):
        return numpy.full(value.shape, value.value, dtype=numpy.float32)
    return [_value(item) for item in value] if isinstance(value, (list, tuple)) else value
