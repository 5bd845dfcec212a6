"""Shapes of what the layers of a NeuralNetwork give, from their parameters and the shapes of what they take.

The formulae are those of NeuralNetwork.proto. Where a shape depends on values at run time the axis is "?"; where not
even the number of axes follows, the shape is None. `infer` never guesses and never raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from anedb.coreml.shapes import (
    elementwise,
    joining,
    making,
    matrices,
    picking,
    recurrent,
    reducing,
    reshaping,
    spatial,
    windows,
)
from anedb.coreml.shapes.case import SEQUENCE, Case, Many, One
from anedb.coreml.shapes.dims import DEEPEST, LARGEST, Shape, Undetermined

ONE: dict[str, One] = {
    name: rule
    for family in (elementwise, windows, spatial, matrices, joining, reshaping, reducing, picking, making)
    for name, rule in family.SHAPES.items()
}
"By layer type, of layers with one output."

SEVERAL: dict[str, Many] = {**joining.SEVERAL, **reducing.SEVERAL, **recurrent.SEVERAL}

NONE: dict[str, str] = {
    "custom": "the app's own code",
    "branch": "has no outputs: those of its networks are seen outside",
    "loop": "has no outputs: those of its networks are seen outside",
    "loopBreak": "has no outputs",
    "loopContinue": "has no outputs",
}
"Layer types without a rule, and why."

EXACT = frozenset({"rangeStatic", "upsample"})
"Types whose shape depends on floats, which canonical form rounds: `infer` wants them as they are."


def infer(
    type: str, params: Mapping[str, Any], inputs: Sequence[Shape], outputs: int = 1, *, legacy: bool = False
) -> tuple[Shape, ...]:
    """One shape for each output; None where it does not follow.

    `params` are in canonical form, but floats of an `EXACT` type as they are. In a `legacy` network (the rank-5 mapping
    of specification 3 and before) shapes are written without the sequence axis, given and taken, where it is 1.
    """
    case = Case(params, tuple(inputs), outputs, legacy)
    try:
        found: Sequence[Shape] = [ONE[type](case)] if type in ONE else SEVERAL[type](case) if type in SEVERAL else ()
    except (Undetermined, LookupError, ValueError, TypeError, ArithmeticError):  # all but the first: a broken file
        found = ()
    settled = [written(shape, legacy) for shape in found[:outputs]]
    return tuple(settled) + (None,) * (outputs - len(settled))


def written(shape: Shape, legacy: bool) -> Shape:
    "As operands have it: without the sequence axis of 1 in a legacy network; None for a shape that nothing has."
    if shape is None or len(shape) > DEEPEST or any(type(dim) is int and dim > LARGEST for dim in shape):
        return None
    return shape[1:] if legacy and len(shape) == SEQUENCE and shape[0] == 1 else shape
