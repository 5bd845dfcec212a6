"Core ML's own `analytics.mil`, one line of MIL text an operation, and the study's table of refusals from such files."

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tools.evidence.rows import UNITS, Row, runtimes, units

LINE = re.compile(r"^\s*tensor<(\w+), \[([\d, ]*)\]> (\w+)[^=]*= (\w+)(?:<\w+>)?\(.*\)\[BackendSupport = (.*)\];$")
BOUNDARY = {"tensor_buffer_to_tensor", "tensor_to_tensor_buffer"}
"Core ML adds these at run time around inputs and outputs: they are no layers of the model."
TEMPORARY = "_4D454D5F4F5054"
"Suffix of a value that Core ML later copies into an output buffer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    row: Row
    dtype: str
    "Of the first output, to check the rebuilt model against."
    shape: tuple[int, ...]


def read_analytics(path: Path) -> list[Planned]:
    "The model's operations, in order. Raises `ValueError` where a line is not understood."
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if "BackendSupport" not in line or any(f"= {name}" in line for name in BOUNDARY):
            continue
        match = LINE.match(line)
        if match is None:
            raise ValueError(f"{path.name}:{number} is no operation that we understand")
        found.append(_planned(match, path.stem, f"analytics/{path.name}:{number}"))
    return found


def _planned(match: re.Match[str], model: str, where: str) -> Planned:
    dtype, shape, name, op, rest = match.groups()
    support = re.match(r"list<string, \d+>\(\[(.*?)\]\)", rest)
    chosen = re.search(r'SelectedBackend = string\("(\w+)"\)', rest)
    times = re.search(r"EstimatedRuntime = dict<string, fp64>\(\{(.*?)\}\)", rest)
    message = re.search(r'ValidationMessage = dict<string, string>\(\{\{"ane", "((?:[^"\\]|\\.)*)"', rest)
    if support is None or chosen is None:
        raise ValueError(f"{where}: no backends")
    offered = [item for item in re.findall(r'"(\w+)"', support[1]) if item != "unsupported"]
    row = Row(
        where=where,
        model=model,
        op=op,
        opset="",
        output=name.removesuffix(TEMPORARY),
        offered=units(offered),
        chosen=UNITS[chosen[1]],
        selected=chosen[1],
        runtimes=runtimes(re.findall(r'"(\w+)", ([^}]+)\}', times[1] if times else "")),
        message=message[1].replace('\\"', '"') if message else "",
    )
    return Planned(row=row, dtype=dtype, shape=tuple(int(size) for size in shape.split(",") if size.strip()))


def read_messages(path: Path) -> dict[str, list[Row]]:
    """The table of refusals, by model: which op, whether the engine is among its backends, why not, what was selected.

    Every op in it has a CPU estimate. `output` is empty: the table does not have it.
    """
    found: dict[str, list[Row]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        model, op, _, has, message, _, _, selected = line.split("\t")
        row = Row(
            where=f"{path.name}:{number}",
            model=model,
            op=op.partition("(")[0],
            opset="",
            output="",
            offered=("ane", "cpu") if has == "yes" else ("cpu",),
            chosen=UNITS[selected],
            message=message,
        )
        found.setdefault(model, []).append(row)
    return found
