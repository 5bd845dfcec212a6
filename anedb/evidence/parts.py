"""The two answers: what is offered, and what is chosen. They are never mixed."""

from __future__ import annotations

from dataclasses import replace

from anedb.domain.verdict import Answer, Basis, Part, State
from anedb.evidence.calendar import place_of_date
from anedb.evidence.case import Case
from anedb.evidence.chain import Result, answer, chain, held, interval
from anedb.evidence.columns import members
from anedb.evidence.gather import Count, count
from anedb.evidence.rules import Held, about
from anedb.evidence.votes import Backing, Votes

NEARBY = {
    Basis.SAME: "this configuration was seen on this target",
    Basis.NEAR_TARGET: "this configuration was seen on a near target",
    Basis.NEAR_PARAMETERS: "layers of this type with other parameters were seen",
    Basis.CLAIM: "a claim holds; nothing nearer was seen",
    Basis.LAYER: "only other layers of this type, or of its concept in the other format, were seen",
    Basis.FAMILY: "nothing is known of this layer; {yes} of {members} other {name} layer types were offered the engine",
}


def offered_part(case: Case) -> Part:
    "Whether Core ML can use the engine for the layer."
    result = _held_back(case, _chained(case))
    numbers = _count(case, result.basis, "offered")
    if result.probability is None:
        return unknown("no observation and no claim bears on this layer here")
    if _too_far(case, result, "offered"):
        return _undecided(_part(case, result, numbers, TOO_FAR, _state(case, result, numbers)))
    why = _nearby(case, result)
    if result.basis == Basis.NEAR_TARGET and case.direct.private_same and not sum(case.direct.offered_near):
        result, why = result._replace(basis=Basis.SAME), "only an engine compiler called directly was seen to answer"
    return _part(case, result, numbers, why, _state(case, result, numbers))


def _chained(case: Case) -> Result:
    prior = case.family.probability if case.family else None
    found, public = chain(case.votes("offered"), case.weights, prior), case.public_votes()
    if public is None:
        return found
    votes, own = public
    return held(found, chain(votes, case.weights, prior), own, case.weights)


def chosen_part(case: Case, offered: Part) -> Part:
    "Whether Core ML prefers the engine. What is not offered cannot be chosen."
    votes = case.votes("chosen")
    result = chain(votes, case.weights)
    lone = chain(case.votes("lone"), case.weights)
    nearer = any(sum(votes[level]) > 0 for level in ("near_parameters", "near_target", "same"))
    numbers = _count(case, result.basis, "chosen")
    if lone.probability is not None and not nearer:
        numbers, result = _count(case, lone.basis, "lone"), lone
        why = "known only of a layer that is alone in its model, where a start of the engine costs too much: too-small"
    elif result.probability is None or _too_far(case, result, "chosen"):
        if offered.probability is not None and offered.answer in (Answer.NO, Answer.UNLIKELY):
            return _bound(offered)
        if result.probability is None:
            return unknown("nobody recorded which unit was chosen")
        return _undecided(
            _part(
                case,
                result,
                numbers,
                TOO_FAR,
                _chosen_state(case, result, numbers),
            )
        )
    else:
        why = _nearby(case, result).replace("seen", "seen placed", 1)
        if sum(case.direct.lone_same):
            why += "; alone in a model it stays off the engine: too-small"
    doubted = offered.answer in (Answer.NO, Answer.UNLIKELY, Answer.MIXED)
    if doubted and (result.probability or 0.0) > (offered.probability or 0.0):
        return _bound(offered)
    return _part(case, result, numbers, why, _chosen_state(case, result, numbers))


TOO_FAR = "what was seen or said is too far from this question to answer it either way"


def _too_far(case: Case, result: Result, question: str) -> bool:
    "Nothing contradicts and still it is not decided: `mixed` would tell of a disagreement that nobody has."
    if result.probability is None or answer(result.probability, case.weights) != Answer.MIXED:
        return False
    yes, no = (sum(votes[side] for votes in case.votes(question).values()) for side in (0, 1))
    return min(yes, no) <= case.weights.limits["bearing"]


def _undecided(part: Part) -> Part:
    "What there is stays named and counted; only an answer is not made of it."
    return replace(part, answer=Answer.UNKNOWN, probability=None, interval=None)


def _nearby(case: Case, result: Result) -> str:
    why = NEARBY[Basis(result.basis)]
    if result.basis == Basis.FAMILY and case.family:
        return why.format_map(case.family._asdict())
    if case.question.open:
        why = why.replace("this configuration was", "configurations that agree in all you stated were")
    return why


def unknown(why: str) -> Part:
    return Part(answer=Answer.UNKNOWN, probability=None, interval=None, state=State.UNKNOWN, basis=Basis.NONE, why=why)


def _bound(offered: Part) -> Part:
    return Part(
        answer=offered.answer,
        probability=offered.probability,
        interval=offered.interval,
        state=offered.state,
        basis=offered.basis,
        observations=offered.observations,
        witnesses=offered.witnesses,
        sources=offered.sources,
        newest=offered.newest,
        why="what is not offered cannot be chosen",
    )


def _held_back(case: Case, result: Result) -> Result:
    "Guesses and private APIs alone reach likely or unlikely."
    if result.probability is None or not case.only_weak():
        return result
    limit = case.weights.claim["guess_limit"]
    return result._replace(probability=min(max(result.probability, 1 - limit), limit))


def _part(case: Case, result: Result, count: Count, why: str, state: str) -> Part:
    assert result.probability is not None
    p = round(result.probability, 4)  # the word and the interval are of the number that is shown
    return Part(
        answer=answer(p, case.weights),
        probability=p,
        interval=interval(p, result.weight, case.weights.interval["z"]),
        state=state,
        basis=result.basis,
        observations=count.observations,
        witnesses=count.witnesses,
        sources=count.sources,
        newest=count.newest,
        why=why,
    )


def _count(case: Case, basis: str, question: str) -> Count:
    "The raw numbers of the level an answer rests on."
    if basis in (Basis.SAME, Basis.NEAR_TARGET):
        return case.direct.offered_count if question == "offered" else case.direct.chosen_count
    if basis == Basis.NEAR_PARAMETERS:
        return case.neighbours.offered_count if question == "offered" else case.neighbours.chosen_count
    if basis == Basis.CLAIM:
        return _claims([held for held in case.held if held.weight > 0 and about(held.rule.claim) == question])
    if basis == Basis.FAMILY:
        return Count()._replace(witnesses=1)
    return _whole(case, question) if basis == Basis.LAYER else Count()


def _whole(case: Case, question: str) -> Count:
    "Of the layer type as a whole, of its element type, on targets that are not too far, and in the other format."
    plan, floor = case.plan, case.weights.limits["floor"]
    cells = [it.cell for it in case.others.seen if it.weight]
    votes: list[Votes] = []
    for layer in members(case.candidates):
        for slot in case.indexed.slots[layer]:
            if plan.same[slot.group] or max(plan.for_yes[slot.group], plan.for_no[slot.group]) >= floor:
                cells += slot.cells
                ballot = slot.ballot
                votes += (ballot.offered, ballot.private) if question == "offered" else ballot.chosen.values()
    found = count(cells, votes, question)
    return found if found.witnesses else found._replace(witnesses=min(1, found.observations))


def _claims(held: list[Held]) -> Count:
    sources = {it.rule.claim.source for it in held}
    return Count(0, len(sources), len(sources), max((it.rule.claim.date for it in held), default=""))


def _state(case: Case, result: Result, count: Count) -> str:
    asked, newest = case.asked.place, case.direct.newest_place
    stale = case.weights.state["stale"]
    if result.basis == Basis.NEAR_TARGET and asked and newest and asked - newest >= stale:
        return State.STALE
    if result.basis == Basis.CLAIM and asked:
        made = place_of_date(count.newest)
        if made and asked - made >= stale:
            return State.STALE
    return _state_of(case, "offered", case.direct.offered_backing, result, count)


NEAR = 1e-9
"Shares of a witness add up to nearly one."


def _chosen_state(case: Case, result: Result, count: Count) -> str:
    return _state_of(case, "chosen", case.direct.chosen_backing, result, count)


def _state_of(case: Case, question: str, stand: Backing, result: Result, count: Count) -> str:
    """Strangers are heard, and make nothing more than reported. What contributors alone say is verified where nobody
    as well known denies it and what is less near says so too: else a reviewed source must say it too."""
    same = case.votes(question)["same"]
    if min(same) > case.weights.state["contested"] * sum(same) and sum(same) > 0:
        return State.CONTESTED
    if result.probability is None or not count.witnesses:
        return State.REPORTED if result.probability is not None else State.UNKNOWN
    direct = result.basis == Basis.SAME and sum(same) > 0
    if count.witnesses - count.strangers < 2 or (direct and not stand.all):
        return State.REPORTED
    no = result.probability < 0.5
    sure = direct and answer(result.probability, case.weights) in (Answer.YES, Answer.NO)
    if not sure or stand.reviewed[no] + stand.known[no] < 2 - NEAR:
        return State.CORROBORATED
    alone = not stand.reviewed[no] and (_disputed(case, stand, no) or _surprising(case, question, no))
    return State.CORROBORATED if alone else State.VERIFIED


def _disputed(case: Case, stand: Backing, no: bool) -> bool:
    "Whether two or more corroborated contributors say otherwise: a crowd does not verify what others deny."
    return stand.known[not no] >= case.weights.witness["dissent"] - NEAR


def _surprising(case: Case, question: str, no: bool) -> bool:
    """Whether what is less near does not say so too: a lie pays where it is not what one would have thought anyway, and
    contributors alone do not verify it. The layer as a whole is not asked: their own votes are in it."""
    rest = {level: share for level, share in case.votes(question).items() if level not in ("layer", "same")}
    said = answer(chain(rest, case.weights).probability, case.weights)
    return said not in ((Answer.NO, Answer.UNLIKELY) if no else (Answer.YES, Answer.LIKELY))
