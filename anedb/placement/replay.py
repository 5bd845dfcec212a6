"A recorded plan planned again by the model: what it predicts beside what Core ML chose."

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from anedb.domain.layer import DType
from anedb.domain.model import Op
from anedb.domain.observation import Unit
from anedb.domain.placement import Placement
from anedb.domain.plan import RecordedPlan
from anedb.placement.predict import Item, predict
from anedb.placement.times import Clock, concept, constant_weight, units_of
from anedb.placement.work import work


class Pair(NamedTuple):
    "One operation."

    type: str
    predicted: str
    chosen: str
    "Empty: the plan does not say."
    offered: bool | None


def replay(plan: RecordedPlan, placement: Placement, offered: Sequence[bool | None] | None = None) -> list[Pair]:
    "`offered`: whether the engine is, by operation; None: as the plan itself says."
    units = units_of(plan.units)
    clock = Clock(placement, plan.target.chip or "", plan.target.engine or "", units)
    known = [stated(plan, index) for index in range(len(plan.network.ops))] if offered is None else offered
    items = [_item(clock, op, engine) for op, engine in zip(plan.network.ops, known, strict=True)]
    found = predict(items, units, placement.scheduler)
    return [
        Pair(op.type, unit, op.seen.chosen if op.seen else "", engine)
        for op, unit, engine in zip(plan.network.ops, found, known, strict=True)
    ]


def tells_offers(plan: RecordedPlan) -> bool:
    """Whether `stated` is to be believed of it: it states offers, or all of an fp16 network is on one unit.

    Of a divided network without offers, what is beside the engine may be what the engine does not take.
    """
    seen = [op.seen for op in plan.network.ops if op.seen and op.seen.chosen]
    if any(each.offered for each in seen):
        return True
    fp32 = any(item.dtype == DType.FP32 for op in plan.network.ops for item in op.outputs)
    return len({each.chosen for each in seen}) == 1 and not fp32


def stated(plan: RecordedPlan, index: int) -> bool | None:
    "Whether the plan says that the engine is offered. Where it states no offers, what was chosen was offered."
    seen = plan.network.ops[index].seen
    if seen is None:
        return None
    return Unit.ANE in seen.offered if seen.offered else True


def _item(clock: Clock, op: Op, engine: bool | None) -> Item:
    done = work(op.layer, op.outputs)
    times = clock.estimate(concept(op), done.flops, done.bytes, constant=constant_weight(op))
    return Item("main", engine, times)


def agreement(pairs: Sequence[Pair]) -> tuple[int, int]:
    "How many agree, of how many that the plan tells."
    told = [pair for pair in pairs if pair.chosen]
    return sum(pair.predicted == pair.chosen for pair in told), len(told)
