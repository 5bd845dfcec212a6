"""Evidence that says otherwise. It is explained before it is voted on, and shown either way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from anedb.domain.target import Target
from anedb.domain.verdict import Answer, Basis, Conflict, Part
from anedb.evidence.calendar import place
from anedb.evidence.case import Case
from anedb.evidence.gather import Seen
from anedb.evidence.rules import Held, about

SHOWN = 8
"Ids in one conflict."
NAMED = 3
"Of them in its text."

TEXTS = {
    "format": "was seen or said of the other format",
    "os": "is of another OS release",
    "engine": "is of another engine architecture or chip",
    "dtype": "is of another element type",
    "parameters": "is of other parameters",
    "method": "comes by another method",
    "units": "was seen under other compute units",
    "context": "was seen in another place: alone in a model, or inside one",
    "age": "is older",
    "unexplained": "differs for no reason that is known",
}
"In the order in which they are tried."
PRIVATE = "comes by a private API: what the engine can do, not what Core ML schedules"


def conflicts(case: Case, offered: Part, chosen: Part) -> tuple[Conflict, ...]:
    "One for each question and explanation, in the order in which explanations are tried."
    found = list(_of(case, offered, "offered")) + list(_of(case, chosen, "chosen"))
    return tuple(found)


def _of(case: Case, part: Part, question: str) -> Iterable[Conflict]:
    if part.probability is None:
        return
    against = "no" if _leans_yes(case, part, question) else "yes"
    dissent: dict[str, list[str]] = {}
    private: set[str] = set()
    for seen, why in _cells(case, part, question, against):
        dissent.setdefault(why, []).append(f"c{seen.cell.id}")
        if _is_private(case, seen):
            private.add(f"c{seen.cell.id}")
    for held in case.held:
        claim = held.rule.claim
        if claim.says == against and held.weight > 0 and about(claim) == question:
            dissent.setdefault(_of_claim(case, held, part), []).append(claim.id)
            if claim.method in case.weights.private_methods:
                private.add(claim.id)
    for why in TEXTS:
        if ids := dissent.get(why):
            text = PRIVATE if why == "method" and private.issuperset(ids) else TEXTS[why]
            yield _conflict(case, question, against, why, text, tuple(dict.fromkeys(ids)))


def _leans_yes(case: Case, part: Part, question: str) -> bool:
    "A mixed answer leans as its nearest observations do: what was said before they were made is the dissent."
    assert part.probability is not None
    if part.answer == Answer.MIXED:
        votes = case.votes(question)
        for level in ("same", "near_target", "near_parameters"):
            yes, no = votes[level]
            if yes != no and yes + no >= case.weights.limits["basis"]:
                return yes > no
    return part.probability >= 0.5


def _conflict(case: Case, question: str, against: str, why: str, text: str, ids: tuple[str, ...]) -> Conflict:
    dates = [held.rule.claim.date[:4] for held in case.held if held.rule.claim.id in ids]
    age = f" ({', '.join(sorted(set(dates)))})" if dates and why == "age" else ""
    named = ", ".join(ids[:NAMED]) + (f" and {len(ids) - NAMED} more" if len(ids) > NAMED else "")
    what = f"each {text}" if len(ids) > 1 else f"it {text}"
    return Conflict(
        says=against,
        about=question,
        explained_by=why,
        text=f"{named} {'say' if len(ids) > 1 else 'says'} {against} to {question}: {what}{age}",
        evidence=ids[:SHOWN],
    )


def _cells(case: Case, part: Part, question: str, against: str) -> Iterable[tuple[Seen, str]]:
    same = [it for it in case.direct.seen if it.same and _counts(it, question)]
    others = [it for it in case.direct.seen if not it.same and _counts(it, question)]
    dissent = [it for it in same if _says(it, question) in (against, "both")]
    if dissent:
        why = separated(case, [it for it in same if it not in dissent], dissent)
        yield from ((it, _one(case, it, why, question)) for it in dissent)
    here = {it.layer for it in same}
    for it in others:
        # Of a pattern's many layers, what another one is refused elsewhere contradicts nothing that was seen here.
        if _says(it, question) == against and (not here or it.layer in here):
            yield it, _one(case, it, _target(case, it.cell.target), question)
    if part.basis == Basis.NEAR_PARAMETERS:
        for it in case.neighbours.seen:
            if _says(it, question) == against and _counts(it, question):
                yield it, "parameters"
    for it in case.others.seen:
        if _says(it, question) == against and _counts(it, question):
            yield it, "format"


def _counts(seen: Seen, question: str) -> bool:
    "What was placed alone in a model is no dissent about what is chosen."
    return question == "offered" or seen.cell.context != "isolated"


def _says(seen: Seen, question: str) -> str:
    return seen.offered if question == "offered" else seen.chosen


def separated(case: Case, agree: list[Seen], dissent: list[Seen]) -> str:
    "The first dimension in which all that agree differ from all that do not; they were both right then."
    keys: tuple[tuple[str, Callable[[Seen], Any]], ...] = (
        ("os", lambda it: it.cell.target.release),
        ("os", lambda it: it.cell.target.build or it.cell.target.version),
        ("engine", lambda it: it.cell.target.engine or it.cell.target.chip),
        ("dtype", lambda it: case.indexed.features[it.layer].get("dtype")),
        ("parameters", lambda it: it.layer),
        ("method", lambda it: (it.cell.offered or it.cell.chosen or it.cell.ran)[0].method),
        ("units", lambda it: it.cell.units),
        ("context", lambda it: it.cell.context or None),
    )
    for name, key in keys:
        one, other = {key(it) for it in agree}, {key(it) for it in dissent}
        if one and other and None not in one | other and one.isdisjoint(other):
            return name
    newest = max(it.cell.newest[:4] for it in dissent)
    oldest = min((it.cell.newest[:4] for it in agree), default="")
    return "age" if newest and newest < oldest else "unexplained"


def _target(case: Case, seen: Target) -> str:
    asked = case.question.target
    if asked.release is not None and seen.release is not None and asked.release != seen.release:
        return "os"
    if asked.version and seen.version and asked.version != seen.version:
        return "os"
    if (asked.engine or seen.engine) and asked.engine != seen.engine:
        return "engine"
    return "engine" if asked.chip and asked.chip != seen.chip else "unexplained"


def _one(case: Case, seen: Seen, why: str, question: str) -> str:
    "What sets one cell apart by itself, where nothing tells all of the dissent from all that agrees."
    if why != "unexplained":
        return why
    if _is_private(case, seen):
        return "method"
    return "units" if question == "chosen" and seen.cell.units != case.question.units else why


def _is_private(case: Case, seen: Seen) -> bool:
    methods = {tally.method for tally in seen.cell.offered}
    return bool(methods) and methods <= case.weights.private_methods


def _of_claim(case: Case, held: Held, part: Part) -> str:
    claim, target = held.rule.claim, case.question.target
    if held.rule.scope < 0 or (":" in claim.subject and claim.subject.split(":")[0] != case.indexed.format):
        return "format"
    here = place(target.release)
    first, last = place(claim.since_release), place(claim.until_release)
    if here and ((first and here < first) or (last and here > last)):
        return "os"
    if _elsewhere(claim.engines, target.engine) or (not claim.engines and _elsewhere(claim.chips, target.chip)):
        return "engine"
    if claim.method in case.weights.private_methods:
        return "method"
    if held.aged:
        return "age"
    # A general word against what was seen of one configuration: the parameters tell them apart.
    general = not claim.condition and part.basis in (Basis.SAME, Basis.NEAR_TARGET) and part.answer != Answer.MIXED
    newest = max((it.cell.newest for it in case.direct.seen if it.weight), default="")
    if general and newest and claim.date[:4] < newest[:4]:
        return "age"
    return "unexplained"


def _elsewhere(spoken: tuple[str, ...], asked: str | None) -> bool:
    return bool(spoken) and asked is not None and asked not in spoken
