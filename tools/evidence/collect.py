"Every source of observations: its rows, the layers they are about, and what is left out."

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from anedb.coreml import probes
from anedb.domain.model import Op
from anedb.domain.observation import ComputeUnits, Reason, Unit
from anedb.domain.plan import Role
from anedb.ingest.importing.refusals import reason
from tools.evidence import (
    analytics,
    aneforge,
    compiled,
    counts,
    files,
    freedomtan,
    mobilenet,
    plans,
    rebuilt,
    torchnative,
    whole,
)
from tools.evidence.collection import Collection
from tools.evidence.files import File
from tools.evidence.rebuilt import Rebuilt, Workshop
from tools.evidence.rows import Row, Skipped

__all__ = ["Collection", "collect"]

STUDY = "dumps/751K_opdispatch"
PLANS = {
    "751k-plan-iso-cpune": ("plan_iso_cpune.tsv", ComputeUnits.CPU_AND_NE, False),
    "751k-plan-iso-all": ("plan_iso_all.tsv", ComputeUnits.ALL, False),
    "751k-plan-ctx-cpune": ("plan_ctx_cpune.tsv", ComputeUnits.CPU_AND_NE, True),
}
"Source -> file, compute units asked for, whether each op stands between convolutions."
ANALYTICS = "751k-analytics"
WRAPPED_ANALYTICS = {"mod"}
"The one `analytics.mil` of a model in context; all others are of one-op models."
EXAMPLE = (
    "example_analytics_add_i32.mil:1-8",
    "add_i32 add",
    "the file is shortened; what it says of the addition is entered from validation_messages.tsv",
)
MOBILENET = "freedomtan-mobilenet-edgetpu-m1"

CSV = ("without_compute_plan_2.csv:2-120", "the same network, 119 rows", "the file states neither chip nor system")
LOG = (
    "readme_mlcomputeplan_log_excerpt.txt:5-17",
    "the first 13 operations of the same network",
    "the log states neither chip nor system, nor where its operations lie, and breaks off",
)


def collect(evidence: Path, models: Iterable[str] | None = None) -> Collection:
    "Everything; or only the named test models, and the other sources not at all."
    found = Collection()
    workshop = Workshop(rebuilt.read_parameters(evidence / "claims.jsonl"))
    wanted = None if models is None else set(models)
    reasons = _reasons(evidence / STUDY)
    for source, (name, units, wrapped) in PLANS.items():
        said = reasons if source == "751k-plan-iso-cpune" else {}
        _plan(found, source, evidence / STUDY / name, units, wrapped, workshop, wanted, said)
    _analytics(found, evidence / STUDY, workshop, wanted)
    compiled.enter(found, evidence / STUDY / compiled.TABLE, workshop, wanted)
    if wanted is None:
        _leave_out(found, ANALYTICS, EXAMPLE)
        _mobilenet(found, evidence / "dumps/freedomtan")
        whole.enter(found, evidence / "dumps/erwinzhang", _opsets(evidence / STUDY / "plan_ctx_cpune.tsv"))
        found.skipped += aneforge.left_out(evidence / "dumps")
        torchnative.enter(found, evidence / torchnative.TABLE)
        counts.enter(found, evidence)
    return found


Reasons = dict[tuple[str, str, int], str]
"(test model, op, its how-manieth in the model) -> Core ML's words. Of the one-op models under CPU and engine."


def _reasons(study: Path) -> Reasons:
    found: Reasons = {}
    tables = [rows for _, rows in analytics.read_messages(study / "validation_messages.tsv").items()]
    for path in sorted((study / "analytics").glob("*.mil")):
        if path.stem not in WRAPPED_ANALYTICS:
            tables.append([item.row for item in analytics.read_analytics(path)])
    for rows in tables:
        for row, number in zip(rows, _numbers(rows), strict=True):
            if row.message:
                found[row.model, row.op, number] = row.message
    return found


def _opsets(path: Path) -> dict[str, str]:
    "Operator -> the opset that Core ML puts in front of its name, in a program of opset iOS18."
    models, _ = plans.read_plan(path, "")
    return {row.op: row.opset for rows in models.values() for row in rows}


def _numbers(rows: list[Row]) -> list[int]:
    "Which of the model's operations of its type each is, from 0."
    before: Counter[str] = Counter()
    found = []
    for row in rows:
        found.append(before[row.op])
        before[row.op] += 1
    return found


def _plan(
    found: Collection,
    source: str,
    path: Path,
    units: str,
    wrapped: bool,
    workshop: Workshop,
    wanted: set[str] | None,
    said: Reasons,
) -> None:
    file = found.open(files.study(source, "MLComputePlan"))
    models, skipped = plans.read_plan(path, source)
    found.skipped += skipped
    for model, rows in models.items():
        if wanted is not None and model not in wanted:
            continue
        built = _built(found, source, model, rows, workshop, wrapped)
        if built is None:
            continue
        why = [
            _why(row, said.get((model, row.op, number), ""), op)
            for row, op, number in zip(rows, built.ops, _numbers(rows), strict=True)
        ]
        found.enter_model(file, model, units, rows, built, why)


def _built(
    found: Collection, source: str, model: str, rows: list[Row], workshop: Workshop, wrapped: bool
) -> Rebuilt | None:
    "The model built again, if it is the dump's; its rows are listed as left out if not."
    try:
        built = workshop.get(model, wrapped=wrapped)
        why = rebuilt.difference(built, rows)
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        built, why = None, f"cannot be built again: {type(error).__name__} {error}"
    if built is None or why:
        found.failed[source] += 1
        found.skipped += [Skipped(source=source, where=row.where, what=f"{model} {row.op}", why=why) for row in rows]
        return None
    found.reproduced[source] += 1
    return built


def _why(row: Row, message: str, op: Op) -> Reason | None:
    if not message or Unit.ANE in row.offered:
        return None
    return reason(message, op.layer)


def _analytics(found: Collection, study: Path, workshop: Workshop, wanted: set[str] | None) -> None:
    file = found.open(files.study(ANALYTICS, "Core ML's analytics.mil"))
    for path in sorted((study / "analytics").glob("*.mil")):
        if wanted is None or path.stem in wanted:
            _one_analytics(found, file, path, workshop)
    for model, rows in analytics.read_messages(study / "validation_messages.tsv").items():
        if wanted is None or model in wanted:
            _one_table(found, file, model, rows, workshop)


def _leave_out(found: Collection, source: str, row: tuple[str, str, str]) -> None:
    where, what, why = row
    found.skipped.append(Skipped(source=source, where=where, what=what, why=why))


def _one_analytics(found: Collection, file: File, path: Path, workshop: Workshop) -> None:
    planned = analytics.read_analytics(path)
    rows = [item.row for item in planned]
    built = _built(found, ANALYTICS, path.stem, rows, workshop, path.stem in WRAPPED_ANALYTICS)
    if built is None:
        return
    for item, op in zip(planned, built.ops, strict=True):
        output = op.outputs[0]
        if (item.dtype, item.shape) != (output.dtype, output.shape):
            raise ValueError(f"{item.row.where}: built again it gives {output}, not {item.dtype} {item.shape}")
    why = [_why(row, row.message, op) for row, op in zip(rows, built.ops, strict=True)]
    found.enter_model(file, path.stem, ComputeUnits.CPU_AND_NE, rows, built, why)


def _one_table(found: Collection, file: File, model: str, rows: list[Row], workshop: Workshop) -> None:
    "The table names some operations of a model: each is found by type and count in the model built again."
    built = workshop.get(model)
    for row, number in zip(rows, _numbers(rows), strict=True):
        same = [op for op in built.ops if op.type == row.op]
        op = same[number]
        named = replace(row, output=op.name)
        found.enter(file, ComputeUnits.CPU_AND_NE, named, op, built.in_model, _why(row, row.message, op))
    found.reproduced[ANALYTICS] += 1


def _mobilenet(found: Collection, folder: Path) -> None:
    note = (
        "The network built again from its public architecture with coremltools 9.0: the dump's 118 operations in its "
        "order. Placement is Core ML's segmentation analytics, read through an undocumented method."
    )
    tool = "coreml_profiling_without_compute_plan"
    file = found.open(files.header(MOBILENET, files.M1, "freedomtan:M1", "2024-08-03", tool, note))
    everything = freedomtan.read_dump(folder / "without_compute_plan_output.txt")
    inner = [row for row in everything if row.op not in analytics.BOUNDARY]
    for row in everything:
        if row.op in analytics.BOUNDARY:
            why = "Core ML adds this at run time around the model's input: no layer of the model"
            found.skipped.append(Skipped(source=MOBILENET, where=row.where, what=row.op, why=why))
    built = rebuilt.of_spec(probes.build(mobilenet.network(), target="iOS15", fp32=mobilenet.FP32))
    different = rebuilt.difference(built, inner, names=False)
    if different:
        raise ValueError(f"MobileNet-EdgeTPU built again is not the dump's: {different}")
    found.reproduced[MOBILENET] += 1
    reasons = [_why(row, row.message, op) for row, op in zip(inner, built.ops, strict=True)]
    found.enter_model(file, freedomtan.MODEL, ComputeUnits.ALL, inner, built, reasons, Role.NETWORK)
    _leave_out(found, MOBILENET, CSV)
    _leave_out(found, MOBILENET, LOG)
