"""The whole of data/, verified as CI does. Problems are collected: one never hides another.

Pydantic reads the rows here (strictly, no unknown field) and writes their JSON Schemas. It costs 0.1 s to import, so
nothing that answers a question may import this module.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypeAliasType

from anedb.catalog import (
    catalogued,
    facts,
    files,
    layout,
    ledger,
    observed,
    planned,
    plans,
    rules,
    suite_lock,
    wordings,
)
from anedb.catalog.findings import Findings
from anedb.domain.claim import Claim, ReasonCode, Workaround
from anedb.domain.observation import Source
from anedb.domain.problem import Problem
from anedb.errors import DataError

T = TypeVar("T")


def check(condition: rules.Condition | None = None, *, today: str | None = None) -> list[Problem]:
    """Everything wrong with data/, in the order of its files.

    `condition` says what is wrong with a CEL condition, or None; the room `evidence` has it
    (`anedb.evidence.condition.check`). `today`, `2026-11-22`: nothing may be from after it.
    """
    found = Findings(today or datetime.date.today().isoformat())
    read = {path: _read_rows(path, found) for path in layout.hand_kept() if layout.kind_of(path) is not None}
    codes = _read_reasons(found)
    known = _known(read, codes, condition, found)
    for path, listed in read.items():
        _check_rows(path, listed, known, found)
    for code in codes:
        rules.check_reason(code, f"reasons.toml {code.code}", known, found)
    wordings.check(known.reasons, found)
    ledger.check(known.claims, known.sources, found)
    _check_forms(found)
    catalogued.check(found)
    suite_lock.check(found)
    for path in facts.observation_files():
        observed.check_file(path, known.sources, known.reasons, found)
    for path in plans.plan_files():
        planned.check_file(path, known.sources, found)
    return found.problems


def fmt(write: bool) -> list[Path]:
    "Files that are not in their canonical form; with `write`, they are now. What cannot be read is left to `check`."
    changed = []
    for path in layout.hand_kept():
        try:
            text = layout.canonical_text(path)
        except ValueError:
            continue
        if path.read_bytes() != text.encode():
            changed.append(path)
            if write:
                path.write_text(text, encoding="utf-8", newline="\n")
    return changed


def schemas() -> dict[str, dict[str, Any]]:
    "File name -> JSON Schema, for the files of data/ that people add rows to."
    kinds = {"claims": list[Claim], "sources": list[Source], "workarounds": list[Workaround], "reason": ReasonCode}
    return {f"{name}.schema.json": _schema(name, kind) for name, kind in kinds.items()}


def _schema(name: str, kind: Any) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:anedb:schema:{name}:1"}
    return {**head, **_adapter(kind, docstrings=True).json_schema(), "title": f"anedb {name}"}


def _adapter(kind: Any, *, docstrings: bool = False) -> TypeAdapter[Any]:
    "Strict and closed for `kind` and all inside it: the alias lets a plain dataclass be given a configuration."
    config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=docstrings)
    alias: Any = TypeAliasType("Rows", kind)
    return TypeAdapter(alias, config=config)


def _read_rows(path: Path, found: Findings) -> list[Any]:
    "The good rows of a JSON list; what is wrong with the others is said."
    name = layout.name_of(path)
    try:
        rows = json.loads(path.read_bytes())
    except ValueError as error:
        found.add("data.syntax", name, f"not JSON: {error}")
        return []
    if not isinstance(rows, list):
        found.add("data.schema", name, "not a list of rows")
        return []
    adapter = _adapter(layout.kind_of(path))
    good = (_read_row(adapter, row, _where(name, row, place), found) for place, row in enumerate(rows, start=1))
    return [row for row in good if row is not None]


def _where(name: str, row: Any, place: int) -> str:
    return f"{name} {row['id']}" if isinstance(row, dict) and row.get("id") else f"{name} row {place}"


def _read_row(adapter: TypeAdapter[Any], row: Any, where: str, found: Findings) -> Any:
    try:
        return adapter.validate_json(json.dumps(row))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=False):
            field = ".".join(str(part) for part in each["loc"])
            found.add("data.schema", where, f"{field}: {each['msg']}" if field else each["msg"])
        return None


def _read_reasons(found: Findings) -> list[ReasonCode]:
    try:
        entries = files.read_toml("reasons.toml")["reasons"]
    except (DataError, KeyError) as error:
        found.add("data.syntax", "reasons.toml", str(error))
        return []
    if list(entries) != sorted(entries):
        found.add("data.order", "reasons.toml", "codes not in order of the alphabet")
    adapter = _adapter(ReasonCode)
    read = (_read_row(adapter, {"code": code, **row}, f"reasons.toml {code}", found) for code, row in entries.items())
    return [row for row in read if row is not None]


def _known(
    read: dict[Path, list[Any]], codes: list[ReasonCode], condition: rules.Condition | None, found: Findings
) -> rules.Known:
    rows = [row for listed in read.values() for row in listed]
    for name in ("sources.json", "workarounds.json"):
        if files.root() / name not in read:
            found.add("data.missing", name, "there is no such file")
    claims = [row for row in rows if isinstance(row, Claim)]
    rules.check_ids(claims, "claims", found)
    return rules.Known(
        sources={row.id: row for row in rows if isinstance(row, Source)},
        claims={row.id: row for row in claims},
        reasons={row.code: row for row in codes},
        concepts=catalogued.concept_ids(),
        layers=catalogued.layer_ids(),
        chips=catalogued.chip_ids(),
        engines=catalogued.engine_ids(),
        condition=condition,
    )


def _check_rows(path: Path, listed: list[Any], known: rules.Known, found: Findings) -> None:
    name = layout.name_of(path)
    if layout.kind_of(path) is not Claim:  # the ids of claims are unique over all their files
        rules.check_ids(listed, name, found)
    for row in listed:
        where = f"{name} {row.id}"
        if isinstance(row, Source):
            rules.check_source(row, where, known, found)
        elif isinstance(row, Claim):
            rules.check_claim(row, where, known, found)
        else:
            rules.check_workaround(row, where, known, found)


def _check_forms(found: Findings) -> None:
    for path in fmt(write=False):
        found.add("data.form", layout.name_of(path), "not in canonical form", tip="anedb data fmt")
