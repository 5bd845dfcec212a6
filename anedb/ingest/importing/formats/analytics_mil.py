"""Core ML's own `analytics.mil`: a program with what its scheduler thought of each operation.

The one report that states every layer whole, so no model is needed beside it. The path that Core ML keeps it under
has engine and OS build; no other part of it has chip, OS version or the units that were asked for.
"""

from __future__ import annotations

from pathlib import Path

from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.model import Kind, Model, Op
from anedb.domain.observation import Reason, Unit
from anedb.errors import BadFileError

TITLE = "Core ML's analytics.mil, from its cache (Apple)"

FILE = "analytics"


def recognise(head: str) -> bool:
    start = head.lstrip()[:64]
    return start.startswith("program") and start[7:].lstrip().startswith("(")


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with line and column, and for a program without backends, a compiled model's `model.mil`."
    from anedb.coreml import analytics, miltext

    model = analytics.of_program(miltext.parse(text, str(path)), path)
    if model.kind != Kind.ANALYTICS:
        raise BadFileError(f"{path}: {model.notes[0]}", tip="Core ML's cache: …/com.apple.e5rt.e5bundlecache/…")
    name = _name(path)
    return ForeignReport(
        format="analytics_mil",
        rows=tuple(_rows(model, name)),
        engine=model.engine,
        build=model.os_build,
        model=name,
        notes=model.notes,
    )


def _name(path: Path) -> str:
    "The file's own; in the cache all are called alike, and their bundle tells them apart."
    if path.stem != FILE:
        return path.stem
    bundles = [part for part in path.parts if part.endswith(".bundle")]
    return bundles[0].removesuffix(".bundle") if bundles else path.stem


def _rows(model: Model, name: str) -> list[ForeignRow]:
    several = len(model.networks) > 1
    return [
        _row(op, name, network.name if several else "")
        for network in model.networks
        for op in network.ops
        if op.seen is not None
    ]


def _row(op: Op, model: str, function: str) -> ForeignRow:
    assert op.seen is not None
    whole = not op.open and not op.problem
    return ForeignRow(
        operator=op.type,
        opset=op.opset,
        name=op.name,
        offered=op.seen.offered,
        chosen=op.seen.chosen or None,
        reason=_reason(op),
        layer=op.layer if whole else None,
        model=model,
        function=function,
        place=op.place,
    )


def _reason(op: Op) -> Reason | None:
    from anedb.ingest.importing import refusals

    assert op.seen is not None
    said = dict(op.seen.refusals).get("ane", "")
    return refusals.reason(said, op.layer) if said and Unit.ANE not in op.seen.offered else None
