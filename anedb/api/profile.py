"""`anedb export profile`: one target's answers in a form that a converter or partitioner can load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from anedb import __version__
from anedb.api.ask import UNITS, Asker
from anedb.api.table import WHOLE
from anedb.catalog import canonical, layers, targets
from anedb.domain.exported import (
    LICENCE,
    PROFILE,
    SCHEMA_VERSION,
    Profile,
    ProfileCondition,
    ProfileLayer,
    ProfileLimit,
    ProfileOp,
)
from anedb.domain.knowledge import Cell
from anedb.domain.layer import LayerType
from anedb.domain.target import Target
from anedb.domain.verdict import Basis
from anedb.errors import UsageError
from anedb.evidence.plan import asked_of
from anedb.evidence.question import Question
from anedb.evidence.rules import Rules, about, weigh

NEVER = ("", "false")
"No condition, or one that never holds: a claim kept for its words."


def profile(asker: Asker, *, chip: str | None, device: str | None, os: str | None, units: str) -> Profile:
    "Raises `UnknownNameError`, and `UsageError` where neither a chip nor a device is named."
    if units not in UNITS:
        raise UsageError(f"compute units {units!r} leave the engine out, or are none", tip=f"use {' or '.join(UNITS)}")
    if chip is None and device is None:
        raise UsageError("a profile is of one target", tip="name it: --chip M4 --os 'macOS 26'")
    target = targets.resolve(chip, device, os)
    kinds = [layers.get(*name.split(":", 1)) for name in layers.all_types()]
    seen = {mark: found for kind in kinds for mark, found in configurations(asker, kind, target, units)}
    return Profile(
        kind=PROFILE,
        schema_version=SCHEMA_VERSION,
        data_version=asker.data_version,
        anedb=__version__,
        date=max((cell.newest for kind in kinds for cell in asker.knowledge(kind.format, kind.name).cells), default=""),
        licence=LICENCE,
        target=target,
        units=units,
        conditions=sorted_(conditions(asker, kinds[0], target, of_all=True)),
        ops={f"{kind.format}:{kind.name}": op(asker, kind, target, units) for kind in kinds},
        layers=dict(sorted(seen.items())),
    )


def op(asker: Asker, kind: LayerType, target: Target, units: str) -> ProfileOp:
    "The layer type as a whole, whatever its parameters."
    layer, left_open = canonical.canonical(kind, {}, ())
    found = asker.judgement(
        Question(layer_type=kind, layer=layer, open=left_open or WHOLE, target=target, units=units, stated=())
    )
    return ProfileOp(
        concept=kind.concept,
        offered=found.offered.answer,
        offered_probability=found.offered.probability,
        chosen=found.chosen.answer,
        chosen_probability=found.chosen.probability,
        basis=found.basis,
        state=found.offered.state,
        conditions=sorted_(conditions(asker, kind, target)),
        limits=tuple(ProfileLimit(feature=it.feature, yes=it.yes, no=it.no, text=it.text) for it in found.flips),
    )


def sorted_(found: Iterable[ProfileCondition]) -> tuple[ProfileCondition, ...]:
    return tuple(sorted(found, key=lambda it: (-it.weight, it.claim)))


def conditions(asker: Asker, kind: LayerType, target: Target, *, of_all: bool = False) -> Iterator[ProfileCondition]:
    "The claims with a condition that have weight on this target: about every layer type, or about this one."
    claims, workarounds = asker.said(kind)
    asked = asked_of(target)
    engines = {asked.chip: asked.engine} if asked.chip and asked.engine else {}
    for rule in Rules(kind, (), claims, workarounds).rules:
        held = weigh(rule, asked, engines, asker.weights)
        if rule.claim.condition not in NEVER and held.weight > 0 and (rule.claim.subject == "*") == of_all:
            yield ProfileCondition(
                when=rule.claim.condition,
                says=rule.claim.says,
                about="offered" if about(rule.claim) == "offered" else "chosen",
                strength=rule.claim.strength,
                weight=round(held.weight, 4),
                reason=rule.claim.reason,
                claim=rule.claim.id,
            )


def configurations(asker: Asker, kind: LayerType, target: Target, units: str) -> Iterator[tuple[str, ProfileLayer]]:
    "Layers that were seen on the very target, by fingerprint."
    known = asker.knowledge(kind.format, kind.name)
    for mark in sorted({cell.layer for cell in known.cells if _there(cell, target)}):
        found = asker.of_layer(known.layers[mark], target, units)
        if found.offered.basis == Basis.SAME:
            yield (
                mark,
                ProfileLayer(
                    type=f"{kind.format}:{kind.name}",
                    offered=found.offered.answer,
                    offered_probability=found.offered.probability,
                    chosen=found.chosen.answer,
                    chosen_probability=found.chosen.probability,
                ),
            )


def _there(cell: Cell, target: Target) -> bool:
    "As a first sieve; the judge says whether it is the same target."
    return cell.target.chip == target.chip if target.chip else cell.target.engine == target.engine
