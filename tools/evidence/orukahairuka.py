"""orukahairuka's eighteen plans of three networks on an iPhone 13: the only ones of an iPhone that are published.

Counts by type of operation and unit are; the networks are built again (`hifigan`, `speech`) and the counts given to
their operations where they say which (`tables`). Weights of 8 bits make the same layers as those of 16: they are
unpacked when the model is loaded, and the source has the same counts for both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from anedb.coreml import probes
from anedb.coreml.probes import Probe
from anedb.coreml.quiet import coremltools, silence
from anedb.domain.model import Op
from anedb.domain.observation import ComputeUnits, Context, Method
from anedb.domain.plan import Role
from anedb.domain.submission import Seen
from anedb.domain.target import Target
from tools.evidence import files, hifigan, rebuilt, speech, tables
from tools.evidence.collection import Collection
from tools.evidence.files import File
from tools.evidence.rebuilt import Rebuilt
from tools.evidence.rows import Row, Skipped
from tools.evidence.tables import Count, Table

NAME = "orukahairuka"
SOURCE = "oruka-hifigan-a15"
A15 = Target(chip="A15", engine="H14", os="iOS", version="26.5", release=26, device="iPhone14,5")
DATE = "2026-05-19"
TOOL = "MLComputePlan in the author's app, coremltools 9.0"
NOTE = (
    "The source has counts by type and unit. The networks were built again from their public architectures with "
    "coremltools 9.0 for iOS 18 and have as many operations of each type; an operation has the unit that all of its "
    "type have, or that follows from the counts: as many are on the engine as have no axis over 16384 and no type but "
    "fp16 (leaky ReLUs 18 of 69, transposed convolutions 1 of 4, products 1 of 4); of convolutions all 55 that are "
    "longer are elsewhere, and so are 2 of the 19 that are not, which 2 is not known: only those of which there are "
    "more equal ones are entered. What was offered is not stated. Heads' transposes are in the plans only."
)
SETTINGS = {
    "all": ComputeUnits.ALL,
    "cpuAndNeuralEngine": ComputeUnits.CPU_AND_NE,
    "cpuAndGPU": ComputeUnits.CPU_AND_GPU,
    "cpuOnly": ComputeUnits.CPU_ONLY,
}
ASKED = ComputeUnits.ALL, ComputeUnits.CPU_AND_NE
"Settings with the engine in them."
NETWORKS: dict[str, Callable[[str], Probe]] = {
    "HiFiGAN_Generator": lambda _: hifigan.network(),
    "Transformer_Encoder": speech.encoder,
    "Transformer_Decoder": speech.decoder,
}
FIRST_ON_GPU = {"HiFiGAN_Generator": 56}
"""Place of a plan's first operation on the GPU under all units, which the source names: `input_87`, the 227th with the
constants counted. Only of networks that have operations on several units."""


def enter(found: Collection, rows: list[Count]) -> None:
    file = found.open(files.header(SOURCE, A15, f"{NAME}:iPhone14,5", DATE, TOOL, NOTE))
    plans: dict[tuple[str, str], Table] = {}
    for row in rows:
        plans.setdefault((row.model, row.units), Table()).rows.append(row)
    for (model, units), table in plans.items():
        if SETTINGS[units] in ASKED:
            _plan(found, file, model, SETTINGS[units], table)
        else:
            _leave(found, table.rows, "the engine was not among the units asked for")


def _plan(found: Collection, file: File, model: str, units: str, table: Table) -> None:
    built = network(model)
    first = FIRST_ON_GPU.get(model.rsplit("_", 2)[0]) if units == ComputeUnits.ALL else None
    told = tables.units(built.ops, table, first)
    opsets = {row.op: row.opset for row in table.rows}
    lines = [
        Row(
            where=file.header.source, model=model, op=op.type, opset=opsets[op.type], output="", offered=(), chosen=unit
        )
        for op, unit in zip(built.ops, told, strict=True)
    ]
    found.plans[SOURCE].add(model, units, Role.NETWORK, built.network, lines, [None] * len(lines))
    found.reproduced[SOURCE] += 1
    entered = dict(enumerate(told)) | tables.repeated(built.ops, told, table)
    for at, unit in entered.items():
        if unit and speech.sure(built.ops[at]):
            file.add(built.ops[at].layer, _seen(built.ops[at], unit, units, model, opsets))
    _untold(found, built.ops, entered, table)


def _seen(op: Op, unit: str, units: str, model: str, opsets: dict[str, str]) -> Seen:
    return Seen(
        units=str(units),
        context=Context.IN_MODEL.value,
        method=Method.COMPUTE_PLAN.value,
        chosen=str(unit),
        opset=opsets[op.type],
        model=model,
        place=op.place,
    )


def _untold(found: Collection, ops: tuple[Op, ...], entered: dict[int, str], table: Table) -> None:
    "Rows none of whose operations is entered."
    held = {(ops[at].type, str(unit)) for at, unit in entered.items() if unit and speech.sure(ops[at])}
    rest = [row for row in table.rows if (row.op, row.chosen) not in held]
    _leave(found, rest, "which operations of the type these are is not stated and does not follow from the counts")


def _leave(found: Collection, rows: list[Count], why: str) -> None:
    for row in rows:
        what = f"{row.model} {row.units}: {row.count} {row.op} on {row.chosen}"
        found.skipped.append(Skipped(source=SOURCE, where=row.where, what=what, why=why))


@cache
def network(model: str) -> Rebuilt:
    "By the source's name, `Transformer_Decoder_int8_fixed262`. Raises `KeyError` for one that is not ours."
    name, precision, _ = model.rsplit("_", 2)
    probe = NETWORKS[name]("fp32" if precision == "float32" else "fp16")
    if precision == "float32":
        return rebuilt.of_spec(_single(probe))
    made = probes.model(probe)
    return rebuilt.of_spec((_packed(made) if precision == "int8" else made).get_spec())


def _packed(model: Any) -> Any:
    "With weights of 8 bits, as the source's script packs them."
    import coremltools.optimize.coreml as optimize

    each = optimize.OpLinearQuantizerConfig(mode="linear_symmetric", dtype="int8")
    with silence():
        return optimize.linear_quantize_weights(model, config=optimize.OptimizationConfig(global_config=each))


def _single(probe: Probe) -> Any:
    "In fp32 throughout, passes included: no indices are made narrower, as they are in fp16."
    ct = coremltools()
    with silence():
        return ct.convert(
            probes.program(probe),
            convert_to="mlprogram",
            minimum_deployment_target=ct.target[probes.TARGET],
            compute_precision=ct.precision.FLOAT32,
            skip_model_load=True,
        ).get_spec()
