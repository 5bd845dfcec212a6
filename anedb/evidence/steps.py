"""The steps that led to an answer, nearest level first, those that did nothing among them."""

from __future__ import annotations

from anedb.domain.verdict import Part, Step
from anedb.evidence.case import Case
from anedb.evidence.plan import Share
from anedb.evidence.rules import about

SHOWN = 6
"Names listed in one step."


def steps(case: Case, offered: Part, chosen: Part) -> tuple[Step, ...]:
    votes = case.votes("offered")
    found = [
        Step(name="question", found=_question(case)),
        Step(name="same-configuration", found=_same(case)),
        Step(name="near-target", found=_near_target(case)),
        Step(name="near-parameters", found=_near_parameters(case)),
        Step(name="claim", found=_claims(case)),
        Step(name="layer", found=_layer(case, votes["layer"])),
        Step(name="family", found=_family(case)),
        Step(name="offered", found=_answer(offered)),
        Step(name="chosen", found=_answer(chosen)),
    ]
    return tuple(found)


def _question(case: Case) -> str:
    question, known = case.question, len(case.indexed.layers)
    plural = "configuration" if known == 1 else "configurations"
    text = f"{question.layer.format} {question.layer.type} on {_where(case)}; {known} {plural} known"
    if question.open:
        text += f"; a pattern, it leaves open: {_names(question.open)}"
    if "dtype" not in case.features:
        text += "; the element type is not stated, read as fp16"
    if case.relaxed:
        text += f"; nothing seen agrees in all of it, so parameters nobody stated give way: {_names(case.relaxed)}"
    return text


def _family(case: Case) -> str:
    known = case.family
    if known is None:
        return "too little is known of the category in this element type to begin with more than one half"
    said = f"{known.yes} of {known.members} other {known.name} layer types were offered the engine in fp16"
    return f"{said}: begins with {known.probability:.2f}"


def _where(case: Case) -> str:
    target = case.question.target
    chip = target.chip or target.engine or "any chip"
    system = " ".join(part for part in (target.os, target.version) if part)
    return f"{chip}, {system or 'any OS'}"


def _same(case: Case) -> str:
    direct = case.direct
    if not case.numbers:
        return "nothing: this configuration was never seen"
    if not sum(direct.offered_same):
        return f"no observation of this configuration on {_where(case)}" + (
            ", but for an engine compiler called directly" if direct.private_same else ""
        )
    layers = f"{len(case.numbers)} configurations agree with the pattern: " if len(case.numbers) > 1 else ""
    return layers + _share(direct.offered_same)


def _near_target(case: Case) -> str:
    if not case.numbers:
        return "nothing: this configuration was never seen on any target"
    share = case.direct.offered_near
    if sum(share) > 0:
        return f"on other targets, weakened by distance: {_share(share)}"
    where = case.question.target
    engine = f" on {where.engine}" if where.engine else ""
    if any(not seen.same for seen in case.direct.seen):
        return (
            f"no observation of this configuration{engine} under a near release; those further away count for nothing"
        )
    return f"no observation of this configuration{engine} under another release, nor on another engine"


def _near_parameters(case: Case) -> str:
    if case.has_direct:
        return "not needed: the configuration itself was seen on this target"
    near = case.neighbours
    if not near.layers:
        return "no layer of this type and element type with near parameters was seen"
    plural = "layer" if near.layers == 1 else "layers"
    text = f"{near.layers} {plural} with near parameters: {_share(near.offered)}"
    for line, says, points in near.brackets:
        at = " and ".join(f"{value} {answer}" for value, answer, _ in points)
        text += f"; {line.feature} {line.asked} reads {says}, by {at}"
    return text


def _claims(case: Case) -> str:
    held = [it for it in case.held if it.weight > 0]
    parts = []
    if held:
        parts.append(
            "hold: " + ", ".join(_claim(it.rule.claim.id, it.rule.claim.says, it.weight) for it in held[:SHOWN])
        )
    if silent := [it.rule.claim.id for it in case.held if not it.weight]:
        parts.append("speak of other targets: " + _names(silent))
    left = case.truth.open
    if left:
        parts.append("need what the question leaves open: " + _names([rule.claim.id for rule in left]))
    if chosen := [it.rule.claim.id for it in held if about(it.rule.claim) == "chosen"]:
        parts.append("about what is chosen: " + _names(chosen))
    return "; ".join(parts) or "no claim bears on it"


def _claim(name: str, says: str, weight: float) -> str:
    return f"{name} ({says}, {weight:.2f})"


def _layer(case: Case, share: Share) -> str:
    if not sum(share):
        return "nothing of this element type was seen of the layer type"
    types = f", with {', '.join(case.others.types)}" if case.others.types else ""
    return f"the layer type as a whole{types}: {_share(share)}"


def _share(share: Share) -> str:
    return f"{share[0]:.2f} votes yes, {share[1]:.2f} no"


def _answer(part: Part) -> str:
    if part.probability is None:
        return f"unknown: {part.why}"
    return f"{part.answer} (p {part.probability:.2f}), by {part.basis}: {part.why}"


def _names(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
