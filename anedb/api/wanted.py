"""What to measure next: of all layers that might be measured, those that would settle most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from anedb.api.ask import UNITS, Asker, kin
from anedb.api.check import without_collecting
from anedb.api.telling import extents, operand_to_json, text
from anedb.api.wanted_choice import Choice, Pick, condensed
from anedb.api.wanted_layers import Candidate, of_networks, unseen
from anedb.catalog import layers, targets
from anedb.catalog.devices import system_of
from anedb.domain.layer import Layer, Operand
from anedb.domain.observation import ComputeUnits
from anedb.domain.target import Target
from anedb.domain.verdict import Basis, Part
from anedb.domain.wanted import SCHEMA_VERSION, Want, Wanted
from anedb.errors import UsageError
from anedb.evidence.judge import judge_engines
from anedb.evidence.question import Question

LIMIT = 20
REST: dict[str, str] = {
    Basis.SAME: "this layer there",
    Basis.NEAR_TARGET: "this layer elsewhere",
    Basis.NEAR_PARAMETERS: "layers with near parameters",
    Basis.CLAIM: "what somebody says",
    Basis.LAYER: "the layer type as a whole",
    Basis.FAMILY: "other layer types of its category",
    Basis.NONE: "nothing",
}


def wanted(
    asker: Asker,
    *,
    chips: Sequence[str] = (),
    os: str | None = None,
    limit: int = LIMIT,
    models: Sequence[Path | str] = (),
    units: str = ComputeUnits.CPU_AND_NE,
) -> Wanted:
    """The measurements that would settle most, on these chips or on the commonest chip of each engine generation.

    The same data give the same list. Raises `UnknownNameError`, `UsageError`, and `BadFileError` for a model.
    """
    if units not in UNITS:
        raise UsageError(f"compute units {units!r} leave the engine out, or are none", tip=f"use {' or '.join(UNITS)}")
    where = [targets.resolve(chip, None, os) for chip in dict.fromkeys(chips)] or commonest(os)
    found, networks = of_networks(models)
    strangers, each_unseen = unseen(asker, found)
    candidates = [*(found[key] for key in sorted(found)), *strangers]
    with without_collecting():
        rows = chosen(asker, candidates, each_unseen, where, units, limit)
    return Wanted(
        schema_version=SCHEMA_VERSION,
        data_version=asker.data_version,
        units=units,
        targets=tuple(where),
        networks=networks,
        candidates=len(candidates),
        unseen=round(each_unseen, 4),
        wanted=tuple(rows),
    )


def chosen(
    asker: Asker, candidates: Sequence[Candidate], each_unseen: float, where: Sequence[Target], units: str, limit: int
) -> list[Want]:
    """The best of each layer type, merged: a measurement bears on layers of its own type alone.

    Types are judged in the order of what they could be worth at most, until none that is left could be among the best.
    """
    types: dict[tuple[str, str], list[Candidate]] = {}
    for each in candidates:
        types.setdefault((each.layer.format, each.layer.type), []).append(each)
    groups = sorted(types.values(), key=lambda group: -_operations(group, each_unseen))
    best: list[Want] = []
    for group in groups:
        if len(best) == limit and best[-1].score >= _operations(group, each_unseen) * len(where) / 4:
            break
        kept, often = condensed(group, [_often(each, each_unseen) for each in group], asker.weights)
        group = [group[it] for it in kept]
        parts = [list(answers(asker, each, where, units)) for each in group]
        picks = Choice(group, where, parts, often, asker.weights).best(limit)
        best += [_want(group[it.candidate], where[it.target], parts[it.candidate][it.target], it) for it in picks]
        best = sorted(best, key=lambda it: -it.score)[:limit]
    return best


def _operations(group: Sequence[Candidate], each_unseen: float) -> float:
    return sum(_often(each, each_unseen) for each in group)


def _often(candidate: Candidate, each_unseen: float) -> float:
    return float(candidate.occurrences) or each_unseen


def commonest(os: str | None) -> list[Target]:
    "Of each engine generation the chip that most devices have, of those that run this OS; oldest generation first."
    system = targets.os_version(os).os if os is not None else None
    counts = Counter(it.chip for it in targets.devices() if it.chip and system in (None, system_of(it.identifier)))
    found = []
    for engine in targets.engines():
        chips = [it for it in targets.chips_of(engine.id) if targets.chip(it).usable and counts[it]]
        if chips:
            found.append(targets.resolve(max(chips, key=lambda it: counts[it]), None, os))
    return found


def answers(asker: Asker, candidate: Candidate, where: Iterable[Target], units: str) -> Iterable[Part]:
    "Today's answer on each target, without the evidence's rows, conflicts and flips: what those cost is not needed."
    kind = layers.get(candidate.layer.format, candidate.layer.type)
    siblings = [asker.indexed(each.format, each.name) for each in kin(kind)]
    claims, workarounds = asker.said(kind)
    known = asker.indexed(kind.format, kind.name)
    for target in where:
        asked = Question(
            layer_type=kind, layer=candidate.layer, open=candidate.open, fingerprint=candidate.fingerprint,
            target=target, units=units,
        )  # fmt: skip
        engine = [(target.engine or "", (target.chip or "",))]
        for each in judge_engines(asked, engine, known, siblings, claims, workarounds, asker.weights, asker.families):
            yield each.offered


def _want(candidate: Candidate, target: Target, part: Part, pick: Pick) -> Want:
    layer = candidate.layer
    return Want(
        format=layer.format,
        type=layer.type,
        params=dict(layer.params),
        inputs=tuple(operand_to_json(each) for each in layer.inputs),
        open=candidate.open,
        fingerprint=candidate.fingerprint,
        like=candidate.like,
        target=target,
        answer=part.answer,
        probability=None if part.probability is None else round(part.probability, 4),
        basis=part.basis,
        state=part.state,
        occurrences=candidate.occurrences,
        networks=tuple(sorted(candidate.counts, key=lambda it: (-candidate.counts[it], it))),
        speaks_for=pick.speaks_for,
        score=round(pick.score, 4),
        why=why(candidate, part, pick.speaks_for),
        ask=asking(layer, target),
    )


def why(candidate: Candidate, part: Part, speaks_for: int) -> str:
    "`today's answer rests on near parameters, reported; 23 operations in 2 networks; bears on 14 more answers`."
    told = [_today(part), _where(candidate)]
    if candidate.like:
        told.append(f"operands as seen of {candidate.like}")
    if candidate.open:
        told.append(f"choose {', '.join(candidate.open)} first")
    if speaks_for:
        told.append(f"bears on {speaks_for} more answer{'s' * (speaks_for > 1)}")
    return "; ".join(told)


def _today(part: Part) -> str:
    if part.probability is None:
        return "nothing is known that decides"
    return f"today's answer rests on {REST[part.basis]}, {part.state}"


def _where(candidate: Candidate) -> str:
    many, networks = candidate.occurrences, len(candidate.counts)
    if not many:
        return "no layer of this type was ever seen"
    return f"{many} operation{'s' * (many > 1)} in {networks} network{'s' * (networks > 1)}"


def asking(layer: Layer, target: Target) -> tuple[str, ...]:
    "What `anedb` is called with to see what today's answer rests on."
    words = ["query", f"{layer.format}:{layer.type}"]
    for name, value in layer.params.items():
        words += ["-p", f"{name}={text(value)}"]
    for operand in layer.inputs:
        words += ["--input", _typed(operand)]
    if target.chip:
        words += ["--chip", target.chip]
    if target.os:
        words += ["--os", f"{target.os} {target.version or ''}".strip()]
    return tuple(words)


def _typed(operand: Operand) -> str:
    return f"{operand.name}={operand.dtype}{extents(operand.shape)}:{'const' if operand.const else 'dynamic'}"
