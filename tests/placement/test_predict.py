"What is told of a network of which not everything is known."

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from anedb.domain.placement import Scheduler
from anedb.placement.path import Times, path
from anedb.placement.predict import UNKNOWN, Item, allowed, blocks, planned, predict

EIGHTHS = {"ane": 0.125, "gpu": 0.125}
SCHEDULER = Scheduler(launch_ms=EIGHTHS, switch_ms=0.125, output_ms=EIGHTHS, source="a test")
TWO, THREE = ("ane", "cpu"), ("ane", "gpu", "cpu")
ALIKE = 1e-6
"Milliseconds between two ways that count as equally good."

ms = st.integers(0, 20).map(lambda number: number / 32)
offers = st.sampled_from((True, False, None))


def item(saves: float | None = 1.0, offered: bool | None = True, block: str = "main") -> Item:
    "An operation that takes the CPU so much longer; None: of unknown size."
    return Item(block, offered, None if saves is None else (0.0, saves))


@st.composite
def networks(draw: st.DrawFn, most: int = 5) -> list[Item]:
    "Some of it not known."
    times = st.one_of(st.none(), st.tuples(ms, ms))
    return draw(st.lists(st.builds(Item, st.just("main"), offers, times), min_size=1, max_size=most))


def of(*items: Item) -> list[str]:
    return predict(items, TWO, SCHEDULER)


def test_a_network_of_nothing_has_no_units() -> None:
    assert of() == []


@given(st.lists(st.builds(Item, st.sampled_from("ab"), st.booleans(), st.tuples(ms, ms, ms)), max_size=8))
def test_what_is_known_is_planned_and_no_more(items: list[Item]) -> None:
    found = predict(items, THREE, SCHEDULER)
    assert found == planned(items, THREE, SCHEDULER) and UNKNOWN not in found


def test_an_operation_that_might_be_worth_the_engine_is_unknown() -> None:
    assert of(item(offered=None)) == ["unknown"]


def test_one_that_is_not_worth_it_even_if_offered_is_told() -> None:
    assert of(item(0.01, offered=None)) == ["cpu"]


def test_one_that_is_not_offered_is_told_whatever_its_size() -> None:
    assert of(item(None, offered=False)) == ["cpu"]


def test_one_of_unknown_size_might_be_worth_a_launch_or_not() -> None:
    assert of(item(None)) == ["unknown"]


def test_what_stands_beside_it_is_told_where_it_does_not_depend_on_it() -> None:
    assert of(item(5.0), item(offered=None), item(5.0)) == ["ane", "unknown", "ane"]
    assert of(item(0.2), item(offered=None)) == ["unknown", "unknown"], "offered, it makes the engine worth it for both"
    assert of(item(0.2), item(0.01, offered=None)) == ["cpu", "cpu"]


def test_one_of_unknown_size_between_sure_ones_goes_with_them() -> None:
    assert of(item(5.0), item(None), item(5.0)) == ["ane", "ane", "ane"]


def test_blocks_are_planned_apart() -> None:
    outer, inner = item(0.2), item(0.2, block="main/1/0")
    assert of(outer, inner, outer) == ["ane", "cpu", "ane"], "0.4 ms outside are worth it, 0.2 ms inside are not"


@given(st.lists(st.builds(Item, st.sampled_from(("main", "main/1/0", "main/1/1")), offers, st.tuples(ms, ms))))
def test_a_block_is_planned_as_if_it_were_alone(items: list[Item]) -> None:
    found = predict(items, TWO, SCHEDULER)
    for name, members in blocks(items).items():
        assert {items[index].block for index in members} == {name}
        assert predict([items[index] for index in members], TWO, SCHEDULER) == [found[index] for index in members]


def test_blocks_keep_the_order_of_their_operations() -> None:
    assert blocks([item(block=name) for name in "abab"]) == {"a": [0, 2], "b": [1, 3]}


def test_what_is_not_offered_takes_forever_on_the_engine_alone() -> None:
    assert allowed(Item("main", False, (1.0, 2.0, 3.0)), THREE) == (inf, 2.0, 3.0)
    assert allowed(Item("main", None, None), THREE) == (inf, 0.0, 0.0)
    assert allowed(Item("main", True, (1.0, 2.0, 3.0)), THREE) == (1.0, 2.0, 3.0)


def is_as_good(rows: Sequence[Times], index: int, unit: int) -> bool:
    "Whether some cheapest way leaves the operation on the unit."
    _, best = path(rows, TWO, SCHEDULER)
    only = tuple(time if number == unit else inf for number, time in enumerate(rows[index]))
    return path([*rows[:index], only, *rows[index + 1 :]], TWO, SCHEDULER)[1] <= best + ALIKE


@given(networks(), st.lists(st.tuples(st.booleans(), ms, ms), min_size=5, max_size=5))
def test_what_is_told_holds_whatever_the_unknown_turns_out_to_be(
    items: list[Item], truths: list[tuple[bool, float, float]]
) -> None:
    "As long as the engine does not take longer than the CPU for what is of unknown size."
    rows = []
    for it, (offered, ane, more) in zip(items, truths, strict=False):
        times = (ane, ane + more) if it.times is None else it.times
        rows.append(allowed(Item("main", offered if it.offered is None else it.offered, times), TWO))
    for index, unit in enumerate(predict(items, TWO, SCHEDULER)):
        if unit != UNKNOWN:
            assert is_as_good(rows, index, TWO.index(unit))


@given(st.lists(st.builds(Item, st.just("main"), st.booleans(), st.tuples(ms, ms)), min_size=1, max_size=6), st.data())
def test_offering_one_more_takes_nothing_off_the_engine(items: list[Item], data: st.DataObject) -> None:
    more = data.draw(st.integers(0, len(items) - 1))
    after = [it._replace(offered=True) if index == more else it for index, it in enumerate(items)]
    rows = [allowed(it, TWO) for it in after]
    for index, unit in enumerate(planned(items, TWO, SCHEDULER)):
        if unit == "ane":
            assert is_as_good(rows, index, 0)


@given(networks())
def test_knowing_more_never_makes_a_told_unit_unknown(items: list[Item]) -> None:
    before = predict(items, TWO, SCHEDULER)
    for offers in product((True, False), repeat=len(items)):
        known = [
            it if it.offered is not None else it._replace(offered=each) for it, each in zip(items, offers, strict=True)
        ]
        after = predict(known, TWO, SCHEDULER)
        for one, other in zip(before, after, strict=True):
            assert one == UNKNOWN or other != UNKNOWN


def test_a_gpu_may_be_the_sooner_for_what_is_of_unknown_size() -> None:
    "Not offered the engine is not on the CPU, where there is a third unit."
    assert predict([Item("main", False, None)], THREE, SCHEDULER) == ["unknown"]
    known = Item("main", False, (0.0, 0.0, 1.0))
    assert predict([known, Item("main", False, None), known], THREE, SCHEDULER) == ["gpu", "unknown", "gpu"]
