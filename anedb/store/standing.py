"""Whose word counts, learnt from what they say where others spoke too: pure, no database.

As in Dawid and Skene (1979) a witness is right with one probability where the truth is yes and another where it is no.
Theirs are learnt together with the truth, which accounts that agree with one another can pull wherever they like; ours
are measured against references alone, cases that reviewed sources or corroborated contributors hold, the witness itself
left out. So trust spreads from what a person has read, and from nowhere else (Douceur 2002: without such a root,
whoever invents enough identities is the majority). A share of few comparisons is shrunk towards `mean` by a beta prior
worth `prior` of them. Numbers: `[witness]` in data/weights.toml.

Reviewed sources are not weighed so: two that disagree could not be told apart, and a person has read both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from math import log
from typing import Any, NamedTuple, TypeAlias

from anedb.domain.knowledge import TRUST, Standing

Case: TypeAlias = Any
"A layer at a place: what one witness says yes or no to, once."
Said: TypeAlias = Mapping[Case, int]
"What one witness says: 1 offered, -1 not; a case it is of two minds about is not in it."
Kind = tuple[str, int]
"Standing and trust."
TRUSTED: Kind = (Standing.REVIEWED.value, TRUST)
STRANGER: Kind = (Standing.NEW.value, TRUST)


class Anchor(NamedTuple):
    "What is held in one case by those who are trusted."

    reviewed: int
    "Reviewed sources that say yes, less those that say no."
    yes: int
    "Known contributors, their devices together."
    no: int
    telling: bool
    "Whether it is not the usual answer of its layer type: agreeing takes more than a guess."

    def side(self, numbers: Mapping[str, float], own: int = 0) -> int:
        """1, -1, or 0 where it is no reference. `own`: what the witness's contributor has in it, positive for yes.

        What a reviewed source says is one, whatever contributors say: no crowd can undo it. What contributors alone say
        is one where enough of them agree and too few deny it: no crowd can discredit those whom it outnumbers.
        """
        if self.reviewed:
            return sign(self.reviewed)
        yes, no = self.yes - max(own, 0), self.no - max(-own, 0)
        if max(yes, no) < numbers["vouched"] or min(yes, no) >= numbers["dissent"] or yes == no:
            return 0
        return 1 if yes > no else -1


class Record(NamedTuple):
    "How one witness does against the references."

    yes_agreed: int = 0
    "Of `yes_compared` references that say yes."
    yes_compared: int = 0
    no_agreed: int = 0
    no_compared: int = 0
    telling: int = 0
    "Agreements that are no guess."


def learn(
    said: Mapping[int, Said],
    identity: Mapping[int, Hashable],
    reviewed: Collection[int],
    type_of: Callable[[Case], Hashable],
    numbers: Mapping[str, float],
    unproven: Collection[int] = (),
) -> tuple[dict[Case, Anchor], dict[int, Record]]:
    """References, and a record for each witness that is not reviewed.

    Begins with the reviewed, and goes on as long as somebody new is corroborated, all of a round at once: the order of
    witnesses does not matter. `identity`: devices of one contributor vouch once; `unproven`: these never vouch.
    """
    trusted, records = set(reviewed), dict.fromkeys(said, Record())
    while True:
        held = _held(said, identity, trusted)
        anchors = _anchors(held, {identity[it] for it in reviewed}, type_of, numbers)
        for witness, own in said.items():
            if witness not in reviewed:
                mine = held.get(identity[witness])
                records[witness] = record(own, anchors, numbers, mine)
        found = {
            witness
            for witness, it in records.items()
            if kind(it, numbers, proven=witness not in unproven)[0] == Standing.KNOWN
        }
        if found <= trusted:
            return anchors, {witness: it for witness, it in records.items() if witness not in reviewed}
        trusted |= found


def record(
    said: Said, anchors: Mapping[Case, Anchor], numbers: Mapping[str, float], mine: Said | None = None
) -> Record:
    "`mine`: what the witness's own contributor has in the references."
    agreed, compared, telling = {1: 0, -1: 0}, {1: 0, -1: 0}, 0
    for case, says in said.items():
        anchor = anchors.get(case)
        side = anchor.side(numbers, mine.get(case, 0) if mine else 0) if anchor else 0
        if anchor and side:
            compared[side] += 1
            agreed[side] += side == says
            telling += side == says and anchor.telling
    return Record(agreed[1], compared[1], agreed[-1], compared[-1], telling)


def impostors(contributor: Mapping[int, Hashable], signed: Collection[int]) -> set[int]:
    """Witnesses that bear the name of a contributor who signs, and are not signed: whoever writes a name into a header
    has it. Where nobody of the name ever signed, the name is all there is to go by."""
    sign_themselves = {contributor[it] for it in signed if it in contributor}
    return {it for it, name in contributor.items() if name in sign_themselves and it not in signed}


def kind(it: Record, numbers: Mapping[str, float], *, proven: bool = True) -> Kind:
    "What a record makes of a contributor's witness; of one who may not be who it says, at most a newcomer."
    right = reliability(it, numbers)
    trust = quarters(right, numbers["mean"])
    if not trust:
        return Standing.SET_ASIDE.value, 0
    known = proven and it.telling >= numbers["telling"] and right >= numbers["agreed"]
    return (Standing.KNOWN if known else Standing.NEW).value, trust


def reliability(it: Record, numbers: Mapping[str, float]) -> float:
    """How often it is right, as far as that is known: the mean of the beta posterior, of yes or of no, whichever is
    less. Who always says no is right about every no."""
    prior, mean = numbers["prior"], numbers["mean"]
    sides = (it.yes_agreed, it.yes_compared), (it.no_agreed, it.no_compared)
    return min((mean * prior + agreed) / (prior + compared) for agreed, compared in sides)


def quarters(right: float, mean: float) -> int:
    """The weight of one who is right so often, as quarters of one who is right as often as the prior has it.

    Log odds: what the best vote among independent witnesses weighs them by (Nitzan and Paroush 1982). One who is right
    half the time says nothing; of one who is right less often we do not take the contrary.
    """
    right = min(right, mean)
    return max(0, round(TRUST * log(right / (1 - right)) / log(mean / (1 - mean))))


def _held(said: Mapping[int, Said], identity: Mapping[int, Hashable], trusted: set[int]) -> dict[Hashable, Said]:
    "What each trusted identity holds."
    sums: dict[Hashable, dict[Case, int]] = defaultdict(lambda: defaultdict(int))
    for witness in trusted:
        for case, says in said.get(witness, {}).items():
            sums[identity[witness]][case] += says
    return {who: {case: sign(it) for case, it in cases.items()} for who, cases in sums.items()}


def _anchors(
    held: Mapping[Hashable, Said],
    reviewed: set[Hashable],
    type_of: Callable[[Case], Hashable],
    numbers: Mapping[str, float],
) -> dict[Case, Anchor]:
    counts: dict[Case, list[int]] = defaultdict(lambda: [0, 0, 0])
    for who, cases in held.items():
        for case, it in cases.items():
            if who in reviewed:
                counts[case][0] += it
            else:
                counts[case][1 if it > 0 else 2] += abs(it)
    plain = {case: Anchor(found[0], found[1], found[2], telling=False) for case, found in counts.items()}
    usual: dict[Hashable, int] = defaultdict(int)
    for case, anchor in plain.items():
        usual[type_of(case)] += anchor.side(numbers)
    return {case: it._replace(telling=_telling(it, usual[type_of(case)], numbers)) for case, it in plain.items()}


def _telling(anchor: Anchor, usual: int, numbers: Mapping[str, float]) -> bool:
    return anchor.side(numbers) != 0 and anchor.side(numbers) != sign(usual)


def sign(number: int) -> int:
    return (number > 0) - (number < 0)


def place(chip: str | None, os: str | None, version: str | None) -> str:
    "What must be alike for two witnesses to speak of the same: builds and devices may differ. Empty: no chip stated."
    return f"{chip}|{os or ''}|{'.'.join((version or '').split('.')[:2])}" if chip else ""


def sides(rows: Iterable[tuple[Case, int, int]]) -> dict[Case, int]:
    "Of what one witness said, in whatever settings and contexts: case, how often yes, how often no."
    sums: dict[Case, int] = defaultdict(int)
    for case, yes, no in rows:
        sums[case] += yes - no
    return {case: sign(it) for case, it in sums.items() if it}
