"""Suites: what a machine is asked, one small model a question. Put together from tables; nothing is built here.

`quick` is what tells most in five minutes on a Mac (`anedb.api.suite_choice` says which), `standard` every layer and
every sweep, `full` besides every opset, every sweep in both surroundings and every spec version. Each is part of the
next, and each carries the canaries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from anedb.catalog import layers
from anedb.catalog.canaries import canaries
from anedb.catalog.suite_lock import TIERS, Locked, lock
from anedb.coreml.nn_probes import EXACT, Row, fits_between, has_old_form
from anedb.coreml.probes import Probe
from anedb.domain.layer import Format, Layer
from anedb.domain.observation import Context
from anedb.fingerprint import fingerprint
from anedb.probe.mil_cases import CASES, Case
from anedb.probe.nn_cases import CONSTANTS, ROWS
from anedb.probe.sweeps import NEURAL_SWEEPS, SWEEPS, NeuralSweep, Sweep, written

VERSION = "1"
"Of the tables: a suite is known by its name, this, and a digest of what it asks."
WANTED = "wanted"
"The suite that is put together anew each time, of what `anedb wanted` lists."
NEWEST = "iOS18"
"The newest opset that the machines most people have read."


SPEC_VERSIONS = ("1", "2", "3", "4", "5", "6")
"Of NeuralNetworks, from the one that brought the layer: iOS 11 to 15. Later ones changed nothing for them."


class Tier(StrEnum):
    QUICK = "quick"
    STANDARD = "standard"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    "One model, one question."

    id: str
    "`conv/kernel_width=15@iOS18`, with `+` where it is asked between other layers."
    format: str
    type: str
    "The layer type that is asked about."
    made: Probe | Row | Layer
    "What to build; of a layer as it stands in a file, its own values."
    target: str = ""
    "Opset of an ML Program; of a NeuralNetwork its spec version, empty for the lowest that has the layer."
    context: str = Context.ISOLATED.value
    tier: str = Tier.FULL.value
    "The smallest suite that asks it."
    axis: str = ""
    "What a sweep varies."
    value: str = ""
    canary: str = ""
    "Id in data/canaries.json: its answer is beyond doubt."
    fingerprint: str = ""
    "Of the layer, as data/suite.jsonl has it; empty: not known before it is built."


def asks(tier: str = Tier.FULL) -> tuple[Ask, ...]:
    """What a suite asks, in the order it is asked: canaries first, then what tells most.

    Without what data/suite.jsonl knows to ask the same as another question, or that coremltools cannot build it.
    """
    known = lock()
    found = [(each, known.get(each.id)) for each in tabled()]
    told = [_told(ask, row) for ask, row in found if row is None or row.asked]
    wanted = TIERS[: TIERS.index(tier) + 1]
    kept = [(ask, rank) for ask, rank in told if ask.tier in wanted]
    return tuple(ask for ask, _ in sorted(kept, key=_order))


def _told(ask: Ask, row: Locked | None) -> tuple[Ask, int]:
    return (ask, 0) if row is None else (replace(ask, tier=row.tier, fingerprint=row.fingerprint), row.rank)


def digest(asked: Iterable[Ask]) -> str:
    "64 hexadecimal digits: of what is asked, of which layers, in which surroundings."
    told = {"asks": [[each.id, str(each.context), each.fingerprint] for each in asked]}
    return fingerprint(told).removeprefix("v1:")


def _order(ranked: tuple[Ask, int]) -> tuple[bool, int, int]:
    ask, rank = ranked
    return not ask.canary, TIERS.index(ask.tier), rank


def tabled() -> tuple[Ask, ...]:
    "All that the tables have, each id once, canaries first; which of them are quick the lock says."
    found: dict[str, Ask] = {}
    for each in _all():
        if each.id not in found or TIERS.index(each.tier) < TIERS.index(found[each.id].tier):
            found[each.id] = each
    return tuple(sorted(found.values(), key=lambda each: _order((each, 0))))


def _all() -> Iterator[Ask]:
    yield from _canaries()
    for each in CASES:
        yield from _of_case(each)
    for sweep in SWEEPS:
        for value in sweep.values:
            yield from _of_sweep(sweep, value)
    yield from _neural()


def _canaries() -> Iterator[Ask]:
    for canary in canaries().values():
        layer = canary.layer
        yield Ask(id=f"canary/{canary.id}", format=layer.format, type=layer.type, made=layer, target=NEWEST,
                  tier=Tier.QUICK, canary=canary.id)  # fmt: skip


def _of_case(each: Case) -> Iterator[Ask]:
    "At every opset; alone and, at the newest, between other layers."
    opsets = each.opsets or layers.get(Format.MLPROGRAM, each.op).opsets
    for opset in opsets:
        tier = Tier.STANDARD if opset == opsets[-1] else Tier.FULL
        yield _mil(each, opset, tier)
        if wrappable(each.probe):
            yield _mil(each, opset, tier, wrapped=True)


def _of_sweep(sweep: Sweep, value: object) -> Iterator[Ask]:
    each = sweep.case(value)
    alone = _mil(each, sweep.opset, Tier.STANDARD)
    yield replace(alone, axis=sweep.axis, value=written(value))
    if wrappable(each.probe):
        between = _mil(each, sweep.opset, Tier.FULL, wrapped=True)
        yield replace(between, axis=sweep.axis, value=written(value))


def _mil(each: Case, opset: str, tier: Tier, *, wrapped: bool = False) -> Ask:
    name = f"{each.op}/{each.variant}" if each.variant else each.op
    return Ask(
        id=f"{name}@{opset}{'+' if wrapped else ''}", format=Format.MLPROGRAM, type=each.op, made=each.probe,
        target=opset, tier=tier, context=Context.IN_MODEL if wrapped else Context.ISOLATED,
    )  # fmt: skip


def wrappable(probe: Probe) -> bool:
    "Whether other layers can stand around it: they take fp16 tensors of rank 3 or 4 whose shape is fixed."
    return any(
        tensor.dtype == "fp16" and len(tensor.shape) in (3, 4) and not tensor.state
        and all(isinstance(size, int) for size in tensor.shape) for tensor in probe.inputs
    )  # fmt: skip


def _neural() -> Iterator[Ask]:
    for each in ROWS:
        if each.type in CONSTANTS:
            continue
        yield _row(each, Tier.STANDARD)
        if fits_between(each):
            yield _row(each, Tier.STANDARD, wrapped=True)
        for version in _versions(each):
            yield _row(each, Tier.FULL, version)
    for sweep in NEURAL_SWEEPS:
        for value in sweep.values:
            yield from _of_neural_sweep(sweep, value)


def _versions(each: Row) -> Iterator[str]:
    since = int(layers.get(Format.NEURALNETWORK, each.type).since.removeprefix("v"))
    for version in SPEC_VERSIONS:
        if int(version) >= since and (int(version) >= EXACT or has_old_form(each)):
            yield version


def _of_neural_sweep(sweep: NeuralSweep, value: object) -> Iterator[Ask]:
    each = sweep.case(value)
    alone = _row(each, Tier.STANDARD)
    yield replace(alone, axis=sweep.axis, value=written(value))
    if fits_between(each):
        yield replace(_row(each, Tier.FULL, wrapped=True), axis=sweep.axis, value=written(value))


def _row(each: Row, tier: Tier, version: str = "", *, wrapped: bool = False) -> Ask:
    name = f"{each.type}/{each.variant}" if each.variant else each.type
    at = f"@v{version}" if version else ""
    return Ask(
        id=f"nn:{name}{at}{'+' if wrapped else ''}", format=Format.NEURALNETWORK, type=each.type, made=each,
        target=version, tier=tier, context=Context.IN_MODEL if wrapped else Context.ISOLATED,
    )  # fmt: skip
