"The cheapest way through a network: held against every way there is, and against Core ML's constants."

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from math import inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import placement
from anedb.domain.placement import Scheduler
from anedb.placement.path import EVEN, Times, path

TWO, THREE = ("ane", "cpu"), ("ane", "gpu", "cpu")
LAUNCH = SWITCH = LEAVE = 0.125
EIGHTHS = {"ane": LAUNCH, "gpu": LAUNCH}
SCHEDULER = Scheduler(launch_ms=EIGHTHS, switch_ms=SWITCH, output_ms=EIGHTHS, source="a test")
ODD = Scheduler(launch_ms={"ane": 0.3, "gpu": 0.2}, switch_ms=0.1, output_ms={"ane": 0.05}, source="a test")
"No two of its costs are the same."

eighths = st.integers(0, 12).map(lambda number: number / 16)
"So that many ways cost the same."
any_time = st.one_of(eighths, st.floats(0, 2))
schedulers = st.sampled_from((SCHEDULER, ODD))


def networks(width: int, most: int = 6) -> st.SearchStrategy[list[Times]]:
    "The last unit can always be had; each of the others is left out now and then."
    other = st.one_of(any_time, st.just(inf))
    return st.lists(st.tuples(*[other] * (width - 1), any_time), min_size=1, max_size=most)


def cost(way: Sequence[int], times: Sequence[Times], units: Sequence[str], scheduler: Scheduler) -> float:
    "By the definition: what every operation takes, every start, every switch, and leaving the result."
    total = scheduler.launch_ms.get(units[way[0]], 0.0) + scheduler.output_ms.get(units[way[-1]], 0.0)
    total += sum(took[unit] for took, unit in zip(times, way, strict=True))
    for one, other in pairwise(way):
        if one != other:
            total += scheduler.switch_ms + scheduler.launch_ms.get(units[other], 0.0)
    return total


def every_way(times: Sequence[Times], units: Sequence[str]) -> Iterator[tuple[int, ...]]:
    return product(range(len(units)), repeat=len(times))


def check_against_every_way(times: Sequence[Times], units: Sequence[str], scheduler: Scheduler) -> None:
    way, told = path(times, units, scheduler)
    best = min(cost(each, times, units, scheduler) for each in every_way(times, units))
    assert told == pytest.approx(best, abs=1e-7)
    assert cost(way, times, units, scheduler) == pytest.approx(best, abs=1e-7)


@given(networks(2), schedulers)
def test_no_way_through_two_units_is_cheaper(times: list[Times], scheduler: Scheduler) -> None:
    check_against_every_way(times, TWO, scheduler)


@given(networks(3, most=5), schedulers)
def test_no_way_through_three_units_is_cheaper(times: list[Times], scheduler: Scheduler) -> None:
    check_against_every_way(times, THREE, scheduler)


@given(networks(1), schedulers, st.sampled_from(("ane", "cpu")))
def test_one_unit_costs_what_it_costs(times: list[Times], scheduler: Scheduler, unit: str) -> None:
    check_against_every_way(times, (unit,), scheduler)


@given(networks(2, most=40), schedulers)
def test_two_units_and_a_third_that_is_never_there_are_planned_alike(times: list[Times], scheduler: Scheduler) -> None:
    "Also where ways cost the same: two units have code of their own."
    with_third = [(one, inf, other) for one, other in times]
    way, told = path(times, TWO, scheduler)
    same, again = path(with_third, THREE, scheduler)
    assert [TWO[unit] for unit in way] == [THREE[unit] for unit in same] and told == again


@given(networks(2))
def test_what_is_not_offered_is_not_used(times: list[Times]) -> None:
    way, total = path(times, TWO, SCHEDULER)
    assert total < inf and all(took[unit] < inf for took, unit in zip(times, way, strict=True))


@given(networks(2, most=12), st.floats(0, 3))
def test_work_that_every_unit_does_alike_changes_nothing_but_the_total(times: list[Times], more: float) -> None:
    _, before = path(times, TWO, SCHEDULER)
    _, after = path([(one + more, other + more) for one, other in times], TWO, SCHEDULER)
    assert isclose(after, before + more * len(times), abs_tol=1e-7)


def test_a_network_without_operations_costs_nothing() -> None:
    assert path([], TWO, SCHEDULER) == ([], 0.0)


def test_the_shipped_constants_are_core_ml_s() -> None:
    found = placement.load().scheduler
    assert (found.launch_ms["ane"], found.switch_ms, found.output_ms["ane"]) == (0.125, 0.125, 0.125)
    assert found == Scheduler(launch_ms=EIGHTHS, switch_ms=SWITCH, output_ms=EIGHTHS, source="751k-note-cost"), (
        "the tables below hold for these"
    )


def units(times: Sequence[Times]) -> str:
    way, _ = path(times, TWO, SCHEDULER)
    return "".join("AC"[unit] for unit in way)


def saves(ms: float) -> Times:
    "An operation that the engine does so much sooner."
    return (0.0, ms)


ONLY_CPU, FREE = (inf, 0.0), (0.0, 0.0)
BIT = 1e-6


@pytest.mark.parametrize(
    ("where", "needed", "network"),
    [
        ("the whole network", LAUNCH + LEAVE, lambda it: [it]),
        ("at its start", LAUNCH + SWITCH, lambda it: [it, ONLY_CPU]),
        ("in the middle", SWITCH + LAUNCH + SWITCH, lambda it: [ONLY_CPU, it, ONLY_CPU]),
        ("at its end", SWITCH + LAUNCH + LEAVE, lambda it: [ONLY_CPU, it]),
        ("of two operations", SWITCH + LAUNCH + SWITCH, lambda it: [ONLY_CPU, FREE, it, ONLY_CPU]),
    ],
)
def test_what_the_engine_must_save(where: str, needed: float, network) -> None:
    assert "A" not in units(network(saves(needed - BIT))), f"{where}: {needed - BIT} ms is not enough"
    assert "A" in units(network(saves(needed + BIT))), f"{where}: {needed + BIT} ms is enough"


def test_a_single_small_operation_stays_on_the_cpu() -> None:
    assert units([saves(0.001)]) == "C"


def test_a_small_network_goes_to_the_cpu_whole() -> None:
    assert units([saves(0.01)] * 20) == "C" * 20
    assert units([saves(0.01)] * 30) == "A" * 30


def test_short_runs_between_refused_operations_are_left_out_at_once() -> None:
    "S→U→S→U: off once rather than at every step."
    network = [saves(1.0), ONLY_CPU, saves(0.3), ONLY_CPU, saves(0.3), ONLY_CPU, saves(1.0)]
    assert units(network) == "ACCCCCA"


def test_long_runs_between_refused_operations_are_not() -> None:
    network = [saves(1.0), ONLY_CPU, saves(0.4), ONLY_CPU, saves(0.4), ONLY_CPU, saves(1.0)]
    assert units(network) == "ACACACA"


def test_an_operation_that_the_cpu_does_a_little_sooner_does_not_leave_the_engine() -> None:
    assert units([saves(1.0), (0.37, 0.0), saves(1.0)]) == "AAA"
    assert units([saves(1.0), (0.38, 0.0), saves(1.0)]) == "ACA"


def test_where_it_makes_no_difference_units_change_early_and_the_engine_keeps_the_end() -> None:
    assert units([saves(1.0), FREE, FREE, ONLY_CPU]) == "ACCC"
    assert units([ONLY_CPU, FREE, FREE, saves(1.0)]) == "CAAA"
    assert units([saves(LAUNCH + LEAVE)]) == "A"


def test_sums_of_the_same_costs_in_another_order_make_no_difference() -> None:
    "0.1 + 0.2 is not 0.3."
    assert units([saves(LAUNCH + LEAVE - EVEN / 2)]) == "A"
    assert units([saves(1.0), (0.3, 0.1 + 0.2), ONLY_CPU]) == units([saves(1.0), (0.1 + 0.2, 0.3), ONLY_CPU])


def test_a_long_network_adds_up() -> None:
    piece = [saves(1.0), saves(0.5), ONLY_CPU, (inf, 0.25)]
    way, total = path(piece * 2500, TWO, SCHEDULER)
    assert way == [0, 0, 1, 1] * 2500
    starts = 2500 * (LAUNCH + SWITCH) + 2499 * SWITCH
    assert total == pytest.approx(2500 * 0.25 + starts)


def test_a_gpu_s_launch_must_be_worth_it_too() -> None:
    "0.25 ms, as the engine's: the rest of the network is on the CPU."
    way, _ = path([(inf, 0.0, 0.13), (inf, 0.0, 0.13), (inf, inf, 0.0)], THREE, SCHEDULER)
    assert [THREE[unit] for unit in way] == ["gpu", "gpu", "cpu"]
    way, _ = path([(inf, 0.0, 0.12), (inf, 0.0, 0.12), (inf, inf, 0.0)], THREE, SCHEDULER)
    assert [THREE[unit] for unit in way] == ["cpu", "cpu", "cpu"]
