"""What goes with an answer: reasons, flips, advice, and the evidence it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from anedb.domain.claim import Claim
from anedb.domain.observation import Reason
from anedb.domain.verdict import Advice, Answer, Basis, Flip, Part
from anedb.evidence.case import Case
from anedb.evidence.condition import holds
from anedb.evidence.features import FEATURES
from anedb.evidence.gather import Seen, offered_by
from anedb.evidence.lines import Point, flip, flips, lines, loose_lines
from anedb.evidence.question import Rest
from anedb.evidence.rules import TOO_SMALL, Rule, about, weigh

NEAR_LIMIT = 4
"A limit is worth telling where the value asked about is within this factor of it."
SOME = 16
"Cells named where nothing nearer than the layer as a whole was seen."


def reasons(case: Case, offered: Part, chosen: Part) -> tuple[Reason, ...]:
    "Why not the engine, the nearest first, each once."
    found: dict[tuple[str, str, str], Reason] = {}
    if offered.answer not in (Answer.YES, Answer.LIKELY):
        for reason in _refusals(case, offered.basis):
            found.setdefault((reason.code, reason.feature, reason.limit), reason)
    if chosen.answer != Answer.YES and offered.answer not in (Answer.NO, Answer.UNLIKELY):
        small = any(it.chosen == "no" and it.offered != "no" for it in case.direct.seen if it.weight)
        if small and sum(case.direct.lone_same) + sum(case.direct.lone_near) > 0:
            found.setdefault((TOO_SMALL, "", ""), Reason(code=TOO_SMALL))
        for reason in (*_claimed(case, "chosen"), *_claimed(case, "lone")):
            found.setdefault((reason.code, reason.feature, reason.limit), reason)
    return _distinct(list(found.values()))


def _refusals(case: Case, basis: str) -> Iterator[Reason]:
    for seen in (*case.direct.seen, *(case.neighbours.seen if basis == Basis.NEAR_PARAMETERS else ())):
        if seen.weight and seen.offered in ("no", "both"):
            yield from seen.cell.reasons
    yield from _claimed(case, "offered")
    for seen in case.others.seen:
        if seen.weight and seen.offered == "no":
            yield from seen.cell.reasons


def _claimed(case: Case, question: str) -> Iterator[Reason]:
    for held in sorted(case.held, key=lambda it: -it.weight):
        claim = held.rule.claim
        if claim.reason and claim.says == "no" and held.weight > 0 and about(claim) == question:
            value = case.features.get(claim.feature)
            yield Reason(
                code=claim.reason, feature=claim.feature, value="" if value is None else _text(value), limit=claim.limit
            )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _distinct(found: list[Reason]) -> tuple[Reason, ...]:
    "A bare code says nothing where the same code stands with its numbers."
    told = {reason.code for reason in found if reason.feature or reason.text}
    return tuple(reason for reason in found if reason.feature or reason.text or reason.code not in told)


def find_flips(case: Case, offered: Part) -> tuple[Flip, ...]:
    "The nearest points on both sides of the value asked about, per number: observed ones first, else stated limits."
    mark = case.question.fingerprint
    found = dict(case.plan.keep(("flips", mark), lambda: _observed(case)))
    for limit in case.plan.keep(("limits", mark, case.rules), lambda: tuple(_stated(case))):
        within = limit.asked is None or limit.asked <= (limit.yes or 0)
        if not (within and offered.answer in (Answer.NO, Answer.UNLIKELY)):  # something else refuses it then
            found.setdefault(limit.feature, [limit])
    if not found and not case.has_direct:
        for line in loose_lines(case.match, case.indexed, case.plan):
            # Only a pair around the value asked about: further off, the other extent may be what flips the answer.
            pairs = [it for it in flips(line) if line.asked is not None and it[0][0] <= line.asked <= it[1][0]]
            if line.feature not in found and pairs:
                found[line.feature] = [flip(line, pair, _shown_by(case, pair)) for pair in pairs]
    return tuple(each for group in found.values() for each in group)


def _observed(case: Case) -> dict[str, list[Flip]]:
    found: dict[str, list[Flip]] = {}
    for line in lines(case.match, case.indexed, case.plan, both=True):
        if line.feature not in found and (pairs := flips(line)):
            found[line.feature] = [flip(line, pair, _shown_by(case, pair)) for pair in pairs]
    return found


def _shown_by(case: Case, points: Iterable[Point]) -> tuple[str, ...]:
    shown = []
    for _, says, layer in points:
        for slot in case.indexed.slots[layer]:
            shown += [f"c{cell.id}" for cell in slot.cells if offered_by(cell) == says][:1]
    return tuple(dict.fromkeys(shown))[:4]


def _stated(case: Case) -> Iterator[Flip]:
    for rule in case.rules.limits:
        claim = rule.claim
        if about(claim) != "offered" or claim.says != "no" or not FEATURES[claim.feature].numeric:
            continue
        limit, asked = int(claim.limit), case.features.get(claim.feature)
        if asked is None and claim.subject == "*":
            continue
        if asked is not None and not limit <= asked * NEAR_LIMIT <= limit * NEAR_LIMIT * NEAR_LIMIT:
            continue
        if claim.feature == "rank" and (asked or 0) < limit:
            continue
        if _bites(case, rule, limit) and not _passed(case, claim, limit):
            yield _limit_flip(claim, limit, asked)


def _bites(case: Case, rule: Rule, limit: int) -> bool:
    "Whether the claim would hold one beyond its limit, and not at it, with all else as asked."
    if weigh(rule, case.asked, case.engines, case.weights).weight <= 0:
        return False
    beyond = holds(rule.claim.condition, {**case.known, rule.claim.feature: limit + 1})
    return bool(beyond) and not holds(rule.claim.condition, {**case.known, rule.claim.feature: limit})


def _passed(case: Case, claim: Claim, limit: int) -> bool:
    "Whether the layer asked about was seen offered beyond the limit: then it is none here."
    asked = case.features.get(claim.feature)
    yes, no = case.direct.offered_same
    return asked is not None and asked > limit and yes > no


def _limit_flip(claim: Claim, limit: int, asked: int | None) -> Flip:
    return Flip(
        feature=claim.feature,
        unit=FEATURES[claim.feature].unit,
        about="offered",
        yes=limit,
        no=limit + 1,
        asked=asked,
        text=f"{claim.feature.replace('_', ' ')} {limit} yes, {limit + 1} no (a stated limit)",
        evidence=(claim.id,),
    )


def advice(case: Case, offered: Part) -> tuple[Advice, ...]:
    "Workarounds whose condition holds, where the answer is not yes; those for this very layer first."
    if offered.answer == Answer.YES:
        return ()
    doubtful = offered.answer in (Answer.LIKELY, Answer.UNKNOWN)
    found = []
    for it in sorted(case.rules.advice, key=lambda it: (it.subject == "*", it.id)):
        if doubtful and it.subject == "*" and not it.condition:
            continue
        if holds(it.condition, case.known):
            found.append(
                Advice(
                    id=it.id, text=it.text, use=it.use, source=it.source, url="", strength=it.strength,
                    evidence=it.evidence,
                )
            )  # fmt: skip
    return tuple(found)


def rests_on(case: Case) -> list[Rest]:
    "Cells and claims, nearest first, then by weight; those that speak against the answer are among them."
    key = "rests", case.question.fingerprint, case.question.units
    found = list(case.plan.keep(key, lambda: _cells(case)))
    for held in sorted(case.held, key=lambda it: (-it.weight, it.rule.claim.id)):
        claim = held.rule.claim
        if held.weight > 0:
            found.append(_rest("claim", claim.id, Basis.CLAIM, claim.says, held.weight))
    found += _named(case.others.seen, Basis.LAYER)
    if not case.direct.seen and not case.neighbours.seen:
        found += _named(_some(case), Basis.LAYER)
    if case.family and not found:
        says = "yes" if case.family.probability >= 0.5 else "no"
        found.append(_rest("family", case.family.name, Basis.FAMILY, says, case.weights.strengths["layer"]))
    return found


def _cells(case: Case) -> tuple[Rest, ...]:
    "The cells of this layer type: a cell that stands as direct evidence does not stand again as a neighbour's."
    direct = case.direct.seen
    here = {seen.cell.id for seen in direct}
    near = {seen.cell.id: seen for seen in reversed(case.neighbours.seen) if seen.cell.id not in here}
    return (
        *_named((seen for seen in direct if seen.same), Basis.SAME),
        *_named((seen for seen in direct if not seen.same), Basis.NEAR_TARGET),
        *_named(reversed(near.values()), Basis.NEAR_PARAMETERS),
    )


def _named(seen: Iterable[Seen], relation: str) -> list[Rest]:
    return [_rest("cell", it.cell.id, relation, it.offered or it.chosen, it.weight * it.near) for it in seen]


def _rest(kind: str, id: int | str, relation: str, supports: str, weight: float) -> Rest:
    return Rest(kind=kind, id=id, relation=relation, supports=supports, weight=round(weight, 4))


def _some(case: Case) -> list[Seen]:
    "A few cells of the layer as a whole, the nearest targets first."
    plan, result = case.plan, []
    for layer, slots in enumerate(case.indexed.slots):
        for slot in slots:
            same = plan.same[slot.group]
            weight = 1.0 if same else max(plan.for_yes[slot.group], plan.for_no[slot.group])
            if weight >= case.weights.limits["floor"] and case.candidates >> layer & 1:
                result += [Seen(cell, layer, same, weight, offered_by(cell), "") for cell in slot.cells]
    return sorted(result, key=lambda it: (-it.weight, it.cell.id))[:SOME]
