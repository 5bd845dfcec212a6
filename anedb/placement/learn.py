"""How fast Core ML's scheduler takes each unit to be, out of recorded plans.

Two kinds of plan tell times. Some state Core ML's estimate for every backend, in milliseconds. The others state each
operation's share of the whole; one operation whose time is known turns shares into milliseconds. A `relu` is such a
one: in every plan with stated times it takes its bytes at 100 GB/s, on every unit of every chip; so is whatever of
`EVERYWHERE` a network without one has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise
from math import log
from statistics import median
from typing import NamedTuple, TypeAlias

from anedb.domain.layer import DType
from anedb.domain.model import Op
from anedb.domain.observation import Unit
from anedb.domain.placement import Rate, TargetRates
from anedb.domain.plan import RecordedPlan
from anedb.placement.times import concept, constant_weight
from anedb.placement.work import work

COMPUTED = ("conv", "conv_transpose", "gru", "linear", "lstm", "matmul", "rnn")
"Concepts that contract over a constant weight: counted by FLOPs."
ANY = "*"
EVERYWHERE = {"relu": 100.0, "layer_norm": 72.9, "softmax": 72.9}
"Concept -> billions of bytes in a second on the engine, the same in every plan that states times."
BACKENDS = {"ane": Unit.ANE, "bnns": Unit.CPU, "classic_cpu": Unit.CPU, "mps_graph": Unit.GPU}
LEAST_PPM = 500
"Shares are printed to four digits: smaller ones say too little."
SAME = 1.03
"A concept's rate within so much of what holds for all is not its own."


Learnt: TypeAlias = tuple[TargetRates, ...]


class Fact(NamedTuple):
    "How long one operation is taken to be, on one unit."

    unit: str
    concept: str
    by_flops: bool
    flops: int
    moved: int
    ms: float
    source: str


def learn(plans: Iterable[RecordedPlan], told: Callable[[RecordedPlan], Iterable[Fact]] | None = None) -> Learnt:
    """Rates of every chip that plans tell of. `told`: what a plan says, for who learns from the same plans often and
    keeps it (`facts`)."""
    found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for plan in plans:
        found[plan.target.chip or "", plan.target.engine or ""] += (told or facts)(plan)
    return tuple(
        TargetRates(chip=chip, engine=engine, steps=(steps := best_steps(every)), rates=tuple(rates(every, steps)))
        for (chip, engine), every in sorted(found.items())
        if every
    )


def facts(plan: RecordedPlan) -> Iterator[Fact]:
    scale = milliseconds_per_ppm(plan)
    for op, ppm in zip(plan.network.ops, plan.costs_ppm or [None] * len(plan.network.ops), strict=True):
        done = work(op.layer, op.outputs)
        if not done.bytes or done.flops is None or op.seen is None or not typical(op):
            continue
        for unit, ms in times(op, ppm, scale):
            yield Fact(unit, concept(op), by_flops(op), done.flops, done.bytes, ms, plan.source)


def typical(op: Op) -> bool:
    """In fp16, and nothing broadcast: integers are counted by element, and a small operand hides what the large one
    costs."""
    read = [operand for operand in op.layer.inputs if not operand.const]
    same = len({operand.shape for operand in read}) <= 1 or by_flops(op)
    dtypes = {it.dtype for it in op.layer.inputs} | {it.dtype for it in op.outputs[:1]}
    return same and dtypes <= {DType.FP16.value, DType.BOOL.value}


def times(op: Op, ppm: int | None, scale: float | None) -> Iterator[tuple[str, float]]:
    "Each unit's time: of the CPU's backends the faster."
    stated: dict[str, float] = {}
    for backend, ms in op.seen.runtimes if op.seen else ():
        unit = BACKENDS.get(backend)
        if unit and ms > 0:
            stated[unit] = min(ms, stated.get(unit, ms))
    yield from stated.items()
    if not stated and scale and ppm and ppm >= LEAST_PPM and op.seen and op.seen.chosen:
        yield op.seen.chosen, ppm * scale


def milliseconds_per_ppm(plan: RecordedPlan) -> float | None:
    known = [
        (ppm, (work(op.layer, op.outputs).bytes or 0) / EVERYWHERE[concept(op)] / 1e6)
        for op, ppm in zip(plan.network.ops, plan.costs_ppm, strict=False)
        if ppm and concept(op) in EVERYWHERE and (concept(op) == "relu" or (op.seen and op.seen.chosen == Unit.ANE))
    ]
    largest = max(known, default=None)
    return largest[1] / largest[0] if largest and largest[1] else None


def by_flops(op: Op) -> bool:
    return concept(op) in COMPUTED and constant_weight(op)


def best_steps(told: list[Fact]) -> tuple[float, ...]:
    "Where FLOPs per byte begin to be taken for faster: the two places that leave the least unexplained."
    dense = list({it[:5]: it for it in told if it.by_flops and it.concept == "conv"}.values())
    "Each convolution once, however many test models have it."
    marks = sorted({each.flops / each.moved for each in dense})
    between = [(one * two) ** 0.5 for one, two in pairwise(marks)]
    if len(between) < 2:
        return ()
    return min(combinations(between, 2), key=lambda steps: (_unexplained(dense, steps), steps))


def _unexplained(dense: list[Fact], steps: tuple[float, ...]) -> float:
    groups: dict[tuple[str, int], list[float]] = defaultdict(list)
    for each in dense:
        groups[each.unit, step_of(each, steps)].append(log(each.flops / each.ms))
    return round(sum(abs(one - median(group)) for group in groups.values() for one in group), 6)


def step_of(fact: Fact, steps: tuple[float, ...]) -> int:
    return sum(fact.flops / fact.moved >= step for step in steps)


def rates(told: list[Fact], steps: tuple[float, ...]) -> Iterator[Rate]:
    "What holds for all concepts (`*`), and what is a concept's own where it differs."
    for unit in (Unit.ANE, Unit.GPU, Unit.CPU):
        here = [each for each in told if each.unit == unit]
        moved = [each for each in here if not each.by_flops]
        common = _rate(unit, ANY, None, _one_a_concept(moved))
        if common:
            yield common
        yield from _own(unit, None, moved, common)
        dense = [each for each in here if each.by_flops]
        for step in range(len(steps) + 1):
            some = [each for each in dense if step_of(each, steps) == step]
            common = _rate(unit, ANY, step, [each for each in some if each.concept == "conv"] or some)
            if common:
                yield common
            yield from _own(unit, step, some, common)


def _one_a_concept(told: list[Fact]) -> list[Fact]:
    "So that what many models have many of does not stand for all."
    kept: dict[str, Fact] = {}
    for each in told:
        kept.setdefault(each.concept, each)
    return list(kept.values())


def _own(unit: str, step: int | None, told: list[Fact], common: Rate | None) -> Iterator[Rate]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for each in told:
        groups[each.concept].append(each)
    for name, group in sorted(groups.items()):
        own = _rate(unit, name, step, group)
        if own and (common is None or max(own.rate / common.rate, common.rate / own.rate) > SAME):
            yield own


def _rate(unit: str, name: str, step: int | None, told: list[Fact]) -> Rate | None:
    measured = [(each.moved if step is None else each.flops) / each.ms / 1e6 for each in told]
    if not measured or median(measured) <= 0:
        return None
    sources = tuple(sorted({each.source for each in told}))
    # Three digits: that shares are printed to four must not make one of two equal units the faster.
    return Rate(
        unit=unit,
        concept=name,
        step=step,
        rate=float(f"{median(measured):.3g}"),
        operations=len(told),
        sources=sources,
    )
