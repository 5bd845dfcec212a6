from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from anedb.coreml import mlmodelc
from anedb.errors import BadFileError

PROGRAM = "program(1.0) { func main<ios16>(tensor<fp16, [1]> x) { tensor<fp16, [1]> y = relu(x = x); } -> (y); }"
NET = {"format_version": 200, "layers": [{"type": "softmax", "name": "s", "bottom": "x", "top": "y"}]}
SHAPES = {"layer_shapes": {name: {"n": 1, "k": 5, "h": 1, "w": 1, "_rank": 4} for name in "xy"}}


def folder(path: Path, **files: Any) -> Path:
    "A file named by its key, `_` for `.` where there is no such; the value is text, or JSON."
    path.mkdir(parents=True, exist_ok=True)
    for name, held in files.items():
        text = held if isinstance(held, str) else json.dumps(held)
        (path / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return path


def metadata(kind: str = "mlProgram", **more: Any) -> list[dict[str, Any]]:
    return [{"specificationVersion": 7, "modelType": {"name": f"MLModelType_{kind}"}, **more}]


def network(path: Path) -> Path:
    return folder(path, model_espresso_net=NET, model_espresso_shape=SHAPES, coremldata_bin="")


def test_an_ml_program_is_read_without_its_weights(tmp_path):
    path = folder(tmp_path / "m.mlmodelc", model_mil=PROGRAM, metadata_json=metadata(), coremldata_bin="")
    weights = folder(path / "weights", weight_bin="") / "weight.bin"
    weights.chmod(0)
    found = mlmodelc.read(path)
    assert (found.kind, found.type, found.spec_version, found.notes) == ("mlmodelc", "mlProgram", 7, ())
    assert [(each.name, [op.type for op in each.ops]) for each in found.networks] == [("main", ["relu"])]


def test_a_neural_network_is_read(tmp_path):
    folder(tmp_path, metadata_json=metadata("neuralNetworkClassifier"))
    found = mlmodelc.read(network(tmp_path))
    assert found.type == "neuralNetworkClassifier"
    assert [(each.name, each.format) for each in found.networks] == [("main", "neuralnetwork")]


def test_a_pipeline_has_a_network_for_each_part(tmp_path):
    network(tmp_path / "model0")
    folder(tmp_path / "model1", coremldata_bin="")
    folder(tmp_path / "model10", model_mil=PROGRAM)
    network(tmp_path / "model2" / "model0")
    folder(tmp_path, coremldata_bin="", metadata_json=metadata("pipelineClassifier"))
    found = mlmodelc.read(tmp_path)
    assert found.type == "pipelineClassifier"
    assert [(each.name, len(each.ops)) for each in found.networks] == [("0", 1), ("1", 0), ("2/0", 1), ("10/main", 1)]
    assert "without layers" in found.networks[1].note


def test_a_model_without_layers_says_what_it_is(tmp_path):
    found = mlmodelc.read(folder(tmp_path, coremldata_bin="", metadata_json=metadata("glmRegressor")))
    assert found.type == "glmRegressor"
    assert found.networks[0].note == "glmRegressor: a model without layers; Core ML runs it on the CPU"
    assert found.networks[0].ops == () and found.networks[0].format == ""


def test_metadata_decides_between_two_forms_in_one_folder(tmp_path):
    both = folder(network(tmp_path), model_mil=PROGRAM, metadata_json=metadata("neuralNetwork"))
    assert mlmodelc.read(both).networks[0].format == "neuralnetwork"
    folder(both, metadata_json=metadata("mlProgram"))
    found = mlmodelc.read(both)
    assert found.networks[0].format == "mlprogram" and "left out" in found.notes[0]


@pytest.mark.parametrize("held", ["", "[", "[" * 100_000, '{"a": 1}', "[]", "[[]]", '[{"modelType": 3}]', "7"])
def test_metadata_that_is_damaged_is_done_without(tmp_path, held):
    found = mlmodelc.read(folder(tmp_path, model_mil=PROGRAM, metadata_json=held))
    assert (found.type, found.spec_version, len(found.networks)) == ("mlProgram", None, 1)


def test_a_folder_with_nothing_known_inside_is_refused(tmp_path):
    with pytest.raises(BadFileError, match=r"no model\.mil, no model\.espresso\.net"):
        mlmodelc.read(folder(tmp_path / "empty.mlmodelc", readme_txt="hello"))
    with pytest.raises(BadFileError, match="does not exist"):
        mlmodelc.read(tmp_path / "none.mlmodelc")
    with pytest.raises(BadFileError, match="not a folder"):
        mlmodelc.read(tmp_path / "empty.mlmodelc" / "readme.txt")


def test_a_part_that_is_damaged_is_named(tmp_path):
    network(tmp_path / "model0")
    folder(tmp_path / "model1", model_mil=PROGRAM[:50])
    with pytest.raises(BadFileError, match=r"model1.model\.mil:1: the text ends"):
        mlmodelc.read(folder(tmp_path, coremldata_bin=""))


def test_pipelines_that_go_round_in_a_circle_are_refused(tmp_path):
    (tmp_path / "model0").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(BadFileError, match="nested too deep"):
        mlmodelc.read(tmp_path)
