"erwinzhang7's whole networks: rebuilt, held against each plan, and entered."

from __future__ import annotations

from pathlib import Path

from anedb.coreml import probes
from anedb.domain.observation import Context, Method
from anedb.domain.plan import Role
from anedb.domain.submission import Seen
from tools.evidence import erwinzhang, files, rebuilt
from tools.evidence.collection import Collection
from tools.evidence.erwinzhang import Dump, Share
from tools.evidence.files import File
from tools.evidence.rebuilt import Rebuilt
from tools.evidence.recorded import PlanFile
from tools.evidence.rows import Row

DATE = "2026"
"The day is not stated; the systems measured came out that year."
TOOL = "anecheck, coremltools 9.0"


def enter(found: Collection, folder: Path, opsets: dict[str, str]) -> None:
    """The networks told operation by operation; then those of which only shares are told.

    `opsets`: operator -> the opset that Core ML puts in front of its name, as another source of the same opset has it.
    """
    built = {name: rebuilt.of_spec(probes.build(make(erwinzhang.BATCH))) for name, make in erwinzhang.NETWORKS.items()}
    known = {key for dump in erwinzhang.DUMPS for key in _enter_dump(found, folder, dump, built, opsets)}
    _enter_shares(found, folder / erwinzhang.SHARES.files[0], built, known)
    _leave_out_shares(found, folder / erwinzhang.TOLD.files[0], known)


Key = tuple[str, str, str]
"Device, network and setting of a plan that is entered."


def _enter_dump(
    found: Collection, folder: Path, dump: Dump, built: dict[str, Rebuilt], opsets: dict[str, str]
) -> list[Key]:
    file = found.open(files.header(dump.source, dump.target, _witness(dump), DATE, TOOL, erwinzhang.NOTE))
    keys = []
    for name in dump.files:
        plan = erwinzhang.read_plan(folder / name)
        again = built[plan.model]
        check(plan.rows, again, opsets)
        found.reproduced[dump.source] += 1
        found.enter_model(file, plan.model, plan.units, plan.rows, again, [None] * len(plan.rows), Role.NETWORK)
        keys.append((dump.target.device or "", plan.model, plan.units))
    return keys


def _witness(dump: Dump) -> str:
    return f"erwinzhang7:{dump.target.device}"


def check(rows: list[Row], built: Rebuilt, opsets: dict[str, str]) -> None:
    """Raises `ValueError` where the rebuilt network is not the plan's: other operators, another opset in front of one
    than `opsets` has for it, or equal layers that cost differently."""
    different = rebuilt.difference(built, rows, names=False)
    if different:
        raise ValueError(f"{rows[0].where}: {different}")
    costs: dict[str, int] = {}
    for row, op in zip(rows, built.ops, strict=True):
        if row.opset != opsets.get(row.op, row.opset):
            raise ValueError(f"{row.where} is {row.opset}.{row.op}, elsewhere {opsets[row.op]}.{row.op}")
        cost = row.cost_ppm or 0
        if abs(costs.setdefault(op.fingerprint, cost) - cost) > 2:
            raise ValueError(f"{row.where} costs {cost}, an equal layer before it {costs[op.fingerprint]}")


def _enter_shares(found: Collection, path: Path, built: dict[str, Rebuilt], known: set[Key]) -> None:
    "Networks all of whose operations are on one unit: so is each of the rebuilt network's."
    dump = erwinzhang.SHARES
    header = files.header(dump.source, dump.target, _witness(dump), DATE, TOOL, erwinzhang.SHARES_NOTE)
    file = found.open(header)
    here = {(model, units) for device, model, units in known if device == dump.target.device}
    shares, skipped = erwinzhang.read_shares(path, here, dump.source)
    found.skipped += skipped
    for share in shares:
        _enter_share(found.plans[dump.source], share, built[share.model])
        found.reproduced[dump.source] += 1
        _observe_share(file, share, built[share.model])


def _leave_out_shares(found: Collection, path: Path, known: set[Key]) -> None:
    "Of a machine whose plans are entered operation by operation: nothing is left that they do not tell."
    dump = erwinzhang.TOLD
    here = {(model, units) for device, model, units in known if device == dump.target.device}
    shares, skipped = erwinzhang.read_shares(path, here, dump.source)
    if shares:
        raise ValueError(f"{shares[0].where} is told nowhere else")
    found.skipped += skipped


def _enter_share(file: PlanFile, share: Share, built: Rebuilt) -> None:
    if len(built.ops) != share.operations:
        raise ValueError(f"{share.where}: {share.operations} operations, the rebuilt network has {len(built.ops)}")
    rows = [
        Row(where=share.where, model=share.model, op=op.type, opset="", output="", offered=(), chosen=share.unit)
        for op in built.ops
    ]
    file.add(share.model, share.units, Role.NETWORK, built.network, rows, [None] * len(rows))


def _observe_share(file: File, share: Share, built: Rebuilt) -> None:
    "What was offered is not told: only what was chosen is."
    for op in built.ops:
        seen = Seen(
            units=share.units,
            context=Context.IN_MODEL.value,
            method=Method.COMPUTE_PLAN.value,
            chosen=share.unit,
            model=share.model,
            place=op.place,
        )
        file.add(op.layer, seen)
