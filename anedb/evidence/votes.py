"""Votes: who says yes and who says no, and how much each weighs. One witness counts once however often it repeats."""

from __future__ import annotations

from typing import TypeAlias

from anedb.catalog.weights import Weights
from anedb.domain.knowledge import Cell, Tally
from anedb.domain.observation import Context

Votes: TypeAlias = dict[str, list[float]]
"""By witness: weight for yes, weight for no, the most it may weigh in all, and how many witnesses it stands for (a
popular cell names no witnesses, only their number)."""

NAMELESS = "+"
"Stands for all witnesses of a cell that cannot be told apart."


class Ballot:
    "What the witnesses of one layer on one target say to each question."

    __slots__ = ("chosen", "lone", "offered", "private")

    def __init__(self) -> None:
        self.offered: Votes = {}
        self.private: Votes = {}
        "By a private API: what the engine can do. Kept apart, so that it cannot outvote Core ML's own answer."
        self.chosen: dict[str, Votes] = {}
        "By compute units."
        self.lone: dict[str, Votes] = {}
        "Alone in a model, offered and yet not chosen: a launch costs more than it saves, which says little."

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
            into = self.lone if alone and not tally.yes_witnesses else self.chosen
            cast(into.setdefault(cell.units, {}), cell, tally, weights.method.get(tally.method, 0.0))

    def close(self) -> None:
        "Repeats of one witness give shares of one vote."
        for votes in (self.offered, self.private, *self.chosen.values(), *self.lone.values()):
            for vote in votes.values():
                both = vote[0] + vote[1]
                if both > 0:
                    vote[0], vote[1] = vote[0] / both * vote[2], vote[1] / both * vote[2]


def _implied(cell: Cell) -> tuple[Tally, ...]:
    "What was chosen or ran was offered; what was not chosen may have been."
    found = []
    for tally in (*cell.ran, *cell.chosen):
        if tally.yes_witnesses:
            found.append(Tally(method=tally.method, yes=tally.yes, yes_witnesses=tally.yes_witnesses))
    return tuple(found[:1])


def cast(into: Votes, cell: Cell, tally: Tally, weight: float) -> None:
    """Enter one tally. Witnesses are told apart by name where they agree and all have one, else only counted: then
    those of two cells may be the same people, and are taken to be."""
    voters = tally.yes_witnesses + tally.no_witnesses + tally.split_witnesses
    if not voters or not weight:
        return
    yes = (tally.yes_witnesses + tally.split_witnesses / 2) / voters
    agree = voters in (tally.yes_witnesses, tally.no_witnesses, tally.split_witnesses)
    if agree and voters == len(cell.witnesses):
        for name in cell.witnesses:
            put(into, name, yes * weight, (1 - yes) * weight, weight, 1)
        return
    put(into, NAMELESS, yes * weight * voters, (1 - yes) * weight * voters, weight * voters, voters)


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
    "`yes`, `no`, `both`, or nothing, by witnesses of whatever method."
    yes = no = 0
    for tally in tallies:
        yes += tally.yes_witnesses * 2 + tally.split_witnesses
        no += tally.no_witnesses * 2 + tally.split_witnesses
    return ("both" if yes == no else "yes" if yes > no else "no") if yes or no else ""
