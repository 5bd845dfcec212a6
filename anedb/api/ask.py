"""One question, from names as people type them to a verdict with its evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from anedb.api.telling import address, asked_layer, cell_evidence, claim_evidence, family_evidence, short
from anedb.catalog import canonical, layers, targets, weights
from anedb.catalog.naming import fold
from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import Cell, Evidence, Families, Knowledge
from anedb.domain.layer import Layer, LayerType, Operand
from anedb.domain.observation import ComputeUnits, Source
from anedb.domain.target import Target
from anedb.domain.verdict import SCHEMA_VERSION, EngineAnswer, Verdict
from anedb.errors import UnknownNameError, UsageError
from anedb.evidence.index import Indexed, index
from anedb.evidence.judge import judge, judge_engines
from anedb.evidence.question import Judgement, Question, Rest
from anedb.evidence.withdrawn import is_bare, withdrawn
from anedb.fingerprint import fingerprint
from anedb.store.reader import Reader

Params = Mapping[str, Any] | Iterable[str]
"`{'dilations': [2, 2]}`, or texts as the command line takes them: `dilations=2,2`."
Inputs = Iterable[str | Operand]
"`x=fp16[1,64,32,32]`, or operands."

KEPT_ANSWERS = 10_000
"Judgements of whole configurations a process keeps, some 10 kB each."
UNITS = (ComputeUnits.CPU_AND_NE, ComputeUnits.ALL)
"Settings under which the engine can be had at all."
KEPT = 400_000
"Cells a process keeps in memory, some 2 kB each, before it forgets and reads again."


class Asker:
    "Answers out of one reader. What it has read of a layer type it keeps for as long as the database does not change."

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._read_meta()
        self._changes = reader.changes()
        self._indexed: dict[tuple[str, str], Indexed] = {}
        self._cells: dict[int, Cell] = {}
        self._texts: dict[str, str] = {}
        self._judged: dict[tuple[str | None, Target, str], Judgement] = {}
        self._observed: dict[tuple[int | str, str, str], Evidence] = {}
        self._sources: dict[str, Source | None] = {}
        self._family_sources: dict[str, tuple[Source, ...]] = {}
        self._said: dict[tuple[str, str], tuple[tuple[Claim, ...], tuple[Workaround, ...]]] = {}

    def verdict(self, asked: str, question: Question, *, limit: int = 12) -> Verdict:
        "The answer to a question, with at most `limit` pieces of its evidence."
        self._forget_if_changed()
        found = self.judgement(question)
        return Verdict(
            schema_version=SCHEMA_VERSION,
            data_version=self.data_version,
            layer=asked_layer(asked, question),
            target=question.target,
            units=question.units,
            offered=found.offered,
            chosen=found.chosen,
            basis=found.basis,
            evidence=tuple(self.evidence(question, shortlist(found, limit))),
            evidence_total=found.rests_total,
            conflicts=found.conflicts,
            reasons=found.reasons,
            flips=found.flips,
            workarounds=tuple(replace(each, url=address(self.source(each.source))) for each in found.advice),
            steps=found.steps,
            engines=() if question.target.engine or question.target.chip else tuple(self.engines(question)),
        )

    def judgement(self, question: Question) -> Judgement:
        "Without the evidence's rows. That of a whole configuration is kept: it follows from what the database holds."
        key = question.fingerprint, question.target, question.units
        found = self._judged.get(key)
        if found is None:
            found = self._judge(question)
            if question.fingerprint is not None:
                if len(self._judged) >= KEPT_ANSWERS:
                    self._judged.clear()
                self._judged[key] = found
        return found

    def _judge(self, question: Question) -> Judgement:
        kind = question.layer_type
        siblings = [self.indexed(each.format, each.name) for each in kin(kind)]
        claims, workarounds = self.said(kind)
        known = self.indexed(kind.format, kind.name)
        found = judge(question, known, siblings, claims, workarounds, self.weights, self.families)
        if not is_bare(found):
            return found
        seen, taken_back = self.reader.withdrawn(question.fingerprint, subjects(kind))
        return withdrawn(found, question, seen, taken_back)

    def of_layer(self, layer: Layer, target: Target, units: str) -> Judgement:
        "The judgement of a whole configuration in canonical form."
        kind = layers.get(layer.format, layer.type)
        mark = fingerprint(layer.hashed())
        return self.judgement(Question(layer_type=kind, layer=layer, fingerprint=mark, target=target, units=units))

    def engines(self, question: Question) -> Iterable[EngineAnswer]:
        "The same question for every engine generation."
        kind = question.layer_type
        siblings = [self.indexed(each.format, each.name) for each in kin(kind)]
        claims, workarounds = self.said(kind)
        engines = [(each.id, targets.chips_of(each.id)) for each in targets.engines()]
        known = self.indexed(kind.format, kind.name)
        return judge_engines(question, engines, known, siblings, claims, workarounds, self.weights, self.families)

    def indexed(self, format: str, type: str) -> Indexed:
        found = self._indexed.get((format, type))
        if found is None:
            known = self.knowledge(format, type)
            found = self._indexed[format, type] = index(known, self.weights)
            self._cells.update((cell.id, cell) for cell in known.cells)
            self._texts.update((mark, short(layer)) for mark, layer in known.layers.items())
        return found

    def knowledge(self, format: str, type: str) -> Knowledge:
        return self.reader.knowledge(format, type)

    def said(self, kind: LayerType) -> tuple[tuple[Claim, ...], tuple[Workaround, ...]]:
        "Claims and workarounds that may bear on a layer type."
        key = kind.format, kind.name
        found = self._said.get(key)
        if found is None:
            about = subjects(kind)
            found = self._said[key] = self.reader.claims(about), self.reader.workarounds(about)
        return found

    def evidence(self, question: Question, rests: Sequence[Rest]) -> Iterable[Evidence]:
        "What an answer rests on, nearest first; read from summaries and claims, never from single observations."
        claims = {each.id: each for each in self.said(question.layer_type)[0]}
        for rest in rests:
            if rest.kind == "claim":
                claim = claims[str(rest.id)]
                yield claim_evidence(claim, rest, self.source(claim.source))
            elif rest.kind == "family":
                name = str(rest.id)
                yield family_evidence(self.families, rest, self.family_sources(name))
            else:
                yield self.observed(rest)

    def observed(self, rest: Rest) -> Evidence:
        key = rest.id, rest.supports, rest.relation
        found = self._observed.get(key)
        if found is None:
            cell = self._cells[int(rest.id)]
            url = address(self.source(cell.sources[0]))
            found = self._observed[key] = cell_evidence(cell, rest, url, self._texts[cell.layer])
        return found

    def family_sources(self, category: str) -> tuple[Source, ...]:
        "Whose observations tell what was offered of a category, the newest first."
        known = self._family_sources.get(category)
        if known is None:
            names = [name.split(":", 1) for name in self.families.offered.get(category, {})]
            cells = [cell for format, type in names for cell in self.knowledge(format, type).cells]
            found = {each: self.source(each) for cell in cells for each in cell.sources}
            told = [source for source in found.values() if source is not None]
            known = tuple(sorted(told, key=lambda it: (it.date, it.id), reverse=True))
            self._family_sources[category] = known
        return known

    def source(self, id: str) -> Source | None:
        if id not in self._sources:
            self._sources[id] = self.reader.source(id)
        return self._sources[id]

    def _forget_if_changed(self) -> None:
        changes = self.reader.changes()
        if changes != self._changes:
            self._changes = changes
            self._read_meta()
            self._said.clear()
            self._sources.clear()
            self._family_sources.clear()
            self._forget()
        elif len(self._cells) >= KEPT:
            # Between questions only: an answer in the making points at cells.
            self._forget()

    def _read_meta(self) -> None:
        "The data's version, and their weights: read from TOML they take as long as all else that opens a database."
        meta = self.reader.meta()
        kept = meta.get("weights")
        self.weights = weights.parse(json.loads(kept)) if kept else weights.load()
        self.data_version = meta.get("data_version", "")
        self.families = Families(**json.loads(meta.get("families", "{}")))

    def _forget(self) -> None:
        self._indexed.clear()
        self._cells.clear()
        self._texts.clear()
        self._observed.clear()
        self._judged.clear()


def question(
    name: str,
    *,
    params: Params = (),
    inputs: Inputs = (),
    format: str | None = None,
    chip: str | None = None,
    device: str | None = None,
    os: str | None = None,
    units: str = ComputeUnits.CPU_AND_NE,
) -> Question:
    """What was typed, understood. Raises `UnknownNameError` for a name the catalogue does not have, `UsageError` for
    what cannot be read or contradicts itself."""
    if units not in UNITS:
        raise UsageError(f"compute units {units!r} leave the engine out, or are none", tip=f"use {' or '.join(UNITS)}")
    target = targets.resolve(chip, device, os)
    given = dict(params) if isinstance(params, Mapping) else dict(canonical.parse_param(text) for text in params)
    kind, layer, left_open = understood(name, given, tuple(inputs), format)
    wanted = {fold(each) for each in given}
    return Question(
        layer_type=kind,
        layer=layer,
        open=left_open,
        fingerprint=None if left_open else fingerprint(layer.hashed()),
        target=target,
        units=units,
        stated=tuple(each.name for each in kind.inputs if fold(each.name) in wanted),
    )


def understood(
    name: str, given: dict[str, Any], inputs: tuple[str | Operand, ...], format: str | None
) -> tuple[LayerType, Layer, tuple[str, ...]]:
    """The layer type and its canonical form. A name that both formats have is read as the one whose parameters were
    given: `softmax` is MIL's unless only the NeuralNetwork's has such a parameter."""
    kind = layers.find(name, format)
    try:
        return (kind, *read(kind, given, inputs))
    except (UnknownNameError, UsageError):
        for other in layers.siblings(kind) if format is None else ():
            if fold(other.name) == fold(kind.name):
                try:
                    return (other, *read(other, given, inputs))
                except (UnknownNameError, UsageError):
                    continue
        raise


def read(kind: LayerType, given: dict[str, Any], inputs: tuple[str | Operand, ...]) -> tuple[Layer, tuple[str, ...]]:
    texts = [each for each in inputs if isinstance(each, str)]
    operands = [each for each in inputs if isinstance(each, Operand)]
    return canonical.canonical(kind, given, [*canonical.parse_operands(texts, kind), *operands])


def shortlist(found: Judgement, limit: int) -> list[Rest]:
    """What the answer's basis is, then the nearest, `limit` in all; among them what people say even where more was
    seen than is shown: an old claim that a measurement contradicts is what a reader came with."""
    rests = sorted(found.rests_on, key=lambda rest: rest.relation != found.basis)
    claims = [each for each in rests if each.kind == "claim"][: -(-limit // 2)]
    cells = [each for each in rests if each.kind != "claim"][: limit - len(claims)]
    wanted = {id(each) for each in (*claims, *cells)}
    return [each for each in rests if id(each) in wanted]


def kin(kind: LayerType) -> tuple[LayerType, ...]:
    """The layer types whose evidence may speak for this one: the concept's others, where this one and they are what
    their format first means by it. What is known of `addBroadcastable` says nothing of `add`, nor the other way round.
    """
    return _kin(kind.format, kind.name)


@cache
def _kin(format: str, name: str) -> tuple[LayerType, ...]:
    kind = layers.get(format, name)
    first: dict[str, str] = {}
    for layer in layers.concept_of(kind).layers:
        first.setdefault(*layer.split(":", 1))
    if first.get(format) != name:
        return ()
    return tuple(each for each in layers.siblings(kind) if each.format != format and first[each.format] == each.name)


def subjects(kind: LayerType) -> tuple[str, ...]:
    """What a claim that may bear on a layer type is about: the type, its concept, another type of the concept, or
    every layer."""
    return (
        f"{kind.format}:{kind.name}",
        kind.concept,
        *(f"{each.format}:{each.name}" for each in kin(kind)),
        "*",
    )
