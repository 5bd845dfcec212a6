"""Writing models, the same bytes every time: coremltools puts the date and random names into what it saves."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import Any

_HOME = uuid.UUID("6f1f8a52-6f0c-5a8e-9a83-2f1c1d9b7a11")
"Namespace of the names in a manifest: any fixed one will do."
_CREATED = ("com.github.apple.coremltools.conversion_date",)
DATA = "com.apple.CoreML"


def write_package(model: Any, path: Path) -> None:
    "An `MLModel` of an ML Program as a `.mlpackage`: specification, weights, manifest. Raises `OSError`."
    folder = path / "Data" / DATA
    folder.mkdir(parents=True)
    (folder / "model.mlmodel").write_bytes(spec_bytes(model.get_spec()))
    items = {"model.mlmodel": "CoreML Model Specification"}
    if model.weights_dir and any(Path(model.weights_dir).iterdir()):
        items["weights"] = "CoreML Model Weights"
        _copy(Path(model.weights_dir), folder / "weights")
    (path / "Manifest.json").write_text(_manifest(path.name, items), encoding="utf-8")


def discard(model: Any) -> None:
    "What coremltools keeps of an `MLModel` in the system's folder for temporary files until the process ends."
    if getattr(model, "is_temp_package", False) and model.package_path:
        shutil.rmtree(model.package_path, ignore_errors=True)


def spec_bytes(spec: Any) -> bytes:
    "A `Model` protobuf without the day it was made on."
    for name in _CREATED:
        spec.description.metadata.userDefined.pop(name, None)
    found: bytes = spec.SerializeToString(deterministic=True)
    return found


def _copy(source: Path, target: Path) -> None:
    target.mkdir()
    for each in sorted(source.iterdir()):
        (target / each.name).write_bytes(each.read_bytes())


def _manifest(name: str, items: dict[str, str]) -> str:
    keys = {item: str(uuid.uuid5(_HOME, f"{name}/{item}")).upper() for item in items}
    entries = {
        keys[item]: {"author": DATA, "description": text, "name": item, "path": f"{DATA}/{item}"}
        for item, text in items.items()
    }
    manifest = {
        "fileFormatVersion": "1.0.0",
        "itemInfoEntries": dict(sorted(entries.items())),
        "rootModelIdentifier": keys["model.mlmodel"],
    }
    return json.dumps(manifest, indent=4) + "\n"
