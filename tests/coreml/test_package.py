"An .mlpackage is opened as its manifest says, and never outside itself."

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from anedb.coreml import package
from anedb.coreml.read import read_model
from anedb.errors import BadFileError
from tests.coreml.test_program import Writer, blob, function, tensor_type
from tests.coreml.test_slim import Model

INNER = "com.apple.CoreML/model.mlmodel"


def manifest(path: str = INNER, **more: Any) -> dict[str, Any]:
    item = {"author": "com.apple.CoreML", "description": "", "name": "model.mlmodel", "path": path}
    return {"fileFormatVersion": "1.0.0", "itemInfoEntries": {"a": item}, "rootModelIdentifier": "a", **more}


def relu(weights: bool = False, opset: str = "CoreML8") -> bytes:
    "A program of one operation, and a constant that may be in the weight file."
    model = Model(specificationVersion=9)
    kind = tensor_type("fp16", 1, 4)
    block: Writer = function(model.mlProgram, opset=opset, x=kind)
    if weights:
        block.const("w", blob("fp16", 8, 4))
    block.op("relu", "y", kind, x="x")
    block.block.outputs.append("y")
    return bytes(model.SerializeToString())


def made(folder: Path, said: Any = None, spec: bytes | None = None) -> Path:
    path = folder / "some.mlpackage"
    (path / "Data/com.apple.CoreML").mkdir(parents=True)
    if said is not False:
        (path / "Manifest.json").write_text(json.dumps(said or manifest()))
    (path / "Data" / INNER).write_bytes(relu() if spec is None else spec)
    return path


def test_the_model_is_the_file_that_the_manifest_names(tmp_path: Path) -> None:
    found = read_model(made(tmp_path))
    assert (found.kind, found.type, found.spec_version, found.notes) == ("mlpackage", "mlProgram", 9, ())
    (network,) = found.networks
    assert [op.type for op in network.ops] == ["relu"] and network.outputs == ("y",)


@pytest.mark.parametrize("path", ["../../outside.mlmodel", "/etc/passwd", "a/../../../b", "..\\..\\b"])
def test_a_manifest_that_climbs_out_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.mlmodel").write_bytes(relu())
    with pytest.raises(BadFileError, match="leads out of the package"):
        read_model(made(tmp_path, manifest(path)))


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.mlmodel").write_bytes(relu())
    path = made(tmp_path)
    inner = path / "Data" / INNER
    inner.unlink()
    inner.symlink_to(tmp_path / "outside.mlmodel")
    with pytest.raises(BadFileError, match="leads out of the package"):
        read_model(path)


def test_a_link_inside_the_package_is_followed(tmp_path: Path) -> None:
    path = made(tmp_path)
    (path / "Data/link.mlmodel").symlink_to(INNER)
    (path / "Manifest.json").write_text(json.dumps(manifest("link.mlmodel")))
    assert read_model(path).type == "mlProgram"


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path)
    (path / "Data" / INNER).unlink()
    (path / "Data" / INNER).symlink_to("model.mlmodel")
    with pytest.raises(BadFileError):
        read_model(path)


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        {"rootModelIdentifier": "a"},
        manifest(rootModelIdentifier="b"),
        manifest(rootModelIdentifier=[]),
        manifest(itemInfoEntries=[]),
        manifest(itemInfoEntries={"a": None}),
        manifest(itemInfoEntries={"a": {"path": 7}}),
        manifest(""),
        manifest("nowhere.mlmodel"),
        manifest("com.apple.CoreML"),
        manifest("x" * 5000),
        manifest("\0"),
    ],
)
def test_a_manifest_without_a_model_says_so(tmp_path: Path, said: Any) -> None:
    path = made(tmp_path)
    (path / "Manifest.json").write_text(json.dumps(said))
    with pytest.raises(BadFileError) as caught:
        read_model(path)
    assert "Manifest.json" in caught.value.message and caught.value.tip


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '"' + "x" * 2**21 + '"', "\xff"])
def test_a_manifest_that_is_no_json_says_so(tmp_path: Path, text: str) -> None:
    path = made(tmp_path)
    (path / "Manifest.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadFileError, match=r"Manifest\.json"):
        read_model(path)


def test_a_folder_without_a_manifest_points_at_the_file_in_it(tmp_path: Path) -> None:
    path = made(tmp_path, False)
    with pytest.raises(BadFileError, match=r"without Manifest\.json") as caught:
        read_model(path)
    assert str(path / "Data" / INNER) in caught.value.tip


def test_a_missing_weight_file_is_noted(tmp_path: Path) -> None:
    path = made(tmp_path, spec=relu(weights=True))
    (note,) = read_model(path).notes
    assert "weights/weight.bin is missing" in note


def test_a_weight_file_is_not_opened(tmp_path: Path) -> None:
    path = made(tmp_path, spec=relu(weights=True))
    weights = path / "Data/com.apple.CoreML/weights/weight.bin"
    weights.parent.mkdir()
    weights.symlink_to("/dev/null")
    assert read_model(path).notes == ()


@pytest.mark.parametrize("name", [b"@model_path/../../../../etc/passwd", b"@model_path//etc/passwd"])
def test_weights_are_not_looked_for_outside(tmp_path: Path, name: bytes) -> None:
    assert package.missing_weights(b"\x0a" + bytes([len(name)]) + name, tmp_path)
