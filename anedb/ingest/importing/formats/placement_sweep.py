"""anecheck's `placement_sweep.py`: chip, macOS, and for each model and setting of compute units what part of the
operations went where.

Its shares of the number of operations are exact, so they give the numbers; no operation is named, so none becomes an
observation. Shares of the cost are told where a model is divided. The rates beside them come from another run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignCount, ForeignReport
from anedb.errors import BadFileError
from anedb.ingest.importing import machine
from anedb.ingest.importing.jsontext import field, load, share_ppm

TITLE = "anecheck's placement_sweep.py: what part of each model goes where (erwinzhang7, coreml-compute-placement)"

TOOL = "anecheck placement_sweep.py"
ROWS = "rows"
NEAR = 1e-6
"How far from a whole number a share times the number of operations may be."

_KEYS = [re.compile(rf'"{key}"\s{{0,9}}:') for key in (ROWS, "units", "by_count_fraction", "ane_fraction_by_cost")]
_SUMMARY = re.compile(r'"(?:summary|compute_units)"\s{0,9}:')


def recognise(head: str) -> bool:
    return head.lstrip().startswith("{") and all(key.search(head) for key in _KEYS) and not _SUMMARY.search(head)


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the row that is wrong."
    found, where = load(text, path), str(path)
    counts: list[ForeignCount] = []
    notes: list[str] = []
    for number, each in enumerate(field(found, ROWS, list, where)):
        _row(each, f"{where}: {ROWS}/{number}", counts, notes)
    if not counts and not notes:
        raise BadFileError(f"{where}: no model in its {ROWS}", tip="is the file whole?")
    version = machine.macos(field(found, "macos", str, where, ""))
    coremltools = field(found, "coremltools", str, where, "")
    return ForeignReport(
        format="placement_sweep",
        counts=tuple(counts),
        chip=machine.chip(field(found, "chip", str, where, "")),
        os="macOS" if version else "",
        version=version,
        tool=f"{TOOL}, coremltools {coremltools}" if coremltools else TOOL,
        notes=tuple(notes),
    )


def _row(each: Any, where: str, counts: list[ForeignCount], notes: list[str]) -> None:
    model, ops = field(each, "model", str, where), field(each, "ops", int, where)
    said = field(each, "units", str, where)
    units = normalise.compute_units(said)
    if not units:
        raise BadFileError(f'{where}: "{said[:40]}" is no setting of compute units')
    shares = field(each, "by_count_fraction", dict, where)
    numbers = {name: _number(shares, name, ops, where) for name in shares}
    if sum(numbers.values()) != ops:
        raise BadFileError(f"{where}: its shares are of {sum(numbers.values())} operations, and it has {ops}")
    for name, count in numbers.items():
        unit = normalise.unit(name)
        if unit:
            counts.append(ForeignCount(what="*", unit=unit, count=count, of=ops, model=model, units=units))
        else:
            notes.append(f"{model}, {units}: {count} of {ops} operations without an answer")
    if divided := _costs(field(each, "by_cost_fraction", dict, where, {}), where):
        notes.append(f"{model}, {units}: of the cost, {divided}")


def _number(shares: dict[str, Any], name: str, ops: int, where: str) -> int:
    "How many of `ops` a share is. Raises `BadFileError`: a word that is no unit and not `?`, a share of no number."
    if not normalise.unit(name) and name != "?":
        raise BadFileError(f"{where}: {name[:40]!r} is no compute device that is known")
    if share_ppm(shares, name, where) is None or not 0 <= ops <= 10_000_000:
        raise BadFileError(f"{where}: no number of operations for {name}")
    exact = float(shares[name]) * ops
    if abs(exact - round(exact)) > NEAR * max(1, ops):
        raise BadFileError(f"{where}: {shares[name]} is no share of {ops} operations")
    return round(exact)


def _costs(shares: dict[str, Any], where: str) -> str:
    "`79% ane, 21% gpu`; empty where all of the cost is one unit's."
    told = {name: share_ppm(shares, name, where) or 0 for name in shares}
    parts = sorted(((ppm, normalise.unit(name) or name[:40]) for name, ppm in told.items() if ppm), reverse=True)
    return ", ".join(f"{ppm / 10_000:.3g}% {unit}" for ppm, unit in parts) if len(parts) > 1 else ""
