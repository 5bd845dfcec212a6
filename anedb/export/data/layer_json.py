"The JSON of the export: stable, one line an entry, so that a diff shows what moved."

from __future__ import annotations

import json
from typing import Any

from anedb.domain.plain import plain
from anedb.export.text import encodable


def render(value: Any) -> str:
    "A value as JSON: each field on a line, each member of a list or map of objects on one of its own."
    parts = [f" {_text(name)}: {_part(item)}" for name, item in plain(value).items()]
    return encodable("{\n" + ",\n".join(parts) + "\n}\n")


def _part(value: Any) -> str:
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(f"  {_text(item)}" for item in value) + "\n ]"
    if isinstance(value, dict) and any(isinstance(item, dict) for item in value.values()):
        return "{\n" + ",\n".join(f"  {_text(name)}: {_text(item)}" for name, item in value.items()) + "\n }"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
