"""Evidence and weights -> a judgement. Pure: no files, no clock, and the order of evidence does not matter.

docs/answers.md tells in plain words what happens here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from anedb.catalog.weights import Weights
from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import Families
from anedb.domain.verdict import EngineAnswer
from anedb.evidence.case import NO_FAMILIES, Case
from anedb.evidence.conflicts import conflicts
from anedb.evidence.edges import edges
from anedb.evidence.findings import advice, find_flips, reasons, rests_on
from anedb.evidence.index import Indexed
from anedb.evidence.parts import chosen_part, offered_part
from anedb.evidence.question import Judgement, Question
from anedb.evidence.rules import Rules
from anedb.evidence.steps import steps

SHOWN = 64
"Pieces of evidence a judgement names; it counts them all."


def judge(
    question: Question,
    indexed: Indexed,
    siblings: Sequence[Indexed],
    claims: tuple[Claim, ...],
    workarounds: tuple[Workaround, ...],
    weights: Weights,
    families: Families = NO_FAMILIES,
) -> Judgement:
    """The answer to one question from what is known of its layer type.

    `siblings`: the concept's other layer types. `claims` and `workarounds` may hold more than bear on the type; pass
    the same tuples again and they are made ready only once.
    """
    rules = _rules(question, indexed, siblings, claims, workarounds)
    case = Case(question, indexed, siblings, rules, weights, families)
    offered = offered_part(case)
    chosen = chosen_part(case, offered)
    rests = rests_on(case)
    return Judgement(
        offered=offered,
        chosen=chosen,
        basis=offered.basis,
        conflicts=conflicts(case, offered, chosen),
        reasons=reasons(case, offered, chosen),
        flips=find_flips(case, offered),
        advice=advice(case, offered),
        steps=steps(case, offered, chosen),
        rests_on=tuple(rests[:SHOWN]),
        rests_total=len(rests) + case.neighbours.cells - len(case.neighbours.seen),
    )


def judge_engines(
    question: Question,
    engines: Iterable[tuple[str, tuple[str, ...]]],
    indexed: Indexed,
    siblings: Sequence[Indexed],
    claims: tuple[Claim, ...],
    workarounds: tuple[Workaround, ...],
    weights: Weights,
    families: Families = NO_FAMILIES,
) -> Iterator[EngineAnswer]:
    "The same question for each engine architecture and its chips, for a question that names no chip."
    rules = _rules(question, indexed, siblings, claims, workarounds)
    for engine, chips in engines:
        case = Case(
            replace(question, target=replace(question.target, engine=engine)),
            indexed,
            siblings,
            rules,
            weights,
            families,
        )
        offered = offered_part(case)
        yield EngineAnswer(engine=engine, chips=chips, offered=offered, chosen=chosen_part(case, offered))


def _rules(
    question: Question,
    indexed: Indexed,
    siblings: Sequence[Indexed],
    claims: tuple[Claim, ...],
    workarounds: tuple[Workaround, ...],
) -> Rules:
    kept: Rules | None = indexed.rules
    if kept is None or kept.claims is not claims or kept.workarounds is not workarounds:
        others: Mapping[str, None] = dict.fromkeys(f"{it.format}:{it.type}" for it in siblings)
        kept = Rules(question.layer_type, tuple(others), claims, workarounds)
        indexed.settle(edges(indexed, kept))
        indexed.rules = kept
    return kept
