"""Where the judge begins: what is known of other layer types of the same category.

Of an activation that nobody measured, that every other activation was offered the engine says more than nothing does.
The share of a category is pulled towards that of all (beta-binomial shrinkage with a fixed strength), and towards one
half for engines far from those that were measured.
"""

from __future__ import annotations

from typing import NamedTuple

from anedb.catalog.weights import Weights
from anedb.domain.knowledge import Families

MEASURED = 16
"The engine generation most was measured on."


class Family(NamedTuple):
    name: str
    "The category."
    yes: int
    members: int
    "Layer types of it that were seen, the one asked about left out."
    probability: float


def family(known: Families, type: str, concept: str, engine: int | None, weights: Weights) -> Family | None:
    """Of the layer type `mlprogram:conv`; the same concept in the other format counts `kin` times. None: too little was
    seen of the category."""
    name = known.category.get(concept, "")
    others = {member: offered for member, offered in known.offered.get(name, {}).items() if member != type}
    rule = weights.family
    weight = {member: rule["kin"] if known.concept.get(member) == concept else 1.0 for member in others}
    total = sum(weight.values())
    if total < rule["least"]:
        return None
    yes = sum(weight[member] for member, offered in others.items() if offered)
    shrunk = (yes + rule["pull"] * overall(known, type)) / (total + rule["pull"])
    away = max(0, MEASURED - engine) if engine else 0
    return Family(name, sum(others.values()), len(others), 0.5 + (shrunk - 0.5) * rule["lost"] ** away)


def overall(known: Families, type: str) -> float:
    "The mean share of all categories."
    shares = []
    for members in known.offered.values():
        others = [offered for member, offered in members.items() if member != type]
        if others:
            shares.append(sum(others) / len(others))
    return sum(shares) / len(shares) if shares else 0.5
