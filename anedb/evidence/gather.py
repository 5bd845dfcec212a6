"""What was seen of the very layers a question is about: on its target, and on near ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from anedb.catalog.weights import Weights
from anedb.domain.knowledge import Cell, Tally
from anedb.evidence.index import Indexed, Slot
from anedb.evidence.plan import Plan, Share, under
from anedb.evidence.votes import STRANGERS, Backing, Ballot, Votes, backing, pour, says, total, without_gpu

OTHERS = 4
"Other targets looked at beside direct evidence."


class Seen(NamedTuple):
    "One cell that bears on a question."

    cell: Cell
    layer: int
    same: bool
    "On the target asked about."
    weight: float
    offered: str
    "`yes`, `no`, `both`, or nothing."
    chosen: str
    near: float = 1.0
    "How alike the layers are."


class Count(NamedTuple):
    observations: int = 0
    witnesses: int = 0
    sources: int = 0
    newest: str = ""
    strangers: int = 0
    "Of the witnesses: 1 where somebody whom nobody corroborates spoke, as all of these are one vote."


class Sight:
    "Votes on one question (offered, chosen, or chosen while alone in a model) at two distances."

    __slots__ = ("near", "other", "same")

    def __init__(self) -> None:
        self.same: Votes = {}
        self.near: Votes = {}
        self.other: list[Votes] = [{}, {}]
        "Under other compute units, same and near: heard only where there is nothing under those asked about."


class Gathered(NamedTuple):
    offered_same: Share
    offered_near: Share
    private: Share
    private_same: bool
    chosen_same: Share
    chosen_near: Share
    lone_same: Share
    lone_near: Share
    offered_count: Count
    chosen_count: Count
    offered_backing: Backing
    "On the target asked about."
    chosen_backing: Backing
    direct_witnesses: int
    newest_place: int | None
    "The newest Core ML release of the evidence about what is offered."
    seen: tuple[Seen, ...]


def gather(indexed: Indexed, plan: Plan, layers: Iterable[int], units: str, weights: Weights) -> Gathered:
    "Everything seen of some layers, pooled: one witness has one vote in all."
    numbers = tuple(layers)
    key = (numbers[0], units) if len(numbers) == 1 else None
    if key is not None and (kept := plan.gathered.get(key)) is not None:
        return kept  # type: ignore[no-any-return]
    found = _gather(indexed, plan, numbers, units, weights)
    if key is not None:
        plan.gathered[key] = found
    return found


def _gather(indexed: Indexed, plan: Plan, layers: tuple[int, ...], units: str, weights: Weights) -> Gathered:
    offered, chosen, lone = Sight(), Sight(), Sight()
    private: Votes = {}
    private_same, newest, floor = False, None, weights.limits["floor"]
    seen: list[Seen] = []
    for layer in layers:
        for slot in looked_at(indexed, layer, plan):
            same = plan.same[slot.group]
            for_yes, for_no = (1.0, 1.0) if same else (plan.for_yes[slot.group], plan.for_no[slot.group])
            weight = max(for_yes, for_no)
            if weight >= floor:
                ballot = slot.ballot
                pour(offered.same if same else offered.near, ballot.offered, for_yes, for_no)
                pour(private, ballot.private, for_yes, for_no)
                private_same = private_same or (same and bool(ballot.private))
                _choices(ballot, chosen, lone, units, plan.gpu[slot.group], same, for_yes, for_no)
                there = indexed.groups[slot.group].where.place
                if there is not None and (ballot.offered or ballot.private):
                    newest = max(newest or there, there)
            for cell in slot.cells:
                answer, choice = offered_by(cell), chosen_by(cell, units, plan.gpu[slot.group])
                here = {"yes": for_yes, "no": for_no}.get(answer or choice, weight)
                seen.append(Seen(cell, layer, same, here if here >= floor else 0.0, answer, choice))
    seen.sort(key=lambda it: (not it.same, -it.weight, it.cell.id))
    other = weights.units["other"]
    return Gathered(
        offered_same=total(offered.same),
        offered_near=total(offered.near),
        private=total(private),
        private_same=private_same,
        chosen_same=under(chosen.same, chosen.other[0], other),
        chosen_near=under(chosen.near, chosen.other[1], other),
        lone_same=under(lone.same, lone.other[0], other),
        lone_near=under(lone.near, lone.other[1], other),
        offered_count=count([it.cell for it in seen if it.weight], (offered.same, offered.near, private), "offered"),
        chosen_count=count(
            [it.cell for it in seen if it.weight and it.chosen],
            (chosen.same, chosen.near, *chosen.other, lone.same, lone.near, *lone.other),
            "chosen",
        ),
        offered_backing=backing(offered.same),
        chosen_backing=backing(chosen.same),
        direct_witnesses=int(sum(vote[3] for vote in offered.same.values())),
        newest_place=newest,
        seen=tuple(seen),
    )


def looked_at(indexed: Indexed, layer: int, plan: Plan) -> list[Slot]:
    """All, but of a layer that was measured on the very target and on many others: those on the target, and of the
    others the `OTHERS` nearest, dissent first. The rest would weigh next to nothing beside a direct vote."""
    slots = indexed.slots[layer]
    if len(slots) <= OTHERS:
        return slots
    at = indexed.at[layer]
    direct = [at[group] for group in plan.here if group in at]
    if not any(slot.ballot.offered for slot in direct):
        return slots
    said = {slot.side for slot in direct}
    dissent: list[Slot] = []
    agree: list[Slot] = []
    for group in plan.elsewhere:
        slot = at.get(group)
        if slot is not None:
            (agree if slot.side in said else dissent).append(slot)
            if len(dissent) == OTHERS:
                break
    return direct + (dissent + agree)[:OTHERS]


def _choices(
    ballot: Ballot, chosen: Sight, lone: Sight, units: str, gpu: bool, same: bool, for_yes: float, for_no: float
) -> None:
    "`gpu`: whether a choice of the GPU there would be one here."
    sights = (chosen, ballot.chosen, ballot.beside), (lone, ballot.lone, ballot.lone_beside)
    for sight, by_units, beside in sights:
        for setting, votes in by_units.items():
            if setting == units:
                pour(sight.same if same else sight.near, votes if gpu else beside.get(setting, {}), for_yes, for_no)
            elif setting in beside:
                pour(sight.other[not same], beside[setting], for_yes, for_no)


def offered_by(cell: Cell) -> str:
    "What a cell says about the offer; where it is not stated, a choice of the engine implies it."
    if cell.offered:
        return says(cell.offered)
    return "yes" if says(cell.chosen + cell.ran) in ("yes", "both") else ""


def chosen_by(cell: Cell, units: str, gpu: bool) -> str:
    "What a cell says about the choice under the units asked about. `gpu`: whether the GPU is the one asked about."
    told = cell.chosen + cell.ran
    return says(told if gpu and cell.units == units else tuple(without_gpu(it) for it in told))


def count(cells: list[Cell], votes: Iterable[Votes], question: str) -> Count:
    "The raw numbers beside an answer: repeats count as observations, not as witnesses."
    observations, newest = 0, ""
    sources: set[str] = set()
    for cell in cells:
        tallies: tuple[Tally, ...] = cell.offered if question == "offered" else cell.chosen or cell.ran
        if here := sum(tally.yes + tally.no for tally in tallies):
            observations += here
            newest = max(newest, cell.newest)
            sources.update(cell.sources)
    names: dict[str, float] = {}
    for part in votes:
        for name, vote in part.items():
            names[name] = max(names.get(name, 0), vote[3])
    return Count(observations, int(sum(names.values())), len(sources), newest, int(STRANGERS in names))
