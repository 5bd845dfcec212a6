"""Which known layers agree with a question, and which differ from it in a few coordinates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from anedb.catalog.weights import Weights
from anedb.domain.layer import InputSpec, Layer, LayerType
from anedb.evidence.columns import EXTENTS, OPERANDS, Column
from anedb.evidence.features import FEATURES
from anedb.evidence.index import FLOATS, Indexed

VAGUE = frozenset({OPERANDS, "dtypes", "const_operands", "broadcast", "dynamic", "enumerated"})
"Coordinates that need every operand: a question that leaves one open does not state them."


UNCOUNTED = EXTENTS | {OPERANDS, "dtypes", "const_operands"}
"Coordinates that every layer of another network differs in: they make two layers less alike, not further apart."


MINOR = frozenset({"dtypes", "const_operands"})
"The element types of x are compared on their own: what is left of these is mostly whether there is a bias."


class Match(NamedTuple):
    asked: Mapping[str, Any]
    misses: tuple[tuple[Column, int], ...]
    "For each coordinate in which any layer differs, those that do."
    none: int
    "Layers that agree in all that is stated."
    one: int
    "Layers that differ in exactly one coordinate."
    two: int
    lost: int
    "Coordinates in which no layer agrees: every layer differs that much more."


def match(indexed: Indexed, asked: Mapping[str, Any], open_names: Collection[str], candidates: int) -> Match:
    "Compare a question with every layer at once."
    none, one, two, lost = candidates, 0, 0, 0
    misses = []
    for name, column in indexed.columns.items():
        if name in open_names:
            continue
        agree = column.bits.get(asked.get(name), 0)
        if candidates & ~agree == 0:
            continue
        miss = candidates & ~agree
        misses.append((column, miss))
        if miss == candidates:
            lost += 1
            continue
        two = two & agree | one & miss
        one = one & agree | none & miss
        none &= agree
    lost += sum(name not in indexed.columns for name in asked if name not in open_names)
    if lost:
        none, one, two = (0, none, one) if lost == 1 else (0, 0, none if lost == 2 else 0)
    return Match(asked, tuple(misses), none, one, two, lost)


def further(found: Match, candidates: int, most: int) -> list[int]:
    "Layers that differ in exactly 0, 1, 2 … `most` coordinates, extents not counted."
    classes = [candidates] + [0] * most
    for column, miss in found.misses:
        if column.name in UNCOUNTED:
            continue
        for distance in range(most, 0, -1):
            classes[distance] = classes[distance] & ~miss | classes[distance - 1] & miss
        classes[0] &= ~miss
    extra = found.lost - sum(miss == candidates for _, miss in found.misses)
    return ([0] * extra + classes)[: most + 1]


def similarity(found: Match, layer: int, numbers: dict[str, float]) -> float:
    "How alike a layer is, 0 to 1: the product over the coordinates in which it differs."
    result = numbers["unnamed"]
    for column, miss in found.misses:
        if miss >> layer & 1:
            result *= alike(column, found.asked.get(column.name), column.values[layer], numbers)
    return result


def alike(column: Column, asked: Any, seen: Any, numbers: dict[str, float]) -> float:
    if column.name in MINOR:
        return numbers["minor"]
    if column.name == OPERANDS and _ranks(asked) == _ranks(seen):
        return numbers["extent"]
    if not column.number or type(asked) is not int or type(seen) is not int:
        return numbers["other"]
    low, high = sorted((abs(asked), abs(seen)))
    kind = "extent" if column.name in EXTENTS else "number"
    return numbers[kind] * ((low + 1) / (high + 1)) ** numbers[f"{kind}_power"]  # type: ignore[no-any-return]


def _ranks(operands: Any) -> list[tuple[str, int | None]]:
    "Names and ranks of the other operands: their extents matter only near limits, as those of the first do."
    return [(name, None if shape is None else len(shape)) for name, shape in operands or ()]


def candidates_for(indexed: Indexed, kind: str, layer: Layer, weights: Weights) -> int:
    """The layers whose element type may answer. int32 is never answered by fp16, nor fp32 by it.

    A question that states none is read as fp16, which is what the engine computes in; where nothing of the kind is
    known, any will do.
    """
    stated = any(operand.dtype != "unknown" for operand in layer.inputs if not operand.const)
    if kind == "unknown" or (kind in FLOATS and layer.format == "neuralnetwork"):
        kind = "fp16"
    found = indexed.classes.get(kind, 0) | (indexed.classes.get("unknown", 0) if kind in FLOATS else 0)
    return found if found or stated else indexed.all


def left_open(indexed: Indexed, asked: Mapping[str, Any], gives_way: Collection[str]) -> set[str]:
    "For a question that leaves something open: the coordinates it does not state."
    return {name for name in indexed.columns if name not in asked or name in VAGUE or name in gives_way}


def defaults(layer_type: LayerType, layer: Layer, stated: Collection[str] | None) -> tuple[set[str], set[str]]:
    """Coordinates that come from parameters nobody stated: those of no feature (`params.pad_type`), and features.

    The first give way at once where a question leaves something open, the second only where nothing was seen else.
    """
    names = {it.name for it in layer_type.inputs if it.name in layer.params}
    if stated is None:
        names = {it.name for it in layer_type.inputs if _is_default(it, layer.params.get(it.name))}
    else:
        names -= set(stated)
    soft = {name for name, it in FEATURES.items() if it.params and names.intersection(it.params)}
    return {f"params.{name}" for name in names}, soft


def _is_default(spec: InputSpec, value: Any) -> bool:
    if value is None:
        return False
    if spec.default is not None:
        return bool(value == spec.default)
    if not spec.rank_default or not isinstance(value, tuple):
        return False
    return set(value) <= ({1} if spec.rank_default == "ones" else {0})
