"""From votes to a probability: each level is the prior of the next nearer one, as in a beta-binomial model."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from anedb.catalog.weights import Weights
from anedb.domain.verdict import Answer, Basis
from anedb.evidence.plan import Share

NOTHING: Share = (0.0, 0.0)

LEVELS = (
    ("layer", Basis.LAYER),
    ("elsewhere", Basis.CLAIM),
    ("claim", Basis.CLAIM),
    ("condition", Basis.CLAIM),
    ("limit", Basis.CLAIM),
    ("near_parameters", Basis.NEAR_PARAMETERS),
    ("near_target", Basis.NEAR_TARGET),
    ("same", Basis.SAME),
)
"From the most general to the nearest: the name of its strength in data/weights.toml, and what it is called."


class Result(NamedTuple):
    "`probability` None: nothing bears on the question."

    probability: float | None
    weight: float
    "Votes that stand behind it, for the interval."
    basis: str


def chain(votes: dict[str, Share], weights: Weights, prior: float | None = None) -> Result:
    """Shrink each level towards the one before: p = (s·prior + yes) / (s + yes + no), with s the prior's strength.

    The strength grows by a share of the votes gathered since the layer as a whole (`carry`). Without direct votes the
    result stays within `limits.indirect`; a direct one outweighs all that is less near (`strengths.same_share`), and
    even unanimous direct votes leave a doubt (`limits.doubt`), but never more than anything indirect does: what is less
    near is not looked at wholly beside them, and agreeing evidence must not make an answer less sure.
    `prior`: what it begins with, from the layer's family; None: one half.
    """
    p, mass, carried, bearing = 0.5 if prior is None else prior, 0.0, 0.0, 0.0
    basis, behind = str(Basis.NONE), 0.0
    for name, level in LEVELS:
        yes, no = votes.get(name, NOTHING)
        both = yes + no
        if both <= 0:
            continue
        strength = weights.strengths[name]
        if name == "same":
            p = min(max(p, 1 - weights.limits["indirect"]), weights.limits["indirect"])
            strength = min(strength, weights.strengths["same_share"] * both)
            doubt = weights.limits["doubt"] * min(both, 1.0) / 2
            yes, no, both = yes + doubt, no + doubt, both + 2 * doubt
        else:
            strength += weights.carry.get(name, 0.0) * carried
        p = (strength * p + yes) / (strength + both)
        mass = min(strength, mass) + both
        bearing += both
        carried += both if name != "layer" else 0.0
        if both >= min(weights.limits["basis"], behind):
            basis, behind = str(level), both
    if bearing < weights.limits["bearing"]:
        if prior is not None:
            prior = min(max(prior, 1 - weights.family["most"]), weights.family["most"])
        return Result(prior, weights.strengths["layer"], str(Basis.NONE if prior is None else Basis.FAMILY))
    if sum(votes.get("same", NOTHING)) <= 0:
        p = min(max(p, 1 - weights.limits["indirect"]), weights.limits["indirect"])
    return Result(p, mass, basis)


def held(found: Result, public: Result, own: float, weights: Weights) -> Result:
    """An answer that private APIs had a say in: they never outvote Core ML's own evidence.

    `public`: what all else says. `own`: how many votes of it are Core ML's own word on this very layer; where these are
    as many as private APIs may have together, they move the answer at most `private.share` of the way to one half.
    """
    p, said = found.probability, public.probability
    if p is None or said is None or own < weights.private_cap:
        return found
    bound = said + (0.5 - said) * weights.private_share
    return found._replace(probability=max(p, bound) if said >= 0.5 else min(p, bound))


def answer(probability: float | None, weights: Weights) -> str:
    if probability is None:
        return Answer.UNKNOWN
    limits = weights.answer
    near = 1e-9  # so that 0.95 reached by another order of additions is still 0.95
    if probability >= limits["likely"] - near:
        return Answer.YES if probability >= limits["yes"] - near else Answer.LIKELY
    if probability <= limits["unlikely"] + near:
        return Answer.NO if probability <= limits["no"] + near else Answer.UNLIKELY
    return Answer.MIXED


def interval(probability: float, weight: float, z: float) -> tuple[float, float]:
    "Wilson's, for `weight` votes: wide where few stand behind an answer, and never beyond 0 and 1."
    if weight <= 0:
        return 0.0, 1.0
    square = z * z
    centre = (probability + square / (2 * weight)) / (1 + square / weight)
    half = z / (1 + square / weight) * sqrt(probability * (1 - probability) / weight + square / (4 * weight * weight))
    return round(max(0.0, centre - half), 4), round(min(1.0, centre + half), 4)
