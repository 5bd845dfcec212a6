"""erwinzhang7's compute plans of whole networks, written by anecheck: one JSON file a network and setting.

The plans name operators in order, but neither outputs nor shapes, chip nor system: those stand in the author's own
tables. A second kind of file has one row a network with the share of its operations on each unit; where that is all of
them on one, it says where each was put.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from anedb.coreml.probes import Probe
from anedb.domain.observation import ComputeUnits
from anedb.domain.target import Target
from tools.evidence import bert, mobilenet2, resnet
from tools.evidence.rows import UNITS, Row, Skipped, operator, units

BATCH = 16
NETWORKS: dict[str, Callable[[int], Probe]] = {
    "bert-b16": bert.network,
    "mobilenet-b16": mobilenet2.network,
    "resnet50-b16": resnet.network,
}
SETTINGS = {
    "ALL": ComputeUnits.ALL,
    "CPU_AND_NE": ComputeUnits.CPU_AND_NE,
    "CPU_AND_GPU": ComputeUnits.CPU_AND_GPU,
}
M4_PRO = Target(chip="M4 Pro", engine="H16", os="macOS", version="26.5.1", release=26, device="Mac16,11")
M5_MAX = Target(chip="M5 Max", engine="H17", os="macOS", version="26.6", release=26, device="Mac17,7")


@dataclass(frozen=True, slots=True)
class Dump:
    source: str
    target: Target
    files: tuple[str, ...]


DUMPS = (
    Dump(
        "erwinzhang-m4-pro-cpune",
        M4_PRO,
        (
            "experiments-bert-CPU_AND_NE.json",
            "experiments-mobilenet-CPU_AND_NE.json",
            "experiments-resnet50-CPU_AND_NE.json",
        ),
    ),
    Dump(
        "erwinzhang-m4-pro-all",
        M4_PRO,
        ("experiments-bert-ALL.json", "experiments-mobilenet-ALL.json", "experiments-resnet50-ALL.json"),
    ),
    Dump("erwinzhang-m5-max-cpune", M5_MAX, ("m5max-mobilenet-CPU_AND_NE.json",)),
)
SHARES = Dump("erwinzhang-m5-max-shares", M5_MAX, ("placement-m5-max.json",))
TOLD = Dump("erwinzhang-m4-pro-shares", M4_PRO, ("placement-m4-pro.json",))
"The same of the M4 Pro, of which all networks that can be built again are told operation by operation."
NOTE = (
    "The networks built again from their public architectures with coremltools 9.0 for macOS 15 in fp16, batch 16: "
    "parameters, shapes and types are theirs. Each has the plan's operators in their order, and equal layers cost the "
    "same in it."
)
SHARES_NOTE = (
    "The source has the share of a network's operations on each unit: plans where all are on one. The networks are "
    "those of erwinzhang-m4-pro-cpune, with the same number of operations; what was offered is not stated."
)


@dataclass(frozen=True, slots=True)
class Plan:
    model: str
    units: str
    rows: list[Row]


def read_plan(path: Path) -> Plan:
    found = json.loads(path.read_bytes())
    model = found["model"].removesuffix(".mlpackage")
    rows = [_row(path.name, model, number, item) for number, item in enumerate(found["operations"])]
    return Plan(model, SETTINGS[found["compute_units"]], rows)


def _row(file: str, model: str, number: int, found: dict[str, object]) -> Row:
    op, opset = operator(str(found["operator"]))
    supported, cost = found["supported"], found["cost"]
    assert isinstance(supported, list) and isinstance(cost, float)
    return Row(
        where=f"{file}#{number}",
        model=model,
        op=op,
        opset=opset,
        output="",
        offered=units(supported),
        chosen=UNITS[str(found["preferred"])],
        cost_ppm=round(cost * 1_000_000),
    )


Key: TypeAlias = tuple[str, str]
"Network and setting."


@dataclass(frozen=True, slots=True)
class Share:
    "A network all of whose operations are on one unit."

    where: str
    model: str
    units: str
    unit: str
    operations: int


def read_shares(path: Path, known: set[Key], source: str) -> tuple[list[Share], list[Skipped]]:
    """What is told of whole networks, and why each row is no observation.

    `known`: plans of the same chip that are told operation by operation.
    """
    found, skipped = [], []
    for number, row in enumerate(json.loads(path.read_bytes())["rows"]):
        where, model = f"{path.name}#{number}", row["model"].removesuffix(".mlpackage")
        setting, shares = SETTINGS[row["units"]], row["by_count_fraction"]
        why = _why_not(model, setting, shares, known)
        if why:
            skipped.append(Skipped(source=source, where=where, what=f"{model} {setting}", why=why))
        else:
            (unit,) = shares
            found.append(Share(where, model, setting, UNITS[unit], row["ops"]))
    return found, skipped


def _why_not(model: str, setting: str, shares: dict[str, float], known: set[Key]) -> str:
    if model not in NETWORKS:
        return "the network's operators are not stated anywhere in the dumps: it cannot be built again and checked"
    if setting == ComputeUnits.CPU_AND_GPU:
        return "the engine was not among the units asked for"
    if (model, setting) in known:
        return "the same plan, told operation by operation, is entered"
    if len(shares) != 1:
        return "which of its operations are on which unit is not stated"
    return ""
