"What the judge says of each layer of a model; equal layers are asked once."

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from anedb.api.ask import Asker, shortlist
from anedb.api.telling import address, cell_id, operand_to_json
from anedb.catalog import facts, layers
from anedb.domain.model import Op
from anedb.domain.observation import Reason
from anedb.domain.plain import plain
from anedb.domain.target import Target
from anedb.domain.verdict import Advice, Answer, Basis, Part, State
from anedb.evidence.question import Judgement, Question, Rest

NAMED = 3
"Pieces of evidence named for a layer; `anedb query` lists them all."


class Judged(NamedTuple):
    "All that equal layers of a model share."

    offered: Part
    chosen: Part
    basis: str
    reasons: tuple[Reason, ...]
    workarounds: tuple[Advice, ...]
    evidence: tuple[str, ...]
    params: dict[str, Any]
    inputs: tuple[dict[str, Any], ...]
    concept: str

    @property
    def is_offered(self) -> bool | None:
        "What is more likely; None: not known."
        return None if self.offered.probability is None else self.offered.probability >= 0.5


class Judge:
    "Answers for one target."

    def __init__(self, asker: Asker, target: Target, units: str) -> None:
        self.asker, self.target, self.units = asker, target, units
        self._kept: dict[object, Judged] = {}

    def of(self, op: Op) -> Judged:
        # A layer itself has no hash: its parameters are a dictionary.
        key = op.fingerprint or (op.type, op.problem, op.open, repr(op.layer))
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._judged(op)
        return found

    def _judged(self, op: Op) -> Judged:
        kind = None if op.problem else layers.lookup(op.layer.format, op.layer.type)
        if kind is None:
            return _unread(op)
        found = self.asker.judgement(
            Question(
                layer_type=kind,
                layer=op.layer,
                open=op.open,
                fingerprint=op.fingerprint or None,
                target=self.target,
                units=self.units,
                stated=tuple(op.layer.params),  # a file states all of them
            )
        )
        return Judged(
            offered=found.offered,
            chosen=found.chosen,
            basis=found.basis,
            reasons=in_other_words(found.reasons),
            workarounds=tuple(replace(it, url=address(self.asker.source(it.source))) for it in found.advice),
            evidence=evidence_ids(found),
            params=plain(op.layer.params),
            inputs=tuple(operand_to_json(each) for each in op.layer.inputs),
            concept=kind.concept,
        )


def in_other_words(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    "Without those that read like one before them: two sources may give the same reason."
    found: dict[str, Reason] = {}
    for each in reasons:
        found.setdefault(facts.reason_title(each), each)
    return tuple(found.values())


def evidence_ids(found: Judgement) -> tuple[str, ...]:
    return tuple(rest_id(it) for it in shortlist(found, NAMED))


def rest_id(rest: Rest) -> str:
    "What `anedb show` takes."
    if rest.kind == "cell":
        return cell_id(int(rest.id))
    return f"family:{rest.id}" if rest.kind == "family" else str(rest.id)


def _unread(op: Op) -> Judged:
    "A layer that the catalogue does not know, or cannot read."
    nothing = Part(
        answer=Answer.UNKNOWN.value,
        probability=None,
        interval=None,
        state=State.UNKNOWN.value,
        basis=Basis.NONE.value,
        why=op.problem or "the catalogue does not know this layer",
    )
    return Judged(
        offered=nothing,
        chosen=nothing,
        basis=Basis.NONE.value,
        reasons=(),
        workarounds=(),
        evidence=(),
        params=plain(op.layer.params),
        inputs=tuple(operand_to_json(each) for each in op.layer.inputs),
        concept=op.type,
    )
