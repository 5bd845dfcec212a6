"""What a layer has to do: FLOPs by the formula of its definition, and the bytes it moves. docs/work.md tells both.

Estimates from shapes and types; no compiler was asked, and nothing was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anedb.domain.check import Work
from anedb.domain.layer import Layer
from anedb.domain.model import Tensor
from anedb.placement.formulae.case import Case, Unknown
from anedb.placement.formulae.moves import NO_FORMULA
from anedb.placement.formulae.table import FORMULAE
from anedb.placement.traffic import moved


def work(layer: Layer, outputs: Sequence[Tensor]) -> Work:
    """FLOPs and bytes of one layer; shares and milliseconds are left for who knows the network.

    Either is None where it needs a shape that is unknown or flexible, or an operand or parameter that is not told, and
    FLOPs also where the layer type has no formula. Never raises.
    """
    return Work(flops=_known(_flops, layer, outputs), bytes=_known(moved, layer, outputs))


def why_unknown(layer: Layer, outputs: Sequence[Tensor]) -> str:
    "Why a layer's FLOPs are not known: a phrase; empty where they are."
    try:
        _flops(layer, outputs)
    except Unknown as error:
        return str(error)
    return ""


def _known(measure: Callable[[Layer, Sequence[Tensor]], int], layer: Layer, outputs: Sequence[Tensor]) -> int | None:
    try:
        return measure(layer, outputs)
    except Unknown:
        return None


def _flops(layer: Layer, outputs: Sequence[Tensor]) -> int:
    formula = FORMULAE.get(layer.type)
    if formula is None:
        raise Unknown(NO_FORMULA.get(layer.type, "no formula for a layer type that the catalogue does not know"))
    return formula(Case(layer, outputs))
