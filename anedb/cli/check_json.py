"""`anedb check --json`: a line for each layer, so that two can be compared, written quickly.

Checking a model of 3,700 layers may take 0.6 of `import coremltools`, and `options.print_json` would take all of that.
So the encoder is the one in C, and what equal layers share is written once and repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any

from anedb.domain.check import Check, CheckedLayer

SHARED = ("params", "inputs", "offered", "chosen", "work", "reasons", "workarounds")
"Fields of a layer that hold more than text and numbers. They stand last."
ITS_OWN = ("index", "place", "name", "outputs")
"Those that no two layers share. They stand first."
LISTED = ("layers", "segments", "blockers", "unsettled")
"Lists of a model that get a line for each of their members."


def text(check: Check) -> str:
    "Ends in a newline."
    inside = [f' "{each.name}": {_field(check, each.name)}' for each in fields(check)]
    return "{\n" + ",\n".join(inside) + "\n}\n"


def _field(check: Check, name: str) -> str:
    if name != "models":
        return _json(getattr(check, name))
    return "[" + ",".join(f"\n  {_model(model)}" for model in check.models) + "]"


def _model(model: Any) -> str:
    inside = [f'"{each.name}": {_member(model, each.name)}' for each in fields(model)]
    return "{" + ",\n   ".join(inside) + "}"


def _member(model: Any, name: str) -> str:
    if name not in LISTED:
        return _json(getattr(model, name))
    if name == "layers":
        return "[" + ",".join(_layers(model.layers)) + "]"
    return "[" + ",".join(f"\n    {_json(each)}" for each in getattr(model, name)) + "]"


def _layers(layers: Iterable[CheckedLayer]) -> Iterator[str]:
    plain = [each.name for each in fields(CheckedLayer) if each.name not in ITS_OWN + SHARED]
    common = attrgetter(*plain)
    known: dict[object, str] = {}
    written: dict[int, str] = {}
    for layer in layers:
        values = common(layer)
        middle = known.get(values)
        if middle is None:
            middle = known[values] = _json(dict(zip(plain, values, strict=True)))[1:-1]
        head = f'"index": {layer.index}, "place": {_json(layer.place)}, "name": {_json(layer.name)}'
        outputs = ", ".join([_named(each, known) for each in layer.outputs])
        tail = [f', "{name}": {_once(getattr(layer, name), written)}' for name in SHARED]
        yield f'\n    {{{head}, "outputs": [{outputs}], {middle}{"".join(tail)}}}'


def _named(operand: dict[str, Any], known: dict[object, str]) -> str:
    "An output has a name of its own; of what else it has there are few kinds in a model."
    name, *rest = operand.items()
    kind = repr(rest)
    text = known.get(kind)
    if text is None:
        text = known[kind] = _json(dict(rest))[1:]
    return f'{{"{name[0]}": {_json(name[1])}, {text}'


def _once(value: Any, written: dict[int, str]) -> str:
    "The text of a value, by its identity: all of them are alive as long as the check is."
    found = written.get(id(value))
    if found is None:
        found = written[id(value)] = _json(value)
    return found


def _contents(value: Any) -> dict[str, Any]:
    "Of a dataclass, in field order; the encoder asks this of what it does not know."
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


_json = json.JSONEncoder(ensure_ascii=False, default=_contents).encode
