"""The support table as JSON, and the JSON Schema it keeps to."""

from __future__ import annotations

import json
from typing import Any

from anedb.domain.plain import plain
from anedb.domain.table import TABLE, Table, TableFile
from anedb.domain.verdict import Answer, Basis, State
from anedb.export.tables import counts, tidy
from anedb.export.text import encodable

ENUMS = {"answer": Answer, "state": State, "basis": Basis}


def render(table: Table) -> str:
    "One line an engine, release, source and cell, so that a diff shows the cell that moved."
    return _lay_out(plain(_file(tidy(table))))


def schema() -> dict[str, Any]:
    "JSON Schema 2020-12 of what `render` writes; docs/schemas/table.schema.json is this."
    from pydantic import TypeAdapter

    found = TypeAdapter(TableFile).json_schema(mode="serialization")
    for each in (found, *found["$defs"].values()):
        _close(each)
    found["properties"]["kind"] = {"const": TABLE}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:anedb:schema:table:1"}
    return {**head, **found}


def _file(table: Table) -> TableFile:
    return TableFile(
        kind=TABLE,
        schema_version=table.schema_version,
        data_version=table.data_version,
        generated_from=table.generated_from,
        counts=counts(table),
        engines=table.engines,
        releases=table.releases,
        sources=table.sources,
        rows=table.rows,
    )


def _lay_out(value: dict[str, Any]) -> str:
    parts = [f" {_text(name)}: {_part(item)}" for name, item in value.items()]
    return encodable("{\n" + ",\n".join(parts) + "\n}\n")


def _part(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _text(value)
    return "[\n" + ",\n".join(f"  {_row(item)}" for item in value) + "\n ]"


def _row(value: dict[str, Any]) -> str:
    "A row of the table ends with its cells, each on its own line."
    if "cells" not in value:
        return _text(value)
    rest = _text({name: item for name, item in value.items() if name != "cells"})
    cells = ",\n".join(f"   {_text(cell)}" for cell in value["cells"])
    return f'{rest[:-1]}, "cells": [\n{cells}\n  ]}}'


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _close(found: dict[str, Any]) -> None:
    "The export writes every field and no other; a closed vocabulary is an enum."
    found["required"] = list(found["properties"])
    found["additionalProperties"] = False
    for name, members in ENUMS.items():
        if name in found["properties"]:
            found["properties"][name]["enum"] = [each.value for each in members]
    for each in found["properties"].values():
        each.pop("default", None)
