"Stretches of layers that follow each other on one unit."

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple


class Stretch(NamedTuple):
    unit: str
    first: int
    "Position of its first layer."
    last: int
    "Of its last one, which belongs to it."


def stretches(units: Sequence[str]) -> Iterator[Stretch]:
    "Of one network, in order."
    first = 0
    for position in range(1, len(units) + 1):
        if position == len(units) or units[position] != units[first]:
            yield Stretch(units[first], first, position - 1)
            first = position


def switches(units: Sequence[str]) -> int:
    "How often one layer stands on another unit than the one before it."
    return sum(one != other for one, other in pairwise(units))
