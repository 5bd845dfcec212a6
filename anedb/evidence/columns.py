"""Where layers stand: a layer's coordinates, and sets of layers as bits of one integer.

A type's layers are numbered; bit i of a set says that layer i is in it. Comparing a question with a thousand layers
in twenty coordinates then takes some hundred operations on integers of a thousand bits, a few microseconds in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from anedb.domain.layer import Layer
from anedb.evidence.features import FEATURES

PRIMARY = tuple(it.name for it in FEATURES.values() if it.primary)
EXTENTS = frozenset(it.name for it in FEATURES.values() if it.extent)
NUMBERS = frozenset(it.name for it in FEATURES.values() if it.numeric and it.primary) - {"rank"}
TOLD_BY_FEATURES = frozenset(
    {
        *("strides", "stride", "strideHeight", "strideWidth"),
        *("dilations", "dilationFactor", "dilationHeight", "dilationWidth"),
        *("groups", "nGroups"),
        *("kernel_sizes", "kernelSize", "kernelDepth", "kernelHeight", "kernelWidth"),
        *("scale_factor_height", "scale_factor_width", "scalingFactor"),
        *("outputChannels", "kernelChannels", "inputChannels", "inputDim", "vocabSize"),
    }
)
"Parameters that the primary features already tell."
OPERANDS = "operands"
"A coordinate for what no feature tells: the other operands' names and shapes, and x's shape where it has no places."


class Column(NamedTuple):
    "One coordinate over all layers of a type."

    name: str
    bits: dict[Any, int]
    "The layers that have each value."
    values: list[Any]
    "Each layer's own; None: it cannot be told."
    number: bool


def coordinates(layer: Layer, features: Mapping[str, Any]) -> dict[str, Any]:
    "A layer's place: its primary features, and each other parameter as `params.pad_type`. Values can be hashed."
    found: dict[str, Any] = {}
    for name in PRIMARY:
        if name in features:
            value = features[name]
            found[name] = tuple(value) if type(value) is list else value
    for name, value in layer.params.items():
        if name not in TOLD_BY_FEATURES:
            found[f"params.{name}"] = value
    found[OPERANDS] = _operands(layer, features)
    return found


def _operands(layer: Layer, features: Mapping[str, Any]) -> tuple[Any, ...]:
    placed = 2 <= features.get("rank", 0) <= 5
    seen, others = False, []
    for operand in layer.inputs:
        if not seen and not operand.const:
            seen = True
            if placed:
                continue
        if operand.name in ("weight", "weights", "bias"):
            continue
        others.append((operand.name, operand.shape))
    return tuple(others)


def make(places: list[dict[str, Any]]) -> dict[str, Column]:
    "A column for every coordinate that any of the layers has."
    names = sorted({name for place in places for name in place})
    return {name: _column(name, [place.get(name) for place in places]) for name in names}


def _column(name: str, values: list[Any]) -> Column:
    bits: dict[Any, int] = {}
    for number, value in enumerate(values):
        bits[value] = bits.get(value, 0) | 1 << number
    return Column(name, bits, values, name in NUMBERS)


def members(bits: int) -> Iterator[int]:
    "The layers of a set, by rising number."
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
