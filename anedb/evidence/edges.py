"""Layers that were refused for a number of theirs: the far side of a limit.

A sweep looks for limits, so it holds far more refused layers than a model would: eight convolutions with kernels of 16
and more say where kernels end, not that convolutions are refused. They answer a question that reaches the limit (by a
claim's condition, or by the points on the line) and are left out of every average that does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anedb.evidence.columns import NUMBERS, members
from anedb.evidence.condition import holds
from anedb.evidence.index import Indexed, Slot
from anedb.evidence.rules import Rules

LIMITS = frozenset(
    {"kernel-too-large", "stride-too-large", "extent-too-large", "memory", "rank", "groups", "scale-factor"}
)
"Reason codes that speak of a number."


def edges(indexed: Indexed, rules: Rules) -> int:
    "The refused layers that a reason or a stated limit explains, as a set."
    refused = 0
    for group in indexed.groups:
        refused |= group.no
    found = 0
    for number in members(refused):
        if any(_explained(indexed, number, slot, rules) for slot in indexed.slots[number]):
            found |= 1 << number
    return found


def spared(indexed: Indexed, asked: Mapping[str, Any]) -> int:
    "Of the layers beyond a limit those that are larger than the question somewhere: it does not reach so far."
    found = 0
    for number in members(indexed.edges):
        place = indexed.places[number]
        if any(_larger(place.get(name), asked.get(name)) for name in NUMBERS):
            found |= 1 << number
    return found


def _larger(seen: Any, asked: Any) -> bool:
    "An open number is reached by nothing."
    return type(seen) is int and (type(asked) is not int or seen > asked)


def _explained(indexed: Indexed, number: int, slot: Slot, rules: Rules) -> bool:
    if any(reason.code in LIMITS for cell in slot.cells for reason in cell.reasons):
        return True
    target = slot.cells[0].target
    where = {"chip": target.chip, "engine": target.engine, "os": target.os, "release": target.release}
    known = {**indexed.features[number], **{name: value for name, value in where.items() if value is not None}}
    return any(holds(rule.claim.condition, known) for rule in rules.limits if rule.claim.says == "no")
