"""data/layers as text: one file per layer type, and the index of names. Generated, reviewed, the same to the byte."""

from __future__ import annotations

import json
from typing import Any

from anedb.catalog import files, layers
from anedb.catalog.layers import Concept, concepts
from anedb.catalog.naming import FORMATS, derived, fold
from anedb.domain.layer import InputSpec, LayerType
from anedb.domain.plain import plain
from anedb.errors import DataError

FOLDER = "layers"
INDEX = f"{FOLDER}/index.json"

BLANK = InputSpec(name="", kind="")


def render(layer_type: LayerType) -> str:
    "A layer type's file: one line a field, one line an input; what is not said is left out."
    found = {name: value for name, value in plain(layer_type).items() if value or name == "concept"}
    found.pop("inputs", None)
    lines = [f" {_json(name)}: {_json(value)}" for name, value in found.items()]
    if layer_type.inputs:
        rows = ",\n".join(f"  {_json(input_to_json(item))}" for item in layer_type.inputs)
        lines.append(f' "inputs": [\n{rows}\n ]')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def input_to_json(item: InputSpec) -> dict[str, Any]:
    "What an input says beyond the ordinary. A default is kept even where it is 0, false or empty."
    blank = plain(BLANK)
    return {
        name: value
        for name, value in plain(item).items()
        if value != blank[name] or type(value) is not type(blank[name])
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def texts(types: list[LayerType]) -> dict[str, str]:
    "Path inside data/ -> text, of every file of data/layers."
    types = sorted(types, key=lambda kind: (kind.format, kind.name))
    found = {f"{FOLDER}/{kind.format}/{kind.name}.json": render(kind) for kind in types}
    return {**found, INDEX: render_index(types)}


def write_all(types: list[LayerType]) -> list[str]:
    "Write what changed and remove what no type has; returns their paths."
    changed = stale(types)
    wanted = texts(types)
    for name in changed:
        path = files.root() / name
        if name not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8", newline="\n")
    for cached in (layers.index, layers.lookup, layers._resolve):
        cached.cache_clear()
    return changed


def stale(types: list[LayerType]) -> list[str]:
    "Paths whose text differs, is missing, or belongs to no type."
    wanted = texts(types)
    root = files.root()
    there = {path.relative_to(root).as_posix(): path for path in (root / FOLDER).rglob("*.json")}
    differ = [n for n, text in wanted.items() if n not in there or there[n].read_bytes() != text.encode()]
    return sorted({*differ, *(there.keys() - wanted.keys())})


def render_index(types: list[LayerType]) -> str:
    "The index's file, one line an entry."
    found = make_index(types)
    parts = []
    for name, entries in found.items():
        rows = ",\n".join(f"  {_json(key)}: {_json(value)}" for key, value in entries.items())
        parts.append(f" {_json(name)}: {{\n{rows}\n }}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def make_index(types: list[LayerType]) -> dict[str, dict[str, Any]]:
    """`types`: format -> type -> concept. `concepts`: id -> its layers. `names`: folded name -> layers, or a concept.

    Raises `DataError` where one name stands for two concepts.
    """
    by_format = {of: {kind.name: kind.concept for kind in types if kind.format == of} for of in FORMATS}
    members = {item.id: list(item.layers) for item in concepts().values() if not item.group}
    names: dict[str, Any] = {}
    for kind in types:
        _add_type(names, fold(kind.name), kind)
    for kind in types:
        for name in derived(kind.name, kind.message):
            names.setdefault(fold(name), [f"{kind.format}:{kind.name}"])
    owner = {f"{kind.format}:{kind.name}": kind.concept for kind in types}
    for item in concepts().values():
        for name in dict.fromkeys((item.id, item.title, *(name for group in item.aliases.values() for name in group))):
            _add_alias(names, name, item, owner)
    return {"types": by_format, "concepts": members, "names": dict(sorted(names.items()))}


def _add_type(names: dict[str, Any], name: str, kind: LayerType) -> None:
    "Types of one name: the preferred format first."
    found = names.setdefault(name, [])
    found.append(f"{kind.format}:{kind.name}")
    found.sort(key=lambda item: FORMATS.index(item.partition(":")[0]))


def _add_alias(names: dict[str, Any], name: str, item: Concept, owner: dict[str, str]) -> None:
    "A name of a concept; one that a layer type has already must be of that concept, or of a family that holds it."
    found = names.setdefault(fold(name), item.id)
    taken = {found} if isinstance(found, str) else {owner[label] for label in found}
    if item.id not in taken and not (item.group and set(found) <= set(item.layers)):
        raise DataError(f'"{name}" stands for {item.id} and {", ".join(sorted(taken))}', tip="see data/concepts.json")
