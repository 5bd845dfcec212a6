"Milliseconds out of rates: a chip's own, and what stands in where it has none."

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import placement, targets
from anedb.domain.layer import Layer, Operand
from anedb.domain.model import Op, Tensor
from anedb.domain.placement import Placement, Rate, Scheduler, TargetRates
from anedb.placement.times import Clock, concept, constant_weight, generation, nearest, units_of

SCHEDULER = Scheduler(launch_ms={"ane": 0.125}, switch_ms=0.125, output_ms={}, source="a test")
UNITS = ("ane", "cpu")
SHIPPED = placement.load()


def rate(unit: str, name: str, step: int | None, figure: float) -> Rate:
    return Rate(unit=unit, concept=name, step=step, rate=figure, operations=1, sources=("a test",))


def chip(name: str, engine: str, *rates: Rate, steps: tuple[float, ...] = ()) -> TargetRates:
    return TargetRates(chip=name, engine=engine, steps=steps, rates=rates)


def clock(*targets: TargetRates, on: str = "M4", engine: str = "H16", units: Sequence[str] = UNITS) -> Clock:
    known = Placement(scheduler=SCHEDULER, computed=("conv", "linear"), targets=targets)
    return Clock(known, on, engine, units)


M4 = chip(
    "M4",
    "H16",
    rate("ane", "*", None, 80.0),
    rate("cpu", "*", None, 40.0),
    rate("ane", "add", None, 20.0),
    rate("ane", "*", 0, 100.0),
    rate("ane", "*", 1, 1000.0),
    rate("ane", "*", 2, 5000.0),
    rate("cpu", "*", 0, 10.0),
    rate("cpu", "*", 1, 50.0),
    rate("cpu", "*", 2, 100.0),
    rate("cpu", "linear", 1, 5.0),
    steps=(10.0, 50.0),
)


def moved(it: Clock, name: str, size: int = 80_000_000) -> tuple[float, ...] | None:
    return it.estimate(name, 0, size, constant=False)


def computed(it: Clock, intensity: int, name: str = "conv") -> tuple[float, ...] | None:
    return it.estimate(name, intensity * 1_000_000, 1_000_000, constant=True)


def test_bytes_over_a_rate_in_billions_a_second_are_milliseconds() -> None:
    assert moved(clock(M4), "relu") == (1.0, 2.0)


def test_a_concept_s_own_rate_is_used_where_there_is_one() -> None:
    assert moved(clock(M4), "add", 20_000_000) == (1.0, pytest.approx(20 / 10))


def test_a_concept_that_is_slow_on_one_unit_is_taken_to_be_as_slow_on_the_others() -> None:
    "No plan tells of `add` on the CPU: four times slower than usual on the engine, so four times slower there."
    assert moved(clock(M4), "add")[1] == pytest.approx(4 * moved(clock(M4), "relu")[1])
    linear, conv = computed(clock(M4), 20, "linear"), computed(clock(M4), 20)
    assert linear[1] == pytest.approx(10 * conv[1]) and linear[0] == pytest.approx(10 * conv[0])


@pytest.mark.parametrize(
    ("intensity", "rates"), [(9, (100, 10)), (10, (1000, 50)), (49, (1000, 50)), (50, (5000, 100))]
)
def test_a_step_begins_at_its_flops_per_byte(intensity: int, rates: tuple[int, int]) -> None:
    assert computed(clock(M4), intensity) == pytest.approx([intensity / each for each in rates])


def test_a_product_without_a_constant_weight_is_counted_by_bytes() -> None:
    both = clock(M4)
    assert both.estimate("conv", 10**12, 80_000_000, constant=False) == moved(both, "relu")
    assert both.estimate("relu", 10**12, 80_000_000, constant=True) == moved(both, "relu")


@pytest.mark.parametrize(("flops", "size"), [(None, 1), (1, None), (None, None)])
def test_what_is_of_unknown_size_has_no_time(flops: int | None, size: int | None) -> None:
    assert clock(M4).estimate("conv", flops, size, constant=True) is None


def test_what_moves_nothing_takes_no_time() -> None:
    assert clock(M4).estimate("relu", 0, 0, constant=False) == (0.0, 0.0)
    assert clock(M4).estimate("conv", 0, 0, constant=True) == (0.0, 0.0)


M1 = chip("M1", "H13", rate("ane", "*", None, 8.0), rate("gpu", "*", None, 16.0), rate("ane", "mul", None, 2.0))


def test_the_chip_s_own_rates_come_before_any_other_s() -> None:
    assert moved(clock(M1, M4), "relu") == (1.0, 2.0)
    assert moved(clock(M1, M4, on="M1", engine="H13"), "relu") == (10.0, 2.0)


def test_a_unit_that_no_plan_of_the_chip_tells_of_has_another_chip_s_rates() -> None:
    both = clock(M4, M1, units=("ane", "gpu", "cpu"))
    assert moved(both, "relu") == (1.0, 5.0, 2.0)
    assert both.has("ane") and not both.has("gpu") and both.learnt_from == "M4"


def test_another_chip_s_own_rate_of_a_concept_comes_before_what_holds_for_all_here() -> None:
    assert moved(clock(M4, M1), "mul")[0] == 40.0


def test_another_chip_s_rates_go_by_its_own_steps() -> None:
    "The M4 Pro's plans tell nothing of its CPU. 15 FLOPs per byte are the M4's second class, and here the first."
    pro = chip("M4 Pro", "H16", rate("ane", "*", 0, 300.0), rate("ane", "*", 1, 900.0), steps=(40.0,))
    it = clock(pro, M4, on="M4 Pro")
    assert computed(it, 5) == pytest.approx((5 / 300, 5 / 10))
    assert computed(it, 15) == pytest.approx((15 / 300, 15 / 50))
    assert computed(it, 45) == pytest.approx((45 / 900, 45 / 50))
    assert computed(it, 60) == pytest.approx((60 / 900, 60 / 100))


def test_a_chip_without_steps_takes_its_neighbour_s_rates_by_class() -> None:
    bare = chip("M4 Pro", "H16", rate("ane", "*", None, 160.0))
    it = clock(bare, M4, on="M4 Pro")
    assert moved(it, "relu")[0] == 0.5
    assert computed(it, 60) == computed(clock(M4), 60)


def test_without_any_rate_time_is_still_a_number() -> None:
    assert moved(clock(), "relu", 1_000_000) == (1.0, 1.0) and clock().learnt_from == "" and not clock().has("cpu")


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.sampled_from(("conv", "relu", "linear")), st.booleans())
def test_times_are_positive_and_grow_with_the_work(flops: int, size: int, name: str, constant: bool) -> None:
    "The same FLOPs per byte, twice as much of both."
    it = Clock(SHIPPED, "M4", "H16", ("ane", "gpu", "cpu"))
    once, twice = (it.estimate(name, n * flops, n * size, constant=constant) for n in (1, 2))
    assert once is not None and all(each >= 0 for each in once)
    assert twice == pytest.approx([2 * each for each in once])


@pytest.mark.parametrize("name", [each.id for each in targets.chips()])
def test_every_chip_has_times(name: str) -> None:
    engine = targets.resolve(name, None, None).engine or ""
    it = Clock(SHIPPED, name, engine, ("ane", "gpu", "cpu"))
    for found in (moved(it, "relu"), moved(it, "add"), computed(it, 5), computed(it, 500), computed(it, 50, "linear")):
        assert found is not None and all(0 < each < 1000 for each in found)
    assert computed(it, 500)[0] <= computed(it, 500)[2], f"the engine of {name} is no slower than its CPU"


def test_the_nearest_generation_stands_in_and_of_two_the_newer() -> None:
    known = [chip("M1", "H13"), chip("M4", "H16"), chip("M5 Max", "H17"), chip("M4 Pro", "H16")]
    assert [it.chip for it in nearest(known, "A15", "H14")] == ["M1", "M4", "M4 Pro", "M5 Max"]
    assert [it.chip for it in nearest(known, "M4 Pro", "H16")] == ["M4 Pro", "M4", "M5 Max", "M1"]
    assert nearest(known, "M5", "H17")[0].chip == "M5 Max"
    two = [chip("M1", "H13"), chip("M3", "H15")]
    assert [it.chip for it in nearest(two, "A15", "H14")] == ["M3", "M1"]
    assert nearest(known, "", "")[0].chip == "M4", "no chip was named"


@pytest.mark.parametrize(("engine", "number"), [("H16", 16), ("H13", 13), ("H16G", 16), ("", 16), ("M9", 9)])
def test_a_generation_is_the_number_in_its_name(engine: str, number: int) -> None:
    assert generation(engine) == number


def test_a_compute_units_setting_leaves_these_units() -> None:
    assert units_of("all") == ("ane", "gpu", "cpu")
    assert units_of("cpu-and-ne") == ("ane", "cpu")


def op(format: str, type: str, *inputs: Operand) -> Op:
    layer = Layer(format=format, type=type, inputs=inputs)
    return Op("main/0", "a", type, "", (), (Tensor("a", "fp16", (1,)),), layer, "")


X = Operand(name="x", dtype="fp16", shape=(1, 8))
WEIGHT = Operand(name="weight", dtype="fp16", shape=(8, 8), const=True)


@pytest.mark.parametrize(
    ("format", "type", "name"),
    [
        ("mlprogram", "conv", "conv"),
        ("neuralnetwork", "convolution", "conv"),
        ("neuralnetwork", "innerProduct", "linear"),
        ("mlprogram", "not_in_the_catalogue", "not_in_the_catalogue"),
    ],
)
def test_a_concept_is_the_same_in_both_formats(format: str, type: str, name: str) -> None:
    assert concept(op(format, type, X)) == name


def test_a_weight_is_a_constant_behind_the_first_operand() -> None:
    assert constant_weight(op("mlprogram", "conv", X, WEIGHT))
    assert not constant_weight(op("mlprogram", "matmul", X, X))
