"""Rules for the catalogue's own files in data/: layer types, concepts, chips, engines, devices, OS releases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from anedb.catalog import files, layer_text, layers, weights
from anedb.catalog.findings import Findings
from anedb.errors import DataError


def check(found: Findings) -> None:
    "All of them; one that cannot be read is said, and the rest go on."
    for rule in (_check_layers, _check_concepts, _check_machines, _check_cited, _check_weights, _check_withdrawn):
        try:
            rule(found)
        except (DataError, KeyError, TypeError, AttributeError, ValueError) as error:
            found.add("data.syntax", rule.__name__.removeprefix("_check_"), f"cannot be read: {error}")


def concept_ids() -> frozenset[str]:
    return _ids(lambda: (row["id"] for row in files.read_json("concepts.json")))


def layer_ids() -> frozenset[str]:
    "`neuralnetwork:convolution`, by the files there are."
    folder = files.root() / layer_text.FOLDER
    return frozenset(f"{path.parent.name}:{path.stem}" for path in folder.glob("*/*.json"))


def chip_ids() -> frozenset[str]:
    return _ids(lambda: (row["id"] for row in files.read_json("chips.json")["chips"]))


def engine_ids() -> frozenset[str]:
    return _ids(lambda: (row["id"] for row in files.read_json("engines.json")["engines"]))


def _ids(read: Callable[[], Iterator[str]]) -> frozenset[str]:
    "Empty where the file cannot be read: `check` says why."
    try:
        return frozenset(read())
    except (DataError, KeyError, TypeError):
        return frozenset()


def _check_layers(found: Findings) -> None:
    "Each file named for the type in it, in its one form, and its concept there."
    concepts = concept_ids()
    for path in sorted((files.root() / layer_text.FOLDER).glob("*/*.json")):
        where = path.relative_to(files.root()).as_posix()
        text = path.read_text(encoding="utf-8")
        kind = layers.layer_type_from_json(json.loads(text))
        if (kind.format, kind.name) != (path.parent.name, path.stem):
            found.add("data.name", where, f"holds {kind.format}:{kind.name}")
        if layer_text.render(kind) != text:
            found.add("data.form", where, "not in canonical form", tip="anedb data generate")
        found.one_of("data.unknown-subject", where, "concept", kind.concept, concepts)


def _check_concepts(found: Findings) -> None:
    rows = files.read_json("concepts.json")
    known, types = concept_ids(), layer_ids()
    _unique((row["id"] for row in rows), "concepts.json", found)
    for row in rows:
        where = f"concepts.json {row['id']}"
        for name in row["layers"]:
            found.one_of("data.unknown-layer", where, "layer type", name, types)
        for name in row.get("related", ()):
            if name not in known and name not in types:
                found.add("data.unknown-subject", where, f"related to {name!r}, which does not exist")


def _check_machines(found: Findings) -> None:
    "Chips have engines that exist, devices have chips that exist."
    chips, devices = files.read_json("chips.json")["chips"], files.read_json("devices.json")["devices"]
    _unique((row["id"] for row in chips), "chips.json", found)
    _unique((row["identifier"] for row in devices), "devices.json", found)
    for row in chips:
        if row.get("engine"):
            found.one_of("data.unknown-engine", f"chips.json {row['id']}", "engine", row["engine"], engine_ids())
    known = chip_ids()
    for row in devices:
        for name in (*((row["chip"],) if row.get("chip") else ()), *row.get("candidates", ())):
            found.one_of("data.unknown-chip", f"devices.json {row['identifier']}", "chip", name, known)


def _check_cited(found: Findings) -> None:
    "Each row of the catalogue's tables cites something that its file lists."
    for name in ("chips.json", "devices.json", "engines.json", "os_releases.json"):
        data = files.read_json(name)
        for table, rows in data.items():
            if isinstance(rows, list):
                for row in rows:
                    _check_row_cites(row, f"{name} {table} {_label(row)}", data["sources"], found)


def _check_row_cites(row: dict[str, Any], where: str, sources: Iterable[str], found: Findings) -> None:
    cited = row.get("source", [])
    if not cited:
        found.add("data.unknown-source", where, "a row without a source")
    for key in ("source", "engine_source"):
        for name in row.get(key, ()):
            found.one_of("data.unknown-source", where, "source in this file", name, sources)


def _check_weights(found: Findings) -> None:
    try:
        weights.load()
    except DataError as error:
        found.add("data.schema", "weights.toml", error.message, tip=error.tip)


def _check_withdrawn(found: Findings) -> None:
    for path in sorted((files.root() / "retractions").glob("*.json")):
        where = path.relative_to(files.root()).as_posix()
        row = json.loads(path.read_bytes())
        found.day(where, row["date"])
        if not row["reason"].strip() or not row["what"].strip():
            found.add("data.schema", where, "a retraction says what and why")


def _unique(names: Iterable[str], where: str, found: Findings) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            found.add("data.duplicate", f"{where} {name}", "an id that another row has")
        seen.add(name)


def _label(row: dict[str, Any]) -> str:
    return str(row.get("id") or row.get("identifier") or row.get("number") or row.get("text") or "?")
