"""Rules for files of observations under data/: what `anedb submit` asks of a stranger's, asked again of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anedb.catalog import canonical, files, layers, records, targets
from anedb.catalog.findings import Findings
from anedb.domain.layer import Layer
from anedb.domain.observation import ComputeUnits, Context, Method, Source, Unit
from anedb.domain.plan import PlanHeader
from anedb.domain.submission import Header, LayerLine, Seen, SourceHeader
from anedb.domain.target import Target
from anedb.errors import AnedbError
from anedb.fingerprint import fingerprint

UNITS = tuple(Unit)
SETTINGS = tuple(ComputeUnits)
CONTEXTS = tuple(Context)
METHODS = tuple(Method)


def check_file(path: Path, sources: Mapping[str, Source], reasons: Mapping[str, Any], found: Findings) -> None:
    "One file, all of it: a line that is wrong does not stop the lines after it."
    name = path.relative_to(files.root()).as_posix()
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        header = records.header_from_json(json.loads(lines[0]))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        found.add("data.syntax", f"{name}:1", f"the header cannot be read: {error!r}")
        return
    _check_header(header, path, f"{name}:1", sources, found)
    if header.layers != len(lines) - 1:
        found.add("data.count", f"{name}:1", f"says {header.layers} layers", expected=str(len(lines) - 1))
    before = ""
    for number, text in enumerate(lines[1:], start=2):
        before = _check_line(text, f"{name}:{number}", before, reasons, found)


def _check_header(
    header: Header | SourceHeader, path: Path, where: str, sources: Mapping[str, Source], found: Findings
) -> None:
    if isinstance(header, SourceHeader):
        check_recorded(header, path, where, sources, found)
        return
    found.day(where, header.date)
    machine = header.environment
    target = Target(
        chip=machine.chip, device=machine.device, os=machine.os, version=machine.version, build=machine.build
    )
    _check_target(target, where, found)


def check_recorded(
    header: SourceHeader | PlanHeader, path: Path, where: str, sources: Mapping[str, Source], found: Findings
) -> None:
    "The header of what we recorded from a public source."
    found.day(where, header.date)
    found.one_of("data.unknown-source", where, "source", header.source, sources)
    if path.stem != header.source:
        found.add("data.name", where, f"holds what {header.source} says", expected=f"{header.source}.jsonl")
    _check_target(header.target, where, found)


def _check_target(target: Target, where: str, found: Findings) -> None:
    try:
        system = f"{target.os or ''} {target.version or ''} {f'({target.build})' if target.build else ''}".strip()
        targets.resolve(chip=target.chip, device=target.device, os=system or None)
    except AnedbError as error:
        found.add("data.unknown-target", where, error.message, tip=error.tip)


def _check_line(text: str, where: str, before: str, reasons: Mapping[str, Any], found: Findings) -> str:
    "Returns its fingerprint, which the next line's has to follow."
    try:
        line = records.line_from_json(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        found.add("data.syntax", where, f"cannot be read: {error!r}")
        return before
    if line.fingerprint == before:
        found.add("data.duplicate", where, "the layer of the line before", tip="put its observations on one line")
    elif line.fingerprint < before:
        found.add("data.order", where, "not sorted by fingerprint")
    check_layer(line, where, found)
    for seen in line.seen:
        _check_seen(seen, where, reasons, found)
    return line.fingerprint


def check_layer(line: LayerLine, where: str, found: Findings) -> None:
    layer = line.layer
    try:
        if fingerprint(layer.hashed()) != line.fingerprint:
            found.add("data.fingerprint", where, "the fingerprint is not that of the layer")
        kind = layers.lookup(layer.format, layer.type)
        if kind is None:
            found.add("data.unknown-layer", where, f"there is no layer type {layer.format}:{layer.type}")
            return
        again, _ = canonical.canonical(kind, layer.params, layer.inputs)
    except (AnedbError, ValueError) as error:
        found.add("data.canonical", where, str(error))
        return
    if again != layer:
        found.add("data.canonical", where, _difference(layer, again))


def _check_seen(seen: Seen, where: str, reasons: Mapping[str, Any], found: Findings) -> None:
    found.one_of("data.unknown-word", where, "compute-units setting", seen.units, SETTINGS)
    found.one_of("data.unknown-word", where, "context", seen.context, CONTEXTS)
    found.one_of("data.unknown-word", where, "method", seen.method, METHODS)
    for unit in (*(seen.offered or ()), seen.chosen, seen.ran):
        if unit is not None:
            found.one_of("data.unknown-word", where, "compute unit", unit, UNITS)
    if seen.reason is not None:
        found.one_of("data.unknown-reason", where, "reason", seen.reason.code, reasons)


def _difference(layer: Layer, again: Layer) -> str:
    "The first parameter or operand that canonical form has otherwise."
    for name in sorted({*layer.params, *again.params}):
        one, other = layer.params.get(name), again.params.get(name)
        if one != other:
            return f"{name} is {one!r}, in canonical form {other!r}"
    return "the operands are not in canonical form"
