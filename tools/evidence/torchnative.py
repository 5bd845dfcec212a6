"""torchnative's plans of single products and of chains of them on an M1, and two rows of higgs that stay claims.

The author publishes each program beside the figures: MIL for macOS 13 in fp16, run-time values fp32 at its edges, a
bias to every product. So models are built again from their names; of those whose program is not told no row is entered.
No OS version is stated, and the chip follows from what else the repository says of its machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anedb.coreml import probes
from anedb.coreml.probes import Const, Probe, Ref, Tensor
from anedb.domain.observation import ComputeUnits
from anedb.domain.target import Target
from tools.evidence import files, rebuilt
from tools.evidence.collection import Collection
from tools.evidence.rebuilt import Rebuilt
from tools.evidence.rows import Row, Skipped, operator, units
from tools.evidence.sketch import Sketch

TABLE = "ops.jsonl"
SOURCES = {
    "thisisthepy/torchnative docs/graph/ANEDECODE.md": "torchnative-anedecode",
    "thisisthepy/torchnative docs/graph/NPU2.md": "torchnative-npu2",
    "dusterbloom/higgs session handoff": "higgs-handoff",
}
"Beginning of the table's source -> ours."
PLANNED = ("torchnative-anedecode", "torchnative-npu2")
SETTINGS = {"all": ComputeUnits.ALL, "cpuAndNeuralEngine": ComputeUnits.CPU_AND_NE}
M1 = Target(chip="M1", engine="H13", os="macOS")
NOTE = (
    "The author's programs built again with coremltools 9.0 for macOS 13: one product, or a chain of equal ones in one "
    "program. The OS version is not stated, the chip inferred from the repository's other pages."
)
LAYER = ((576, 576), (576, 192), (576, 192), (576, 576), (576, 1536), (576, 1536), (1536, 576))
"The products of one layer of SmolLM2-135M: query, key, value, output, gate, up, down."


@dataclass(frozen=True, slots=True)
class Planned:
    source: str
    row: Row
    units: str
    in_model: bool
    count: int | None
    "Operations of the type in the program, where the table tells."


def read(path: Path) -> Iterator[Planned]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = json.loads(line)
        for beginning, source in SOURCES.items():
            if found["source"].startswith(beginning):
                yield _planned(source, f"{path.name}:{number}", found)


def _planned(source: str, where: str, found: dict[str, Any]) -> Planned:
    op, opset = operator(found["opset_op"])
    row = Row(
        where=where,
        model=found["model"],
        op=op,
        opset=opset,
        output="",
        offered=units([name.upper() for name in found["supported"] or ()]),
        chosen=found["preferred"],
    )
    return Planned(source, row, SETTINGS[found["compute_units"]], found["context"] == "in_model", found.get("count"))


LEFT_OUT = {
    r"conv_\d+_\d+_b128": "the shape that a batch of 128 has as a convolution is not told",
    r"three_conv_pool_.*": "the author's own converter wrote it: padding and axes are not told, nor what was offered",
    r"relu_.*|gelu_.*": "the author's own converter wrote the program, and its parameters are not told",
    r"int8_conv1x1_\d+": "the shape of the input is not told, nor the chip: entered as a claim",
}
"Model -> why its rows are no observations."


def enter(found: Collection, table: Path) -> None:
    "Every row of theirs, entered or listed. Raises `ValueError` where a rebuilt program is not the row's."
    entered = {source: files.File(_header(source)) for source in PLANNED}
    found.files |= entered
    built: dict[str, Rebuilt] = {}
    for each in read(table):
        name = each.row.model
        if why := next((why for pattern, why in LEFT_OUT.items() if re.fullmatch(pattern, name)), ""):
            what = f"{name} {each.row.op}"
            found.skipped.append(Skipped(source=each.source, where=each.row.where, what=what, why=why))
            continue
        if name not in built:
            built[name] = rebuilt.of_spec(probes.build(probe(name), target="macOS13", fp32=single(name)))
            found.reproduced[each.source] += 1
        _enter(found, entered[each.source], each, built[name])


def _header(source: str) -> Any:
    return files.header(source, M1, "thisisthepy:M1", "2026", "MLComputePlan, coremltools 9.0", NOTE)


def _enter(found: Collection, file: files.File, each: Planned, built: Rebuilt) -> None:
    "Equal operations of one program are planned alike: each distinct layer is one observation."
    same = [op for op in built.ops if op.type == each.row.op]
    if not same or each.count not in (None, len(same)):
        raise ValueError(f"{each.row.where}: {len(same)} operations {each.row.op}, the table says {each.count}")
    for op in {op.fingerprint: op for op in same}.values():
        found.enter(file, each.units, each.row, op, each.in_model, None)


def single(name: str) -> frozenset[str]:
    "Operations that stay fp32: the one of a program that was converted without a change of precision."
    return frozenset({"product"}) if name.endswith("_fp32") else frozenset()


def probe(name: str) -> Probe:
    "Of a model by its name in the table. Raises `KeyError`."
    for pattern, make in MODELS.items():
        if match := re.fullmatch(pattern, name):
            return make(name, *(int(size) for size in match.groups()))
    raise KeyError(name)


def _linear(name: str, into: int, out: int, batch: int) -> Probe:
    net = Sketch(Tensor((batch, into), "fp32"))
    net.add("linear", "product", x=net.last, weight=net.weight(out, into), bias=Const((out,), "fp32"))
    return net.probe(name)


def _linears(name: str, count: int, into: int, out: int) -> Probe:
    net = Sketch(Tensor((1, into), "fp32"))
    for _ in range(count):
        net.add("linear", x=net.last, weight=net.weight(out, into), bias=Const((out,), "fp32"))
    return net.probe(name)


def _conv(name: str, into: int, out: int) -> Probe:
    return _convs(name, 1, into, out)


def _convs(name: str, count: int, into: int, out: int) -> Probe:
    net = Sketch(Tensor((1, into, 1, 1), "fp32"))
    for _ in range(count):
        _product(net, net.last, into, out)
    return net.probe(name)


def _product(net: Sketch, x: Ref, into: int, out: int) -> Ref:
    "As a convolution of 1 x 1, with all its parameters written out."
    weight, bias = net.weight(out, into, 1, 1), Const((out,), "fp32")
    sizes = {"strides": (1, 1), "pad_type": "custom", "pad": (0, 0, 0, 0), "dilations": (1, 1), "groups": 1}
    return net.add("conv", x=x, weight=weight, bias=bias, **sizes)


def _decoder(name: str) -> Probe:
    "Key and value lead nowhere, so coremltools leaves them out."
    net = Sketch(Tensor((1, 576, 1, 1), "fp32"))
    query, _, _, output, gate, up, down = LAYER
    x = net.last
    x = net.add("add", x=x, y=_product(net, _product(net, x, *query), *output))
    gated = net.add("silu", x=_product(net, x, *gate))
    both = net.add("mul", x=gated, y=_product(net, x, *up))
    net.add("add", x=x, y=_product(net, both, *down))
    return net.probe(name)


MODELS: dict[str, Callable[..., Probe]] = {
    r"linear_(\d+)_(\d+)_b(\d+)(?:_fp16|_fp32)?": _linear,
    r"chain_(\d+)_linear_(\d+)_(\d+)": _linears,
    r"conv1x1_(\d+)_(\d+)_b1": _conv,
    r"chain_(\d+)_conv1x1_(\d+)_(\d+)": _convs,
    r"smollm2_decoder_projections_1layers_b1": _decoder,
}
