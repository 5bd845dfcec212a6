"""Where each operation of a network is likely to go, from what is offered and what it would take.

Blocks inside an operation (`cond`, `while_loop`) are planned apart from what surrounds them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import NamedTuple

from anedb.domain.observation import Unit
from anedb.domain.placement import Scheduler
from anedb.placement.path import Times, path

UNKNOWN = "unknown"
MUCH = 1.0
"Milliseconds that an operation of unknown size might take elsewhere: more than any switch costs."


class Item(NamedTuple):
    "What the model has to know of one operation."

    block: str
    "What it stands in: equal for operations that are planned together."
    offered: bool | None
    "Whether the engine is offered; None: not known."
    times: Times | None
    "Milliseconds on each unit; None: not known."


def predict(items: Sequence[Item], units: Sequence[str], scheduler: Scheduler) -> list[str]:
    """The unit of each, or `unknown`.

    What is not known is planned both ways: not offered and no work, and offered and much work. An operation whose unit
    is the same in both is told: it stays the same whatever the others turn out to be, as long as the engine does not
    take longer for them than the CPU. A third unit needs more ways, and then it holds nearly always.
    """
    without = planned(items, units, scheduler)
    if all(item.offered is not None and item.times is not None for item in items):
        return without
    ways = [without, *(planned(supposed(items, units, *way), units, scheduler) for way in suppositions(units))]
    return [each[0] if len(set(each)) == 1 else UNKNOWN for each in zip(*ways, strict=True)]


def suppositions(units: Sequence[str]) -> Iterator[tuple[Collection[str], bool]]:
    "On which units what is of unknown size takes no time, and whether the engine is offered where that is not known."
    yield (Unit.ANE,), True
    others = [unit for unit in units if unit != Unit.ANE]
    for other in others if len(others) > 1 else ():
        for offered in (False, True):
            yield (Unit.ANE, other), offered


def supposed(items: Iterable[Item], units: Sequence[str], free: Collection[str], offered: bool) -> list[Item]:
    times = tuple(0.0 if unit in free else MUCH for unit in units)
    return [
        Item(it.block, offered if it.offered is None else it.offered, times if it.times is None else it.times)
        for it in items
    ]


def planned(items: Sequence[Item], units: Sequence[str], scheduler: Scheduler) -> list[str]:
    "The unit of each, where what is not known to be offered is not, and what is of unknown size takes no time."
    found = [""] * len(items)
    for members in blocks(items).values():
        chosen, _ = path([allowed(items[index], units) for index in members], units, scheduler)
        for index, unit in zip(members, chosen, strict=True):
            found[index] = units[unit]
    return found


def blocks(items: Sequence[Item]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        members = found.get(item.block)
        if members is None:
            members = found[item.block] = []
        members.append(index)
    return found


def allowed(item: Item, units: Sequence[str]) -> Times:
    "Its times, infinite on an engine that is not offered."
    times = item.times or (0.0,) * len(units)
    if item.offered:
        return times
    return tuple([inf if unit == Unit.ANE else time for unit, time in zip(units, times, strict=True)])
