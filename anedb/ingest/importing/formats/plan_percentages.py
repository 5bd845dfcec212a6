"""How many operations are on the engine, a line a model: CoreML-LLM's audit (`[ComputePlan] chunk2: 42/1683 ops NOT on
Neural Engine`), `ANE placement: 955 / 1028 = 92.9%`, and numbers copied from Xcode (`CPU 8, ANE 1315`).

Numbers alone: no operation, no machine. A number that is not on the engine, without the unit it is on, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignCount, ForeignReport
from anedb.domain.observation import Unit
from anedb.errors import BadFileError

TITLE = "numbers of operations on the engine, a line a model (CoreML-LLM's audit, Xcode's by hand)"

_AUDIT = re.compile(
    r".{0,200}\[ComputePlan\] (?P<model>[^\n:]{1,200}): (?:all (?P<all>\d{1,9}) ops on"
    r"|(?P<off>\d{1,9})/(?P<of>\d{1,9}) ops NOT on) Neural Engine\b.{0,400}"
)
_PLACED = re.compile(r".{0,200}\bANE placement: (?P<on>\d{1,9}) / (?P<of>\d{1,9}) = [\d.]{1,8}%.{0,400}")
_XCODE = re.compile(r"\s{0,40}(?:(?P<model>[^\n:,]{1,200}): )?(?P<counts>(?:CPU|GPU|ANE) \d[\w ,]{1,60})\.?\s{0,9}")
_EACH = re.compile(r"(?P<unit>CPU|GPU|ANE) (?P<count>\d{1,9})")


def recognise(head: str) -> bool:
    return any(next(_counts(line[:1200]), None) for line in head.splitlines())


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` where no line has such numbers, or one has more operations on the engine than there are."
    counts: list[ForeignCount] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for found in _counts(line[:1200]):
            if found.of is not None and not 0 <= found.count <= found.of:
                raise BadFileError(f"{path}:{number}: {found.count} of {found.of} operations")
            counts.append(found)
    if not counts:
        raise BadFileError(f"{path}: no number of operations on the engine in it")
    return ForeignReport(format="plan_percentages", counts=tuple(counts))


def _counts(line: str) -> Iterator[ForeignCount]:
    if found := _AUDIT.fullmatch(line):
        whole = int(found["all"] or found["of"])
        yield _engine(whole - int(found["off"] or 0), whole, found["model"].strip())
    elif found := _PLACED.fullmatch(line):
        yield _engine(int(found["on"]), int(found["of"]), "")
    elif found := _XCODE.fullmatch(line):
        each = _EACH.findall(found["counts"])
        whole = sum(int(count) for _, count in each)
        if ", ".join(f"{unit} {count}" for unit, count in each) == found["counts"] and len(each) > 1:
            for unit, count in each:
                model = (found["model"] or "").strip()
                yield ForeignCount(what="*", unit=normalise.unit(unit), count=int(count), of=whole, model=model)


def _engine(count: int, whole: int, model: str) -> ForeignCount:
    return ForeignCount(what="*", unit=Unit.ANE.value, count=count, of=whole, model=model)
