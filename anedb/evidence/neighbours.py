"""Layers of the same type with other parameters: what they say of one that was never seen."""

from __future__ import annotations

from typing import NamedTuple

from anedb.catalog.weights import Weights
from anedb.evidence.columns import members
from anedb.evidence.gather import Count, Seen, count, gather
from anedb.evidence.index import Indexed, Slot
from anedb.evidence.lines import Line, Point, bracket, lines
from anedb.evidence.match import Match, further, similarity
from anedb.evidence.plan import POWER, Plan, Share, capped
from anedb.evidence.votes import Votes, pour, put, total

SHOWN = 24
"Cells that are named; all count."


class Neighbours(NamedTuple):
    offered: Share = (0.0, 0.0)
    chosen: Share = (0.0, 0.0)
    private: Share = (0.0, 0.0)
    "Offered, by a private API."
    layers: int = 0
    "How many were looked at."
    brackets: tuple[tuple[Line, str, tuple[Point, ...]], ...] = ()
    seen: tuple[Seen, ...] = ()
    "The nearest cells, at most `SHOWN`."
    cells: int = 0
    "How many there are in all."
    offered_count: Count = Count()
    chosen_count: Count = Count()


def neighbours(
    found: Match,
    candidates: int,
    without: int,
    indexed: Indexed,
    plan: Plan,
    units: str,
    weights: Weights,
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
    near = nearest(found, candidates & ~spoken, indexed, plan, weights)
    offered: Votes = {}
    chosen: Votes = {}
    private: Votes = {}
    seen: list[Seen] = []
    for layer, alike in near:
        for slot in indexed.slots[layer]:
            _pour(slot, plan, units, alike, weights.limits["floor"], offered, chosen, private)
        shown = gather(indexed, plan, (layer,), units, weights).seen
        seen.extend(it._replace(near=alike * it.weight ** (POWER - 1)) for it in shown if it.weight)
    for line, answer, points in brackets:
        weight = weights.parameters["bracket"]
        into = offered if any(_planned(indexed, layer) for _, _, layer in points) else private
        put(into, f"line:{line.feature}", weight * (answer == "yes"), weight * (answer == "no"), weight, 1)
        for _, _, layer in points:
            shown = gather(indexed, plan, (layer,), units, weights).seen
            seen.extend(it._replace(near=1.0) for it in shown if it.weight)
    seen.sort(key=lambda it: (-it.weight * it.near, it.cell.id))
    cells = [it.cell for it in seen]
    return Neighbours(
        offered=total(offered),
        chosen=total(chosen),
        private=capped(total(private), weights.private_cap),
        layers=len({it.layer for it in seen}),
        brackets=brackets,
        seen=tuple(seen[:SHOWN]),
        cells=len(seen),
        offered_count=count(cells, (offered, private), "offered"),
        chosen_count=count(cells, (chosen,), "chosen"),
    )


def nearest(found: Match, candidates: int, indexed: Indexed, plan: Plan, weights: Weights) -> list[tuple[int, float]]:
    """The layers that say most here, and how alike each is: likeness times nearness of the nearest target it was seen
    on. Three times `enough` of them, and whatever says as much as the last of these: of a pattern that leaves much open
    many layers are equally near, and they may disagree."""
    wanted = 3 * int(weights.parameters["enough"])
    scored: list[tuple[float, int, float]] = []
    for each in further(found, candidates, int(weights.parameters["most"])):
        for layer in members(each & candidates):
            near = max((plan.reach[slot.group] for slot in indexed.slots[layer]), default=0.0)
            if near >= weights.limits["floor"]:
                alike = similarity(found, layer, weights.parameters)
                scored.append((-alike * near, layer, alike))
    scored.sort()
    if len(scored) > wanted:
        least = scored[wanted - 1][0] + 1e-9
        scored = [each for each in scored if each[0] <= least]
    return [(layer, alike) for _, layer, alike in scored]


def _planned(indexed: Indexed, layer: int) -> bool:
    "Whether anybody but a private API tells of a layer."
    return any(slot.ballot.offered for slot in indexed.slots[layer])


def _pour(
    slot: Slot, plan: Plan, units: str, alike: float, floor: float, offered: Votes, chosen: Votes, private: Votes
) -> None:
    "A neighbour's votes. Distance of target counts more here, where the layer is another as well."
    same = plan.same[slot.group]
    for_yes, for_no = (1.0, 1.0) if same else (plan.for_yes[slot.group] ** POWER, plan.for_no[slot.group] ** POWER)
    if max(for_yes, for_no) < floor:
        return
    pour(offered, slot.ballot.offered, for_yes * alike, for_no * alike)
    if not slot.ballot.offered:
        pour(private, slot.ballot.private, for_yes * alike, for_no * alike)
    picked = slot.ballot.chosen if plan.gpu[slot.group] else slot.ballot.beside
    pour(chosen, picked.get(units, {}), for_yes * alike, for_no * alike)
