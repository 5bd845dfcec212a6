"""Layers of the same type with other parameters: what they say of one that was never seen."""

from __future__ import annotations

from typing import NamedTuple

from anedb.catalog.weights import Weights
from anedb.evidence.columns import members
from anedb.evidence.gather import Count, Gathered, Seen, count, gather, offered_by
from anedb.evidence.index import Indexed
from anedb.evidence.lines import Line, Point, bracket, lines
from anedb.evidence.match import Match, further, similarity
from anedb.evidence.plan import Plan, Share
from anedb.evidence.votes import Votes, put, total


class Neighbours(NamedTuple):
    offered: Share = (0.0, 0.0)
    chosen: Share = (0.0, 0.0)
    layers: int = 0
    "How many were looked at."
    brackets: tuple[tuple[Line, str, tuple[Point, ...]], ...] = ()
    seen: tuple[Seen, ...] = ()
    offered_count: Count = Count()
    chosen_count: Count = Count()


def neighbours(
    found: Match, candidates: int, without: int, indexed: Indexed, plan: Plan, units: str, weights: Weights
) -> Neighbours:
    """The nearest layers' votes. `without`: layers that are direct evidence already, as a set.

    Where the points along one number bracket the question, they speak together and not one by one.
    """
    brackets = tuple(
        (line, *said) for line in lines(found, indexed, plan, both=False) if (said := bracket(line)) is not None
    )
    spoken = without
    for line, _, _ in brackets:
        spoken |= line.layers
    near = nearest(found, candidates & ~spoken, weights)
    offered: Votes = {}
    chosen: Votes = {}
    seen: list[Seen] = []
    for layer in near:
        alike = similarity(found, layer, weights.parameters)
        _pour(offered, chosen, gather(indexed, plan, (layer,), units, weights), alike, seen)
    for line, answer, points in brackets:
        weight = weights.parameters["bracket"]
        put(offered, f"line:{line.feature}", weight * (answer == "yes"), weight * (answer == "no"), weight, 1)
        for _, _, layer in points:
            shown = gather(indexed, plan, (layer,), units, weights).seen
            seen.extend(it._replace(near=1.0) for it in shown if it.weight)
    seen.sort(key=lambda it: (-it.weight * it.near, it.cell.id))
    cells = [it.cell for it in seen]
    return Neighbours(
        offered=total(offered),
        chosen=total(chosen),
        layers=len({it.layer for it in seen}),
        brackets=brackets,
        seen=tuple(seen),
        offered_count=count(cells, (offered,), "offered"),
        chosen_count=count(cells, (chosen,), "chosen"),
    )


def nearest(found: Match, candidates: int, weights: Weights) -> list[int]:
    "Layers that differ in the fewest coordinates; the classes that make up `enough` of them, at most three times that."
    enough = int(weights.parameters["enough"])
    result = [*members(found.none & candidates), *members(found.one & candidates), *members(found.two & candidates)]
    if len(result) < enough:
        result = []
        for each in further(found, candidates, int(weights.parameters["most"])):
            result += members(each & candidates)
            if len(result) >= enough:
                break
    return result[: 3 * enough]


def _pour(offered: Votes, chosen: Votes, found: Gathered, alike: float, seen: list[Seen]) -> None:
    """A neighbour's votes, each witness of the pool once. Which witness is whom is settled per layer in `gather`; here
    a layer's witnesses are told apart by its cells' sources."""
    for into, shares in (
        (offered, (found.offered_same, found.offered_near, found.private)),
        (chosen, (found.chosen_same, found.chosen_near)),
    ):
        yes, no = sum(share[0] for share in shares), sum(share[1] for share in shares)
        if yes + no > 0:
            put(into, _name(found), yes * alike, no * alike, (yes + no) * alike, max(found.offered_count.witnesses, 1))
    seen.extend(it._replace(near=alike) for it in found.seen if it.weight)


def _name(found: Gathered) -> str:
    names = {name for it in found.seen if it.weight for name in it.cell.witnesses or it.cell.sources}
    return "+" + " ".join(sorted(names))


def says_of(seen: Seen) -> str:
    return seen.offered or offered_by(seen.cell)
