"""Claims and workarounds that bear on one layer type, and which of them hold for a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from anedb.catalog.weights import Weights
from anedb.domain.claim import Claim, Strength, Workaround
from anedb.domain.layer import LayerType
from anedb.evidence.calendar import engine_number, place, place_of_date, place_of_engine
from anedb.evidence.condition import holds, names
from anedb.evidence.index import Where
from anedb.evidence.plan import Share, capped
from anedb.evidence.votes import Votes, put, total

NO_ENGINE = "no-engine"
"The reason code of a chip without an engine that Core ML can use."
TOO_SMALL = "too-small"
"The reason code of a layer that is offered the engine and not worth a launch: a word about layers that stand alone."


class Rule(NamedTuple):
    claim: Claim
    scope: float
    "1, or less for a claim about the concept's layer type in the other format."
    needs: frozenset[str]
    made: int | None
    "Place in time of the Core ML release that was current."


class Held(NamedTuple):
    "A claim whose condition holds, with the weight it has for this target; 0: it speaks of others."

    rule: Rule
    weight: float
    aged: int
    "Core ML releases since it was made."
    carried: bool = False
    "Whether it was measured on other engines than the one asked about."


class Truth(NamedTuple):
    "What is known of the claims for one layer, whatever the target."

    hold: tuple[Rule, ...]
    open: tuple[Rule, ...]
    "Those that need what is not known."


class Rules:
    "Made once per layer type and set of claims."

    def __init__(
        self, kind: LayerType, others: Sequence[str], claims: tuple[Claim, ...], workarounds: tuple[Workaround, ...]
    ) -> None:
        self.claims, self.workarounds = claims, workarounds
        self.kind = kind
        self.rules = tuple(
            Rule(claim, scope, names(claim.condition) if claim.condition else frozenset(), place_of_date(claim.date))
            for claim in sorted(claims, key=lambda it: it.id)
            if (scope := _scope(claim.subject, kind, others))
        )
        self.advice = tuple(it for it in workarounds if _scope(it.subject, kind, ()))
        self.limits = tuple(rule for rule in self.rules if rule.claim.feature and rule.claim.limit.isdigit())

    def truth(self, known: Mapping[str, Any]) -> Truth:
        "Which conditions hold. An evaluation costs some microseconds, so `Plan.keep` keeps the result."
        hold, left = [], []
        for rule in self.rules:
            if (value := holds(rule.claim.condition, known)) is None:
                left.append(rule)
            elif value:
                hold.append(rule)
        return Truth(tuple(hold), tuple(left))


def _scope(subject: str, kind: LayerType, others: Sequence[str]) -> float:
    "1 where a subject means this layer type, -1 (`weigh` turns it into a weight) for another of its concept, else 0."
    if subject in ("*", kind.concept, f"{kind.format}:{kind.name}"):
        return 1.0
    return -1.0 if subject in others else 0.0


def weigh(rule: Rule, asked: Where, engines: Mapping[str, int], weights: Weights) -> Held:
    "The weight of a claim that holds: strength, scope, target and age, multiplied."
    claim = rule.claim
    weight = weights.strength.get(claim.strength, 0.0)
    if claim.method in weights.private_methods:
        weight *= weights.method[claim.method]
    if rule.scope < 0:
        weight *= weights.claim["other_format"]
    weight *= _place(claim, asked, engines, weights)
    aged = _age(rule, asked)
    return Held(rule, weight * weights.claim["age"] ** aged, aged, _carried(claim, asked, engines))


def _place(claim: Claim, asked: Where, engines: Mapping[str, int], weights: Weights) -> float:
    "How far a claim speaks of the target. A measured one reaches to other engines and releases as observations do."
    return _engine(claim, asked, engines, weights) * _release(claim, asked, weights)


def _carried(claim: Claim, asked: Where, engines: Mapping[str, int]) -> bool:
    if not (claim.engines or claim.chips) or asked.engine is None or asked.chip in claim.chips:
        return False
    numbers = _spoken(claim, engines)
    return bool(numbers) and asked.engine not in numbers


def _spoken(claim: Claim, engines: Mapping[str, int]) -> list[int]:
    "The engines that a claim names, or names chips of."
    found = {engine_number(engine) for engine in claim.engines} | {engines.get(chip) for chip in claim.chips}
    return [number for number in found if number is not None]


def _engine(claim: Claim, asked: Where, engines: Mapping[str, int], weights: Weights) -> float:
    if not claim.engines and not claim.chips:
        return 1.0
    if asked.chip is None and asked.engine is None:
        # What was measured somewhere says something; a rule about one chip says nothing of chips in general.
        return weights.claim["unplaced"] if claim.strength == Strength.MEASURED else 0.0
    if asked.chip in claim.chips:
        return 1.0
    numbers = _spoken(claim, engines)
    if asked.engine in numbers:
        return 1.0 if claim.engines or asked.chip is None else weights.target["other_chip"]
    if claim.strength != Strength.MEASURED or asked.engine is None or not numbers:
        return 0.0
    nearest = min(numbers, key=lambda number: abs(asked.engine - number))  # type: ignore[operator]
    steps = asked.engine - nearest
    name = "engine_kept" if (steps > 0) == (claim.says == "yes") else "engine_lost"
    return float(weights.target[name] ** abs(steps))


def _release(claim: Claim, asked: Where, weights: Weights) -> float:
    first, last, here = place(claim.since_release), place(claim.until_release), asked.place
    if here is None or (first is None and last is None):
        return 1.0
    steps = here - first if first is not None and here < first else here - last if last is not None else 0
    if not steps or (steps > 0 and last is None):
        return 1.0
    if last is not None and steps < 0 and (first is None or here >= first):
        return 1.0
    if claim.strength != Strength.MEASURED:
        return 0.0
    name = "release_kept" if (steps > 0) == (claim.says == "yes") else "release_lost"
    return float(weights.target[name] ** abs(steps))


def _age(rule: Rule, asked: Where) -> int:
    """Core ML releases between the claim and the question. An engine that came later was unknown to the author, too.

    A claim that names the releases it speaks of does not age within them.
    """
    here = max(asked.place or 0, place_of_engine(asked.engine) or 0)
    last = place(rule.claim.until_release)
    made = max(rule.made or 0, last or 0)
    return max(0, here - made) if here and made else 0


def pool(held: Sequence[Held], weights: Weights) -> Share:
    "Weight for yes and no: one vote a source, guesses and private APIs capped."
    if not held:
        return 0.0, 0.0
    firm: Votes = {}
    guesses: Votes = {}
    private: Votes = {}
    for it in held:
        claim = it.rule.claim
        guess = claim.strength == Strength.GUESS
        _enter(private if claim.method in weights.private_methods else guesses if guess else firm, it)
    parts = (
        total(firm),
        capped(total(guesses), weights.claim["guess_cap"]),
        capped(total(private), weights.private_cap),
    )
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def _enter(into: Votes, held: Held) -> None:
    claim, weight = held.rule.claim, held.weight
    yes = weight if claim.says == "yes" else 0.0
    put(into, claim.source, yes, weight - yes, weight, 1)


def about(claim: Claim) -> str:
    "Which question a claim answers: `offered`, `chosen`, or `lone`, chosen while alone in a model."
    return "lone" if claim.reason == TOO_SMALL else claim.about
