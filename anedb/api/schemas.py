"""The published JSON Schemas: of what anedb writes here, of what it reads in `anedb.ingest.schema`.

`python -m anedb.api.schemas docs/schemas` writes them; a test sees to it that they are current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from anedb.api import reports
from anedb.api.show import Thing
from anedb.api.sign import Signed
from anedb.api.submit import Submitted
from anedb.catalog import check as catalog
from anedb.domain.check import Check
from anedb.domain.diff import Diff
from anedb.domain.evaluation import Evaluation
from anedb.domain.exported import DataIndex, ExportDiff, LayerFile, Profile
from anedb.domain.imported import Imported
from anedb.domain.probed import Doctor, Probed
from anedb.domain.review import Review
from anedb.domain.suite import SuiteBuilt, Suites
from anedb.domain.verdict import Answer, Basis, State, Verdict
from anedb.domain.wanted import Wanted
from anedb.errors import UnknownNameError
from anedb.export import json_table
from anedb.ingest import schema as ingest
from anedb.probe.manifest import Manifest

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ENUMS = {"answer": Answer, "state": State, "basis": Basis, "relation": Basis}
ENDING = ".schema.json"


def names() -> list[str]:
    return sorted(all_schemas())


def get(name: str) -> dict[str, Any]:
    "Raises `UnknownNameError`."
    found = all_schemas()
    if name not in found:
        raise UnknownNameError(f"there is no schema {name!r}", tip=f"there are {', '.join(sorted(found))}")
    return found[name]


def all_schemas() -> dict[str, dict[str, Any]]:
    "Name -> JSON Schema 2020-12."
    return {
        "verdict": of(Verdict, "verdict"),
        "check": of(Check, "check"),
        "diff": of(Diff, "diff"),
        "evaluation": of(Evaluation, "evaluation"),
        "wanted": of(Wanted, "wanted"),
        "imported": of(Imported, "imported"),
        "probed": of(Probed, "probed"),
        "doctor": of(Doctor, "doctor"),
        "suites": of(Suites, "suites"),
        "suite-built": of(SuiteBuilt, "suite-built"),
        "suite-manifest": of(Manifest, "suite-manifest"),
        "submitted": listed(of(Submitted, "submitted"), "submissions"),
        "review": of(Review, "review"),
        "signed": listed(of(Signed, "signed"), "signatures"),
        "thing": of(Thing, "thing"),
        "problems": of(reports.Problems, "problems"),
        "changed": of(reports.Changed, "changed"),
        "status": of(reports.Status, "status"),
        "error": of(reports.Failed, "error"),
        "table": json_table.schema(),
        "data-index": of(DataIndex, "data-index"),
        "data-layer": of(LayerFile, "data-layer"),
        "profile": of(Profile, "profile"),
        "data-changes": of(ExportDiff, "data-changes"),
        **{name.removesuffix(ENDING): found for name, found in catalog.schemas().items()},
        **{name.removesuffix(ENDING): found for name, found in ingest.schemas().items()},
    }


def of(kind: type, name: str) -> dict[str, Any]:
    "Every field is always written, and no other."
    from pydantic import TypeAdapter

    found = TypeAdapter(kind).json_schema(mode="serialization")
    for each in (found, *found.get("$defs", {}).values()):
        close(each)
    return {"$schema": DIALECT, "$id": f"urn:anedb:schema:{name}:1", **found}


def close(found: dict[str, Any]) -> None:
    if "properties" not in found:
        return
    found["required"] = list(found["properties"])
    found["additionalProperties"] = False
    for name, members in ENUMS.items():
        if name in found["properties"]:
            found["properties"][name]["enum"] = [each.value for each in members]


def listed(found: dict[str, Any], name: str) -> dict[str, Any]:
    "A list of such values under one name, beside the schema's version."
    inner = {key: item for key, item in found.items() if not key.startswith("$")}
    return {
        **{key: item for key, item in found.items() if key.startswith("$") and key != "$defs"},
        "type": "object",
        "properties": {
            "schema_version": {"type": "string"},
            name: {"type": "array", "items": {"$ref": "#/$defs/Item"}},
        },
        "required": ["schema_version", name],
        "additionalProperties": False,
        "$defs": {**found.get("$defs", {}), "Item": inner},
    }


def files() -> dict[str, str]:
    "File name -> text, as docs/schemas has them."
    return {
        f"{name}{ENDING}": json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        for name, found in all_schemas().items()
    }


if __name__ == "__main__":
    for name, text in files().items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
