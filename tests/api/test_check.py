"Whole models, from files to the answer as JSON."

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from models import problems
from models.problems import MAKEUPS, PROBLEMS

import anedb
from anedb.api import ask
from anedb.api.anedb import Anedb
from anedb.api.check import without_collecting
from anedb.api.judged import in_other_words
from anedb.api.submit import submit
from anedb.domain.check import Check, CheckedLayer, CheckedModel
from anedb.domain.layer import Operand
from anedb.domain.plain import plain
from anedb.errors import BadFileError, UnknownNameError, UsageError
from tests.api.programs import analytics, branch, compiled, conv, image, plan, relu, unary
from tests.api.test_planned import check_whole

M4, SYSTEM = ["M4"], "macOS 27.0"
ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/check.schema.json").read_text(encoding="utf-8"))
WRITTEN = ("alternating", "pipeline", "flexible", "classifier")
"NeuralNetworks that are written as files once."


@pytest.fixture(scope="module")
def db(database: str) -> Iterator[Anedb]:
    with anedb.open(database) as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    "Models of every kind. Read them, do not write to them."
    made = tmp_path_factory.mktemp("models")
    compiled(made / "mixed.mlmodelc", conv("x", "a"), relu("a", "b"), unary("atanh", "b", "c"), conv("c", "d"))
    compiled(made / "odd.mlmodelc", conv("x", "a"), unary("frobnicate", "a", "b"), unary("frobnicate", "b", "c"))
    compiled(made / "small.mlmodelc", relu("x", "a", side=1), inputs=f"{image(side=1)} x")
    compiled(made / "sizes.mlmodelc", conv("x", "a", side="?"), relu("a", "b", side="?"), inputs=f"{image(side='?')} x")
    inner = ((conv("a", "t"), conv("t", "u")), "u"), ((unary("atanh", "a", "v"),), "v")
    inputs = f"{image()} x, tensor<bool, []> pick"
    compiled(made / "nested.mlmodelc", conv("x", "a"), branch("pick", "b", *inner), conv("b", "c"), inputs=inputs)
    for name in WRITTEN:
        problems.write(MAKEUPS[name](), made / f"{name}.mlmodel")
    analytics(
        made / "plan", plan(conv("x", "a"), "ane", "ane"), plan(relu("a", "b"), "bnns", "ane"),
        plan(unary("atanh", "b", "c"), "classic_cpu"), plan(conv("c", "d"), "classic_cpu", "ane"),
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def everything(db: Anedb, folder: Path) -> Check:
    "Every model, on the chip that most was seen on, on one that little was seen on."
    return db.check([folder], chips=["M4", "A13"], os=None)


def of(found: Check, name: str, chip: str | None = "M4") -> CheckedModel:
    return next(it for it in found.models if Path(it.path).name.startswith(name) and it.target.chip == chip)


def types(model: CheckedModel) -> list[str]:
    return [layer.type for layer in model.layers]


# what is true of every answer


def test_every_model_hangs_together(everything: Check) -> None:
    assert len(everything.models) == 2 * 10
    for model in everything.models:
        check_whole(model)


@pytest.mark.parametrize("chips", [M4, []])
@pytest.mark.parametrize("units", ["cpu-and-ne", "all"])
def test_as_json_it_is_what_the_schema_says(db: Anedb, folder: Path, units: str, chips: list[str]) -> None:
    found = json.loads(json.dumps(plain(db.check([folder], chips=chips, units=units))))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    for model in found["models"]:
        assert not {"const", "constant"} & {layer["type"] for layer in model["layers"]}


def test_a_refusal_is_in_the_schema_too(db: Anedb, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.mlmodel").write_bytes(b"no model")
    found = db.check([tmp_path / "a.mlmodel", folder / "mixed.mlmodelc"], chips=M4)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(plain(found))))
    assert found.failed


def asked(db: Anedb, layer: CheckedLayer, **target: Any) -> Any:
    operands = [
        Operand(**{**each, "shape": None if each["shape"] is None else tuple(each["shape"])}) for each in layer.inputs
    ]
    return db.query(f"{layer.format}:{layer.type}", params=layer.params, inputs=operands, limit=99, **target)


@pytest.mark.parametrize(
    ("chip", "os", "units"), [("M4", SYSTEM, "cpu-and-ne"), ("A13", "iOS 14", "all"), (None, None, "all")]
)
def test_each_layer_s_answer_is_that_of_a_query(
    db: Anedb, folder: Path, chip: str | None, os: str | None, units: str
) -> None:
    paths = [
        folder / f"{name}" for name in ("mixed.mlmodelc", "nested.mlmodelc", "alternating.mlmodel", "sizes.mlmodelc")
    ]
    found = db.check(paths, chips=[chip] if chip else [], os=os, units=units)
    layers = {it.fingerprint: it for model in found.models for it in model.layers}
    assert len(layers) >= 7
    for layer in layers.values():
        if layer.fingerprint is not None:
            verdict = asked(db, layer, chip=chip, os=os, units=units)
            assert verdict.layer.fingerprint == layer.fingerprint
            assert (layer.offered, layer.chosen, layer.basis) == (verdict.offered, verdict.chosen, verdict.basis)
            assert layer.workarounds == verdict.workarounds
            assert layer.reasons == in_other_words(verdict.reasons)
            assert set(layer.evidence) <= {each.id for each in verdict.evidence}


def test_the_order_of_files_does_not_matter(db: Anedb, folder: Path) -> None:
    paths = [folder / "mixed.mlmodelc", folder / "nested.mlmodelc", folder / "alternating.mlmodel"]
    known = {str(path): db.check([path], chips=M4).models for path in paths}
    for order in permutations(paths):
        found = db.check(order, chips=M4)
        assert found.models == tuple(model for path in order for model in known[str(path)])


def test_the_order_of_targets_does_not_matter(db: Anedb, folder: Path) -> None:
    path = folder / "mixed.mlmodelc"
    one, other = db.check([path], chips=["M4", "A13"]).models
    assert db.check([path], chips=["A13", "M4"]).models == (other, one)
    assert db.check([path], chips=["A13"]).models == (other,)


def test_a_process_that_keeps_nothing_gives_the_same_answers(
    database: str, folder: Path, everything: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "KEPT", 1)
    monkeypatch.setattr(ask, "KEPT_ANSWERS", 1)
    with anedb.open(database) as db:
        assert db.check([folder], chips=["M4", "A13"]) == everything


def test_a_run_stored_meanwhile_is_heard(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    own = str(tmp_path / "own.sqlite")
    shutil.copy(database, own)
    path = compiled(tmp_path / "a.mlmodelc", relu("x", "a", side=32), inputs=f"{image(side=32)} x")
    with anedb.open(own) as db:
        (before,) = db.check([path], chips=["M2"], os="macOS 15.1").models[0].layers
        assert submit(own, request.config.rootpath / "tests/samples/good/m2-macos-15.1.jsonl").status == "stored"
        (after,) = db.check([path], chips=["M2"], os="macOS 15.1").models[0].layers
    assert before.basis != "same-configuration" and after.offered != before.offered


# targets and files


def test_there_is_an_answer_for_each_model_and_target(db: Anedb, folder: Path) -> None:
    paths = [folder / "mixed.mlmodelc", folder / "small.mlmodelc"]
    found = db.check(paths, chips=["M4", "A13"], devices=["Mac16,12"])
    assert [(Path(it.path).stem, it.target.chip, it.target.device) for it in found.models] == [
        ("mixed", "M4", None), ("mixed", "A13", None), ("mixed", "M4", "Mac16,12"),
        ("small", "M4", None), ("small", "A13", None), ("small", "M4", "Mac16,12"),
    ]  # fmt: skip
    assert found.units == "cpu-and-ne" and found.data_version and found.costs.source


def test_without_a_chip_the_answers_hold_for_any(db: Anedb, folder: Path) -> None:
    (found,) = db.check([folder / "mixed.mlmodelc"]).models
    assert found.target.chip is None and any("No chip was named" in note for note in found.notes)
    (named,) = db.check([folder / "mixed.mlmodelc"], os="iOS 18").models
    assert (named.target.os, named.target.release) == ("iOS", 18)


def test_all_units_may_put_layers_on_a_gpu(db: Anedb, folder: Path) -> None:
    (found,) = db.check([folder / "alternating.mlmodel"], chips=["M5 Max"], units="all").models
    assert found.units == "all" and found.summary.placed["gpu"] > 0
    assert {tuple(layer.work.milliseconds) for layer in found.layers} == {("ane", "gpu", "cpu")}
    (without,) = db.check([folder / "alternating.mlmodel"], chips=["M5 Max"]).models
    assert without.summary.placed["gpu"] == 0


@pytest.mark.parametrize("units", ["cpu-only", "cpu-and-gpu", "everything"])
def test_units_that_leave_the_engine_out_are_refused(db: Anedb, folder: Path, units: str) -> None:
    with pytest.raises(UsageError, match=units):
        db.check([folder], units=units)


def test_a_chip_that_is_not_there_is_refused_before_any_file_is_read(db: Anedb, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError):
        db.check([tmp_path / "none.mlmodel"], chips=["M99"])


def test_files_that_cannot_be_read_are_told_beside_those_that_can(db: Anedb, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.mlmodel").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    (tmp_path / "empty.mlmodel").write_bytes(b"")
    found = db.check([tmp_path, folder / "mixed.mlmodelc"], chips=M4)
    assert [Path(it.path).stem for it in found.models] == ["mixed"]
    assert [Path(it["path"]).stem for it in found.failed] == ["bad", "empty"]
    assert "LFS" in found.failed[0]["error"] and all(it["tip"] for it in found.failed)


def test_a_path_that_is_not_there_is_refused_before_any_is_read(db: Anedb, folder: Path, tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(BadFileError, match="does not exist"):
        db.check([folder, tmp_path / "none.mlmodel"], on_model=lambda path, *_: told.append(path))
    assert told == []


def test_the_only_file_is_raised(db: Anedb, tmp_path: Path) -> None:
    (tmp_path / "bad.mlmodel").write_bytes(b"no model")
    for path in (tmp_path / "bad.mlmodel", tmp_path / "none.mlmodel", tmp_path):
        with pytest.raises(BadFileError):
            db.check([path], chips=M4)


def test_a_folder_without_models_is_refused(db: Anedb, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadFileError, match="no Core ML model"):
        db.check([folder, tmp_path / "empty"], chips=M4)


def test_each_file_is_told_before_it_is_read(db: Anedb, folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    paths = [folder / "mixed.mlmodelc", folder / "small.mlmodelc"]
    db.check(paths, chips=["M4", "A13"], on_model=lambda *each: told.append(each))
    assert told == [(str(paths[0]), 0, 2), (str(paths[1]), 1, 2)]


@pytest.mark.parametrize("was", [True, False])
def test_the_collector_is_left_as_it_was(was: bool) -> None:
    (gc.enable if was else gc.disable)()
    try:
        with pytest.raises(KeyError), without_collecting():
            _fail(collecting=gc.isenabled())
        assert gc.isenabled() == was
    finally:
        gc.enable()


def _fail(*, collecting: bool) -> None:
    assert not collecting
    raise KeyError


# what is in a model


def test_an_operation_that_the_catalogue_does_not_know_is_told_and_the_rest_answered(everything: Check) -> None:
    found = of(everything, "odd")
    first, second, third = found.layers
    assert (first.offered.answer, second.offered.answer, third.offered.answer) == ("yes", "unknown", "unknown")
    assert second.fingerprint is None and "frobnicate" in second.problem and second.alike == third.alike == 1
    assert [it.layers for it in found.unsettled] == [(1, 2)] and "catalogue" in found.unsettled[0].measure


def test_what_is_of_any_size_is_answered_but_not_placed(everything: Check) -> None:
    found = of(everything, "sizes")
    assert {layer.offered.answer for layer in found.layers} <= {"yes", "likely"}
    assert {layer.placement for layer in found.layers} == {"unknown"}
    assert found.summary.flops_unknown == 2 and not found.summary.whole_model_to_cpu


def test_a_model_that_is_too_small_stays_on_the_cpu(everything: Check) -> None:
    found = of(everything, "small")
    assert found.summary.whole_model_to_cpu and not found.blockers


def test_nested_blocks_follow_their_operation_and_are_planned_apart(everything: Check) -> None:
    found = of(everything, "nested")
    assert [(layer.place, layer.type) for layer in found.layers] == [
        ("main/0", "conv"),
        ("main/1", "cond"),
        ("main/1/0/0", "conv"),
        ("main/1/0/1", "conv"),
        ("main/1/1/0", "atanh"),
        ("main/2", "conv"),
    ]
    assert {layer.network for layer in found.layers} == {"main"}
    inner = [layer.placement for layer in found.layers[2:5]]
    assert inner == ["ane", "ane", "cpu"], "two convolutions are worth a launch of their own"


def test_constants_are_no_layers(everything: Check) -> None:
    found = of(everything, "mixed")
    assert types(found) == ["conv", "relu", "atanh", "conv"]
    (weight,) = [each for each in found.layers[0].inputs if each["const"]]
    assert weight["shape"] == [64, 64, 3, 3]


def test_core_ml_s_own_plan_is_taken_at_its_word(everything: Check) -> None:
    found = of(everything, "analytics")
    assert found.kind == "analytics"
    assert [layer.placement for layer in found.layers] == ["ane", "cpu", "cpu", "cpu"]
    assert {layer.placement_why for layer in found.layers} == {"Core ML's own analytics says so"}
    assert [(each.unit, each.layers) for each in found.segments] == [("ane", 1), ("cpu", 3)]


def test_a_pipeline_s_equal_layers_are_alike(everything: Check) -> None:
    found = of(everything, "pipeline")
    assert [part.layers for part in found.networks] == [4, 4] and found.switches == 0
    assert [layer.alike for layer in found.layers] == [0, 1, 0, 1, 0, 1, 0, 1]


def test_a_model_without_layers_says_so(db: Anedb, tmp_path: Path) -> None:
    (tmp_path / "coremldata.bin").write_bytes(b"")
    metadata = [{"specificationVersion": 7, "modelType": {"name": "MLModelType_glmRegressor"}}]
    (tmp_path / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    (found,) = db.check([tmp_path], chips=M4).models
    assert found.layers == () and found.summary.layers == 0 and "without layers" in found.networks[0].note


def test_every_problem_model_hangs_together(db: Anedb, tmp_path: Path) -> None:
    for item in PROBLEMS[::3]:
        (found,) = db.check([problems.write(problems.problem(item), tmp_path / "a.mlmodel")], chips=["A13"]).models
        check_whole(found)


# two models, or two targets


def test_two_models_or_two_targets_are_compared(db: Anedb, folder: Path) -> None:
    one, other = folder / "mixed.mlmodelc", folder / "nested.mlmodelc"
    found = db.diff(one, other, chips=M4)
    assert (Path(found.a.path), Path(found.b.path)) == (one, other)
    across = db.diff(one, chips=["M4", "A13"])
    assert (across.a.target.chip, across.b.target.chip) == ("M4", "A13")


@pytest.mark.parametrize(
    ("second", "chips"), [(True, ["M4", "A13"]), (False, ["M4"]), (False, []), (False, ["M4"] * 3)]
)
def test_anything_else_is_no_comparison(db: Anedb, folder: Path, second: bool, chips: list[str]) -> None:
    path = folder / "mixed.mlmodelc"
    with pytest.raises(UsageError, match="need"):
        db.diff(path, path if second else None, chips=chips)
