"What to change in a model, best first; and what cannot be said, with the observation that would settle it."

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from anedb.catalog import facts
from anedb.domain.check import Blocker, CheckedLayer, Unsettled
from anedb.domain.observation import Unit
from anedb.domain.placement import Scheduler
from anedb.domain.target import Target
from anedb.domain.verdict import Answer
from anedb.placement.blockers import Gain, gains

if TYPE_CHECKING:
    from anedb.api.planned import Placed

NAMED = 4


def blockers(placed: Sequence[Placed], units: Sequence[str], scheduler: Scheduler) -> tuple[Blocker, ...]:
    """Of every network, those that gain most first; networks by what is gained in all. Shares add up in this order."""
    groups = []
    for each in placed:
        known = causes(each)
        if known:
            groups.append([_blocker(each, gain) for gain in gains(each.items, known, units, scheduler)])
    groups.sort(key=lambda group: -sum(it.gain_layers for it in group))
    found = [it for group in groups for it in group]
    return tuple(replace(it, rank=rank) for rank, it in enumerate(found, 1))


def causes(placed: Placed) -> dict[Hashable, list[int]]:
    "Layers that the engine is not offered for, by type, reason and what helps."
    found: dict[Hashable, list[int]] = {}
    for position, (said, item, unit) in enumerate(zip(placed.judged, placed.items, placed.units, strict=True)):
        if unit != Unit.ANE and item.offered is False:
            codes = tuple(reason.code for reason in said.reasons[:1])
            advice = tuple(each.id for each in said.workarounds)
            found.setdefault((placed.network.ops[position].type, codes, advice), []).append(position)
    return found


def _blocker(placed: Placed, gain: Gain) -> Blocker:
    first = gain.layers[0]
    said, op = placed.judged[first], placed.network.ops[first]
    moved = sum(placed.loads[position].work.flops or 0 for position in gain.moved)
    total = len(placed.units)
    why = facts.reason_title(said.reasons[0]) if said.reasons else said.offered.why
    return Blocker(
        rank=0,
        type=op.type,
        layers=tuple(placed.first + position for position in gain.layers),
        why=why,
        reasons=said.reasons,
        workarounds=said.workarounds,
        evidence=tuple(dict.fromkeys(it for at in gain.layers[:NAMED] for it in placed.judged[at].evidence))[:NAMED],
        gain_layers=gain.gained,
        gain_flops_share=round(moved / placed.flops, 6) if placed.flops else None,
        segments_after=gain.segments,
        together_ane_share=round(gain.together / total, 6),
        together_segments=gain.together_segments,
        text=_text(op.type, gain, total),
    )


def _text(type: str, gain: Gain, total: int) -> str:
    count = len(gain.layers)
    changed = f"{count} {type} layer{'s' if count > 1 else ''}"
    share = f"{100 * gain.together // total} %"
    alone = (
        f"{gain.gained:+d} layer{'s' if abs(gain.gained) != 1 else ''} on the engine"
        if gain.gained
        else "nothing by itself"
    )
    segments = f"{gain.together_segments} segment{'s' if gain.together_segments != 1 else ''}"
    return f"changing {changed}: {alone}; with all before it {share} on the engine, {segments}"


def unsettled(layers: Iterable[CheckedLayer], target: Target, units: str) -> tuple[Unsettled, ...]:
    "Layers that have no answer, or one that evidence divides on: one entry for equal ones."
    groups: dict[int, list[CheckedLayer]] = {}
    for layer in layers:
        if layer.offered.answer in (Answer.UNKNOWN, Answer.MIXED):
            groups.setdefault(layer.alike, []).append(layer)
    return tuple(_unsettled(group, target, units) for group in groups.values())


def _unsettled(group: Sequence[CheckedLayer], target: Target, units: str) -> Unsettled:
    first = group[0]
    return Unsettled(
        type=first.type,
        layers=tuple(layer.index for layer in group),
        why=first.problem or first.offered.why,
        fingerprint=first.fingerprint,
        measure=_measure(first, target, units),
    )


def _measure(layer: CheckedLayer, target: Target, units: str) -> str:
    if layer.problem:
        return "nothing yet: anedb's catalogue has to know the layer first"
    where = " ".join(each for each in (target.chip or "any chip", target.os, target.version) if each)
    inputs = ", ".join(_operand(each) for each in layer.inputs if not each["const"])
    return f"Core ML's compute plan of {layer.type}({inputs}) on {where} under {units}, or of this model"


def _operand(operand: dict[str, object]) -> str:
    shape = operand["shape"]
    extents = "?" if shape is None else "×".join(map(str, shape if isinstance(shape, (list, tuple)) else ()))
    return f"{operand['dtype']} {extents}".strip()
