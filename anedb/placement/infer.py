"""Rates of a GPU that no plan states times for, from where Core ML put whole networks.

On some chips everything goes to the GPU when all units may be used: then no plan ever tells how long the engine would
have taken it for. What such plans do tell is that the GPU is taken to be faster by some factor at least.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from anedb.domain.observation import ComputeUnits, Unit
from anedb.domain.placement import Placement, Rate, TargetRates
from anedb.domain.plan import RecordedPlan
from anedb.placement.replay import agreement, replay, tells_offers
from anedb.placement.times import nearest

FACTORS = (1, 2, 4, 8, 16, 32, 64)


def with_inferred(known: Placement, plans: Iterable[RecordedPlan]) -> Placement:
    "The rates with those of GPUs that only decisions tell of."
    groups: dict[tuple[str, str], list[RecordedPlan]] = defaultdict(list)
    for plan in plans:
        # Of other plans it is not known whether the GPU was preferred to the engine, or taken for want of it.
        if plan.units == ComputeUnits.ALL and tells_offers(plan):
            groups[plan.target.chip or "", plan.target.engine or ""].append(plan)
    for (chip, engine), group in sorted(groups.items()):
        told = _chips_with_gpu(known.targets)
        if told and chip and chip not in told and _uses_gpu(group):
            known = _inferred(known, chip, engine, group)
    return known


def _chips_with_gpu(targets: Iterable[TargetRates]) -> set[str]:
    return {target.chip for target in targets if any(rate.unit == Unit.GPU for rate in target.rates)}


def _uses_gpu(plans: Iterable[RecordedPlan]) -> bool:
    return any(op.seen and op.seen.chosen == Unit.GPU for plan in plans for op in plan.network.ops)


def _inferred(known: Placement, chip: str, engine: str, plans: Sequence[RecordedPlan]) -> Placement:
    "The middle of the factors with which most operations go where they went: no plan tells more than a bound."
    tried = [_scaled(known, chip, engine, factor, plans) for factor in FACTORS]
    right = [sum(agreement(replay(plan, one))[0] for plan in plans) for one in tried]
    best = [one for one, count in zip(tried, right, strict=True) if count == max(right)]
    return best[len(best) // 2]


def _scaled(known: Placement, chip: str, engine: str, factor: int, plans: Sequence[RecordedPlan]) -> Placement:
    own = next((target for target in known.targets if target.chip == chip), None)
    beside = [target for target in nearest(known.targets, chip, engine) if target.chip != chip]
    rates: dict[tuple[str, int | None], Rate] = {}
    decisions = sum(agreement(replay(plan, known))[1] for plan in plans)
    sources = tuple(sorted({plan.source for plan in plans}))
    for target in beside:
        for rate in target.rates:
            if rate.unit == Unit.GPU:
                faster = float(f"{rate.rate * factor:.3g}")
                made = replace(rate, rate=faster, operations=decisions, sources=sources, how="decisions")
                rates.setdefault((rate.concept, rate.step), made)
    steps = own.steps if own else beside[0].steps
    mine = TargetRates(chip=chip, engine=engine, steps=steps, rates=(*(own.rates if own else ()), *rates.values()))
    return replace(known, targets=(*(it for it in known.targets if it.chip != chip), mine))
