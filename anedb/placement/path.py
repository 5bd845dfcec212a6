"""Which unit each operation of a network goes to: the cheapest way through its operations in order.

Core ML's scheduler adds up its estimate of each operation's time, a cost for starting the engine, and one for every
change of unit, and takes the cheapest assignment (claim 751k-note-cost tells who found that out, and how).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TypeAlias

from anedb.domain.observation import Unit
from anedb.domain.placement import Scheduler

Times: TypeAlias = tuple[float, ...]
"Milliseconds on each unit, in the order of `units`; infinite where it is not offered."
EVEN = 1e-9
"Milliseconds that make no difference: sums of the same costs in another order."


def path(times: Sequence[Times], units: Sequence[str], scheduler: Scheduler) -> tuple[list[int], float]:
    """Index into `units` for each operation, and the cost of it all in milliseconds.

    Where two ways cost the same, the one that changes units earlier is taken, and the engine keeps the end: what the
    recorded plans show more often than not. Time grows with operations times units squared.
    """
    if not times:
        return [], 0.0
    launch = [scheduler.launch_ms.get(unit, 0.0) for unit in units]
    enter = [scheduler.switch_ms + each for each in launch]
    if len(units) == 1:
        left = scheduler.output_ms.get(units[0], 0.0)
        return [0] * len(times), launch[0] + sum(each[0] for each in times) + left
    cost = [start + took for start, took in zip(launch, times[0], strict=True)]
    if len(units) == 2:
        cost, came = _two(cost, times, enter)
    else:
        came = []
        for took in times[1:]:
            cheapest, from_there = _cheapest(cost)
            cost, back = _step(cost, took, enter, cheapest, from_there)
            came.append(back)
    last = [total + scheduler.output_ms.get(unit, 0.0) for total, unit in zip(cost, units, strict=True)]
    return _back(came, _end(last, units)), min(last)


BACK = ((0, 1), (0, 0), (1, 1), (1, 0))
"Where two units come from: each stays; both come from the first; both from the second; they change places."


def _two(cost: list[float], times: Sequence[Times], enter: list[float]) -> tuple[list[float], list[tuple[int, ...]]]:
    "As `_step`, for the two units that most questions leave: a fifth of its time."
    one, two = cost
    to_one, to_two = enter
    both, from_one, from_two, swapped = BACK
    came: list[tuple[int, ...]] = []
    add = came.append
    for took_one, took_two in times[1:]:
        change_one, change_two = two + to_one, one + to_two
        if one <= change_one + EVEN:
            if two <= change_two + EVEN:
                add(both)
                one, two = one + took_one, two + took_two
            else:
                add(from_one)
                one, two = one + took_one, change_two + took_two
        elif two <= change_two + EVEN:
            add(from_two)
            one, two = change_one + took_one, two + took_two
        else:
            add(swapped)
            one, two = change_one + took_one, change_two + took_two
    return [one, two], came


def _cheapest(cost: list[float]) -> tuple[float, int]:
    best = min(cost)
    return best, cost.index(best)


def _step(
    cost: list[float], took: Times, enter: list[float], cheapest: float, there: int
) -> tuple[list[float], tuple[int, ...]]:
    "Staying where one is, or coming from the cheapest: switching costs the same from everywhere."
    after, back = [], []
    for unit, here in enumerate(cost):
        change = cheapest + enter[unit]
        stays = here <= change + EVEN
        after.append((here if stays else change) + took[unit])
        back.append(unit if stays else there)
    return after, tuple(back)


def _end(last: list[float], units: Sequence[str]) -> int:
    best = min(last)
    for unit, total in enumerate(last):
        if units[unit] == Unit.ANE and total <= best + EVEN and total < inf:
            return unit
    return last.index(best)


def _back(came: list[tuple[int, ...]], end: int) -> list[int]:
    found = [end]
    for back in reversed(came):
        end = back[end]
        found.append(end)
    found.reverse()
    return found
