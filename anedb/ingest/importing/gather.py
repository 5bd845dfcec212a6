"Reports of one run -> lines of a submission, and an account of what does not get into it."

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.model import Model
from anedb.domain.observation import ComputeUnits
from anedb.domain.submission import LayerLine
from anedb.errors import BadFileError
from anedb.ingest.importing.align import CAST, Match, Mismatch, align, alone
from anedb.ingest.importing.lines import Known, lines
from anedb.ingest.importing.models import Models, bare

OPEN = "not whole: a parameter or a type is not in the {where}, so nobody can say which layer it is"
SILENT = "without an answer: neither offered nor chosen is stated"
TIP = "it must be the very model, as it was compiled for that OS: another version of it parts somewhere"


@dataclass(slots=True)
class Gathered:
    lines: list[LayerLine] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    "Rows that give no line, by why."
    notes: list[str] = field(default_factory=list)
    needs_model: bool = False


def gather(reports: Sequence[ForeignReport], units: Sequence[str], engine: str, models: Models | None) -> Gathered:
    """`units` of each report, where known; `engine` of the chip, where known. Raises `BadFileError` where no model is a
    report's, `UsageError` where one model is named for many, or units were offered that `units` does not have."""
    work = Gathered()
    for report, setting in zip(reports, units, strict=True):
        rows = _of_engine(report, engine, work)
        if all(map(_silent, rows)):
            work.left.update([SILENT] * len(rows))
            continue
        if any(row.layer for row in rows):
            known = _with_layers(rows, work)
        elif models is None:
            work.needs_model = True
            continue
        else:
            known = _with_models(report, rows, models, work)
        work.lines += lines(report, known, setting or ComputeUnits.ALL.value)
    return work


def _of_engine(report: ForeignReport, engine: str, work: Gathered) -> list[ForeignRow]:
    "Rows about the chip's engine: a compiler that was asked for another says nothing of this one."
    kept = []
    for row in report.rows:
        if row.engine and engine and row.engine != engine:
            work.left[f"about engine {row.engine}; the chip has {engine}"] += 1
        else:
            kept.append(row)
    return kept


def _with_layers(rows: list[ForeignRow], work: Gathered) -> list[Known]:
    "Rows of a report that states its layers itself."
    many = Counter((row.model, row.function) for row in rows if row.operator != CAST)
    found = []
    for row in rows:
        if row.layer is None or _silent(row):
            work.left[SILENT if _silent(row) else OPEN.format(where="report")] += 1
            continue
        single = many[row.model, row.function] <= 1
        found.append(Known(row, row.layer, row.name, row.place, row.opset, single))
    return found


def _with_models(report: ForeignReport, rows: list[ForeignRow], models: Models, work: Gathered) -> list[Known]:
    "Rows of a report that names operations, each with the layer that stands at its place in the model."
    by_model: dict[str, list[ForeignRow]] = {}
    for row in rows:
        by_model.setdefault(row.model or report.model, []).append(row)
    models.check(set(by_model))
    found: list[Known] = []
    apart: list[str] = []
    for name, each in by_model.items():
        model = models.get(name)
        match = Mismatch("the folder has no model of that name", 0) if model is None else align(each, model)
        if isinstance(match, Mismatch):
            work.left["of another model than the one named, or of one that is not there"] += len(each)
            apart.append(f"{bare(name) or models.path.name}: {match.why}")
        elif model is not None:
            found += _known(match, model, work)
    if apart and len(apart) == len(by_model):
        more = f" (nor do the {len(apart) - 1} others fit)" if len(apart) > 1 else ""
        raise BadFileError(f"the report is not of {models.path}: {apart[0]}{more}", tip=TIP)
    work.notes += [f"left out: {each}" for each in apart]
    return found


def _silent(row: ForeignRow) -> bool:
    return row.offered is None and row.chosen is None and row.ran is None


def _known(match: Match, model: Model, work: Gathered) -> list[Known]:
    # Of a report that names some operations, the model says how many there are.
    ops = [op for _, op in match.pairs] if match.whole else [op for each in model.networks for op in each.ops]
    single = alone(ops)
    work.left.update(match.extra)
    found = []
    for row, op in match.pairs:
        if _silent(row):
            work.left[SILENT] += 1
        elif op.problem or op.open:
            work.left[OPEN.format(where="model") if op.open else f"{op.type}: {op.problem}"] += 1
        else:
            found.append(Known(row, op.layer, op.name, op.place, op.opset, single))
    return found
