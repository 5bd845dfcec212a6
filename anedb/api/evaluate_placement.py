"""Placement predicted for recorded plans, beside what Core ML chose.

The engine is offered where the plan says so, or, if a divided plan does not say, where our answers without its author
do. The rates are learnt again without the plans that are scored. Whole networks are left out one at a time, test
models in tenths.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from anedb.api.ask import Asker
from anedb.api.blind import Blind, of_the_same_authors
from anedb.api.judged import Judge
from anedb.catalog import placement, plans
from anedb.domain.evaluation import Placed
from anedb.domain.observation import Unit
from anedb.domain.placement import Placement
from anedb.domain.plan import RecordedPlan, Role
from anedb.placement.infer import with_inferred
from anedb.placement.learn import facts, learn
from anedb.placement.replay import Pair, replay, tells_offers

FOLDS = 10
MISSES = 12
"Kinds of disagreement that are told of each."


def placements(asker: Asker) -> Iterator[Placed]:
    "Each network under each units setting, and the test models of each source together."
    everything = list(plans.plans())
    shipped = placement.load()
    groups: dict[tuple[str, str, str], list[RecordedPlan]] = defaultdict(list)
    for plan in everything:
        name = plan.name if plan.role == Role.NETWORK else f"{plan.role} operations"
        groups[plan.source, plan.units, name].append(plan)
    learnt = _Learnt(shipped, everything)
    for (source, units, name), members in groups.items():
        yield _placed(name, source, units, members, shipped, learnt, _without(asker, source))


def _without(asker: Asker, source: str) -> Blind:
    "Of its author nothing is known: the dumps of a study are of the same models on the same machine."
    gone = of_the_same_authors([source])
    return Blind(asker, lambda cell: bool(gone.intersection(cell.sources)), sources=gone)


class _Learnt:
    "Rates learnt without some plans; those of one network, or of a tenth of the test models, are kept."

    def __init__(self, shipped: Placement, everything: Sequence[RecordedPlan]) -> None:
        self.shipped, self.everything = shipped, everything
        self.fold = {name: i % FOLDS for i, name in enumerate(dict.fromkeys(it.name for it in everything))}
        self.kept: dict[object, Placement] = {}
        self.facts = {id(plan): list(facts(plan)) for plan in everything}

    def without(self, plan: RecordedPlan) -> Placement:
        key = plan.name if plan.role == Role.NETWORK else self.fold[plan.name]
        found = self.kept.get(key)
        if found is None:
            rest = [it for it in self.everything if not self._left_out(it, plan)]
            found = self.kept[key] = with_inferred(
                replace(self.shipped, targets=learn(rest, lambda it: self.facts[id(it)])), rest
            )
        return found

    def _left_out(self, other: RecordedPlan, plan: RecordedPlan) -> bool:
        if plan.role == Role.NETWORK:
            return other.name == plan.name
        return other.role != Role.NETWORK and self.fold[other.name] == self.fold[plan.name]


def _placed(
    name: str, source: str, units: str, members: Sequence[RecordedPlan], shipped: Placement, learnt: _Learnt,
    without: Asker,
) -> Placed:  # fmt: skip
    blind, fit, answered, before_last = [list[Pair]() for _ in range(4)]
    judge = Judge(without, members[0].target, units)
    for plan in members:
        rates = learnt.without(plan)
        answers = [judge.of(op).is_offered for op in plan.network.ops]
        offers = None if tells_offers(plan) else answers
        told = _told(replay(plan, rates, offers))
        blind += told
        before_last += told[:-1]
        fit += _told(replay(plan, shipped, offers))
        answered += _told(replay(plan, rates, answers))
    return Placed(
        name=name,
        source=source,
        target=" ".join(it for it in (members[0].target.chip, members[0].target.os, members[0].target.version) if it),
        units=units,
        operations=len(blind),
        agreed=_agreed(blind),
        agreed_before_last=_agreed(before_last),
        operations_before_last=len(before_last),
        agreed_as_shipped=_agreed(fit),
        agreed_from_answers=_agreed(answered),
        baseline=sum((Unit.ANE if pair.offered else Unit.CPU) == pair.chosen for pair in blind),
        misses=dict(Counter(_miss(pair) for pair in blind if pair.predicted != pair.chosen).most_common(MISSES)),
    )


def _told(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair.chosen]


def _agreed(pairs: Sequence[Pair]) -> int:
    return sum(pair.predicted == pair.chosen for pair in pairs)


def _miss(pair: Pair) -> str:
    return f"{pair.type}: {pair.predicted}, {pair.chosen}"
