"Plans made with known rates give those rates back."

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import M4, STEPS, add, conv, gelu, op, plan, relu, tanh

from anedb.catalog import plans
from anedb.domain.placement import Rate, TargetRates
from anedb.domain.plan import RecordedPlan
from anedb.domain.target import Target
from anedb.placement.learn import LEAST_PPM, facts, learn, milliseconds_per_ppm
from anedb.placement.work import work

CONVS = (conv(8), conv(16), conv(24), conv(48), conv(64), conv(96), conv(160), conv(256, 64))
"On both sides of each step."
NETWORK = (relu(256), add(), gelu(), tanh(), *CONVS)

figures = st.integers(100, 999).flatmap(lambda digits: st.sampled_from((digits / 10, float(digits), digits * 10.0)))
"Three digits, as rates are kept."
rising = st.tuples(st.integers(10, 60), st.integers(100, 600), st.integers(1000, 6000).map(lambda it: it // 10 * 10))
"Plain enough that it is no question where a class begins."


def told(found: TargetRates) -> dict[tuple[str, str, int | None], float]:
    return {(rate.unit, rate.concept, rate.step): rate.rate for rate in found.rates}


def only(*given: RecordedPlan) -> TargetRates:
    (found,) = learn(given)
    return found


def near(one: float, other: float) -> bool:
    return one == pytest.approx(other, rel=0.01)


@given(rising, rising, figures, figures)
def test_stated_times_give_the_rates_they_were_made_with(
    engine: tuple[int, int, int], cpu: tuple[int, int, int], ane_moved: float, cpu_moved: float
) -> None:
    rates = {
        "ane": {"computed": engine, "moved": ane_moved, "relu": 100.0},
        "bnns": {"computed": cpu, "moved": cpu_moved, "relu": 100.0},
    }
    found = told(only(plan(*NETWORK, rates=rates)))
    for unit, computed, moved in (("ane", engine, ane_moved), ("cpu", cpu, cpu_moved)):
        assert [found[unit, "*", step] for step in range(3)] == [float(each) for each in computed]
        assert found[unit, "*", None] == moved
        differs = max(100 / moved, moved / 100) > 1.03
        assert found.get((unit, "relu", None)) == (100.0 if differs else None)
    assert {name for _, name, _ in found} <= {"*", "relu"}, "add, gelu and tanh have none of their own"


@given(rising)
@settings(max_examples=20)
def test_steps_lie_where_the_rate_changes(engine: tuple[int, int, int]) -> None:
    done = [work(one.layer, one.outputs) for one in CONVS]
    marks = sorted((it.flops or 0) / (it.bytes or 1) for it in done)
    found = only(plan(*NETWORK, rates={"ane": {"computed": engine, "moved": 70.0}})).steps
    expected = [next((a * b) ** 0.5 for a, b in pairwise(marks) if a < step <= b) for step in STEPS]
    assert found == pytest.approx(expected)


@given(rising, figures)
def test_shares_give_the_rates_too_once_a_relu_tells_what_they_are_shares_of(
    engine: tuple[int, int, int], moved: float
) -> None:
    rates = {"ane": {"computed": engine, "moved": moved, "relu": 100.0}}
    made = plan(*NETWORK, rates=rates, shares=True)
    exact = told(only(plan(*NETWORK, rates=rates)))
    seen = [op for op, ppm in zip(made.network.ops, made.costs_ppm, strict=True) if (ppm or 0) >= LEAST_PPM]
    for key, figure in told(only(made)).items():
        if len(seen) == len(NETWORK):
            assert near(figure, exact[key])
    for fact in facts(made):
        own = [one for one in facts(plan(*NETWORK, rates=rates)) if one[:5] == fact[:5]]
        assert any(near(fact.ms, each.ms) for each in own)


def test_a_millisecond_has_as_many_shares_as_the_largest_relu_says() -> None:
    made = plan(relu(256), relu(8), rates={"ane": {"moved": 100.0}}, shares=True)
    total = 2 * 2 * 8 * (256**2 + 8**2) / 100e6
    assert milliseconds_per_ppm(made) == pytest.approx(total / 1e6, rel=1e-5)


def test_shares_of_a_network_without_a_known_operation_tell_nothing() -> None:
    made = plan(add(), gelu(), rates={"ane": {"moved": 70.0}}, shares=True)
    assert milliseconds_per_ppm(made) is None and learn([made]) == ()


@pytest.mark.parametrize(("unit", "known"), [("ane", True), ("gpu", False), ("cpu", False)])
def test_only_a_relu_takes_the_same_on_every_unit(unit: str, known: bool) -> None:
    shape = (1, 8, 64, 64)
    softmax = op("softmax", shape, {"axis": 1}, x=shape)
    assert (milliseconds_per_ppm(plan(softmax, rates={"ane": {"moved": 72.9}}, shares=True, chosen=unit)) is None) != (
        known
    )
    assert milliseconds_per_ppm(plan(relu(), rates={"ane": {"moved": 100.0}}, shares=True, chosen=unit)) is not None


def test_a_share_tells_of_the_unit_that_was_chosen_alone() -> None:
    rates = {"ane": {"moved": 50.0, "relu": 100.0}}
    found = told(only(plan(relu(), add(), gelu(), rates=rates, shares=True, chosen="gpu")))
    assert {unit for unit, _, _ in found} == {"gpu"}


def test_small_shares_say_too_little() -> None:
    made = plan(relu(256), add(8), add(64), rates={"ane": {"moved": 50.0, "relu": 100.0}}, shares=True)
    few = replace(made, costs_ppm=(990_000, LEAST_PPM - 1, LEAST_PPM))
    assert [fact.concept for fact in facts(few)] == ["relu", "add"]


def test_of_the_cpu_s_backends_the_faster_counts() -> None:
    rates = {"bnns": {"moved": 30.0}, "classic_cpu": {"moved": 60.0}, "e5_minimal_cpu": {"moved": 90.0}}
    for order in (rates, dict(reversed(rates.items()))):
        assert told(only(plan(add(), gelu(), rates=order))) == {("cpu", "*", None): 60.0}


def test_a_time_of_nothing_is_no_time() -> None:
    made = plan(add(), rates={"ane": {"moved": 50.0}})
    (it,) = made.network.ops
    assert it.seen
    none = it._replace(seen=it.seen._replace(runtimes=(("ane", 0.0), ("bnns", -1.0))))
    assert list(facts(replace(made, network=replace(made.network, ops=(none,))))) == []


@pytest.mark.parametrize(
    ("which", "one"),
    [
        ("integers", relu(dtype="int32")),
        ("single precision", relu(dtype="fp32")),
        ("a small operand beside a large one", op("add", (1, 8, 64, 64), x=(1, 8, 64, 64), y=(1, 8, 1, 1))),
        ("of unknown size", op("relu", (1, "s0"), x=(1, "s0"))),
    ],
)
def test_what_is_out_of_the_ordinary_is_not_learnt_from(which: str, one) -> None:
    known = plan(gelu(), rates={"ane": {"moved": 50.0}}).network.ops[0].seen
    made = plan(add())
    odd = replace(made, network=replace(made.network, ops=(one._replace(seen=known),)))
    assert list(facts(odd)) == [], which


def test_a_constant_weight_of_another_shape_is_nothing_out_of_the_ordinary() -> None:
    made = plan(conv(16), rates={"ane": {"computed": (10, 20, 30)}})
    assert [(fact.concept, fact.by_flops) for fact in facts(made)] == [("conv", True)]


def test_what_was_not_seen_tells_nothing() -> None:
    made = plan(add(), rates={"ane": {"moved": 50.0}})
    unseen = replace(made.network, ops=tuple(it._replace(seen=None) for it in made.network.ops))
    assert learn([replace(made, network=unseen)]) == ()


def test_what_many_models_have_many_of_does_not_stand_for_all() -> None:
    "One figure a concept: a hundred additions do not outvote gelu and tanh."
    rates = {"ane": {"moved": 70.0, "add": 20.0}}
    found = told(only(plan(*[add()] * 100, gelu(), tanh(), rates=rates)))
    assert found == {("ane", "*", None): 70.0, ("ane", "add", None): 20.0}


@pytest.mark.parametrize(("figure", "own"), [(72.0, False), (68.0, False), (73.0, True), (67.0, True)])
def test_a_concept_has_a_rate_of_its_own_from_three_percent_on(figure: float, own: bool) -> None:
    rates = {"ane": {"moved": 70.0, "add": figure}}
    assert (("ane", "add", None) in told(only(plan(add(), gelu(), tanh(), rates=rates)))) == own


def test_a_rate_says_what_it_rests_on() -> None:
    rates = {"ane": {"moved": 70.0}}
    both = [plan(add(), rates=rates, source="b"), plan(gelu(), rates=rates, source="a")]
    expected = Rate(unit="ane", concept="*", step=None, rate=70.0, operations=2, sources=("a", "b"), how="times")
    assert only(*both).rates == (expected,)


def test_chips_are_learnt_apart_and_told_in_order() -> None:
    rates = {"ane": {"moved": 70.0}}
    m1 = Target(chip="M1", engine="H13", os="macOS", version="26")
    slow = plan(add(), gelu(), rates={"ane": {"moved": 7.0}}, target=m1)
    found = learn([plan(add(), gelu(), rates=rates), slow])
    assert [(it.chip, it.engine, told(it)["ane", "*", None]) for it in found] == [
        ("M1", "H13", 7.0),
        ("M4", "H16", 70.0),
    ]


@given(st.permutations(range(4)))
@settings(max_examples=12)
def test_the_order_of_plans_does_not_matter(order: list[int]) -> None:
    made = [
        plan(relu(128), add(), gelu(16), conv(16), rates={"ane": {"moved": 70.0, "computed": (10, 20, 30)}}),
        plan(relu(128), gelu(), tanh(), rates={"ane": {"moved": 70.0}, "bnns": {"moved": 60.0}}),
        plan(*CONVS, rates={"ane": {"computed": (10, 20, 30)}}),
        plan(relu(256), add(16), add(32), rates={"ane": {"moved": 60.0, "relu": 100.0}}, shares=True, source="b"),
    ]
    figures = [told(it) for it in learn([made[at] for at in order])]
    assert figures == [told(it) for it in learn(made)]


def test_what_was_told_before_may_be_kept() -> None:
    known = list(plans.plans())
    kept = {id(it): list(facts(it)) for it in known}
    assert learn(known, lambda it: kept[id(it)]) == learn(known)


def test_no_convolution_no_steps() -> None:
    assert only(plan(add(), rates={"ane": {"moved": 70.0}}, target=M4)).steps == ()
