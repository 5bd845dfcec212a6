"""What an answer would have rested on and was taken back: so that nobody takes it for never asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from anedb.domain.claim import Claim
from anedb.domain.target import Target
from anedb.domain.verdict import Basis, Part, State
from anedb.evidence.condition import holds
from anedb.evidence.features import features
from anedb.evidence.plan import asked_of, is_same
from anedb.evidence.question import Judgement, Question

BARE = (Basis.NONE, Basis.FAMILY)
"Nothing that counts bears on the layer itself."


def is_bare(found: Judgement) -> bool:
    return found.offered.basis in BARE


def withdrawn(found: Judgement, question: Question, seen: Iterable[Target], claims: Sequence[Claim]) -> Judgement:
    """The judgement with its state `withdrawn`, where all that bore on the layer is taken back.

    `seen`: targets on which the layer was observed, by withdrawn runs alone. `claims`: of withdrawn sources, of the
    layer's type.
    """
    asked = asked_of(question.target)
    direct = any(is_same(asked, asked_of(target)) for target in seen)
    if not is_bare(found) or not (direct or any(_bears(claim, question) for claim in claims)):
        return found
    offered = _taken_back(found.offered)
    chosen = _taken_back(found.chosen) if found.chosen.basis in BARE else found.chosen
    return replace(found, offered=offered, chosen=chosen)


def _bears(claim: Claim, question: Question) -> bool:
    "Whether it spoke of the layer, by what is known of it, and of the target."
    target = question.target
    where = {"chip": target.chip, "engine": target.engine, "os": target.os, "release": target.release}
    known = {**features(question.layer), **{name: value for name, value in where.items() if value is not None}}
    spoken = not (claim.chips or claim.engines) or target.chip in claim.chips or target.engine in claim.engines
    return bool(spoken and holds(claim.condition, {**known, "concept": question.layer_type.concept}))


def _taken_back(part: Part) -> Part:
    return replace(part, state=State.WITHDRAWN, why=f"what was seen or said of it is withdrawn; else {part.why}")
