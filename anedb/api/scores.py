"Coverage, accuracy, Brier score and calibration of probabilities."

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import TypeVar

from anedb.domain.evaluation import Bin, Score

T = TypeVar("T")
EDGES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
"Of the bins of a reliability table: narrow where answers are sure."


def score(name: str, told: Sequence[tuple[bool | None, float | None, bool]]) -> Score:
    "`told`: what was said, with which probability, and what it was; None: nothing was said."
    answered = [(said, 0.5 if p is None else p, was) for said, p, was in told if said is not None]
    return Score(
        name=name,
        cases=len(told),
        answered=len(answered),
        right=sum(said == was for said, _, was in answered),
        brier=brier([(p, was) for _, p, was in answered]),
        brier_all=brier([(0.5 if p is None else p, was) for _, p, was in told]),
        calibration_error=calibration_error([(p, was) for _, p, was in answered]),
    )


def brier(told: Sequence[tuple[float, bool]]) -> float | None:
    return round(fmean((p - was) ** 2 for p, was in told), 5) if told else None


def calibration_error(told: Sequence[tuple[float, bool]]) -> float | None:
    "Expected calibration error over the bins of `EDGES`."
    if not told:
        return None
    return round(sum(each.cases * abs(each.said - each.was) for each in reliability(told)) / len(told), 5)


def reliability(told: Sequence[tuple[float | None, bool]]) -> Iterator[Bin]:
    "Bins that have any case; what has no probability is in none."
    groups: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for p, was in told:
        if p is not None:
            groups[next(i for i, high in enumerate(EDGES[1:]) if p <= high)].append((p, was))
    for number, inside in sorted(groups.items()):
        yield Bin(
            low=EDGES[number],
            high=EDGES[number + 1],
            cases=len(inside),
            said=round(fmean(p for p, _ in inside), 4),
            was=round(fmean(was for _, was in inside), 4),
        )


def scores_by(found: Sequence[T], key: Callable[[T], str], scored: Callable[[str, Sequence[T]], Score]) -> list[Score]:
    "One for each key, those with most cases first."
    groups: dict[str, list[T]] = defaultdict(list)
    for each in found:
        groups[key(each)].append(each)
    return [scored(name, inside) for name, inside in sorted(groups.items(), key=lambda it: (-len(it[1]), it[0]))]
