"""Tables of counts: how many operations of a type Core ML put on each unit, with no operation named.

An operation of a rebuilt network gets the unit that follows from the counts, or none:

- all of its type are on one unit;
- or as many of its type are on the engine as are within what the engine takes (`within`): those are they. This was not
  assumed but found: in the vocoder the numbers agree for four types (18 of 69, 1 of 4, 1 of 4, 0 of 1);
- or fewer are: then those beyond are not on it, and of those within it is unknown which are;
- before the plan's first operation on the GPU none is there; and where a type has as many on the other units as stand
  before it, all that stand behind it are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anedb.domain.model import Op
from anedb.domain.observation import Unit
from tools.evidence.rows import operator

LONGEST = 16384
"The last axis that engines before H16 take."


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    where: str
    "File and line."
    source: str
    model: str
    chip: str
    units: str
    "As the source spells the setting."
    op: str
    opset: str
    chosen: str
    count: int


def read(path: Path) -> list[Count]:
    return [
        _count(f"{path.name}:{number}", json.loads(line))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    ]


def _count(where: str, row: dict[str, str | int]) -> Count:
    op, opset = operator(str(row["opset_op"]))
    return Count(
        where=where,
        source=str(row["source"]),
        model=str(row["model"]),
        chip=str(row["chip"]),
        units=str(row["compute_units"]),
        op=op,
        opset=opset,
        chosen=str(row["preferred"]),
        count=int(row["count"]),
    )


@dataclass(slots=True)
class Table:
    "One plan: type -> unit -> how many."

    rows: list[Count] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for row in self.rows:
            found.setdefault(row.op, Counter())[row.chosen] += row.count
        return found


def units(ops: Sequence[Op], table: Table, first_on_gpu: int | None = None) -> list[str]:
    """By operation: its unit, or "" where the counts do not say which.

    Raises `ValueError` where the network has other operations than the table.
    """
    counts = table.counts
    types = Counter(op.type for op in ops)
    if types != Counter({op: sum(by_unit.values()) for op, by_unit in counts.items()}):
        raise ValueError(f"{table.rows[0].where}: the rebuilt network has {dict(types)}")
    found = [""] * len(ops)
    for type in types:
        at = [place for place, op in enumerate(ops) if op.type == type]
        before = [first_on_gpu is not None and place < first_on_gpu for place in at]
        told = _told([ops[place] for place in at], before, counts[type])
        for place, unit in zip(at, told, strict=True):
            found[place] = unit
        if wrong := Counter(filter(None, told)) - counts[type]:
            raise ValueError(f"{table.rows[0].where}: {type} has more of {dict(wrong)} than the table")
    return found


def _told(ops: list[Op], before: list[bool], by_unit: Counter[str]) -> list[str]:
    "Of one type: what is left of its units after each rule."
    fit = [within(op) for op in ops]
    exact, fewer = sum(fit) == by_unit[Unit.ANE], sum(fit) > by_unit[Unit.ANE]
    rest_on_gpu = any(before) and sum(before) == sum(by_unit.values()) - by_unit[Unit.GPU]
    found = []
    for inside, early in zip(fit, before, strict=True):
        left = {unit for unit, count in by_unit.items() if count}
        if len(left) > 1:
            left -= {Unit.GPU} if early else set()
            left -= {Unit.ANE} if not inside and (exact or fewer) else set()
            left &= {Unit.ANE} if inside and exact else left
            left &= {Unit.GPU} if rest_on_gpu and not early else left
        found.append(next(iter(left)) if len(left) == 1 else "")
    return found


def within(op: Op) -> bool:
    "Whether every tensor of it is fp16 and none longer than engines before H16 take."
    tensors = [item for item in (*op.layer.inputs, *op.outputs) if not getattr(item, "const", False)]
    return all(item.dtype == "fp16" and item.shape is not None for item in tensors) and all(
        not isinstance(item.shape[-1], int) or item.shape[-1] <= LONGEST for item in tensors if item.shape
    )


def repeated(ops: Sequence[Op], found: Sequence[str], table: Table) -> dict[int, str]:
    """Places of layers that are on the engine at least once, though which of the equal ones is not known: more of them
    than operations of their type that could be elsewhere."""
    told: dict[int, str] = {}
    for type, by_unit in table.counts.items():
        unknown = [at for at, op in enumerate(ops) if op.type == type and not found[at] and within(op)]
        left = by_unit[Unit.ANE] - sum(
            op.type == type and unit == Unit.ANE for op, unit in zip(ops, found, strict=True)
        )
        if any(op.type == type and not unit and not within(op) for op, unit in zip(ops, found, strict=True)):
            continue
        equal = Counter(ops[at].fingerprint for at in unknown)
        for at in unknown:
            if equal[ops[at].fingerprint] > len(unknown) - left and ops[at].fingerprint not in {
                ops[place].fingerprint for place in told
            }:
                told[at] = Unit.ANE
    return told
