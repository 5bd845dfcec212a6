"""Which changes would bring more of a network to the engine, best first.

Layers that share a cause are changed together: they are planned again as if the engine were offered for them, with
everything else as it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from anedb.domain.observation import Unit
from anedb.domain.placement import Scheduler
from anedb.placement.path import path
from anedb.placement.predict import Item, allowed, blocks
from anedb.placement.segments import stretches

MOST = 12
"Causes that are tried: those with the most layers."


class Gain(NamedTuple):
    "What changing the layers of one cause would do."

    cause: Hashable
    layers: tuple[int, ...]
    gained: int
    "Layers that come to the engine when this alone is changed; those that leave it are taken off."
    moved: tuple[int, ...]
    "Positions of the layers that come to the engine."
    segments: int
    "Of the network, when this alone is changed."
    together: int
    "Layers on the engine when this and all better ones are changed."
    together_segments: int


class _Plan:
    "One network; plans again only the blocks that a change touches."

    def __init__(self, items: Sequence[Item], units: Sequence[str], scheduler: Scheduler) -> None:
        self.items, self.units, self.scheduler = items, units, scheduler
        self.blocks = blocks(items)
        self.rows = [allowed(item, units) for item in items]
        self.base = self.placed(self.blocks, frozenset(), [""] * len(items))
        self._kept: dict[frozenset[int], list[str]] = {}

    def placed(self, names: Iterable[str], changed: frozenset[int], start: list[str]) -> list[str]:
        found = list(start)
        for name in names:
            members = self.blocks[name]
            rows = [self._row(index, changed) for index in members]
            for index, unit in zip(members, path(rows, self.units, self.scheduler)[0], strict=True):
                found[index] = self.units[unit]
        return found

    def with_change(self, changed: frozenset[int]) -> list[str]:
        found = self._kept.get(changed)
        if found is None:
            touched = dict.fromkeys(self.items[index].block for index in changed)
            found = self._kept[changed] = self.placed(touched, changed, self.base)
        return found

    def _row(self, index: int, changed: frozenset[int]) -> tuple[float, ...]:
        return allowed(self.items[index]._replace(offered=True), self.units) if index in changed else self.rows[index]


def gains(
    items: Sequence[Item], causes: Mapping[Hashable, Sequence[int]], units: Sequence[str], scheduler: Scheduler
) -> list[Gain]:
    """Causes whose change helps, alone or after those before it: the one that gains most first.

    `causes`: positions of the layers that share each. Time: twice `MOST` plans of the network; more where changes help
    only together.
    """
    plan = _Plan(items, units, scheduler)
    tried = sorted(causes.items(), key=lambda item: (-len(item[1]), str(item[0])))[:MOST]
    alone = [_Tried(cause, tuple(layers), plan.with_change(frozenset(layers))) for cause, layers in tried]
    alone.sort(key=lambda one: (-_on_engine(one.after), len(one.layers), str(one.cause)))
    return _in_turn(plan, alone)


class _Tried(NamedTuple):
    cause: Hashable
    layers: tuple[int, ...]
    after: list[str]
    "The network's units when it alone is changed."


def _in_turn(plan: _Plan, alone: Iterable[_Tried]) -> list[Gain]:
    """Each change on top of those before it. One that is in vain by itself waits: a later one may need it, and until
    that is made as well it may even cost layers."""
    found: list[Gain] = []
    changed, waiting, before = frozenset[int](), list[_Tried](), plan.base
    for one in alone:
        waiting.append(one)
        while needed := _needed(plan, changed, before, [one]) or _needed(plan, changed, before, waiting):
            for each in needed:
                changed = changed.union(each.layers)
                before = plan.with_change(changed)
                found.append(_gain(each, plan.base, before))
            used = {each.cause for each in needed}
            waiting = [each for each in waiting if each.cause not in used]
    return found


def _needed(plan: _Plan, changed: frozenset[int], before: Sequence[str], tried: Sequence[_Tried]) -> Sequence[_Tried]:
    "Those that bring layers to the engine together, without such as nothing is lost without; none: all in vain."

    def reached(some: Iterable[_Tried]) -> int:
        return _on_engine(plan.with_change(changed.union(*(each.layers for each in some))))

    goal = reached(tried)
    if goal <= _on_engine(before):
        return ()
    for each in reversed(tried):
        without = [other for other in tried if other is not each]
        if without and reached(without) >= goal:
            tried = without
    return tried


def _gain(one: _Tried, base: list[str], together: list[str]) -> Gain:
    return Gain(
        cause=one.cause,
        layers=one.layers,
        gained=_on_engine(one.after) - _on_engine(base),
        moved=tuple(i for i, (was, now) in enumerate(zip(base, one.after, strict=True)) if was != now == Unit.ANE),
        segments=sum(1 for _ in stretches(one.after)),
        together=_on_engine(together),
        together_segments=sum(1 for _ in stretches(together)),
    )


def _on_engine(units: Sequence[str]) -> int:
    return sum(unit == Unit.ANE for unit in units)
