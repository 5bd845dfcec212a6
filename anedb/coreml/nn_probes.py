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


def build(row: Row) -> Any:
    "The row's builder: its `spec` is the model, its `rank_dict` what it knows of ranks."
    from coremltools.models import datatypes
    from coremltools.models.neural_network import NeuralNetworkBuilder

    names = [f"x{i}" for i in range(len(row.inputs))]
    outputs = [f"y{i}" for i in range(len(row.gives))]
    arrays = [(name, datatypes.Array(*shape)) for name, shape in zip(names, row.inputs, strict=True)]
    # A model has an input, even when its layer makes something out of nothing.
    builder = NeuralNetworkBuilder(
        arrays or [("x0", datatypes.Array(1))], [(name, None) for name in outputs], disable_rank5_shape_mapping=True
    )
    add(builder, row.method, "layer", names, outputs, row.args)
    for network, method, source, args in row.inside:
        nested = getattr(getattr(builder.nn_spec.layers[0], row.method), network)
        add(NeuralNetworkBuilder(nn_spec=nested), method, network, [source], outputs, args)
    return builder


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
