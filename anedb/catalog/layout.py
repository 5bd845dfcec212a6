"""The one form of hand-kept JSON in data/: indented by one space, a row or a field to a line, made to be reviewed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from anedb.catalog import files, ledger
from anedb.domain.claim import Claim, Workaround
from anedb.domain.observation import Source

ROWS: dict[str, type[Any]] = {"claims/*.json": Claim, "sources.json": Source, "workarounds.json": Workaround}
"Lists of values: sorted by id, fields in the class's order, what is not stated left out."

DEPTHS: dict[str, dict[str, int]] = {
    "chips.json": {"*": 1},
    "concepts.json": {"*": 1},
    "devices.json": {"*": 1},
    "engines.json": {"*": 1, "engines": 3},
    "layer_overrides.json": {"*": 1},
    "os_releases.json": {"*": 1},
}
"How many levels below the top are spread over lines, by top-level key; the catalogue reads these files itself."


def hand_kept() -> list[Path]:
    """The files that this form is for, and data/ledger, which has its own.

    data/layers is generated, observations and submissions are JSON Lines that tools write.
    """
    return [path for pattern in (*ROWS, *DEPTHS) for path in sorted(files.root().glob(pattern))] + ledger.paths()


def name_of(path: Path) -> str:
    "Its path inside data/."
    return path.relative_to(files.root()).as_posix()


def kind_of(path: Path) -> type[Any] | None:
    "What the rows of a file are; None: the catalogue's own."
    return next((kind for pattern, kind in ROWS.items() if path.match(pattern)), None)


def canonical_text(path: Path) -> str:
    "What a file should say. Raises `ValueError` where it is not JSON."
    if path.parent.name == ledger.FOLDER:
        return ledger.canonical_text(path)
    value = json.loads(path.read_bytes())
    kind = kind_of(path)
    if kind is not None:
        return spread(_tidy(kind, value), 2) + "\n"
    depths = DEPTHS[path.name]
    if not isinstance(value, dict):
        return spread(value, 1) + "\n"
    lines = [f" {line(key)}: {spread(item, depths.get(key, depths['*']), 1)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def spread(value: Any, depth: int, level: int = 0) -> str:
    "JSON, its outer `depth` levels one item a line. A list of plain words or numbers stays on one."
    if depth == 0 or not value or not isinstance(value, (dict, list)) or _is_plain(value):
        return line(value)
    items = (
        [f"{line(key)}: {spread(item, depth - 1, level + 1)}" for key, item in value.items()]
        if isinstance(value, dict)
        else [spread(item, depth - 1, level + 1) for item in value]
    )
    first, last = "{}" if isinstance(value, dict) else "[]"
    pad = " " * (level + 1)
    return f"{first}\n{pad}" + f",\n{pad}".join(items) + f"\n{' ' * level}{last}"


def line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_plain(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value)


def _tidy(kind: type[Any], rows: Any) -> Any:
    "Rows by id, fields in order. What is no list of objects is left as it is, for the schema to complain about."
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return rows
    return sorted((_tidy_row(kind, row) for row in rows), key=lambda row: str(row.get("id")))


def _tidy_row(kind: type[Any], row: dict[str, Any]) -> dict[str, Any]:
    known = {field.name: _default(field) for field in dataclasses.fields(kind)}
    stated = {name: row[name] for name in known if name in row and row[name] != known[name]}
    return {**stated, **{name: value for name, value in row.items() if name not in known}}


def _default(field: dataclasses.Field[Any]) -> Any:
    return list(field.default) if isinstance(field.default, tuple) else field.default
