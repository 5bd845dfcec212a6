"Any Core ML file is read by what is in it; a folder gives the models below it."

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from anedb.coreml import protobuf, spec
from anedb.coreml.read import find_models, read_model
from anedb.domain.model import Op
from anedb.errors import BadFileError
from anedb.fingerprint import fingerprint
from tests.coreml.test_package import made, relu
from tests.coreml.test_slim import Model, network

REAL = os.environ.get("ANEDB_REAL_MODELS", "")
real = pytest.mark.skipif(not REAL, reason="ANEDB_REAL_MODELS names no folder of real models")


def written(folder: Path, data: bytes, name: str = "some.mlmodel") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_file_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    found = read_model(written(tmp_path, relu(), "no_suffix"))
    assert (found.path, found.kind, found.type) == (str(tmp_path / "no_suffix"), "mlmodel", "mlProgram")


def test_the_types_are_those_of_the_protobuf() -> None:
    members = Model.DESCRIPTOR.oneofs_by_name["Type"].fields
    assert {field.number: field.name for field in members} == spec.TYPES


def test_the_newest_version_is_coremltools() -> None:
    "Read from its source: importing coremltools takes a second."
    text = (protobuf.folder().parent / "__init__.py").read_text()
    versions = [int(line.split("=")[1]) for line in text.splitlines() if line.startswith("_SPECIFICATION_VERSION_IOS_")]
    assert max(versions) == spec.NEWEST


@pytest.mark.parametrize("name", spec.WITHOUT_LAYERS.values())
def test_a_model_without_layers_says_so(tmp_path: Path, name: str) -> None:
    model = Model(specificationVersion=1)
    getattr(model, name).SetInParent()
    found = read_model(written(tmp_path, model.SerializeToString()))
    (only,) = found.networks
    assert found.type == name and not only.ops and only.note.startswith(f"{name}: a model without layers")


def test_parts_of_a_pipeline_are_numbered(tmp_path: Path) -> None:
    model = Model(specificationVersion=9)
    parts = model.pipelineClassifier.pipeline.models
    parts.add().ParseFromString(relu())
    parts.add().glmClassifier.SetInParent()
    inner = parts.add().pipeline.models
    inner.add().ParseFromString(relu())
    found = read_model(written(tmp_path, model.SerializeToString()))
    assert [each.name for each in found.networks] == ["0/main", "1", "2/0/main"]
    assert [op.place for op in found.networks[2].ops] == ["2/0/main/0"]


def test_a_newer_specification_is_read_with_a_note(tmp_path: Path) -> None:
    model = Model.FromString(relu())
    model.specificationVersion = 99
    found = read_model(written(tmp_path, model.SerializeToString()))
    assert found.spec_version == 99 and "newer" in found.notes[0] and found.networks[0].ops


def test_a_neural_network_is_read_without_its_weights(tmp_path: Path) -> None:
    found = read_model(written(tmp_path, network(count=100).SerializeToString()))
    (only,) = found.networks
    (op,) = only.ops
    assert (op.type, op.layer.inputs[1].shape, op.layer.inputs[1].const) == ("innerProduct", (10, 10), True)


@pytest.mark.parametrize("whole", [relu(), network().SerializeToString()])
def test_a_model_in_two_pieces_is_what_protobuf_makes_of_them(tmp_path: Path, whole: bytes) -> None:
    "The members of a message that is there twice are one after the other, and the last number counts."
    twice = Model.FromString(whole + whole)
    found = read_model(written(tmp_path, whole + whole))
    assert found == read_model(written(tmp_path, twice.SerializeToString()))


def test_a_folder_gives_every_model_below_it(tmp_path: Path) -> None:
    package = made(tmp_path / "b")
    first = written(tmp_path, relu(), "a/one.mlmodel")
    other = written(tmp_path, b"", "c/x.mlmodelc/model.mil").parent
    analytics = written(tmp_path, b"", "d/analytics.mil")
    written(tmp_path, relu(), "e/readme.txt")
    assert find_models(tmp_path) == [first, package, other, analytics]
    assert find_models(package) == [package] and find_models(other) == [other] and find_models(first) == [first]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    model = written(tmp_path, relu(), "a/one.mlmodel")
    (tmp_path / "a/again").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to("itself")
    assert find_models(tmp_path) == [model]


def test_an_empty_folder_has_no_models(tmp_path: Path) -> None:
    assert find_models(tmp_path) == []


def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    for call in (find_models, read_model):
        with pytest.raises(BadFileError, match="does not exist"):
            call(tmp_path / "nowhere.mlmodel")


COUNTS = {
    "coremltools_add_model.mlmodelc": {"main": 1},
    "silero-vad-unified-256ms-v6.0.0.mlmodelc": {"main": 357},
    "DTLN_AEC_128_Part1.mlpackage": {"main": 83},
    "crepe_tiny.mlpackage": {"main": 38},
    "hand_detector.mlpackage": {"main": 212},
    "kokoro_duration.mlpackage": {"main": 424},
    "silero_unified_256ms_mixed.mlpackage": {"main": 357},
    "silero_unified_int8.mlpackage": {"main": 48},
    "NSFW_pipeline.mlmodel": {"0": 0, "1": 0},
    "PlotCVPredict.mlmodel": {"main": 0},
}
"Operations that are no constants, of real models; the compiled silero has as many as its package."


@real
@pytest.mark.parametrize("name", COUNTS)
def test_real_models_have_their_operations(name: str) -> None:
    (path,) = (each for each in find_models(Path(REAL)) if each.name == name)
    model = read_model(path)
    assert {network.name: len(network.ops) for network in model.networks} == COUNTS[name]
    assert not [op for network in model.networks for op in network.ops if op.problem or op.open]


@real
def test_a_real_package_and_its_compiled_twin_are_the_same_network() -> None:
    """Read by two readers, from protobuf and from text; two casts and transposes stand in another order, and the
    package stores most weights in 8 bits."""
    found = {path.stem: read_model(path).networks[0] for path in find_models(Path(REAL)) if "silero" in path.name}
    one, other = found["silero_unified_256ms_mixed"], found["silero-vad-unified-256ms-v6.0.0"]
    assert sorted(map(unpacked, one.ops)) == sorted(map(unpacked, other.ops))
    stored = Counter(it.dtype for op in one.ops for it in op.layer.inputs if it.const and len(it.shape or ()) > 1)
    assert stored["int8"] > stored["fp16"]


def unpacked(op: Op) -> str:
    "The layer, whatever its weights are stored in."
    inputs = tuple(replace(it, dtype="") if it.const else it for it in op.layer.inputs)
    return fingerprint(replace(op.layer, inputs=inputs).hashed())
