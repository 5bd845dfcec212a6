"""JSON Schemas of what people send, written from the very classes that read it: docs/schemas/*.schema.json.

`python -m anedb.ingest.schema docs/schemas` writes them; a test sees to it that they are current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from anedb.domain.submission import SCHEMA_VERSION, SUBMISSION, Header
from anedb.ingest import identity, machine, plausible, timings, wire, words
from anedb.store.values import Retraction

BASE = "urn:anedb:schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _pattern(expression: Any) -> dict[str, Any]:
    return {"pattern": f"^(?:{expression.pattern})$"}


_FINGERPRINT = _pattern(identity.FORM)
_DAY = {"format": "date", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}
_UNIT = {"enum": list(words.COMPUTE_UNITS)}
_NANOSECONDS = {"minimum": 1, "maximum": 10**15}

BOUNDS: dict[tuple[str, str], dict[str, Any]] = {
    ("Header", "kind"): {"const": SUBMISSION},
    ("Header", "schema_version"): {"const": SCHEMA_VERSION},
    ("Header", "contributor"): _pattern(words.CONTRIBUTOR),
    ("Header", "device_key"): _pattern(words.DEVICE_KEY),
    ("Header", "date"): _DAY,
    ("Header", "licence"): {"enum": list(words.LICENCES)},
    ("Header", "layers"): {"minimum": 1},
    ("Header", "comment"): {"maxLength": words.LENGTHS["comment"]},
    ("Environment", "build"): {"pattern": f"^(?:{machine.BUILD.pattern})?$"},
    ("Environment", "version"): _pattern(machine.VERSION),
    ("Environment", "tool"): {"maxLength": words.LENGTH},
    ("Environment", "coremltools"): {"maxLength": words.LENGTH},
    ("Fingerprints", "environment"): _FINGERPRINT,
    ("Fingerprints", "run"): _FINGERPRINT,
    ("Fingerprints", "result"): _FINGERPRINT,
    ("Suite", "id"): {"maxLength": words.LENGTH},
    ("Suite", "version"): {"maxLength": words.LENGTH},
    ("Suite", "sha256"): {"maxLength": words.LENGTH},
    ("Line", "fingerprint"): _FINGERPRINT,
    ("Line", "format"): {"enum": list(words.FORMATS)},
    ("Line", "seen"): {"minItems": 1, "uniqueItems": True},
    ("Operand", "dtype"): {"enum": sorted(words.DTYPES)},
    ("Seen", "units"): {"enum": list(words.UNITS)},
    ("Seen", "context"): {"enum": list(words.CONTEXTS)},
    ("Seen", "method"): {"enum": list(words.METHODS)},
    ("Seen", "model"): {"maxLength": words.LENGTHS["model"]},
    ("Seen", "place"): {"maxLength": words.LENGTHS["place"]},
    ("Timing", "layer"): _FINGERPRINT,
    ("Timing", "units"): {"enum": list(words.UNITS)},
    ("Timing", "context"): {"enum": list(words.CONTEXTS)},
    ("Timing", "repeats"): {"minimum": 1},
    ("Timing", "median_ns"): _NANOSECONDS,
    ("Timing", "least_ns"): _NANOSECONDS,
    ("Timing", "most_ns"): _NANOSECONDS,
    ("Timing", "load_ns"): {"minimum": 0, "maximum": 10**15},
    ("Timing", "first_ns"): {"minimum": 0, "maximum": 10**15},
    ("Timing", "error"): _pattern(timings.ERROR),
    **{("Conditions", name): _pattern(form) for name, form in timings.FORMS.items()},
    ("TimingsHeader", "kind"): {"const": timings.KIND},
    ("TimingsHeader", "schema_version"): {"const": SCHEMA_VERSION},
    ("TimingsHeader", "run"): _FINGERPRINT,
    ("TimingsHeader", "digest"): _FINGERPRINT,
    ("Retraction", "date"): _DAY,
    ("Retraction", "reason"): {"minLength": 1, "maxLength": words.LENGTHS["comment"]},
    ("Retraction", "by"): {"minLength": 1},
}
"What the stages after `schema` ask of single fields, as far as a JSON Schema can say it. A test compares the two."


def schemas() -> dict[str, dict[str, Any]]:
    "File name -> JSON Schema."
    return {
        "submission.schema.json": _lines(
            "submission",
            "One line of a submission: the first is its header, every other one a layer.",
            {"header": Header, "layer": wire.Line},
        ),
        "submission-timings.schema.json": _lines(
            "submission-timings",
            "One line of the timings beside a submission: the first is the header, every other one a measurement.",
            {"header": timings.TimingsHeader, "timing": timings.Timing},
        ),
        "retraction.schema.json": _one("retraction", Retraction),
    }


def _lines(name: str, description: str, kinds: dict[str, type[Any]]) -> dict[str, Any]:
    "A JSON Lines file has no schema; each of its lines is any of the kinds. `#/$defs/Header` is that of the first."
    definitions: dict[str, Any] = {}
    for kind in kinds.values():
        found = _plain_schema(kind)
        definitions.update(found.pop("$defs", {}))
        definitions[kind.__name__] = found
    references = [{"$ref": f"#/$defs/{kind.__name__}"} for kind in kinds.values()]
    return {**_head(name), "description": description, "anyOf": references, "$defs": dict(sorted(definitions.items()))}


def _one(name: str, kind: type[Any]) -> dict[str, Any]:
    return {**_plain_schema(kind), **_head(name)}


def _head(name: str) -> dict[str, Any]:
    major = SCHEMA_VERSION.partition(".")[0]
    return {"$schema": DIALECT, "$id": f"{BASE}:{name}:{major}", "title": f"anedb {name} {SCHEMA_VERSION}"}


def _plain_schema(kind: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = wire.closed(kind, docstrings=True).json_schema()
    definitions = found.pop("$defs", {})
    root = definitions.pop("Root", None) or found
    root = definitions.pop(kind.__name__, root) if "$ref" in root else root
    definitions = {name: _bounded(name, each) for name, each in definitions.items()}
    return {**_bounded(kind.__name__, root), **({"$defs": definitions} if definitions else {})}


def _bounded(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    "With the bounds of its fields, and without Pydantic's titles, which repeat the names."
    for field, inside in schema.get("properties", {}).items():
        inside.pop("title", None)
        inside.update(BOUNDS.get((name, field), {}))
        _inner(name, field, inside)
    return {"title": name, **schema}


def _inner(name: str, field: str, inside: dict[str, Any]) -> None:
    "Bounds of what stands inside a list, or beside null."
    if name == "Seen" and field in ("offered", "chosen", "ran"):
        for each in inside["anyOf"]:
            if each["type"] == "string":
                each.update(_UNIT)
            elif each["type"] == "array":
                each.update(items={"type": "string", **_UNIT}, uniqueItems=True)
    elif name == "Seen" and field == "cost_ppm":
        inside["anyOf"][0].update(minimum=0, maximum=plausible.MAX_COST_PPM)
    elif name == "Seen" and field == "opset":
        inside["enum"] = ["", *words.OPSETS]
    elif name == "Operand" and field == "shape":
        axis = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": plausible.MAX_EXTENT}]}
        axis["anyOf"].append({"type": "string", **_pattern(words.DIM)})
        inside["anyOf"][0].update(items=axis, maxItems=plausible.MAX_RANK)


def render(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path) -> list[Path]:
    "Every schema into a folder; returns the files that changed."
    changed = []
    for name, schema in schemas().items():
        path, text = folder / name, render(schema)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


if __name__ == "__main__":
    print(*write(Path(sys.argv[1])), sep="\n")
