"""How the operands of an elementwise layer are matched."""

from __future__ import annotations

from anedb.domain.layer import Dim
from anedb.evidence.facts import Facts

MIL = (
    "add sub mul real_div floor_div mod pow maximum minimum equal not_equal less less_equal greater greater_equal "
    "logical_and logical_or logical_xor"
)
NEURALNETWORK = (
    "add multiply average max min equal notEqual lessThan lessEqual greaterThan greaterEqual logicalOr logicalXor "
    "logicalAnd modBroadcastable minBroadcastable maxBroadcastable addBroadcastable powBroadcastable "
    "divideBroadcastable floorDivBroadcastable multiplyBroadcastable subtractBroadcastable"
)
ELEMENTWISE = frozenset(MIL.split()) | frozenset(NEURALNETWORK.split())


def broadcast(facts: Facts) -> str | None:
    """`none`: equal shapes. `scalar`: one operand is a single number. `channel`: one is 1 along every axis but the
    channels'. `spatial`: one is 1 along batch and channels. `general`: anything else, or both are stretched.
    """
    if facts.layer.type not in ELEMENTWISE or len(facts.inputs) < 2:
        return None
    first, second = facts.inputs[0].shape, facts.inputs[1].shape
    if first is None or second is None:
        return None
    return "none" if first == second else _kind(first, second, facts.layer.format)


def _kind(first: tuple[Dim, ...], second: tuple[Dim, ...], layer_format: str) -> str:
    rank = max(len(first), len(second))
    one, other = (1,) * (rank - len(first)) + first, (1,) * (rank - len(second)) + second
    if all(dim == 1 for dim in one) or all(dim == 1 for dim in other):
        return "scalar"
    if one == other:
        return "none"
    stretched_one = any(a == 1 != b for a, b in zip(one, other, strict=True))
    stretched_other = any(b == 1 != a for a, b in zip(one, other, strict=True))
    if stretched_one == stretched_other:
        return "general"
    axes = {axis for axis, dim in enumerate(one if stretched_one else other) if dim != 1}
    # NeuralNetwork.proto counts its channels from the end: (sequence, batch, C, H, W), (C, H, W).
    channel = rank - 3 if layer_format == "neuralnetwork" and rank > 2 else min(1, rank - 1)
    if axes == {channel}:
        return "channel"
    return "spatial" if min(axes) > channel else "general"
