"Rules for files of plans under data/plans."

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anedb.catalog import files, observed, plans
from anedb.catalog.findings import Findings
from anedb.domain.layer import Layer
from anedb.domain.observation import ComputeUnits, Source, Unit
from anedb.domain.plan import PlanHeader, RecordedPlan, Role
from anedb.domain.submission import LayerLine

UNITS = tuple(Unit)
SETTINGS = tuple(ComputeUnits)
ROLES = tuple(Role)
WRONG = (ValueError, KeyError, TypeError, IndexError)
"What reading a line raises where it is not what it should be."


def check_file(path: Path, sources: Mapping[str, Source], found: Findings) -> None:
    "One file, all of it: a line that is wrong does not stop the lines after it."
    name = path.relative_to(files.root()).as_posix()
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        header = plans.header_from_json(json.loads(lines[0]))
    except WRONG as error:
        found.add("data.syntax", f"{name}:1", f"the header cannot be read: {error!r}")
        return
    observed.check_recorded(header, path, f"{name}:1", sources, found)
    if header.layers + header.plans != len(lines) - 1:
        what = f"says {header.layers} layers and {header.plans} plans"
        found.add("data.count", f"{name}:1", what, expected=f"{len(lines) - 1} lines")
    numbered = [(f"{name}:{number}", text) for number, text in enumerate(lines[1:], start=2)]
    layers = _layers(numbered[: header.layers], found)
    used: set[str] = set()
    for where, text in numbered[header.layers :]:
        used |= _check_plan(text, where, header, layers, found)
    for unused in sorted(layers.keys() - used):
        found.add("data.graph", name, f"no plan has the layer {unused}")


def _layers(numbered: list[tuple[str, str]], found: Findings) -> dict[str, Layer]:
    layers: dict[str, Layer] = {}
    before = ""
    for where, text in numbered:
        try:
            key, layer = plans.layer_from_json(json.loads(text))
        except WRONG as error:
            found.add("data.syntax", where, f"cannot be read: {error!r}")
            continue
        if key <= before:
            found.add("data.order", where, "not sorted by fingerprint, or twice")
        observed.check_layer(LayerLine(fingerprint=key, layer=layer, seen=()), where, found)
        layers[key] = layer
        before = key
    return layers


def _check_plan(text: str, where: str, header: PlanHeader, layers: dict[str, Layer], found: Findings) -> set[str]:
    "The fingerprints of its layers."
    try:
        plan = plans.plan_from_json(json.loads(text), header, layers)
    except WRONG as error:
        found.add("data.syntax", where, f"cannot be read: {error!r}")
        return set()
    found.one_of("data.unknown-word", where, "compute-units setting", plan.units, SETTINGS)
    found.one_of("data.unknown-word", where, "role", plan.role, ROLES)
    _check_graph(plan, where, found)
    _check_seen(plan, where, found)
    return {op.fingerprint for op in plan.network.ops}


def _check_graph(plan: RecordedPlan, where: str, found: Findings) -> None:
    "What is read was given before, and nothing is given twice."
    given = {item.name for item in plan.network.inputs}
    for op in plan.network.ops:
        missing = [name for name in op.inputs if name not in given]
        if missing:
            found.add("data.graph", where, f"{op.name} reads {', '.join(missing)}, which nothing before it gives")
        twice = [item.name for item in op.outputs if item.name in given]
        if twice:
            found.add("data.graph", where, f"{', '.join(twice)} is given twice")
        given |= {item.name for item in op.outputs}
    missing = [name for name in plan.network.outputs if name not in given]
    if missing:
        found.add("data.graph", where, f"nothing gives the output {', '.join(missing)}")


def _check_seen(plan: RecordedPlan, where: str, found: Findings) -> None:
    for op, cost in zip(plan.network.ops, plan.costs_ppm, strict=True):
        seen: Any = op.seen
        for unit in filter(None, (*seen.offered, seen.chosen)):
            found.one_of("data.unknown-word", where, "compute unit", unit, UNITS)
        if seen.offered and seen.chosen not in seen.offered:
            found.add("data.range", where, f"{op.name} is on {seen.chosen}, which it is not offered")
        if cost is not None and not 0 <= cost <= 1_000_000:
            found.add("data.range", where, f"{op.name} costs {cost} millionths of the network")
