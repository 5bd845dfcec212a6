"""A compiled Core ML model, a `.mlmodelc` folder: the text of an ML Program, a NeuralNetwork in Espresso's JSON, a
pipeline with a folder for each part. Weights are never opened.

`coremldata.bin`, which every such folder has, is Apple's own and is not read: what only it tells (a GLM, a tree
ensemble) is a model without layers here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from anedb.coreml import espresso, miltext, textprogram
from anedb.domain.model import Kind, Model, Network
from anedb.errors import BadFileError

PROGRAM = "model.mil"
METADATA = "metadata.json"
PREFIX = "MLModelType_"
LARGEST_METADATA = 16 * 2**20
MOST_PARTS = 1000
DEEPEST = 8
"Pipelines within pipelines."

TIP = "name the .mlmodelc folder itself, or compile the model again with xcrun coremlcompiler"


@dataclass(slots=True)
class _Found:
    networks: list[Network] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(path: Path) -> Model:
    "Raises `BadFileError`: no folder, nothing in it that is known, a part that is damaged."
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "does not exist"
        raise BadFileError(f"{path} {what}", tip="a compiled model is a folder whose name ends in .mlmodelc")
    found = _Found()
    metadata = _metadata(path, found)
    kind = str(_of(metadata, "modelType", "name") or "").removeprefix(PREFIX)
    type = _part(path, "", kind, found, 0)
    version = metadata.get("specificationVersion")
    return Model(
        path=str(path),
        kind=Kind.MLMODELC.value,
        type=kind or type,
        spec_version=version if isinstance(version, int) and not isinstance(version, bool) else None,
        networks=tuple(found.networks),
        notes=tuple(found.notes),
    )


def _metadata(path: Path, found: _Found) -> dict[str, Any]:
    "What Xcode shows of a model; older compilers wrote none. One that cannot be read is noted, and done without."
    file = path / METADATA
    try:
        if file.stat().st_size > LARGEST_METADATA:
            raise ValueError(f"more than {LARGEST_METADATA // 2**20} MB")
        told = json.loads(file.read_bytes())
    except FileNotFoundError:
        found.notes.append("no metadata.json: the kind of model is taken from the files")
        return {}
    except (OSError, ValueError, RecursionError) as error:
        found.notes.append(f"metadata.json cannot be read and was left out: {_why(error)}")
        return {}
    first = told[0] if isinstance(told, list) and told else told
    return first if isinstance(first, dict) else {}


def _why(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error) or type(error).__name__


def _of(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _part(path: Path, prefix: str, kind: str, found: _Found, depth: int) -> str:
    "Adds the networks of a folder; the type of model by what is in it, where its metadata does not say."
    has_net = (path / espresso.NET).exists()
    if (path / PROGRAM).exists() and not (has_net and kind.startswith("neuralNetwork")):
        if has_net:
            found.notes.append(f"{prefix or path.name} has {espresso.NET} too, which was left out")
        found.networks.extend(textprogram.networks(miltext.read(path / PROGRAM), prefix))
        return "mlProgram"
    if has_net:
        network, notes = espresso.read(path)
        found.networks.append(replace(network, name=prefix or network.name))
        found.notes.extend(f"{prefix}: {note}" if prefix else note for note in notes)
        return "neuralNetwork"
    parts = _parts(path)
    if parts:
        return _pipeline(path, parts, prefix, found, depth)
    if not (path / "coremldata.bin").exists():
        raise BadFileError(f"{path} has nothing that a compiled model has: no {PROGRAM}, no {espresso.NET}", tip=TIP)
    name = kind or "a model of a kind that only coremldata.bin tells"
    note = f"{name}: a model without layers; Core ML runs it on the CPU"
    found.networks.append(Network(name=prefix or "main", format="", note=note))
    return ""


def _parts(path: Path) -> list[tuple[int, Path]]:
    "`model0`, `model1` …: the parts of a pipeline, in order."
    named = ((re.fullmatch(r"model(\d{1,4})", each.name), each) for each in path.iterdir())
    return sorted((int(match[1]), each) for match, each in named if match and each.is_dir())


def _pipeline(path: Path, parts: list[tuple[int, Path]], prefix: str, found: _Found, depth: int) -> str:
    if depth >= DEEPEST or len(parts) > MOST_PARTS:
        raise BadFileError(f"{path}: pipelines are nested too deep, or have too many parts, to be a model's", tip=TIP)
    for number, part in parts:
        _part(part, f"{prefix}/{number}" if prefix else str(number), "", found, depth + 1)
    return "pipeline"
