"""What is told by hand of inputs that coremltools does not tell: data/layer_overrides.json, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from anedb.catalog import files, layers
from anedb.catalog.naming import NEURALNETWORK
from anedb.domain.layer import InputSpec, LayerType


@cache
def overrides() -> dict[str, Any]:
    "data/layer_overrides.json."
    found: dict[str, Any] = files.read_json("layer_overrides.json")
    return found


def added(format: str) -> list[LayerType]:
    "Types that are in files and that coremltools does not register, without their concepts."
    rows = [row for row in overrides()["added_layers"] if row["format"] == format]
    return [layers.layer_type_from_json({**_without_reason(row), "concept": ""}) for row in rows]


def finished(kind: LayerType) -> LayerType:
    "A type with what the overrides say of it."
    inputs = tuple(replace(item, **_settings(kind.format, kind.name, item)) for item in kind.inputs)
    inputs += tuple(_added_inputs(kind))
    internal = any(kind.name in rule["layers"] and kind.format == rule["format"] for rule in overrides()["internal"])
    return replace(kind, inputs=inputs, internal=internal)


def _added_inputs(kind: LayerType) -> Iterator[InputSpec]:
    for row in overrides()["added_inputs"]:
        if (row["format"], row["layer"]) == (kind.format, kind.name):
            yield from map(layers.input_from_json, row["inputs"])


def _without_reason(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "reason"}


def _settings(format: str, layer: str, item: InputSpec) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rule in _rules().get((format, f"*.{item.name}"), ()) + _rules().get((format, f"{layer}.{item.name}"), ()):
        found |= {name: _frozen(value) for name, value in rule["set"].items()}
    if found.get("required"):
        found.setdefault("default", None)
    return {**found, **_since(f"{layer}.{item.name}")} if format == NEURALNETWORK else found


@cache
def _rules() -> dict[tuple[str, str], tuple[dict[str, Any], ...]]:
    "Rules by what they are about, in the file's order."
    found: dict[tuple[str, str], tuple[dict[str, Any], ...]] = {}
    for rule in overrides()["rules"]:
        for name in rule["inputs"]:
            key = (rule["format"], name)
            found[key] = (*found.get(key, ()), rule)
    return found


def _since(name: str) -> dict[str, str]:
    return next(({"since": rule["since"]} for rule in overrides()["input_since"] if name in rule["inputs"]), {})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
