"""Each entry of the list of layers that are said not to run on the engine, in a model, on the chips of its time:
`check` names the layer and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from models import problems
from models.problems import CHANNELS, CONTEXT, FIRST, LAST, MAKEUPS, PROBLEMS, RELU, Part, Problem, conv

import anedb
from anedb.api.anedb import Anedb
from anedb.domain.check import Blocker, CheckedModel

CHIPS, SYSTEM = ("A12", "A13"), "iOS 14"
Checker = Callable[..., CheckedModel]

ADVICE = {
    "addBroadcastable": "hol-add",
    "multiplyBroadcastable": "hol-multiply",
    "subtractBroadcastable": "hol-subtract",
    "divideBroadcastable": "hol-convert",
    "concatND": "hol-concat",
    "splitND": "hol-split",
    "custom in the middle": "hol-custom-split",
    "custom at the end": "hol-custom-split",
}
"The list's workaround; for what it has none for, `hol-edit-model`: take the layer out of the model."

ADD = Part("add", "elementwise", {"mode": "ADD"}, (LAST, FIRST))
NEGATED = Part("activation.linear", "activation", {"non_linearity": "LINEAR", "params": [-1.0, 0.0]})
MENDED: dict[str, tuple[Part, ...]] = {
    "addBroadcastable": (ADD,),
    "multiplyBroadcastable": (Part("multiply", "elementwise", {"mode": "MULTIPLY"}, (LAST, FIRST)),),
    "subtractBroadcastable": (NEGATED, ADD),
    "concatND": (Part("concat", "elementwise", {"mode": "CONCAT"}, (LAST, FIRST)), conv(2 * CHANNELS), RELU),
    "splitND": (
        Part("split", "split", gives=("left", "right")),
        Part("add", "elementwise", {"mode": "ADD"}, ("left", "right")),
        conv(CHANNELS // 2),
        RELU,
    ),
}
"The workaround in the problem's place."


@pytest.fixture(scope="module")
def db(database: str) -> Iterator[Anedb]:
    with anedb.open(database) as found:
        yield found


@pytest.fixture(scope="module")
def checked(db: Anedb, tmp_path_factory: pytest.TempPathFactory) -> Checker:
    "A spec checked on a target."
    folder = tmp_path_factory.mktemp("models")

    def check(spec: object, *, chip: str, os: str = SYSTEM) -> CheckedModel:
        return db.check([problems.write(spec, folder / "model.mlmodel")], chips=[chip], os=os).models[0]

    return check


def of(blocked: bool) -> pytest.MarkDecorator:
    found = [item for item in PROBLEMS if item.blocks == blocked]
    return pytest.mark.parametrize("item", found, ids=lambda item: item.name)


on_each_chip = pytest.mark.parametrize("chip", CHIPS)


def where(item: Problem) -> tuple[int, ...]:
    "Indices of its layers in the model. Of the convolutions only the one that is put between the others counts."
    start = len(CONTEXT)
    types = item.types[start : start + len(item.parts)]
    return tuple(start + number for number, type in enumerate(types) if type == item.type)


@on_each_chip
@of(blocked=True)
def test_the_layer_is_named_as_the_blocker(item: Problem, chip: str, checked: Checker) -> None:
    model = checked(problems.problem(item), chip=chip)
    assert [(blocker.type, blocker.layers) for blocker in model.blockers] == [(item.type, where(item))]
    layer = model.layers[where(item)[0]]
    assert layer.offered.answer in ("no", "unlikely") and layer.placement == "cpu"
    assert model.blockers[0].gain_layers > 0 and model.blockers[0].reasons


@on_each_chip
@of(blocked=True)
def test_its_workaround_is_the_list_s_own(item: Problem, chip: str, checked: Checker) -> None:
    (blocker,) = checked(problems.problem(item), chip=chip).blockers
    advised = {advice.id for advice in blocker.workarounds}
    assert {ADVICE.get(item.name, "hol-edit-model"), "hol-edit-model"} <= advised


@on_each_chip
@of(blocked=False)
def test_what_the_list_says_runs_is_no_blocker(item: Problem, chip: str, checked: Checker) -> None:
    model = checked(problems.problem(item), chip=chip)
    assert model.blockers == () and {layer.placement for layer in model.layers} == {"ane"}
    assert {layer.offered.answer for layer in model.layers if layer.type == item.type} <= {"yes", "likely"}


@on_each_chip
@pytest.mark.parametrize("name", MENDED)
def test_the_workaround_in_its_place_makes_one_segment(name: str, chip: str, checked: Checker) -> None:
    spec = problems.network((*CONTEXT, *MENDED[name], *CONTEXT)).spec
    model = checked(spec, chip=chip)
    assert (model.blockers, [segment.unit for segment in model.segments]) == ((), ["ane"])


@on_each_chip
def test_a_custom_layer_at_the_end_is_a_reason_to_split_the_model_in_two(chip: str, checked: Checker) -> None:
    item = next(item for item in PROBLEMS if item.name == "custom at the end")
    (blocker,) = checked(problems.problem(item), chip=chip).blockers
    text = next(advice.text for advice in blocker.workarounds if advice.id == "hol-custom-split")
    assert "split the model in two" in text and "near the end" in text


@on_each_chip
def test_a_model_may_go_back_and_forth(chip: str, checked: Checker) -> None:
    model = checked(MAKEUPS["alternating"](), chip=chip)
    assert [segment.unit for segment in model.segments] == ["ane", "cpu", "ane", "cpu", "ane"]
    assert model.switches == model.summary.switches == 4
    both = only(model)
    assert both.layers == (4, 9) and both.segments_after == 1 and both.together_ane_share == 1


def only(model: CheckedModel) -> Blocker:
    (found,) = model.blockers
    return found


def test_a_pipeline_s_networks_are_told_apart(checked: Checker) -> None:
    model = checked(MAKEUPS["pipeline"](), chip="A13")
    assert [part.layers for part in model.networks] == [4, 4]
    assert [layer.index for layer in model.layers] == list(range(8))
    assert {layer.network for layer in model.layers} == {part.name for part in model.networks}


@pytest.mark.parametrize("name", ["single_precision", "integers"])
def test_a_type_that_the_engine_does_not_know_keeps_a_program_off_it(name: str, checked: Checker) -> None:
    model = checked(MAKEUPS[name](), chip="M4", os="macOS 15")
    assert {layer.offered.answer for layer in model.layers} <= {"no", "unlikely"}
    assert all("dtype" in {reason.code for reason in layer.reasons} for layer in model.layers)
    assert model.summary.ane_share == 0


def test_a_model_too_small_for_a_launch_stays_on_the_cpu(checked: Checker) -> None:
    model = checked(MAKEUPS["tiny"](), chip="M4", os="macOS 15")
    assert model.summary.whole_model_to_cpu and model.switches == 0
    assert {layer.offered.answer for layer in model.layers} <= {"yes", "likely"}


@pytest.mark.parametrize("name", ["flexible", "custom"])
def test_layers_of_unknown_size_are_not_called_small(name: str, checked: Checker) -> None:
    custom = next(item for item in PROBLEMS if item.name == "custom in the middle")
    spec = problems.problem(custom) if name == "custom" else MAKEUPS["flexible"]()
    model = checked(spec, chip="M4", os="macOS 15")
    unsized = [layer for layer in model.layers if layer.type != "custom" and layer.work.flops is None]
    assert unsized and {layer.placement for layer in unsized} == {"unknown"}


def test_a_package_is_checked_without_its_weights(db: Anedb, tmp_path: Path) -> None:
    path = problems.write(MAKEUPS["tiny"](), tmp_path / "model.mlpackage")
    (model,) = db.check([path], chips=["M4"]).models
    assert (model.kind, len(model.layers)) == ("mlpackage", 2)
