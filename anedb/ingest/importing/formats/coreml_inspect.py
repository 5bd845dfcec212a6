"""CoreMLInspect: an ML Program as text, before each operation its part of the cost and `G|CN`: chosen, then what else
is supported, by the first letters of CPU, GPU and NeuralEngine.

It names functions, outputs and operators, and in its first line the compute units; not the model, nor the machine.
Operations inside branches and loops are not printed. The cost is a share of the function's, cut to five characters,
which cuts the per cent sign off from 10.00% on; of several functions it is left out, since no plan has such shares.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.errors import BadFileError

TITLE = "CoreMLInspect: the program, an operation a line, with cost and devices (smpanaro)"

TOOL = "CoreMLInspect"
CONSTANT = "const"

_COLOURS = re.compile(r"\x1b\[[\d;]{0,12}m")
_UNITS = re.compile(r"Analyzing model for compute unit \[(?P<units>\w{1,40})\]\.{0,3}\s{0,9}")
_FUNCTION = re.compile(r"func (?P<name>[^\s(]{1,200})\(.{0,20000}\) \{\s{0,9}")
_END = re.compile(r"(?:\}|\s{1,40}-> \(.{0,20000}\))\s{0,9}")
_ROW = re.compile(
    r"(?P<cost>\d{1,3}\.\d{0,2}%?|-?nan%?|)\s{1,6}(?:(?P<chosen>[CGN?])\|(?P<others>[CGN?]{0,3})\s{0,4})?"
    r"\s{1,20}(?P<outputs>\S[^=(]{0,8000}?) = (?P<operator>[\w.]{1,200})\((?P<rest>.{0,200000})"
)
_SIGN = re.compile(r"Key: C=CPU, G=GPU, N=NeuralEngine")
_NONE = re.compile(r"(?:NeuralNetwork|Pipeline) not implemented|(?:Unsupported|Unknown) model structure\.")


def recognise(head: str) -> bool:
    plain = _COLOURS.sub("", head)
    return any(_SIGN.match(line) or _UNITS.fullmatch(line[:200]) for line in plain.splitlines())


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong. Before the first function any line may stand, a build's."
    rows: list[ForeignRow] = []
    units: set[str] = set()
    functions: list[str] = []
    inside, constants = "", 0
    for number, line in enumerate(_COLOURS.sub("", text).splitlines(), start=1):
        if said := _UNITS.fullmatch(line[:200]):
            units.add(_setting(said["units"], number, path))
        elif begun := _FUNCTION.fullmatch(line):
            inside = begun["name"]
            functions.append(inside)
        elif said := _NONE.match(line):
            raise BadFileError(
                f"{path}:{number}: the tool printed no plan: {said[0]}", tip="it reads ML Programs alone"
            )
        elif not inside or not line.strip():
            continue
        elif _END.fullmatch(line):
            inside = "" if line.startswith("}") else inside
        else:
            row = _row(line, inside, number, path)
            constants += row is None
            rows += [row] if row else []
    if inside:
        raise BadFileError(f"{path}: its function {inside} does not end", tip="is the file whole?")
    return _report(rows, units, functions, constants, path)


def _report(rows: list[ForeignRow], units: set[str], functions: list[str], constants: int, path: Path) -> ForeignReport:
    if not rows:
        raise BadFileError(f"{path}: no operation in it", tip="is the file whole?")
    if len(units) > 1 or len(set(functions)) < len(functions):
        raise BadFileError(f"{path}: of several runs; each needs a file of its own")
    if len(functions) > 1:
        rows = [replace(row, cost_ppm=None) for row in rows]
    return ForeignReport(
        format="coreml_inspect",
        rows=tuple(rows),
        units=next(iter(units), ""),
        tool=TOOL,
        notes=(f"{constants} constants, left out",) if constants else (),
    )


def _setting(word: str, number: int, path: Path) -> str:
    found = normalise.compute_units(word)
    if not found:
        raise BadFileError(f'{path}:{number}: "{word}" is no setting of compute units')
    return found


def _row(line: str, function: str, number: int, path: Path) -> ForeignRow | None:
    "None: a constant, which no device takes."
    found = _ROW.fullmatch(line)
    if found is None or not found["rest"].rstrip().endswith(")"):
        raise BadFileError(f"{path}:{number}: no operation with its devices", tip="is the line whole?")
    chosen = normalise.unit(found["chosen"] or "")
    if found["chosen"] is None and found["operator"].rpartition(".")[2] == CONSTANT:
        return None
    operator, opset = normalise.operator(found["operator"])
    others = [normalise.unit(each) for each in found["others"] or ""]
    return ForeignRow(
        operator=operator,
        opset=opset,
        name=found["outputs"].partition(", ")[0].strip(),
        offered=tuple(sorted({chosen, *others} - {""})) if found["chosen"] else None,
        chosen=chosen or None,
        cost_ppm=_cost_ppm(found["cost"], number, path),
        function=function,
        place=f"line {number}",
    )


def _cost_ppm(said: str, number: int, path: Path) -> int | None:
    "None: not told, or a share of no cost at all (`nan`)."
    if not said or "nan" in said:
        return None
    cost = float(said.removesuffix("%"))
    if cost > 100:
        raise BadFileError(f"{path}:{number}: {said} is no share of the cost, 0 to 100%")
    return round(cost * 10_000)
