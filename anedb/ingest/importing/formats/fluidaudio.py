"""FluidAudio's `Scripts/ane_profile.swift`: for each model the shares on ANE, GPU and CPU, and how many operations.

`encoder   100%    0%    0%   217`. A share is of operations (layers of a NeuralNetwork) and of the preferred device,
and is rounded to whole per cent. A number of operations is told where one number alone gives that share; where several
do, which is so in most models of more than a hundred operations, between which it lies. No operation by itself, no
machine, and not the compute units it was asked for.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from anedb.domain.foreign import ForeignCount, ForeignReport
from anedb.domain.observation import Unit
from anedb.errors import BadFileError

TITLE = "FluidAudio's ane_profile.swift: shares of ANE, GPU and CPU, a line a model (FluidInference)"

TOOL = "FluidAudio ane_profile.swift"
ORDER = (Unit.ANE.value, Unit.GPU.value, Unit.CPU.value)
"Of the columns."

_HEADER = re.compile(r"model\s{1,80}ANE\s{1,9}GPU\s{1,9}CPU\s{1,9}ops\s{0,9}")
_RULE = re.compile(r"-{40,}\s{0,9}")
_SHARE = r"\s{1,9}(\d{1,3}%|—)"
_ROW = re.compile(rf"(?P<model>\S.{{0,400}}?)\s{{1,80}}{_SHARE}{_SHARE}{_SHARE}\s{{2,9}}(?P<ops>\d{{1,7}})\s{{0,9}}")
_FAILED = re.compile(r"(?P<model>\S.{0,400}?)\s{2,80}load failed: (?P<why>.{0,2000})")
TOTAL = "TOTAL"


def recognise(head: str) -> bool:
    lines = head.splitlines()
    return any(_HEADER.fullmatch(line[:900]) and _RULE.fullmatch(after[:900]) for line, after in pairwise(lines))


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong."
    counts: list[ForeignCount] = []
    notes: list[str] = []
    rules = whole = 0
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        line = line[:3000].rstrip()
        if _HEADER.fullmatch(line):
            inside, rules, whole = True, 0, 0
        elif not inside or not line or _RULE.fullmatch(line):
            rules += bool(inside and line)
        elif found := _FAILED.fullmatch(line):
            notes.append(f"{found['model']}: no plan, it did not load: {found['why'].strip()[:200]}")
        elif found := _ROW.fullmatch(line):
            ops = int(found["ops"])
            if found["model"] == TOTAL and rules > 1:
                _check_total(ops, whole, number, path)
                inside = False
                continue
            whole += ops
            _model(found, counts, notes, f"{path}:{number}")
        else:
            raise BadFileError(f"{path}:{number}: no model with its shares", tip="is the line whole?")
    if not counts and not notes:
        raise BadFileError(f"{path}: no model in its table", tip="is the file whole?")
    return ForeignReport(format="fluidaudio", counts=tuple(counts), tool=TOOL, notes=tuple(notes))


def _check_total(said: int, whole: int, number: int, path: Path) -> None:
    if said != whole:
        tip = "are lines of the table missing?"
        raise BadFileError(f"{path}:{number}: {said} operations in all, and the models have {whole}", tip=tip)


def _model(found: re.Match[str], counts: list[ForeignCount], notes: list[str], where: str) -> None:
    model, ops = found["model"], int(found["ops"])
    shares = [found[place] for place in (2, 3, 4)]
    if ops == 0 or "—" in shares:
        if ops or set(shares) != {"—"}:
            raise BadFileError(f"{where}: shares of nothing, or no shares of {ops} operations")
        notes.append(f"{model}: a plan without operations")
        return
    for unit, share in zip(ORDER, shares, strict=True):
        least, most = _numbers(int(share[:-1]), ops, where)
        if least == most:
            counts.append(ForeignCount(what="*", unit=unit, count=least, of=ops, model=model))
        else:
            notes.append(f"{model}: {unit} {share} of {ops} operations, which is {least} to {most}")


def _numbers(share: int, ops: int, where: str) -> tuple[int, int]:
    "The least and the greatest number of `ops` that is printed as `share` per cent. Raises `BadFileError`: none is."
    reach = ops // 200 + 2
    near = range(max(0, share * ops // 100 - reach), min(ops, share * ops // 100 + reach) + 1)
    # Printed by C's %.0f, which rounds as Python's does.
    least = next((each for each in near if f"{100 * each / ops:.0f}" == str(share)), None)
    most = next((each for each in reversed(near) if f"{100 * each / ops:.0f}" == str(share)), None)
    if least is None or most is None:
        raise BadFileError(f"{where}: {share}% is no share of {ops} operations")
    return least, most
