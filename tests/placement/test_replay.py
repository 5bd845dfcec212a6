"Recorded plans planned again by the model, with the rates that are shipped."

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from plan_cases import add, gelu, plan, relu

from anedb.catalog import placement, plans
from anedb.domain.model import Seen
from anedb.domain.placement import Placement, Rate, Scheduler, TargetRates
from anedb.domain.plan import RecordedPlan, Role
from anedb.placement.replay import Pair, agreement, replay, stated, tells_offers
from anedb.placement.work import work

EIGHTHS = {"ane": 0.125, "gpu": 0.125}
BOTH = ("ane", "cpu")

HEADER = """\
# Operations that the placement model, told which of them are offered the engine and with the rates of
# data/placement.json, puts where Core ML put them. These plans are among those that the rates were learnt from:
# `anedb evaluate` has the figures of rates learnt without them. What differs, where it is not 100 %:
# - 751k-plan-ctx-cpune: the relu at the end of small models, where ending on the engine and on the CPU cost the same;
# - 751k-plan-iso-*: single operations about as dear on both units, transposed convolutions above all; under all units
#   also two of unknown size, for which a GPU might have been worth it;
# - bert-b16 on all units of an M4 Pro: reshapes between engine and GPU, which cost the same on either side.
# source, units, role or network: agreed of operations
"""

FLOOR = {Role.WRAPPED: 0.97, Role.ISOLATED: 0.96, Role.NETWORK: 0.9}


def rated(unit: str, figure: float) -> Rate:
    return Rate(unit=unit, concept="*", step=None, rate=figure, operations=1, sources=("a",))


KNOWN = Placement(
    scheduler=Scheduler(launch_ms=EIGHTHS, switch_ms=0.125, output_ms=EIGHTHS, source="a test"),
    computed=(),
    targets=(TargetRates(chip="M4", engine="H16", steps=(), rates=(rated("ane", 100.0), rated("cpu", 1.0))),),
)


def with_seen(made: RecordedPlan, *seen: Seen | None) -> RecordedPlan:
    ops = tuple(op._replace(seen=each) for op, each in zip(made.network.ops, seen, strict=True))
    return replace(made, network=replace(made.network, ops=ops))


def test_an_operation_goes_where_it_is_cheapest_among_what_is_offered() -> None:
    made = plan(relu(512), gelu(512), add(512), offered=BOTH, chosen="ane")
    assert [pair.predicted for pair in replay(made, KNOWN)] == ["ane", "ane", "ane"]
    cpu = Seen(("cpu",), "cpu", (), ())
    some = with_seen(made, Seen(BOTH, "ane", (), ()), cpu, Seen(BOTH, "cpu", (), ()))
    assert replay(some, KNOWN) == [
        Pair("relu", "ane", "ane", True),
        Pair("gelu", "cpu", "cpu", False),
        Pair("add", "ane", "cpu", True),
    ]


def test_what_somebody_else_says_of_offers_counts_instead_where_it_is_given() -> None:
    made = plan(relu(512), gelu(512), offered=BOTH)
    found = replay(made, KNOWN, [False, None])
    assert [(pair.predicted, pair.offered) for pair in found] == [("cpu", False), ("unknown", None)]


@pytest.mark.parametrize(
    ("seen", "offered"),
    [
        (Seen(BOTH, "cpu", (), ()), True),
        (Seen(("cpu",), "cpu", (), ()), False),
        (Seen((), "ane", (), ()), True),
        (Seen((), "cpu", (), ()), True),
        (None, None),
    ],
)
def test_whether_the_engine_is_offered_is_what_the_plan_says(seen: Seen | None, offered: bool | None) -> None:
    assert stated(with_seen(plan(relu()), seen), 0) is offered


@pytest.mark.parametrize(
    ("units", "offered", "dtype", "tells"),
    [
        (("ane", "cpu"), BOTH, "fp16", True),
        (("gpu", "gpu"), (), "fp16", True),
        (("gpu", "ane"), (), "fp16", False),
        (("gpu", "gpu"), (), "fp32", False),
    ],
    ids=["stated", "undivided", "divided", "fp32"],
)
def test_a_divided_plan_without_offers_does_not_tell_them(
    units: tuple[str, ...], offered: tuple[str, ...], dtype: str, tells: bool
) -> None:
    made = plan(relu(512), gelu(512))
    ops = tuple(
        it._replace(seen=Seen(offered, unit, (), ()), outputs=tuple(out._replace(dtype=dtype) for out in it.outputs))
        for it, unit in zip(made.network.ops, units, strict=True)
    )
    assert tells_offers(replace(made, network=replace(made.network, ops=ops))) == tells


def test_what_the_plan_does_not_say_neither_agrees_nor_differs() -> None:
    pairs = [
        Pair("relu", "ane", "ane", True),
        Pair("relu", "unknown", "cpu", None),
        Pair("relu", "cpu", "ane", True),
        Pair("relu", "cpu", "", False),
    ]
    assert agreement(pairs) == (1, 3)
    assert agreement([]) == (0, 0)


def shipped() -> Iterator[tuple[str, str, int, int]]:
    "What it is of, its role, agreed, operations."
    found: dict[tuple[str, str], list[int]] = {}
    for made in filter(tells_offers, plans.plans()):
        what = made.name if made.role == Role.NETWORK else made.role
        counts = found.setdefault((f"{made.source} {made.units} {what}", made.role), [0, 0])
        agreed, of = agreement(replay(made, placement.load()))
        counts[0], counts[1] = counts[0] + agreed, counts[1] + of
    return ((what, role, agreed, of) for (what, role), (agreed, of) in found.items())


def test_the_shipped_rates_put_operations_where_core_ml_did(golden: Callable[[str, str], None]) -> None:
    lines = [f"{what}: {agreed} of {of}, {100 * agreed / of:.1f} %\n" for what, _, agreed, of in shipped()]
    golden("replay.txt", HEADER + "".join(lines))


def test_agreement_does_not_fall_below_what_it_was() -> None:
    found = list(shipped())
    assert {role for _, role, _, _ in found} == set(FLOOR)
    for what, role, agreed, of in found:
        assert agreed >= FLOOR[Role(role)] * of > 0, what


def test_every_operation_whose_work_is_known_is_placed() -> None:
    "In a network of which all is known; and what is not offered is never on the engine."
    for made in plans.plans():
        pairs = replay(made, placement.load())
        sized = all(work(op.layer, op.outputs).flops is not None for op in made.network.ops)
        for index, pair in enumerate(pairs):
            assert pair.predicted != "ane" or stated(made, index)
            assert pair.predicted != "unknown" or not sized
