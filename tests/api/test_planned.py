"One model on one target, put together: by what is said of its layers and what they take."

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.api.planned import costs, share
from anedb.catalog import placement
from anedb.domain.check import CheckedModel
from anedb.domain.model import Op
from anedb.domain.placement import TargetRates
from anedb.domain.target import Target
from tests.api.invented import M4, PLACEMENT, RATES, SCHEDULER, checked, model, networks, op, planner, seen

ANSWERS = ("yes", "likely", "mixed", "unlikely", "no", "unknown")
ops = st.builds(
    op,
    st.one_of(st.none(), st.integers(0, 30).map(lambda it: it / 20)),
    st.sampled_from(ANSWERS),
    block=st.sampled_from(("main", "main", "main/1/0")),
)


def units(found: CheckedModel) -> list[str]:
    return [layer.placement for layer in found.layers]


def whys(found: CheckedModel) -> list[str]:
    return [layer.placement_why for layer in found.layers]


# what is true of every model


@given(st.lists(st.lists(ops, max_size=6), min_size=1, max_size=3), st.sampled_from(("cpu-and-ne", "all")))
def test_a_model_hangs_together(parts: list[list[Op]], setting: str) -> None:
    found = planner(networks({f"n{at}": tuple(part) for at, part in enumerate(parts)}), setting).checked()
    check_whole(found)


def check_whole(found: CheckedModel) -> None:
    "Indices, segments, switches, shares and the summary agree with each other."
    layers, segments, summary = found.layers, found.segments, found.summary
    assert [layer.index for layer in layers] == list(range(len(layers))) and summary.layers == len(layers)
    assert [segment.index for segment in segments] == list(range(len(segments))) and summary.segments == len(segments)
    covered = [index for segment in segments for index in range(segment.first, segment.last + 1)]
    assert covered == list(range(len(layers)))
    for segment in segments:
        inside = layers[segment.first : segment.last + 1]
        assert len(inside) == segment.layers and {layer.segment for layer in inside} == {segment.index}
        assert {(layer.placement, layer.network) for layer in inside} == {(segment.unit, segment.network)}
    neighbours = list(pairwise(segments))
    assert all(one.unit != other.unit or one.network != other.network for one, other in neighbours)
    assert found.switches == summary.switches == sum(one.network == other.network for one, other in neighbours)
    assert sum(summary.offered.values()) == sum(summary.placed.values()) == len(layers)
    for answer, count in summary.offered.items():
        assert count == sum(layer.offered.answer == answer for layer in layers)
    for unit, count in summary.placed.items():
        assert count == sum(layer.placement == unit for layer in layers)
    assert summary.ane_segments == sum(segment.unit == "ane" for segment in segments)
    assert summary.flops == sum(layer.work.flops or 0 for layer in layers)
    assert summary.flops_unknown == sum(layer.work.flops is None for layer in layers)
    check_shares(found)
    for layer in layers:
        first = layers[layer.alike]
        assert first.alike == first.index <= layer.index
        assert (first.fingerprint, first.offered, first.params) == (layer.fingerprint, layer.offered, layer.params)


def check_shares(found: CheckedModel) -> None:
    "Of each network they add up to all of it, or there are none."
    for network in found.networks:
        layers = [layer for layer in found.layers if layer.network == network.name]
        segments = [segment for segment in found.segments if segment.network == network.name]
        assert network.layers == len(layers)
        for shares in (
            [layer.work.flops_share for layer in layers],
            [layer.work.time_share for layer in layers],
            [segment.flops_share for segment in segments],
            [segment.time_share for segment in segments],
        ):
            known = [each for each in shares if each is not None]
            assert all(0 <= each <= 1 for each in known)
            assert fsum(known) == pytest.approx(1, abs=1e-5 * max(1, len(known))) or not any(known)
    of_all = (found.summary.ane_share, found.summary.ane_flops_share, found.summary.ane_time_share)
    assert all(each is None or 0 <= each <= 1 for each in of_all)
    if found.layers:
        assert found.summary.ane_share == share(found.summary.placed["ane"], len(found.layers))


@given(st.lists(ops, max_size=8))
def test_what_is_not_offered_is_never_predicted_on_the_engine(given_ops: list[Op]) -> None:
    for layer in checked(*given_ops).layers:
        if layer.offered.answer in ("no", "unlikely"):
            assert layer.placement == "cpu"


@given(st.lists(ops, min_size=1, max_size=8))
def test_every_layer_has_a_reason_for_its_place(given_ops: list[Op]) -> None:
    assert all(whys(checked(*given_ops)))


# placement


def test_layers_go_where_their_time_and_the_costs_say() -> None:
    found = checked(op(2.0), op(2.0), op(0.1, "no"), op(2.0))
    assert units(found) == ["ane", "ane", "cpu", "ane"] and found.switches == 2
    assert [(each.unit, each.first, each.last) for each in found.segments] == [
        ("ane", 0, 1),
        ("cpu", 2, 2),
        ("ane", 3, 3),
    ]


@pytest.mark.parametrize(
    ("answer", "unit"),
    [("yes", "ane"), ("likely", "ane"), ("mixed", "ane"), ("unlikely", "cpu"), ("no", "cpu"), ("unknown", "unknown")],
)
def test_what_is_more_likely_offered_is_planned_so(answer: str, unit: str) -> None:
    assert units(checked(op(2.0, answer))) == [unit]


@pytest.mark.parametrize(
    ("given_ops", "why"),
    [
        ((op(2.0),), ("worth it",)),
        ((op(2.0), op(0.1, "no")), ("worth it", "not offered")),
        ((op(0.1),), ("less than a launch",)),
        ((op(2.0), op(0.0, "no"), op(0.1), op(0.0, "no"), op(2.0)), (..., ..., "a switch would cost more", ..., ...)),
        ((op(2.0, "unknown"),), ("not known to be offered",)),
        ((op(None),), ("depends on a shape",)),
        ((op(0.2), op(2.0, "unknown")), ("too little is known", "not known to be offered")),
        ((op(None, "no"),), ("not offered",)),
    ],
)
def test_why_it_goes_there_is_said(given_ops: tuple[Op, ...], why: tuple[str, ...]) -> None:
    said = whys(checked(*given_ops))
    assert len(said) == len(why)
    for text, part in zip(said, why, strict=True):
        assert part is ... or part in text


def test_a_gpu_takes_what_it_is_the_sooner_for() -> None:
    found = checked(op(5.0, "no"), op(5.0, "no"), op(50.0), units="all")
    assert units(found) == ["gpu", "gpu", "ane"]
    assert set(found.layers[0].work.milliseconds) == {"ane", "gpu", "cpu"}
    assert units(checked(op(5.0, "no"), op(5.0, "no"), op(50.0))) == ["cpu", "cpu", "ane"]


def test_nested_blocks_are_planned_apart() -> None:
    found = checked(op(0.2), op(0.2, block="main/0/0"), op(0.2))
    assert units(found) == ["ane", "cpu", "ane"]
    assert [layer.place for layer in found.layers] == ["main/0", "main/0/0/1", "main/2"]


def test_networks_are_planned_apart() -> None:
    found = planner(networks({"0": (op(0.2),), "1": (op(0.2), op(0.2))})).checked()
    assert units(found) == ["cpu", "ane", "ane"]
    assert found.switches == 0, "going from one network to another is no switch"
    assert [(each.network, each.first, each.last) for each in found.segments] == [("0", 0, 0), ("1", 1, 2)]


def test_what_core_ml_says_itself_is_not_predicted() -> None:
    found = checked(
        op(9.0, seen=seen("cpu", "ane", "cpu")), op(0.0, "no", seen=seen("ane", "ane", "cpu")), op(9.0, seen=seen(""))
    )
    assert units(found) == ["cpu", "ane", "ane"]
    assert whys(found)[:2] == ["Core ML's own analytics says so"] * 2 and "worth it" in whys(found)[2]
    assert [layer.offered.answer for layer in found.layers] == ["yes", "no", "yes"], "the judge's answer stays its own"


def test_what_core_ml_says_is_offered_is_planned_so_where_it_does_not_say_what_is_chosen() -> None:
    assert units(checked(op(9.0, seen=seen("", "cpu")))) == ["cpu"]
    assert units(checked(op(9.0, "no", seen=seen("", "ane", "cpu")))) == ["ane"]


def test_a_unit_that_was_not_asked_about_has_no_time() -> None:
    (layer,) = checked(op(9.0, seen=seen("gpu", "gpu", "cpu"))).layers
    assert layer.placement == "gpu" and layer.work.time_share is None


# work


def test_milliseconds_are_the_estimates_of_the_chip_s_rates() -> None:
    (layer,) = checked(op(2.0), units="all").layers
    assert layer.work.milliseconds == {"ane": 0.02, "gpu": 0.2, "cpu": 2.0}
    assert layer.work.bytes == 2_000_000 and layer.work.flops == 500_000


def test_shares_are_of_the_network_where_it_is_placed() -> None:
    found = checked(op(3.0), op(1.0), op(0.1, "no"))
    assert [layer.work.flops_share for layer in found.layers] == pytest.approx([30 / 41, 10 / 41, 1 / 41], abs=1e-6)
    took = [0.03, 0.01, 0.1]
    assert [layer.work.time_share for layer in found.layers] == pytest.approx([it / 0.14 for it in took], abs=1e-6)
    assert [each.time_share for each in found.segments] == pytest.approx([0.04 / 0.14, 0.1 / 0.14], abs=1e-6)
    assert found.summary.ane_flops_share == pytest.approx(40 / 41, abs=1e-6)
    assert found.summary.ane_time_share == pytest.approx(0.04 / 0.14, abs=1e-6)


def test_what_is_of_unknown_size_has_no_share() -> None:
    found = checked(op(3.0), op(None), op(3.0))
    middle = found.layers[1].work
    assert (middle.flops, middle.flops_share, middle.time_share, middle.milliseconds) == (None, None, None, {})
    assert found.summary.flops_unknown == 1 and found.layers[0].work.flops_share == 0.5


def test_where_the_place_is_not_known_neither_is_the_time() -> None:
    found = checked(op(3.0), op(2.0, "unknown"), op(3.0))
    assert units(found) == ["ane", "unknown", "ane"]
    assert found.layers[1].work.time_share is None and found.layers[1].work.flops_share == pytest.approx(0.25)
    assert [each.time_share for each in found.segments] == [0.5, None, 0.5]


def test_a_share_of_nothing_is_none() -> None:
    assert share(0, 0) is None and share(1, 3) == 0.333333


# what is alike


def test_equal_layers_are_folded_through_the_whole_model() -> None:
    found = planner(networks({"0": (op(1.0), op(2.0), op(1.0)), "1": (op(2.0), op(1.0, "no"))})).checked()
    assert [layer.alike for layer in found.layers] == [0, 1, 0, 1, 4]


def test_layers_that_could_not_be_read_are_alike_where_they_are_the_same() -> None:
    found = checked(
        op(1.0, fingerprint="", problem="odd"), op(1.0, fingerprint="", problem="odd"), op(1.0, fingerprint="",
        problem="odder"), op(2.0, fingerprint="", problem="odd"), op(1.0, fingerprint="", open=("weight",)),
    )  # fmt: skip
    assert [layer.alike for layer in found.layers] == [0, 0, 2, 3, 4]
    assert {layer.fingerprint for layer in found.layers} == {None}


# notes and the summary


def notes(target: Target = M4, setting: str = "cpu-and-ne", **more: object) -> str:
    return " ".join(planner(replace(model(op()), **more), setting, target).checked().notes)


def test_what_a_prediction_leaves_open_is_noted() -> None:
    assert notes() == ""
    assert "No chip was named" in notes(Target())
    assert "No plan of M3" in notes(Target(chip="M3", engine="H15")) and "M4's rates" in notes(Target(chip="M3"))
    assert "NeuralNetwork" in notes(networks=(replace(model(op()).networks[0], format="neuralnetwork"),))


def test_that_another_chip_s_gpu_stands_in_is_noted() -> None:
    assert notes(setting="all") == ""
    known = replace(PLACEMENT, targets=(TargetRates(chip="M4", engine="H16", steps=(), rates=RATES[:1]),))
    found = planner(model(op()), "all", M4, known).checked()
    assert any("M4 GPU" in note for note in found.notes)
    assert not planner(model(op()), "cpu-and-ne", M4, known).checked().notes


def test_the_reader_s_notes_come_first_and_a_model_without_layers_has_no_others() -> None:
    made = networks({"0": ()}, notes=("a part was left out",))
    found = planner(made, target=Target()).checked()
    assert found.notes == ("a part was left out",)
    assert found.networks[0].note == "no layers" and found.networks[0].layers == 0
    assert found.summary.text == "No layers that Core ML could place."
    assert (found.summary.ane_share, found.summary.segments, found.segments) == (None, 0, ())
    assert not found.summary.whole_model_to_cpu


def test_a_model_that_is_too_small_goes_to_the_cpu_whole() -> None:
    found = checked(op(0.1), op(0.05)).summary
    assert found.whole_model_to_cpu and "the whole model is likely to stay on the CPU" in found.text


@pytest.mark.parametrize(
    ("which", "given_ops"),
    [
        ("nothing of it is offered", (op(5.0, "no"), op(5.0, "unlikely"))),
        ("some of it is not known", (op(0.1), op(5.0, "unknown"))),
        ("it is on the engine", (op(5.0),)),
    ],
)
def test_it_is_not_called_too_small_where(which: str, given_ops: tuple[Op, ...]) -> None:
    found = checked(*given_ops).summary
    assert not found.whole_model_to_cpu and "stay on the CPU" not in found.text, which


def test_the_summary_s_sentence_has_its_numbers() -> None:
    found = checked(op(5.0), op(5.0), op(0.0, "no"), op(0.0, "unlikely"), op(5.0), op(5.0, "unknown")).summary
    assert found.text == (
        "3 of 6 layers predicted on the Neural Engine in 2 segments, 3 switches; where 1 goes cannot be said; "
        "2 not offered it; 1 not known."
    )
    assert checked(op(5.0)).summary.text == "1 of 1 layer predicted on the Neural Engine in 1 segment, 0 switches."


def test_the_model_of_costs_is_told_with_its_source() -> None:
    found = costs(SCHEDULER)
    assert (found.launch_ms, found.switch_ms, found.source) == (0.125, 0.125, "a-claim")
    assert "0.125 ms for every start" in found.text and "Left out" in found.text and "not measured" in found.text
    assert costs(placement.load().scheduler).source == placement.load().scheduler.source
