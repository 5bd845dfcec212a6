"What a layer's output shapes are worked out from."

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from anedb.coreml.shapes.dims import Dims, Shape, Undetermined

SEQUENCE = 5
"Axes of the first NeuralNetworks: sequence, batch, channels, height, width."


class Case(NamedTuple):
    "A layer's parameters in canonical form, the shapes of its inputs, and how many outputs it has."

    params: Mapping[str, Any]
    inputs: tuple[Shape, ...]
    outputs: int = 1
    legacy: bool = False
    "In a network of the first kind, where every value has five axes; a first one of extent 1 is not written."

    def x(self, number: int = 0, least: int = 0) -> Dims:
        "Shape of an input, of at least so many axes. Raises `Undetermined`."
        shape = self.inputs[number] if number < len(self.inputs) else None
        if shape is None or len(shape) < least:
            raise Undetermined
        return shape

    def five(self, number: int = 0) -> Dims:
        "Shape of an input with the sequence axis that is not written in a legacy network. Raises `Undetermined`."
        shape = self.x(number)
        if self.legacy and len(shape) < SEQUENCE:
            shape = (1,) * (SEQUENCE - len(shape)) + shape
        if len(shape) != SEQUENCE:
            raise Undetermined
        return shape

    def whole(self, name: str, least: int | None = None) -> int:
        "A parameter that is one number. Raises `Undetermined`."
        found = self.params.get(name)
        if type(found) is not int or (least is not None and found < least):
            raise Undetermined
        return found

    def list(self, name: str, length: int | None = None) -> tuple[int, ...]:
        "A parameter that is a list; () if it is not set. Raises `Undetermined` where the length is another."
        found = tuple(self.params.get(name) or ())
        if length is not None and len(found) != length:
            raise Undetermined
        return found


One: TypeAlias = Callable[[Case], Dims]
"The shape of a layer's only output. Raises `Undetermined`."
Many: TypeAlias = Callable[[Case], Sequence[Shape]]
"The shapes of its outputs, as many as can be told."
