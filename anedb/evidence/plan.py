"""How near each observed target is to the one asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from anedb.catalog.weights import Weights
from anedb.domain.target import Target
from anedb.evidence.calendar import engine_number, minor, place
from anedb.evidence.index import Indexed, Where
from anedb.evidence.votes import Votes, pour, total

KEPT = 512
"Plans kept per layer type; a process that asks about more targets makes them again."

POWER = 1.5
"Of the nearness of a target, where parameters differ too."

KEPT_ANSWERS = 512
"Things a plan keeps about configurations."

T = TypeVar("T")
Share = tuple[float, float]


class Plan:
    "One target, against everything known of one layer type."

    __slots__ = (
        "asked", "elsewhere", "engines", "for_no", "for_yes", "gathered", "gpu", "here", "kept", "no", "reach", "same",
        "totals", "yes",
    )  # fmt: skip

    def __init__(self, asked: Where, indexed: Indexed, weights: Weights) -> None:
        self.asked = asked
        self.same = [is_same(asked, group.where) for group in indexed.groups]
        self.for_yes = [nearness(asked, group.where, weights.target, yes=True) for group in indexed.groups]
        self.for_no = [nearness(asked, group.where, weights.target, yes=False) for group in indexed.groups]
        self.gpu = [asked.chip in (None, group.where.chip) for group in indexed.groups]
        "Whether the GPU there is the one asked about: what another one takes from the engine is its own doing."
        pairs = zip(self.same, self.for_yes, self.for_no, strict=True)
        self.reach = [1.0 if same else max(for_yes, for_no) ** POWER for same, for_yes, for_no in pairs]
        "How much another layer's observations there count here at most."
        nearest = sorted(range(len(self.reach)), key=lambda number: -self.reach[number])
        self.here = [number for number in nearest if self.same[number]]
        self.elsewhere = [number for number in nearest if not self.same[number]]
        "Targets by number, the nearest first."
        engine = [group for group in indexed.groups if asked.engine is None or group.where.engine == asked.engine]
        yes = no = 0
        for group in engine:
            yes, no = yes | group.yes, no | group.no
        self.yes, self.no = yes & ~no, no & ~yes
        "Layers seen offered, and refused, on the engine asked about; those seen both ways are in neither."
        self.totals: dict[tuple[str, str], tuple[Share, Share, Share]] = {}
        self.kept: dict[Any, Any] = {}
        "Other things that follow from a whole configuration and this target (`keep`)."
        self.engines = {
            group.where.chip: group.where.engine for group in indexed.groups if group.where.chip and group.where.engine
        }
        "Engine numbers of the chips that evidence or the question tie to one."
        if asked.chip and asked.engine:
            self.engines[asked.chip] = asked.engine
        self.gathered: dict[tuple[int, str], Any] = {}
        "What was gathered of one layer (`anedb.evidence.gather`)."

    def keep(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        "What `make` gives, made once for a key; a key whose fingerprint is None is not kept."
        if key[1] is None:
            return make()
        found: T | None = self.kept.get(key)
        if found is None:
            if len(self.kept) >= KEPT_ANSWERS:
                self.kept.clear()
            found = self.kept[key] = make()
        return found

    def whole(self, indexed: Indexed, kind: str, units: str, weights: Weights) -> tuple[Share, Share, Share]:
        "Weight for yes and no of all layers of a class of element type: offered, chosen, offered by a private API."
        key = kind, units
        found = self.totals.get(key)
        if found is None:
            offered: Votes = {}
            private: Votes = {}
            chosen: Votes = {}
            other: Votes = {}
            cap, floor = weights.limits["layer"], weights.limits["floor"]
            for number, group in enumerate(indexed.groups):
                for_yes, for_no = (1.0, 1.0) if self.same[number] else (self.for_yes[number], self.for_no[number])
                if max(for_yes, for_no) < floor:
                    continue
                pour(offered, group.offered.get(kind, {}), for_yes, for_no)
                pour(private, group.private.get(kind, {}), for_yes, for_no)
                here = group.chosen if self.gpu[number] else group.beside
                pour(chosen, here.get((kind, units), {}), for_yes, for_no)
                for (of, setting), votes in group.beside.items():
                    if of == kind and setting != units:
                        pour(other, votes, for_yes, for_no)
            picked = under(chosen, other, weights.units["other"])
            found = self.totals[key] = (
                capped(total(offered), cap),
                capped(picked, cap),
                capped(total(private), weights.private_cap),
            )
        return found


def plan(indexed: Indexed, asked: Where, weights: Weights) -> Plan:
    "The plan for one target, kept for the next question about it."
    found = indexed.plans.get(asked)
    if found is None:
        if len(indexed.plans) >= KEPT:
            indexed.plans.clear()
        found = indexed.plans[asked] = Plan(asked, indexed, weights)
    return found


def asked_of(target: Target) -> Where:
    return Where(target.chip, engine_number(target.engine), target.os, minor(target.version), place(target.release))


def is_same(asked: Where, seen: Where) -> bool:
    "Whether a target agrees in all that the question states; what it leaves open is any."
    if asked.chip is not None:
        if seen.chip != asked.chip:
            return False
    elif asked.engine is not None and seen.engine != asked.engine:
        return False
    return asked.os in (None, seen.os) and asked.minor in (None, seen.minor) and asked.place in (None, seen.place)


def nearness(asked: Where, seen: Where, numbers: dict[str, float], *, yes: bool) -> float:
    "How much an observation there counts here, 0 to 1. Capabilities are mostly added, so direction matters."
    return _engine(asked, seen, numbers, yes) * _release(asked, seen, numbers, yes)


def _engine(asked: Where, seen: Where, numbers: dict[str, float], yes: bool) -> float:
    if asked.chip == seen.chip is not None or (asked.chip is None and asked.engine is None):
        return 1.0
    if asked.engine is None or seen.engine is None:
        return numbers["engine_unknown"]
    steps = asked.engine - seen.engine
    if not steps:
        return numbers["other_chip"] if asked.chip else 1.0
    return numbers["engine_kept" if (steps > 0) == yes else "engine_lost"] ** abs(steps)


def _release(asked: Where, seen: Where, numbers: dict[str, float], yes: bool) -> float:
    if asked.place is None:
        return 1.0 if asked.os in (None, seen.os) else numbers["other_os"]
    if seen.place is None:
        return numbers["release_unknown"]
    steps = asked.place - seen.place
    if not steps:
        if asked.os not in (None, seen.os):
            return numbers["other_os"]
        return 1.0 if asked.minor in (None, seen.minor) else numbers["other_version"]
    return numbers["release_kept" if (steps > 0) == yes else "release_lost"] ** abs(steps)


def under(right: Votes, other: Votes, factor: float) -> Share:
    "What was chosen under the units asked about; where nothing was, under others, weakened."
    if right or not other:
        return total(right)
    yes, no = total(other)
    return yes * factor, no * factor


def capped(share: Share, cap: float) -> Share:
    both = share[0] + share[1]
    return share if both <= cap else (share[0] / both * cap, share[1] / both * cap)
