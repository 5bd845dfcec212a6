"""One question with everything that bears on it, level by level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from anedb.catalog.weights import Weights
from anedb.domain.claim import Claim, Strength
from anedb.domain.knowledge import Families
from anedb.evidence.columns import EXTENTS, NUMBERS, coordinates, members
from anedb.evidence.condition import holds
from anedb.evidence.edges import spared
from anedb.evidence.family import Family, family
from anedb.evidence.features import TARGET, features
from anedb.evidence.gather import Gathered, gather
from anedb.evidence.index import Indexed, dtype_class
from anedb.evidence.match import Match, candidates_for, defaults, left_open, match
from anedb.evidence.neighbours import Neighbours, neighbours
from anedb.evidence.plan import Share, asked_of, capped, plan
from anedb.evidence.question import Question
from anedb.evidence.rules import NO_ENGINE, Held, Rules, Truth, about, pool, weigh
from anedb.evidence.siblings import Siblings, siblings_say

LEVELS = ("layer", "elsewhere", "claim", "condition", "limit", "near_parameters", "near_target", "same")
FORM = tuple(sorted(NUMBERS - EXTENTS))
"Kernels, strides, groups and the like."
NOTHING: Share = (0.0, 0.0)
NO_FAMILIES = Families()
SILENT = dict.fromkeys(("elsewhere", "claim", "condition", "limit"), NOTHING)


class Case:
    "Gathers once what `judge` then reads. Nothing here decides."

    def __init__(
        self,
        question: Question,
        indexed: Indexed,
        others: Sequence[Indexed],
        rules: Rules,
        weights: Weights,
        families: Families = NO_FAMILIES,
    ) -> None:
        self.question, self.indexed, self.rules, self.weights = question, indexed, rules, weights
        self.families = families
        self.asked = asked_of(question.target)
        self.plan = plan_ = plan(indexed, self.asked, weights)
        self.layer: int | None = indexed.number.get(question.fingerprint) if question.fingerprint else None
        self.features = self._features()
        self.kind = dtype_class(question.layer, self.features)
        self.candidates = candidates_for(indexed, self.kind, question.layer, weights)
        self.relaxed: tuple[str, ...] = ()
        self.known = self._known()
        self.truth: Truth
        "Claims whose condition holds, and those that need what is not known."
        self.held: tuple[Held, ...]
        self.truth, self.held = plan_.keep(("claims", question.fingerprint, rules), self._claims)
        self._matched: Match | None = None
        self.numbers: tuple[int, ...] = ()
        "The layers that are the one asked about, or agree with the pattern."
        if self.layer is not None:
            self.numbers = (self.layer,)
        elif question.open:
            self._matched = self._match()
        self.direct: Gathered = gather(indexed, self.plan, self.numbers, question.units, weights)
        self.neighbours = plan_.keep(("near", question.fingerprint, question.units), self._neighbours)
        self.whole = self._whole()
        self.others: Siblings = siblings_say(self.features, self.asked, others, question, weights)
        self._votes: dict[str, dict[str, Share]] = {}

    def _features(self) -> dict[str, Any]:
        return features(self.question.layer) if self.layer is None else self.indexed.features[self.layer]

    @cached_property
    def family(self) -> Family | None:
        "Only of what the engine computes in: other element types have claims of their own."
        if self.kind not in ("fp16", "unknown") or self.no_engine:
            return None
        kind, known = self.question.layer_type, self.families
        name = f"{kind.format}:{kind.name}"
        return self.plan.keep(
            ("family", name, id(known)),
            lambda: (family(known, name, kind.concept, self.asked.engine, self.weights),),
        )[0]

    @cached_property
    def engines(self) -> Mapping[str, int]:
        "Engine numbers of chips, also of those that nothing was observed on."
        return {**self.families.engines, **self.plan.engines}

    @cached_property
    def spared(self) -> int:
        "Layers beyond limits that this question does not reach: they are no neighbours of it."
        if not self.indexed.edges or any(rule in self.rules.limits for rule in self.truth.hold):
            return 0
        return spared(self.indexed, coordinates(self.question.layer, self.features))

    @property
    def match(self) -> Match:
        "The question against every known layer; worked out where something needs it."
        if self._matched is None:
            self._matched = self._match()
        return self._matched

    def _match(self) -> Match:
        """A question that leaves something open agrees with every layer that agrees in what it states; where none
        does, parameters that only have their default give way as well."""
        question, indexed = self.question, self.indexed
        if self.layer is not None:
            return match(indexed, indexed.places[self.layer], (), self.candidates)
        asked = coordinates(question.layer, self.features)
        if not question.open:
            return match(indexed, asked, (), self.candidates)
        quiet, soft = defaults(question.layer_type, question.layer, question.stated)
        found = match(indexed, asked, left_open(indexed, asked, quiet), self.candidates)
        if not found.none and soft:
            self.relaxed = tuple(sorted(quiet | soft))
            return match(indexed, asked, left_open(indexed, asked, quiet | soft), self.candidates)
        self.numbers = tuple(members(found.none & ~self.spared or found.none))
        return found

    def _neighbours(self) -> Neighbours:
        "Looked at only where the layer itself was not seen on the target: one direct vote outweighs them all."
        if self.has_direct or not self.candidates:
            return Neighbours()
        without = 0
        for number in self.numbers:
            without |= 1 << number
        return neighbours(
            self.match,
            self._beyond(self.candidates & ~self.spared or self.candidates),
            without,
            self.indexed,
            self.plan,
            self.question.units,
            self.weights,
        )

    @property
    def no_engine(self) -> bool:
        "Whether it is said that this chip has no engine Core ML can use, and nobody saw otherwise."
        return not self.has_direct and any(
            held.rule.claim.reason == NO_ENGINE and held.weight > 0 for held in self.held
        )

    @property
    def has_direct(self) -> bool:
        "Whether anybody but a private API saw this configuration on this target."
        return sum(self.direct.offered_same) > 0

    def _whole(self) -> tuple[Share, Share, Share]:
        kind = "fp16" if self.kind == "unknown" and self.indexed.classes.get("fp16") else self.kind
        return self.plan.whole(self.indexed, kind, self.question.units, self.weights)

    def _known(self) -> Mapping[str, Any]:
        target = self.question.target
        more = {"chip": target.chip, "engine": target.engine, "os": target.os, "release": target.release}
        stated = {name: value for name, value in more.items() if value is not None}
        return {**self.features, "concept": self.question.layer_type.concept, **stated}

    def _claims(self) -> tuple[Truth, tuple[Held, ...]]:
        truth = self.rules.truth(self.known)
        weighed = (weigh(rule, self.asked, self.engines, self.weights) for rule in truth.hold)
        return truth, tuple(it._replace(weight=0.0) if self._refuted(it.rule.claim) else it for it in weighed)

    def _refuted(self, claim: Claim) -> bool:
        """Whether a layer as far beyond a stated limit as this one, or further, was seen offered this engine.

        Only extents may differ: a square kernel of 16 says nothing of one of 1 x 16.
        """
        if not is_limit(claim):
            return False
        asked = self.features.get(claim.feature)
        if type(asked) is not int:
            return False
        where = {name: self.known[name] for name in TARGET if name in self.known}
        for number in members(self.plan.yes & self.candidates):
            seen = self.indexed.features[number]
            told = seen.get(claim.feature)  # text, where the axis is flexible
            if type(told) is not int or told < asked or any(seen.get(it) != self.features.get(it) for it in FORM):
                continue
            if holds(claim.condition, {**seen, **where}):
                return True
        return False

    def _beyond(self, candidates: int) -> int:
        "Of a layer beyond a limit those are no neighbours that are within it."
        least = self.weights.limits["basis"]
        for held in self.held:
            claim = held.rule.claim
            if held.weight >= least and is_limit(claim):
                for number in members(candidates):
                    value = self.indexed.features[number].get(claim.feature)
                    if type(value) is int and value <= int(claim.limit):
                        candidates &= ~(1 << number)
        return candidates

    def votes(self, question: str) -> dict[str, Share]:
        "By level, for `offered`, `chosen` or `lone`."
        found = self._votes.get(question)
        if found is None:
            found = self._votes[question] = self._by_level(question)
        return found

    def _by_level(self, question: str) -> dict[str, Share]:
        direct, claims = self.direct, [held for held in self.held if about(held.rule.claim) == question]
        said = by_level(claims, self.weights)
        if self.no_engine:
            # What was seen where there is an engine says nothing of a chip that has none.
            return {**dict.fromkeys(LEVELS, NOTHING), **said, "claim": NOTHING}
        if question == "lone":
            return {
                **said,
                "near_target": direct.lone_near,
                "same": direct.lone_same,
            }
        if question == "chosen":
            return {
                "layer": plus(self.whole[1], self.others.chosen),
                **said,
                "near_parameters": self.neighbours.chosen,
                "near_target": direct.chosen_near,
                "same": direct.chosen_same,
            }
        return {
            "layer": plus(self.whole[0], self.others.offered, *(() if self.has_direct else self._private_of_type())),
            **said,
            "near_parameters": plus(self.neighbours.offered, self.neighbours.private),
            "near_target": plus(direct.offered_near, self._private()),
            "same": direct.offered_same,
        }

    def _private(self) -> Share:
        "A private API's votes: none beside a direct one, capped, and never more than a share of what stands beside."
        if self.has_direct:
            return NOTHING
        cap, beside = self.weights.private_cap, sum(self.direct.offered_near)
        if beside > self.weights.limits["basis"]:
            cap = min(cap, beside * self.weights.private_share)
        return capped(self.direct.private, cap)

    def _private_of_type(self) -> tuple[Share, Share]:
        return self.whole[2], self.others.private

    def public_votes(self) -> tuple[dict[str, Share], float] | None:
        """`votes` about what is offered without private APIs, and how many of these are Core ML's own word on this
        very layer: what it plans for neighbours does not bear on a limit found beyond them. None: no private API has a
        say.
        """
        private, own = self.weights.private_methods, self.weights.own_methods
        claims = [held for held in self.held if held.weight > 0 and about(held.rule.claim) == "offered"]
        public = [held for held in claims if held.rule.claim.method not in private]
        if len(public) == len(claims) and not any(
            sum(share) for share in (self._private(), self.neighbours.private, *self._private_of_type())
        ):
            return None
        direct = plus(self.direct.offered_near, self.direct.offered_same)
        said = plus(direct, pool([held for held in public if held.rule.claim.method in own], self.weights))
        votes = {
            "layer": plus(self.whole[0], self.others.offered),
            **by_level(public, self.weights),
            "near_parameters": self.neighbours.offered,
            "near_target": self.direct.offered_near,
            "same": self.direct.offered_same,
        }
        return votes, sum(said)

    def only_weak(self) -> bool:
        "Whether guesses and private APIs are all there is."
        weak = self.weights.private_methods
        voted = [held.rule.claim for held in self.held if held.weight > 0 and about(held.rule.claim) == "offered"]
        if not all(claim.strength == Strength.GUESS or claim.method in weak for claim in voted):
            return False
        direct = self.direct
        seen = (direct.offered_same, direct.offered_near, self.neighbours.offered, self.whole[0], self.others.offered)
        said = bool(voted) or any(sum(share) for share in (direct.private, self.neighbours.private, self.whole[2]))
        return said and not any(sum(share) > 0 for share in seen)


def is_limit(claim: Claim) -> bool:
    "Whether it says where a number ends: what is beyond is refused."
    limited = bool(claim.condition and claim.feature) and claim.limit.isdigit()
    return limited and claim.says == "no" and about(claim) == "offered"


def by_level(claims: Sequence[Held], weights: Weights) -> dict[str, Share]:
    "One with a condition is nearer than one without, and nearest one that speaks of a number."
    if not claims:
        return SILENT
    levels: dict[str, list[Held]] = {"elsewhere": [], "claim": [], "condition": [], "limit": []}
    for held in claims:
        claim = held.rule.claim
        if claim.condition and claim.feature:
            level = "limit"
        else:
            level = "elsewhere" if held.carried else "condition" if claim.condition else "claim"
        levels[level].append(held)
    return {level: pool(some, weights) for level, some in levels.items()}


def plus(*shares: Share) -> Share:
    return sum(share[0] for share in shares), sum(share[1] for share in shares)
