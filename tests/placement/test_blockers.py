"Which changes help, by planning again."

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.domain.placement import Scheduler
from anedb.placement.blockers import MOST, Gain, gains
from anedb.placement.predict import Item, planned
from anedb.placement.segments import stretches

EIGHTHS = {"ane": 0.125, "gpu": 0.125}
SCHEDULER = Scheduler(launch_ms=EIGHTHS, switch_ms=0.125, output_ms=EIGHTHS, source="a test")
TWO, THREE = ("ane", "cpu"), ("ane", "gpu", "cpu")
ms = st.integers(0, 12).map(lambda number: number / 16)


def run(saves: float, count: int = 1) -> list[Item]:
    return [Item("main", True, (0.0, saves))] * count


def refused(saves: float = 0.0) -> Item:
    return Item("main", False, (0.0, saves))


def of(items: Sequence[Item], causes: Mapping[str, Sequence[int]]) -> list[Gain]:
    return gains(items, causes, TWO, SCHEDULER)


def again(items: Sequence[Item], changed: Sequence[int], units: Sequence[str]) -> list[str]:
    offered = [it._replace(offered=True) if index in changed else it for index, it in enumerate(items)]
    return planned(offered, units, SCHEDULER)


def on_engine(units: Sequence[str]) -> int:
    return list(units).count("ane")


def told(found: Sequence[Gain]) -> list[tuple[str, int, int]]:
    return [(str(gain.cause), gain.gained, gain.together) for gain in found]


@st.composite
def problems(draw: st.DrawFn, units: int) -> tuple[list[Item], dict[str, list[int]]]:
    "A network in two blocks, and the causes of what is not offered in it."
    times = st.tuples(*[ms] * units)
    items = draw(
        st.lists(st.builds(Item, st.sampled_from(("main", "main/0/0")), st.booleans(), times), min_size=1, max_size=12)
    )
    causes: dict[str, list[int]] = {}
    for index, it in enumerate(items):
        if not it.offered:
            causes.setdefault(draw(st.sampled_from("abcd")), []).append(index)
    return items, causes


def check_gains(items: list[Item], causes: Mapping[str, Sequence[int]], units: Sequence[str]) -> list[Gain]:
    found = gains(items, causes, units, SCHEDULER)
    base, changed = planned(items, units, SCHEDULER), set[int]()
    assert len({gain.cause for gain in found}) == len(found)
    for gain in found:
        assert gain.layers == tuple(causes[str(gain.cause)])
        alone = again(items, gain.layers, units)
        assert gain.gained == on_engine(alone) - on_engine(base)
        assert gain.moved == tuple(at for at in range(len(items)) if base[at] != "ane" == alone[at])
        assert gain.segments == len(list(stretches(alone)))
        changed.update(gain.layers)
        together = again(items, sorted(changed), units)
        assert gain.together == on_engine(together)
        assert gain.together_segments == len(list(stretches(together)))
    return found


@given(problems(2))
def test_a_gain_is_what_planning_again_gives(problem: tuple[list[Item], dict[str, list[int]]]) -> None:
    check_gains(*problem, TWO)


@given(problems(3))
def test_a_gain_is_what_planning_again_gives_with_a_gpu_too(problem: tuple[list[Item], dict[str, list[int]]]) -> None:
    check_gains(*problem, THREE)


@given(problems(2))
def test_all_changes_together_are_worth_the_most(
    problem: tuple[list[Item], dict[str, list[int]]],
) -> None:
    items, causes = problem
    found = of(items, causes)
    before = on_engine(planned(items, TWO, SCHEDULER))
    steps = [before, *(gain.together for gain in found)]
    assert not found or steps[-1] == max(steps) > before


@given(problems(2))
def test_no_change_is_listed_in_vain(problem: tuple[list[Item], dict[str, list[int]]]) -> None:
    "Without it, all others up to the next step lead to less."
    items, causes = problem
    found = of(items, causes)
    step = 0
    for number, gain in enumerate(found):
        before = found[step - 1].together if step else on_engine(planned(items, TWO, SCHEDULER))
        if gain.together <= before:  # waits for a later one
            continue
        for left_out in range(step, number + 1):
            rest = [at for other, it in enumerate(found[: number + 1]) if other != left_out for at in it.layers]
            assert on_engine(again(items, rest, TWO)) < gain.together
        step = number + 1


@given(problems(2))
def test_what_is_not_listed_would_bring_nothing_more(problem: tuple[list[Item], dict[str, list[int]]]) -> None:
    items, causes = problem
    found = of(items, causes)
    reached = found[-1].together if found else on_engine(planned(items, TWO, SCHEDULER))
    assert on_engine(again(items, [at for layers in causes.values() for at in layers], TWO)) == reached


@given(problems(2), st.randoms())
def test_the_order_of_causes_does_not_matter(problem: tuple[list[Item], dict[str, list[int]]], random) -> None:
    items, causes = problem
    shuffled = list(causes.items())
    random.shuffle(shuffled)
    assert of(items, dict(shuffled)) == of(items, causes)


def test_a_network_that_is_on_the_engine_has_nothing_to_change() -> None:
    assert of(run(1.0, 3), {}) == []


def test_the_one_that_gains_most_comes_first() -> None:
    network = [*run(1.0), refused(), *run(0.2), refused(), *run(1.0), refused(), *run(1.0)]
    assert told(of(network, {"one": [5], "two": [1, 3]})) == [("two", 3, 6), ("one", 1, 7)]


def test_of_two_that_gain_alike_the_smaller_comes_first() -> None:
    network = [*run(1.0), refused(), *run(0.1), refused(), refused(), refused(), *run(1.0)]
    found = of(network, {"larger": [4, 5], "smaller": [1]})
    assert told(found) == [("smaller", 2, 4), ("larger", 2, 6)]


def test_two_that_help_only_together_are_both_listed() -> None:
    "0.2 ms on each side of two refusals: with one of them gone it is still too little to come back for."
    network = [*run(0.1), refused(), *run(0.1), refused(), *run(0.1)]
    (first, second) = of(network, {"a": [1], "b": [3]})
    assert (first.gained, second.gained) == (0, 0) and first.moved == ()
    assert (first.together, second.together) == (0, 5) and second.together_segments == 1


def test_what_does_not_help_is_not_listed_beside_two_that_do() -> None:
    network = [*run(0.1), refused(), *run(0.1), refused(), *run(0.1), Item("main/9/0", False, (0.0, 0.0))]
    found = of(network, {"in vain": [5], "one": [1], "other": [3]})
    assert [gain.cause for gain in found] == ["one", "other"]


def test_one_that_waited_is_listed_once_it_helps() -> None:
    "Each step reaches one stretch further to the left; the change that helps last is tried first."
    network = [*run(0.1), refused(), *run(0.1), refused(), *run(0.1), refused(), *run(1.0)]
    found = of(network, {"a": [1], "b": [3], "c": [5]})
    assert told(found) == [("c", 2, 3), ("b", 0, 5), ("a", 0, 7)]


def test_a_change_in_one_block_leaves_the_others_as_they_are() -> None:
    inner = [Item("main/1/0", False, (0.0, 1.0)), Item("main/1/0", True, (0.0, 0.1))]
    network = [*run(1.0), *inner, refused(1.0), *run(1.0)]
    by_cause = {gain.cause: gain for gain in of(network, {"inner": [1], "outer": [3]})}
    assert by_cause["inner"].moved == (1, 2) and by_cause["outer"].moved == (3,)


def test_only_the_causes_with_most_layers_are_tried() -> None:
    many = MOST + 3
    network = [it for _ in range(2 * many) for it in (*run(1.0), refused(1.0))]
    causes = {f"cause {number:02}": [4 * number + 1] for number in range(many)}
    causes["cause 14"].append(3)
    found = of(network, causes)
    assert len(found) == MOST and found[0].cause == "cause 14"


@pytest.mark.parametrize("units", [TWO, THREE])
def test_what_is_of_unknown_size_is_planned_as_no_work(units: tuple[str, ...]) -> None:
    network = [Item("main", True, (0.0,) + (2.0,) * (len(units) - 1)), Item("main", False, None)]
    assert [gain.gained for gain in gains(network, {"a": [1]}, units, SCHEDULER)] == [1]
