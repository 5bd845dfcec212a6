"""`anedb check --json`: a line for each layer, so that it can be read and compared; what is alike in C's own speed.

`options.print_json` would take longer for a model of 3,700 layers than to check it.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from anedb.domain.check import Check

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
    return "[" + ",".join(f"\n    {_json(each)}" for each in getattr(model, name)) + "]"


def _contents(value: Any) -> dict[str, Any]:
    "Of a dataclass, in field order; the encoder asks this of what it does not know."
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


_json = json.JSONEncoder(ensure_ascii=False, default=_contents).encode
