"Every source of observations: its rows, the layers they are about, and what is left out."

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from anedb.coreml import probes
from anedb.coreml.program import Op
from anedb.domain.observation import ComputeUnits, Context, Method, Reason, Unit
from anedb.domain.plan import Role
from anedb.domain.submission import Seen, SourceHeader
from tools.evidence import analytics, erwinzhang, files, freedomtan, mobilenet, plans, rebuilt, recorded
from tools.evidence.files import File
from tools.evidence.reasons import reason
from tools.evidence.rebuilt import Rebuilt, Workshop
from tools.evidence.recorded import PlanFile
from tools.evidence.rows import Row, Skipped

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
MOBILENET = "freedomtan-mobilenet-edgetpu-m1"


@dataclass(slots=True)
class Collection:
    files: dict[str, File] = field(default_factory=dict)
    plans: dict[str, PlanFile] = field(default_factory=dict)
    "The same dumps as whole plans, by source."
    skipped: list[Skipped] = field(default_factory=list)
    reproduced: Counter[str] = field(default_factory=Counter)
    "Models whose operators and output names are the dump's, by source."
    failed: Counter[str] = field(default_factory=Counter)


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
    if wanted is None:
        _mobilenet(found, evidence / "dumps/freedomtan")
        _networks(found, evidence / "dumps/erwinzhang", _names(evidence / STUDY / PLANS["751k-plan-ctx-cpune"][0]))
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
    file = _open(found, files.study(source, "MLComputePlan"))
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
        _enter_all(found, file, model, rows, built, units, why)


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


def _open(found: Collection, header: SourceHeader) -> File:
    "The files of one source: observations, and plans."
    found.plans[header.source] = PlanFile(recorded.header(header))
    file = found.files[header.source] = File(header)
    return file


def _enter_all(
    found: Collection,
    file: File,
    model: str,
    rows: list[Row],
    built: Rebuilt,
    units: str,
    why: list[Reason | None],
    role: str = "",
) -> None:
    "A whole model: each row as an observation of its layer, and all of them as one plan."
    for row, op, refusal in zip(rows, built.ops, why, strict=True):
        _enter(found, file, row, op, units, built.in_model or role == Role.NETWORK, refusal)
    role = role or (Role.WRAPPED if built.in_model else Role.ISOLATED)
    found.plans[file.header.source].add(model, units, role, built.network, rows, why)


def _why(row: Row, message: str, op: Op) -> Reason | None:
    if not message or Unit.ANE in row.offered:
        return None
    return reason(message, op.layer)


def _enter(found: Collection, file: File, row: Row, op: Op, units: str, in_model: bool, why: Reason | None) -> None:
    if op.problem or op.open:
        what = op.problem or f"{', '.join(op.open)} left open"
        found.skipped.append(
            Skipped(source=file.header.source, where=row.where, what=f"{row.model} {row.op}", why=what)
        )
        return
    seen = Seen(
        units=str(units),
        context=(Context.IN_MODEL if in_model else Context.ISOLATED).value,
        method=Method.COMPUTE_PLAN.value,
        offered=row.offered or None,
        chosen=row.chosen,
        reason=why,
        cost_ppm=row.cost_ppm,
        opset=row.opset,
        model=row.model,
        place=op.outputs[0] if row.output else op.place,
    )
    file.add(op.layer, seen)


def _analytics(found: Collection, study: Path, workshop: Workshop, wanted: set[str] | None) -> None:
    file = _open(found, files.study(ANALYTICS, "Core ML's analytics.mil"))
    for path in sorted((study / "analytics").glob("*.mil")):
        if wanted is None or path.stem in wanted:
            _one_analytics(found, file, path, workshop)
    for model, rows in analytics.read_messages(study / "validation_messages.tsv").items():
        if wanted is None or model in wanted:
            _one_table(found, file, model, rows, workshop)


def _one_analytics(found: Collection, file: File, path: Path, workshop: Workshop) -> None:
    planned = analytics.read_analytics(path)
    rows = [item.row for item in planned]
    built = _built(found, ANALYTICS, path.stem, rows, workshop, path.stem in WRAPPED_ANALYTICS)
    if built is None:
        return
    for item, output in zip(planned, built.outputs, strict=True):
        if (item.dtype, item.shape) != output:
            raise ValueError(f"{item.row.where}: built again it gives {output}, not {item.dtype} {item.shape}")
    why = [_why(row, row.message, op) for row, op in zip(rows, built.ops, strict=True)]
    _enter_all(found, file, path.stem, rows, built, ComputeUnits.CPU_AND_NE, why)


def _one_table(found: Collection, file: File, model: str, rows: list[Row], workshop: Workshop) -> None:
    "The table names some operations of a model: each is found by type and count in the model built again."
    built = workshop.get(model)
    for row, number in zip(rows, _numbers(rows), strict=True):
        same = [op for op in built.ops if op.type == row.op]
        op = same[number]
        row = replace(row, output=op.outputs[0])
        _enter(found, file, row, op, ComputeUnits.CPU_AND_NE, built.in_model, _why(row, row.message, op))
    found.reproduced[ANALYTICS] += 1


def _mobilenet(found: Collection, folder: Path) -> None:
    note = (
        "The network built again from its public architecture with coremltools 9.0: the dump's 118 operations in its "
        "order. Placement is Core ML's segmentation analytics, read through an undocumented method."
    )
    tool = "coreml_profiling_without_compute_plan"
    file = _open(found, files.header(MOBILENET, files.M1, "freedomtan:M1", "2024-08-03", tool, note))
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
    _enter_all(found, file, freedomtan.MODEL, inner, built, ComputeUnits.ALL, reasons, Role.NETWORK)
    why = "the file states neither chip nor system"
    name = "without_compute_plan_2.csv"
    found.skipped.append(Skipped(source=MOBILENET, where=f"{name}:2-120", what="the same network, 119 rows", why=why))


def _networks(found: Collection, folder: Path, opsets: dict[str, str]) -> None:
    "Whole networks told operation by operation; then those of which only shares are told."
    built = {name: rebuilt.of_spec(probes.build(make(erwinzhang.BATCH))) for name, make in erwinzhang.NETWORKS.items()}
    known = set()
    for dump in erwinzhang.DUMPS:
        witness = f"erwinzhang7:{dump.target.device}"
        header = files.header(dump.source, dump.target, witness, "2026", "anecheck, coremltools 9.0", erwinzhang.NOTE)
        file = _open(found, header)
        for name in dump.files:
            plan = erwinzhang.read_plan(folder / name)
            again = built[plan.model]
            _agree(name, plan.rows, again, opsets)
            found.reproduced[dump.source] += 1
            _enter_all(found, file, plan.model, plan.rows, again, plan.units, [None] * len(plan.rows), Role.NETWORK)
            known.add((dump.target.device, plan.model, plan.units))
    _shares(found, folder, built, {(model, units) for device, model, units in known if device == "Mac17,7"})


def _agree(name: str, rows: list[Row], built: Rebuilt, opsets: dict[str, str]) -> None:
    """Raises `ValueError` where the rebuilt network is not the plan's: other operators, another opset in front of one
    than the study has for it, or equal layers that cost differently."""
    different = rebuilt.difference(built, rows, names=False)
    if different:
        raise ValueError(f"{name}: {different}")
    costs: dict[str, int] = {}
    for row, op in zip(rows, built.network.ops, strict=True):
        if row.opset != opsets.get(row.op, row.opset):
            raise ValueError(f"{row.where} is {row.opset}.{row.op}, elsewhere {opsets[row.op]}")
        cost = row.cost_ppm or 0
        if abs(costs.setdefault(op.fingerprint, cost) - cost) > 2:
            raise ValueError(f"{row.where} costs {cost}, an equal layer before it {costs[op.fingerprint]}")


def _names(path: Path) -> dict[str, str]:
    "Operator -> the opset that Core ML puts in front of its name, in a program of opset iOS18."
    models, _ = plans.read_plan(path, "")
    return {row.op: row.opset for rows in models.values() for row in rows}


def _shares(found: Collection, folder: Path, built: dict[str, Rebuilt], known: set[tuple[str, str]]) -> None:
    "As plans only: no operation is named, so none is an observation of ours."
    dump = erwinzhang.SHARES
    witness = f"erwinzhang7:{dump.target.device}"
    header = files.header(
        dump.source, dump.target, witness, "2026", "anecheck, coremltools 9.0", erwinzhang.SHARES_NOTE
    )
    made = found.plans[dump.source] = PlanFile(recorded.header(header))
    for name in dump.files:
        shares, skipped = erwinzhang.read_shares(folder / name, known, dump.source)
        found.skipped += skipped
        for share in shares:
            network = built[share.model].network
            if len(network.ops) != share.operations:
                raise ValueError(
                    f"{share.where}: {share.operations} operations, the rebuilt network {len(network.ops)}"
                )
            rows = [
                Row(
                    where=share.where, model=share.model, op=op.type, opset="", output="", offered=(), chosen=share.unit
                )
                for op in network.ops
            ]
            made.add(share.model, share.units, Role.NETWORK, network, rows, [None] * len(rows))
