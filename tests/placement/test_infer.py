"A GPU that no plan states times for: what decisions tell of it."

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import add, conv, gelu, op, plan, relu

from anedb.domain.model import Op, Seen
from anedb.domain.placement import Placement, Rate, Scheduler, TargetRates
from anedb.domain.plan import RecordedPlan
from anedb.domain.target import Target
from anedb.placement.infer import FACTORS, with_inferred
from anedb.placement.replay import agreement, replay

EIGHTHS = {"ane": 0.125, "gpu": 0.125}
SCHEDULER = Scheduler(launch_ms=EIGHTHS, switch_ms=0.125, output_ms=EIGHTHS, source="a test")
M5 = Target(chip="M5 Max", engine="H17", os="macOS", version="27")
EVERY = ("ane", "gpu", "cpu")


def rate(unit: str, figure: float, name: str = "*", step: int | None = None) -> Rate:
    return Rate(unit=unit, concept=name, step=step, rate=figure, operations=9, sources=("b",))


M4 = TargetRates(
    chip="M4",
    engine="H16",
    steps=(),
    rates=(
        rate("ane", 80.0), rate("gpu", 40.0), rate("cpu", 20.0), rate("gpu", 10.0, "add"),
        rate("ane", 800.0, step=0), rate("gpu", 400.0, step=0), rate("cpu", 20.0, step=0),
    ),
)  # fmt: skip
KNOWN = Placement(scheduler=SCHEDULER, computed=("conv",), targets=(M4,))


def large() -> Op:
    shape = (1, 64, 512, 512)
    return op("gelu", shape, x=shape)


def decided(factor: float, *ops: Op, target: Target = M5) -> RecordedPlan:
    "Where the model itself puts them, the GPU so much faster than the M4's."
    rates = tuple(replace(it, rate=it.rate * factor) if it.unit == "gpu" else it for it in M4.rates)
    mine = TargetRates(chip=M5.chip or "", engine=M5.engine or "", steps=(), rates=rates)
    empty = plan(*ops, target=target, units="all", chosen="cpu", offered=EVERY, source="decisions")
    found = replay(empty, replace(KNOWN, targets=(mine,)))
    placed = [
        it._replace(seen=it.seen._replace(chosen=pair.predicted))
        for it, pair in zip(empty.network.ops, found, strict=True)
        if it.seen
    ]
    return replace(empty, network=replace(empty.network, ops=tuple(placed)))


def factor_of(found: Placement) -> float:
    "By which the rates of the GPU are the M4's; the same for all."
    mine = next(it for it in found.targets if it.chip == "M5 Max")
    known = {(it.concept, it.step): it.rate for it in M4.rates if it.unit == "gpu"}
    factors = {it.rate / known[it.concept, it.step] for it in mine.rates if it.unit == "gpu"}
    assert {(it.concept, it.step) for it in mine.rates if it.unit == "gpu"} == set(known)
    (only,) = factors
    return only


@given(
    st.sampled_from(FACTORS),
    st.lists(st.sampled_from((large(), relu(256), conv(256), conv(64), add(256), gelu(64))), min_size=1, max_size=8),
)
@settings(max_examples=40)
def test_the_factor_gives_the_decisions_back(factor: int, ops: list[Op]) -> None:
    made = decided(factor, *ops)
    found = with_inferred(KNOWN, [made])
    used = any(it.seen and it.seen.chosen == "gpu" for it in made.network.ops)
    assert (found != KNOWN) == used
    if used:
        assert agreement(replay(made, found)) == (len(ops), len(ops))


def test_it_is_the_middle_of_those_that_do() -> None:
    "From some factor on all goes to the GPU, and no plan tells more."
    made = decided(64, large(), large())
    assert {it.seen.chosen for it in made.network.ops if it.seen} == {"gpu"}
    fitting = [factor for factor in FACTORS if decided(factor, large(), large()) == made]
    assert 1 < len(fitting) < len(FACTORS) and fitting[-1] == 64
    assert factor_of(with_inferred(KNOWN, [made])) == fitting[len(fitting) // 2]


def test_inferred_rates_say_so() -> None:
    made = decided(8, large(), large(), large())
    mine = next(it for it in with_inferred(KNOWN, [made]).targets if it.chip == "M5 Max")
    assert (mine.engine, mine.steps) == ("H17", ())
    assert {(it.how, it.operations, it.sources, it.unit) for it in mine.rates} == {
        ("decisions", 3, ("decisions",), "gpu")
    }


def test_a_chip_s_own_rates_are_kept() -> None:
    own = TargetRates(chip="M5 Max", engine="H17", steps=(), rates=(rate("ane", 90.0), rate("cpu", 25.0)))
    known = replace(KNOWN, targets=(M4, own))
    found = next(it for it in with_inferred(known, [decided(8, large())]).targets if it.chip == "M5 Max")
    assert found.rates[:2] == own.rates and {it.unit for it in found.rates[2:]} == {"gpu"}
    assert with_inferred(known, [decided(8, large())]).targets[0] == M4


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("the plan is not of all units", {"units": "cpu-and-ne"}),
        ("its chip states times itself", {"target": Target(chip="M4", engine="H16", os="macOS", version="26")}),
        ("it names no chip", {"target": Target(os="macOS", version="26")}),
    ],
)
def test_nothing_is_inferred_where(why: str, change: dict[str, object]) -> None:
    assert with_inferred(KNOWN, [replace(decided(8, large()), **change)]) == KNOWN, why


def test_nothing_is_inferred_where_the_gpu_was_never_used() -> None:
    made = plan(relu(), target=M5, units="all", chosen="cpu", offered=EVERY)
    assert with_inferred(KNOWN, [made]) == KNOWN


def test_nothing_is_inferred_where_no_other_chip_tells_of_a_gpu() -> None:
    nobody = replace(KNOWN, targets=())
    assert with_inferred(nobody, [decided(8, large())]) == nobody
    engine = replace(M4, rates=M4.rates[:1])
    assert with_inferred(replace(KNOWN, targets=(engine,)), [decided(8, large())]).targets == (engine,)


def test_the_order_of_plans_does_not_matter() -> None:
    made = [decided(4, large(), conv(256)), decided(4, relu(256), large()), decided(4, *[conv(64)] * 4)]
    assert with_inferred(KNOWN, made[::-1]) == with_inferred(KNOWN, made)


def unstated(made: RecordedPlan, *units: str, dtype: str = "fp16") -> RecordedPlan:
    "The plan with these units and no word of what was offered."
    ops = tuple(
        it._replace(seen=Seen((), unit, (), ()), outputs=tuple(out._replace(dtype=dtype) for out in it.outputs))
        for it, unit in zip(made.network.ops, units, strict=True)
    )
    return replace(made, network=replace(made.network, ops=ops))


@pytest.mark.parametrize(
    ("units", "dtype", "tells"),
    [(("gpu", "gpu"), "fp16", True), (("gpu", "ane"), "fp16", False), (("gpu", "gpu"), "fp32", False)],
    ids=["all-of-it", "divided", "fp32"],
)
def test_what_may_be_on_the_gpu_for_want_of_the_engine_tells_nothing(
    units: tuple[str, ...], dtype: str, tells: bool
) -> None:
    made = unstated(decided(64, large(), large()), *units, dtype=dtype)
    assert (with_inferred(KNOWN, [made]) != KNOWN) == tells
