"""Votes: who says yes and who says no, and how much each weighs. One witness counts once however often it repeats."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, TypeAlias

from anedb.catalog.weights import Weights
from anedb.domain.knowledge import TRUST, Cell, Standing, Tally
from anedb.domain.observation import Context
from anedb.domain.target import Target

Votes: TypeAlias = dict[str, list[float]]
"""By witness: weight for yes, weight for no, the most it may weigh in all, and how many witnesses it stands for (a
popular cell names no witnesses, only their number)."""

NAMELESS = "+"
"Stands for all witnesses of a cell that cannot be told apart; behind it their standing and trust."
KNOWN = "~"
"Begins the names of contributors whom others corroborate."
STRANGERS = "?"
"Stands for all whom nobody corroborates yet, however many: one vote."


CONTRIBUTORS = (KNOWN, STRANGERS)
NOBODY = Cell(id=0, layer="", target=Target(), units="", context="")
"Names no witnesses."


class Backing(NamedTuple):
    "How many independent witnesses stand on each side; strangers stand on none."

    reviewed: tuple[float, float] = (0.0, 0.0)
    "Sources, for yes and for no."
    known: tuple[float, float] = (0.0, 0.0)
    "Contributors whom others corroborate."

    @property
    def all(self) -> float:
        return sum(self.reviewed) + sum(self.known)


class Ballot:
    "What the witnesses of one layer on one target say to each question."

    __slots__ = ("beside", "chosen", "lone", "lone_beside", "offered", "private")

    def __init__(self) -> None:
        self.offered: Votes = {}
        self.private: Votes = {}
        "By a private API: what the engine can do. Kept apart, so that it cannot outvote Core ML's own answer."
        self.chosen: dict[str, Votes] = {}
        "By compute units."
        self.lone: dict[str, Votes] = {}
        "Alone in a model, offered and yet not chosen: a launch costs more than it saves, which says little."
        self.beside: dict[str, Votes] = {}
        "As `chosen`, for a question under other units: that the GPU was preferred says nothing where there is none."
        self.lone_beside: dict[str, Votes] = {}

    def add(self, cell: Cell, weights: Weights) -> None:
        offered = cell.offered or _implied(cell)
        for tally in offered:
            kind = self.private if tally.method in weights.private_methods else self.offered
            cast(kind, cell, tally, weights.method.get(tally.method, 0.0))
        alone = cell.context == Context.ISOLATED
        for tally in (*cell.chosen, *cell.ran):
            if tally.method in weights.private_methods:
                continue
            if alone and not tally.yes_witnesses and says(offered) == "no":
                continue  # it could not be chosen: that is said once, by what is offered
            weight = weights.method.get(tally.method, 0.0)
            small = alone and not tally.yes_witnesses
            cast((self.lone if small else self.chosen).setdefault(cell.units, {}), cell, tally, weight)
            into = self.lone_beside if small else self.beside
            cast(into.setdefault(cell.units, {}), cell, without_gpu(tally), weight)

    def close(self) -> None:
        "Repeats of one witness give shares of one vote, and contributors do not overturn what a reviewed source saw."
        close(self.offered)
        close(self.private)
        for by_units in (self.chosen, self.lone, self.beside, self.lone_beside):
            for votes in by_units.values():
                close(votes)


def _implied(cell: Cell) -> tuple[Tally, ...]:
    "What was chosen or ran was offered; what was not chosen may have been. By the first method that says so."
    found = [tally for tally in (*cell.ran, *cell.chosen) if tally.yes_witnesses]
    return tuple(
        Tally(
            method=it.method, yes=it.yes, yes_witnesses=it.yes_witnesses, standing=it.standing, trust=it.trust
        )
        for it in found
        if it.method == found[0].method
    )  # fmt: skip


def without_gpu(tally: Tally) -> Tally:
    "What it says of the engine where there is no GPU to choose. Whoever saw both the engine and the GPU says yes."
    if not tally.gpu:
        return tally
    no = tally.no - tally.gpu
    if no:
        return replace(tally, no=no, gpu=0)
    return replace(
        tally, no=0, gpu=0, no_witnesses=0, split_witnesses=0, yes_witnesses=tally.yes_witnesses + tally.split_witnesses
    )


def cast(into: Votes, cell: Cell, tally: Tally, weight: float) -> None:
    """Enter one tally. Witnesses are told apart by name where they agree and all have one, else only counted: then
    those of two cells may be the same people, and are taken to be."""
    voters = tally.yes_witnesses + tally.no_witnesses + tally.split_witnesses
    weight *= tally.trust / TRUST
    if not voters or not weight or tally.standing == Standing.SET_ASIDE:
        return
    yes = (tally.yes_witnesses + tally.split_witnesses / 2) / voters
    if tally.standing == Standing.NEW:
        put(into, STRANGERS, yes * weight * voters, (1 - yes) * weight * voters, weight, 1)
        return
    known = KNOWN if tally.standing == Standing.KNOWN else ""
    if voters in (tally.yes_witnesses, tally.no_witnesses, tally.split_witnesses):
        names = named(cell, tally)
        if voters == len(names):
            for name in names:
                put(into, known + name, yes * weight, (1 - yes) * weight, weight, 1)
            return
    name = f"{known}{NAMELESS}{tally.trust if known else ''}"
    put(into, name, yes * weight * voters, (1 - yes) * weight * voters, weight * voters, voters)


def named(cell: Cell, tally: Tally) -> tuple[str, ...]:
    "The cell's witnesses of the tally's standing and trust."
    if not cell.kinds:
        return cell.witnesses
    kind = tally.standing, tally.trust
    return tuple(name for name, it in zip(cell.witnesses, cell.kinds, strict=True) if it == kind)


def close(votes: Votes) -> None:
    for vote in votes.values():
        both = vote[0] + vote[1]
        if both > 0:
            vote[0], vote[1] = vote[0] / both * vote[2], vote[1] / both * vote[2]
    if len(votes) > 1:
        hold(votes)


def hold(votes: Votes) -> None:
    """Contributors who stand against what reviewed sources saw weigh no more than those do, however many they are: they
    make it contested, and a person looks."""
    ours = [it for name, it in votes.items() if name[0] not in CONTRIBUTORS]
    if not ours or len(ours) == len(votes):
        return
    yes, no = sum(it[0] for it in ours), sum(it[1] for it in ours)
    if yes == no:
        return
    side, most = (1, yes) if yes > no else (0, no)
    against = sum(it[side] for name, it in votes.items() if name[0] in CONTRIBUTORS)
    room = max(0.0, most - (no if side else yes))
    if against > room:
        for name, it in votes.items():
            if name[0] in CONTRIBUTORS:
                it[side] *= room / against
                it[2] = it[0] + it[1]


def put(into: Votes, name: str, yes: float, no: float, most: float, count: float) -> None:
    vote = into.get(name)
    if vote is None:
        into[name] = [yes, no, most, count]
    else:
        vote[0] += yes
        vote[1] += no
        vote[2] = max(vote[2], most)
        vote[3] = max(vote[3], count)


def pour(into: Votes, votes: Votes, for_yes: float, for_no: float) -> None:
    "Add the votes of another layer or target, weakened by how far it is."
    for name, (yes, no, most, count) in votes.items():
        top = max(for_yes if yes > 0 else 0.0, for_no if no > 0 else 0.0) * most
        put(into, name, yes * for_yes, no * for_no, top, count)


def backing(votes: Votes) -> Backing:
    sums = [[0.0, 0.0], [0.0, 0.0]]
    for name, (yes, no, _, count) in votes.items():
        if name != STRANGERS and yes + no > 0:
            side = sums[name[0] == KNOWN]
            side[0] += yes / (yes + no) * count
            side[1] += no / (yes + no) * count
    return Backing((sums[0][0], sums[0][1]), (sums[1][0], sums[1][1]))


def total(votes: Votes) -> tuple[float, float]:
    "Weight for yes and for no, each witness at its most."
    yes_all = no_all = 0.0
    for name in sorted(votes):  # a sum of floats depends on its order, an answer must not
        yes, no, most, _ = votes[name]
        if (both := yes + no) > 0:
            yes_all += yes / both * most
            no_all += no / both * most
    return yes_all, no_all


def says(tallies: tuple[Tally, ...]) -> str:
    "`yes`, `no`, `both`, or nothing, by witnesses of whatever method, each as much as its standing gives it."
    if all(tally.standing == Standing.REVIEWED for tally in tallies):
        yes = no = 0
        for tally in tallies:
            yes += tally.yes_witnesses * 2 + tally.split_witnesses
            no += tally.no_witnesses * 2 + tally.split_witnesses
        return ("both" if yes == no else "yes" if yes > no else "no") if yes or no else ""
    votes: Votes = {}
    for tally in tallies:
        cast(votes, NOBODY, tally, 1.0)
    close(votes)
    for_yes, for_no = sum(it[0] for it in votes.values()), sum(it[1] for it in votes.values())
    return ("both" if for_yes == for_no else "yes" if for_yes > for_no else "no") if for_yes or for_no else ""
