"""Which measurements settle most: each is worth the uncertainty it takes away, after those chosen before it.

Uncertainty is p (1 - p), the variance of a yes or no. What one measurement says of a near layer or target is weakened
as the judge weakens it (`anedb.evidence`). Each takes away less after others than before them, so that taking the best
one at a time comes within 1 - 1/e of the best set there is (Nemhauser, Wolsey and Fisher, 1978).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from anedb.api.wanted_layers import Candidate
from anedb.catalog.weights import Weights
from anedb.domain.knowledge import Knowledge
from anedb.domain.layer import Layer
from anedb.domain.target import Target
from anedb.domain.verdict import Basis, Part
from anedb.evidence.columns import members
from anedb.evidence.index import Indexed, dtype_class, index
from anedb.evidence.match import candidates_for, match, similarity
from anedb.evidence.plan import POWER, asked_of, nearness

NEAR = 0.1
"How near another answer has to be for a measurement to bear on it: further, it says next to nothing."
LOOKED_AT = 24
"Layers of one type that are judged on every target."
SETTLED = 0.001
"Uncertainty, in operations, below which nothing is left to settle."
COST_OPEN = 2.0
"Somebody has to choose a configuration first: as much work again as measuring it."


class Pick(NamedTuple):
    candidate: int
    target: int
    score: float
    speaks_for: int


def worth(part: Part, doubt: float) -> float:
    """The uncertainty that one more measurement takes away, 0 to 1/4. Nothing known is as unsure as can be.

    `doubt` is left after any measurement. Where witnesses already spoke of this very layer and target, one more is one
    voice among theirs.
    """
    p = 0.5 if part.probability is None else part.probability
    beside = part.witnesses if part.basis == Basis.SAME else 0
    return max(0.0, p * (1 - p) - doubt * (1 - doubt)) / (1 + beside)


def condensed(group: Sequence[Candidate], often: Sequence[float], weights: Weights) -> tuple[list[int], list[float]]:
    """Of the layers of one type those worth judging, the most frequent first, and how often each then counts.

    A network has hundreds of convolutions that differ in extents alone. Beyond `LOOKED_AT`, a layer counts for the
    likest of those, weakened by how alike they are.
    """
    ranked = sorted(range(len(group)), key=lambda it: (-often[it], group[it].fingerprint or ""))
    kept = ranked[:LOOKED_AT]
    counts = {it: often[it] for it in kept}
    if len(ranked) > LOOKED_AT:
        alike = likeness(group, kept, weights)
        for it in ranked[LOOKED_AT:]:
            likest = max(kept, key=lambda other: alike[other].get(it, 0.0))
            counts[likest] += often[it] * alike[likest].get(it, 0.0)
    return kept, [counts[it] for it in kept]


def likeness(group: Sequence[Candidate], kept: Sequence[int], weights: Weights) -> dict[int, dict[int, float]]:
    "For each of `kept` those of the group, all of one type, that it speaks for, and how alike they are; itself 1."
    found: dict[int, dict[int, float]] = {it: {it: 1.0} for it in kept}
    own = {mark: it for it, each in enumerate(group) if (mark := each.fingerprint) is not None}
    if len(own) < 2:
        return found
    layers = {mark: group[it].layer for mark, it in own.items()}
    first = group[0].layer
    known = index(Knowledge(format=first.format, type=first.type, layers=layers), weights)
    place = [own[mark] for mark in known.fingerprints]
    for row, layer in enumerate(known.layers):
        if place[row] in found:
            found[place[row]] |= {place[other]: alike for other, alike in _like(known, row, layer, weights)}
    return found


def _like(known: Indexed, row: int, layer: Layer, weights: Weights) -> Iterator[tuple[int, float]]:
    told = known.features[row]
    may = candidates_for(known, dtype_class(layer, told), layer, weights) & ~(1 << row)
    compared = match(known, known.places[row], (), may)
    for other in members(may):
        alike = similarity(compared, other, weights.parameters)
        if alike >= NEAR:
            yield other, alike


class Choice:
    "Layers of one type: what is still unsure, and what each measurement would take away of it."

    def __init__(
        self, candidates: Sequence[Candidate], targets: Sequence[Target], parts: Sequence[Sequence[Part]],
        often: Sequence[float], weights: Weights,
    ) -> None:  # fmt: skip
        self.candidates, self.parts = candidates, parts
        doubt = weights.limits["doubt"]
        self.left = [[worth(part, doubt) * many for part in row] for row, many in zip(parts, often, strict=True)]
        "Uncertainty not yet taken away, in operations, by candidate and target."
        self.alike = likeness(candidates, range(len(candidates)), weights)
        where = [asked_of(each) for each in targets]
        self.near = [
            [tuple(nearness(to, here, weights.target, yes=yes) for yes in (True, False)) for to in where]
            for here in where
        ]

    def reach(self, candidate: int, target: int) -> list[tuple[int, int, float]]:
        "The answers that a measurement bears on, itself included, and the share of their uncertainty it takes away."
        p = self.parts[candidate][target].probability
        yes = 0.5 if p is None else p
        found = []
        for place, (if_yes, if_no) in enumerate(self.near[target]):
            carried = 1.0 if place == target else yes * if_yes + (1 - yes) * if_no
            for other, alike in self.alike[candidate].items():
                share = carried if other == candidate else alike * carried**POWER
                if share >= NEAR:
                    found.append((other, place, share))
        return found

    def value(self, candidate: int, target: int) -> float:
        total = sum(self.left[other][place] * share for other, place, share in self.reach(candidate, target))
        return total / (COST_OPEN if self.candidates[candidate].open else 1.0)

    def best(self, limit: int) -> list[Pick]:
        "The most valuable first, each after those before it. Equal ones in the candidates' order."
        heap = [(-self.value(c, t), c, t) for c, row in enumerate(self.left) for t in range(len(row))]
        heapq.heapify(heap)
        found: list[Pick] = []
        while heap and len(found) < limit:
            _, candidate, target = heapq.heappop(heap)
            value = self.value(candidate, target)
            if value < SETTLED:
                continue
            if heap and (-value, candidate, target) > heap[0]:
                # What was chosen since has made this one worth less: it waits for its turn.
                heapq.heappush(heap, (-value, candidate, target))
                continue
            found.append(self._take(candidate, target, value))
        return found

    def _take(self, candidate: int, target: int, value: float) -> Pick:
        others = 0
        for other, place, share in self.reach(candidate, target):
            others += (other, place) != (candidate, target) and self.left[other][place] > 0
            self.left[other][place] *= 1 - share
        return Pick(candidate, target, value, others)
