"""`anedb check --json`: a line for each layer, so that two can be compared, written quickly.

Checking a model of 3,700 layers may take 0.6 of `import coremltools`, and `options.print_json` would take all of that.
So the encoder is the one in C, and what equal layers share is written once and repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from anedb.domain.check import Check, CheckedLayer

SHARED = ("params", "inputs", "outputs", "offered", "chosen", "work", "reasons", "workarounds")
"Fields of a layer that hold more than text and numbers. They stand last."
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
    own = [each.name for each in fields(CheckedLayer) if each.name not in SHARED]
    written: dict[int, str] = {}
    for layer in layers:
        head = _json({name: getattr(layer, name) for name in own})
        tail = [f', "{name}": {_once(getattr(layer, name), written)}' for name in SHARED]
        yield f"\n    {head[:-1]}{''.join(tail)}}}"


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
