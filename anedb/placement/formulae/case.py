"""What a formula is given: a layer's parameters and the shapes of what it reads and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

from anedb.domain.layer import Dim, Layer, Operand
from anedb.domain.model import Tensor

Extents: TypeAlias = tuple[int, ...]


class Unknown(Exception):
    "What a formula asks for cannot be told; says why. Never leaves the room: the answer is None then."


class Case:
    "One layer with its outputs. Whatever is asked for and not known raises `Unknown`."

    __slots__ = ("inputs", "outputs", "params", "type")

    def __init__(self, layer: Layer, outputs: Sequence[Tensor]) -> None:
        self.type = layer.type
        self.params: Mapping[str, Any] = layer.params
        self.inputs = layer.inputs
        self.outputs = outputs

    def has(self, name: str) -> bool:
        return any(operand.name == name for operand in self.inputs)

    def shape(self, name: str) -> Extents:
        "Of the operand with that name."
        for operand in self.inputs:
            if operand.name == name:
                return extents(operand.shape, name)
        raise Unknown(f"{name} is not told")

    def x(self) -> Extents:
        "Shape of the operand the layer works on: the first in the catalogue's order."
        return extents(self._first().shape, self.inputs[0].name)

    def read(self) -> int:
        "Elements of that operand."
        return elements(self._first().shape, self.inputs[0].name)

    def _first(self) -> Operand:
        if not self.inputs:
            raise Unknown("no operand is told")
        return self.inputs[0]

    def out(self) -> Extents:
        "Shape of the first output."
        if not self.outputs:
            raise Unknown("no output is told")
        return extents(self.outputs[0].shape, "the output")

    def made(self) -> int:
        "Elements of the first output."
        if not self.outputs:
            raise Unknown("no output is told")
        return elements(self.outputs[0].shape, "the output")

    def whole(self, name: str) -> int:
        "A parameter that counts something."
        found = self.params.get(name)
        if type(found) is not int or found < 0:
            raise Unknown(f"{name} is not told")
        return found

    def volume(self, name: str) -> int:
        "The product of a parameter that has a member per axis."
        found = self.params.get(name)
        if type(found) is not tuple or not all(type(item) is int and item >= 0 for item in found):
            raise Unknown(f"{name} is not told")
        return prod(found)

    def text(self, name: str) -> str:
        "A parameter that is text."
        found = self.params.get(name)
        if type(found) is not str:
            raise Unknown(f"{name} is not told")
        return found

    def word(self, name: str) -> str:
        "A parameter that is a word, in lower case: the formats differ in it."
        return self.text(name).lower()

    def along(self, shape: Extents) -> int:
        "The extent of a shape along the layer's axis; the last where none is told."
        axis = self.params.get("axis", -1)
        return item(shape, axis if type(axis) is int else len(shape), "the tensor")

    def on(self, name: str) -> bool:
        "Whether a switch is on; one that is not told is off."
        return self.params.get(name) is True

    def biased(self) -> bool:
        "Whether a bias is added: MIL has the operand, a NeuralNetwork also says so."
        return self.has("bias") or self.on("hasBias")


Formula: TypeAlias = Callable[[Case], int]
"FLOPs of a layer. Raises `Unknown`."


def elements(shape: tuple[Dim, ...] | None, name: str) -> int:
    "How many there are. Raises `Unknown` for a flexible axis or a shape that is not known."
    if shape is None:
        raise Unknown(f"the shape of {name} is not known")
    total = 1
    for extent in shape:
        if type(extent) is not int or extent < 0:
            raise Unknown(f"{name} has a flexible axis")
        total *= extent
    return total


def extents(shape: tuple[Dim, ...] | None, name: str) -> Extents:
    "A shape that is numbers only. Raises `Unknown`."
    elements(shape, name)
    return shape  # type: ignore[return-value]  # no axis is text: `elements` has looked


def item(shape: Extents, axis: int, name: str) -> int:
    "One extent. Raises `Unknown` where there is no such axis."
    if not -len(shape) <= axis < len(shape):
        raise Unknown(f"{name} has no axis {axis}")
    return shape[axis]
