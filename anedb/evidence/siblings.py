"""What was seen of the concept's layer types in the other format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from anedb.catalog.weights import Weights
from anedb.evidence.columns import EXTENTS, PRIMARY, members
from anedb.evidence.gather import Seen, gather
from anedb.evidence.index import Indexed, Where, dtype_class
from anedb.evidence.match import candidates_for, defaults
from anedb.evidence.plan import Share, capped, plan
from anedb.evidence.question import Question

SHARED = tuple(
    name
    for name in PRIMARY
    if name not in EXTENTS and name not in ("rank", "dtype", "dtypes", "const_operands", "dynamic", "enumerated")
)
"Features that mean the same in both formats: kernels, strides, dilations, groups, scales, broadcasting."
MOST = 64
"Layers looked at."


class Siblings(NamedTuple):
    offered: Share = (0.0, 0.0)
    private: Share = (0.0, 0.0)
    "Offered, by a private API."
    chosen: Share = (0.0, 0.0)
    types: tuple[str, ...] = ()
    "Of those that say something, `mlprogram:conv`."
    seen: tuple[Seen, ...] = ()


NONE = Siblings()


def siblings_say(
    known: Mapping[str, Any], asked: Where, others: Sequence[Indexed], question: Question, weights: Weights
) -> Siblings:
    "Votes of layers that agree in what both formats tell alike, weakened; they stand beside the layer as a whole."
    if not others or not any(other.groups for other in others):
        return NONE
    if question.open:  # a default nobody stated is no statement about the other format's parameters
        _, soft = defaults(question.layer_type, question.layer, question.stated)
        known = {name: value for name, value in known.items() if name not in soft}
    factor, cap = weights.parameters["other_format"], weights.limits["layer"]
    offered, private, chosen, types, seen = (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), [], []
    for other in others:
        layers = alike(known, other, question, weights)
        if not layers:
            continue
        found = gather(other, plan(other, asked, weights), layers, question.units, weights)
        yes = found.offered_same[0] + found.offered_near[0]
        no = found.offered_same[1] + found.offered_near[1]
        offered = offered[0] + yes * factor, offered[1] + no * factor
        private = private[0] + found.private[0] * factor, private[1] + found.private[1] * factor
        chosen = (
            chosen[0] + (found.chosen_same[0] + found.chosen_near[0]) * factor,
            chosen[1] + (found.chosen_same[1] + found.chosen_near[1]) * factor,
        )
        types.append(f"{other.format}:{other.type}")
        seen += [it._replace(near=factor) for it in found.seen]
    return Siblings(
        capped(offered, cap), capped(private, weights.private_cap), capped(chosen, cap), tuple(types), tuple(seen)
    )


def alike(known: Mapping[str, Any], other: Indexed, question: Question, weights: Weights) -> list[int]:
    found = candidates_for(other, dtype_class(question.layer, dict(known)), question.layer, weights)
    for name in SHARED:
        column = other.columns.get(name)
        if column is not None and name in known:
            found &= column.bits.get(known[name], 0) | column.bits.get(None, 0)
    return list(members(found))[:MOST]
