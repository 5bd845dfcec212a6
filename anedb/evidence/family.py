"""Where the judge begins: what is known of other concepts of the same category.

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
    "Concepts of it that were seen, the one asked about left out."
    probability: float


def family(known: Families, concept: str, engine: int | None, weights: Weights) -> Family | None:
    "None: too little was seen of the category."
    name = known.category.get(concept, "")
    others = {member: offered for member, offered in known.offered.get(name, {}).items() if member != concept}
    rule = weights.family
    if len(others) < rule["least"]:
        return None
    yes = sum(others.values())
    shrunk = (yes + rule["pull"] * overall(known, concept)) / (len(others) + rule["pull"])
    away = max(0, MEASURED - engine) if engine else 0
    return Family(name, yes, len(others), 0.5 + (shrunk - 0.5) * rule["lost"] ** away)


def overall(known: Families, concept: str) -> float:
    "The mean share of all categories."
    shares = []
    for members in known.offered.values():
        others = [offered for member, offered in members.items() if member != concept]
        if others:
            shares.append(sum(others) / len(others))
    return sum(shares) / len(shares) if shares else 0.5
