"""Coordinate descent over a small grid, and whether what it finds holds where it was not fitted. Pure.

A setting is a number for each name; its losses are one number a case. Losses of a setting are worked out once, however
many folds look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt
from statistics import fmean, stdev
from typing import NamedTuple

Setting = tuple[float, ...]
Losses = Callable[[Setting], Sequence[float]]
LEAST = 0.002
"A probability is taken for no surer than this: one wrong certainty must not decide everything."
ENOUGH = 0.0005
"Of mean log-loss: a step that gains less is not taken."


class Fold(NamedTuple):
    name: str
    cases: int
    before: float
    "Mean log-loss there with today's numbers."
    after: float
    "With those fitted to all other folds."
    setting: Setting


def loss(probability: float | None, was: bool) -> float:
    "Log-loss of one answer; an unknown is one half."
    p = min(max(0.5 if probability is None else probability, LEAST), 1 - LEAST)
    return -log(p if was else 1 - p)


def descend(start: Setting, grid: Sequence[Sequence[float]], losses: Losses, cases: Sequence[int]) -> Setting:
    "From `start`, one coordinate after another to a neighbour on the grid, until no step gains on these cases."
    best, least = start, mean(losses(start), cases)
    while True:
        before = best
        for place, values in enumerate(grid):
            for value in beside(best[place], values):
                tried = (*best[:place], value, *best[place + 1 :])
                if (found := mean(losses(tried), cases)) < least - ENOUGH:
                    best, least = tried, found
                    break
        if best == before:
            return best


def beside(value: float, values: Sequence[float]) -> list[float]:
    "The next lower and the next higher one."
    ordered = sorted(set(values))
    place = ordered.index(value)
    return ordered[max(0, place - 1) : place] + ordered[place + 1 : place + 2]


def folds(
    start: Setting, grid: Sequence[Sequence[float]], losses: Losses, groups: Mapping[str, Sequence[int]]
) -> list[Fold]:
    "Each group predicted by numbers fitted to the others."
    found = []
    for name, inside in groups.items():
        others = [case for other, cases in groups.items() if other != name for case in cases]
        fitted = descend(start, grid, losses, others)
        before, after = mean(losses(start), inside), mean(losses(fitted), inside)
        found.append(Fold(name, len(inside), before, after, fitted))
    return found


def mean(losses: Sequence[float], cases: Sequence[int]) -> float:
    return fmean(losses[case] for case in cases)


def difference(one: Sequence[float], two: Sequence[float]) -> tuple[float, float]:
    "Mean of the paired differences, and its standard error."
    pairs = [a - b for a, b in zip(one, two, strict=True)]
    return fmean(pairs), stdev(pairs) / sqrt(len(pairs))
