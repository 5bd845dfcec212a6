"""Layer types and concepts: finding one by whatever name people use.

One file per layer type (data/layers), the concepts that join the two formats (data/concepts.json), and an index from
every name to its types (data/layers/index.json, generated): finding one layer reads the index and that layer's file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from functools import cache
from typing import Any

from anedb.catalog import files
from anedb.catalog.naming import FORMATS, bare, fold, plain
from anedb.domain.layer import InputSpec, LayerType
from anedb.domain.value import value
from anedb.errors import DataError, UnknownNameError


@value
class Concept:
    "What a person means by a layer's name."

    id: str
    title: str
    category: str
    doc: str
    layers: tuple[str, ...] = ()
    "Layer types that are this, `mlprogram:conv`; where only a format is given, its first one is meant."
    related: tuple[str, ...] = ()
    "Concepts, or layer types of another concept, that do the same in part."
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    "By origin: `pytorch`, `tensorflow`, `onnx`, `espresso`, `apple`, `other`."
    group: bool = False
    "A family without a layer type of its own (`activation`): its layers each have their own concept."


def find(name: str, format: str | None = None) -> LayerType:
    """The layer type meant by `name`: a type name, a compute plan's (`ios17.conv`), a protobuf message, Objective-C
    style (`AddBroadcastableLayer`), a concept, or another framework's name. Case, `-`, `_` and spaces do not matter.

    Where two formats have the name, or only the concept is named, ML Program is meant unless `format` says otherwise.
    Raises `UnknownNameError`, with suggestions.
    """
    return get(*_resolve(name, _format(format)))


def get(format: str, type: str) -> LayerType:
    "A layer type by its exact name. Raises `UnknownNameError`."
    found = lookup(format, type)
    if found is None:
        raise _unknown(type, format)
    return found


@cache
def lookup(format: str, type: str) -> LayerType | None:
    "A layer type by its exact name, or None."
    if type not in index()["types"].get(format, {}):
        return None
    return layer_type_from_json(files.read_json(f"layers/{format}/{type}.json"))


def all_types(format: str | None = None) -> tuple[str, ...]:
    "Names of all layer types, of one format or of both (`mlprogram:conv`)."
    types = index()["types"]
    if format is not None:
        return tuple(types[_format(format) or ""])
    return tuple(f"{of}:{name}" for of in types for name in types[of])


def concept(id: str) -> Concept:
    "A concept by its id. Raises `UnknownNameError`."
    try:
        return concepts()[id]
    except KeyError:
        raise UnknownNameError(f'there is no concept "{id}"', suggestions=_nearest(id, concepts())) from None


def concept_of(layer_type: LayerType) -> Concept:
    return concept(layer_type.concept)


def siblings(layer_type: LayerType) -> list[LayerType]:
    "The other layer types of the same concept."
    own = f"{layer_type.format}:{layer_type.name}"
    return [_by_id(item) for item in index()["concepts"][layer_type.concept] if item != own]


def aliases(layer_type: LayerType) -> tuple[str, ...]:
    "Other frameworks' names for a layer type's concept, each once, in the order of data/concepts.json."
    return _aliases(layer_type.concept)


@cache
def _aliases(id: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in concept(id).aliases.values() for name in names))


@cache
def concepts() -> dict[str, Concept]:
    "Every concept by id."
    return {item["id"]: concept_from_json(item) for item in files.read_json("concepts.json")}


def with_concepts(types: Iterable[LayerType]) -> list[LayerType]:
    "Layer types with the concept data/concepts.json has them in, sorted. Raises `DataError` for one that is in none."
    of = {layer: item.id for item in concepts().values() if not item.group for layer in item.layers}
    found = []
    for kind in sorted(types, key=lambda it: (it.format, it.name)):
        if f"{kind.format}:{kind.name}" not in of:
            raise DataError(f"{kind.format}:{kind.name} is in no concept", tip="add it to one in data/concepts.json")
        found.append(replace(kind, concept=of[f"{kind.format}:{kind.name}"]))
    return found


@cache
def index() -> dict[str, Any]:
    "data/layers/index.json: `types` by format, `concepts` with their layers, `names` folded -> layers or a concept."
    found: dict[str, Any] = files.read_json("layers/index.json")
    return found


def layer_type_from_json(found: dict[str, Any]) -> LayerType:
    inputs = tuple(input_from_json(item) for item in found.get("inputs", ()))
    return LayerType(**{**found, "inputs": inputs, "opsets": tuple(found.get("opsets", ()))})


def concept_from_json(found: dict[str, Any]) -> Concept:
    names = {origin: tuple(items) for origin, items in found.get("aliases", {}).items()}
    layers, related = tuple(found["layers"]), tuple(found.get("related", ()))
    return Concept(**{**found, "layers": layers, "related": related, "aliases": names})


def input_from_json(found: dict[str, Any]) -> InputSpec:
    more = dict(found)
    if "types" in more:
        more["types"] = tuple(more["types"])
    if isinstance(more.get("default"), list):
        more["default"] = tuple(more["default"])
    return InputSpec(**more)


def _format(name: str | None) -> str | None:
    if name is None or name in FORMATS:
        return name
    match = next((known for known in FORMATS if known == fold(name)), None)
    if match is None:
        raise UnknownNameError(f'there is no format "{name}"', tip=f"one of {', '.join(FORMATS)}", suggestions=FORMATS)
    return match


def _by_id(text: str) -> LayerType:
    format, _, name = text.partition(":")
    return get(format, name)


@cache
def _resolve(name: str, format: str | None) -> tuple[str, str]:
    """Format and type that a name stands for. The order: an exact type name before one that folds to it, a type of the
    format asked for before its concept's, ML Program before NeuralNetwork."""
    asked, _, rest = name.partition(":")
    if rest and asked in FORMATS and format in (None, asked):
        return _resolve(rest, asked)
    wanted, types = plain(name), index()["types"]
    for of in (format,) if format else FORMATS:
        if wanted in types[of]:
            return of, wanted
    names = index()["names"]
    found = names.get(fold(wanted)) or names.get(fold(bare(wanted)), ())
    if isinstance(found, str):
        return _of_concept(name, found, format)
    for item in found:
        of, _, type_name = item.partition(":")
        if format in (None, of):
            return of, type_name
    if found:
        of, _, type_name = found[0].partition(":")
        return _of_concept(name, types[of][type_name], format)
    raise _unknown(name, format)


def _of_concept(name: str, id: str, format: str | None) -> tuple[str, str]:
    "The first layer of a concept in a format; failing that, a related one of that format."
    members = index()["concepts"].get(id)
    if members is None:
        choices = concept(id).layers
        message = f'"{name}" is a family of {len(choices)} layer types: say which'
        raise UnknownNameError(message, tip=", ".join(choices), suggestions=tuple(choices))
    for of in (format,) if format else FORMATS:
        for item in members:
            if item.startswith(f"{of}:"):
                return of, item.partition(":")[2]
    for item in concept(id).related:
        if format and item.startswith(f"{format}:"):
            return format, item.partition(":")[2]
    raise UnknownNameError(
        f'{format} has no layer for "{name}"', tip=f"found in: {', '.join(members)}", suggestions=tuple(members)
    )


def _unknown(name: str, format: str | None) -> UnknownNameError:
    near = _nearest(bare(plain(name)), _spellings(format))
    where = f" in {format}" if format else ""
    return UnknownNameError(f'there is no layer "{name}"{where}', suggestions=near)


def _spellings(format: str | None) -> list[str]:
    "Names worth suggesting: type names first, then what else the concepts are called."
    types = [name for of in ((format,) if format else FORMATS) for name in index()["types"][of]]
    others = [name for item in concepts().values() for names in item.aliases.values() for name in names]
    return list(dict.fromkeys([*types, *concepts(), *others]))


def _nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    "At most three names that look like `name`, the best first. `rapidfuzz` is imported only for a misspelt name."
    from rapidfuzz import fuzz, process

    by_fold: dict[str, str] = {}
    for item in known:
        by_fold.setdefault(fold(item), item)
    found = process.extract(fold(name), list(by_fold), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    return tuple(by_fold[match] for match, _, _ in found)
