"""Arithmetic on the extents of a shape, where some may be flexible: text as in `anedb.domain.layer.Dim`.

What cannot be told stays "?". A shape that the layer's definition does not allow raises `Undetermined`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from anedb.domain.layer import Dim

Dims: TypeAlias = tuple[Dim, ...]
Shape: TypeAlias = Dims | None

ANY = "?"
LARGEST = 2**53 - 1
"As in `anedb.fingerprint`: what is larger is no extent of anything."
DEEPEST = 16
"Core ML runs five axes; a file that makes more than these is broken."
MOST = 128
"Core ML takes no longer list of shapes."


class Undetermined(Exception):
    "The shape does not follow from the parameters and the shapes of the inputs."


def along(dim: Dim, change: Callable[[int], int], least: int = 1, *, ordered: bool = True) -> Dim:
    """The extent that `change` makes of one; of a flexible one, of each or of both ends.

    `ordered`: a longer axis never gets shorter than a shorter one does, so the ends of a range stay its ends. A result
    below `least` is none that the layer has.
    """
    if type(dim) is int:
        found = change(dim)
        if found < least:
            raise Undetermined
        return found
    low, dots, high = str(dim).partition("..")
    if dots and ordered:
        return ranged(max(change(int(low)), least), change(int(high)))
    if "|" in low:
        return listed(found for text in low.split("|") if (found := change(int(text))) >= least)
    return ANY


def ranged(low: int, high: int) -> Dim:
    "The extents from `low` to `high`, both included."
    if high < low:
        raise Undetermined
    return low if low == high else f"{low}..{high}"


def listed(extents: Iterable[int]) -> Dim:
    "One of several extents."
    found = sorted(set(extents))
    if not found:
        raise Undetermined
    if len(found) > MOST:
        return ANY
    return found[0] if len(found) == 1 else "|".join(map(str, found))


def total(dims: Sequence[Dim]) -> Dim:
    "Their sum; two flexible ones are not taken to go together."
    return _joined(dims, sum(dim for dim in dims if type(dim) is int), int.__add__)


def product(dims: Sequence[Dim]) -> Dim:
    number = 1
    for dim in dims:
        if type(dim) is int:
            number *= dim
    return 0 if number == 0 else _joined(dims, number, int.__mul__)


def _joined(dims: Sequence[Dim], known: int, operation: Callable[[int, int], int]) -> Dim:
    flexible = [dim for dim in dims if type(dim) is not int]
    if not flexible:
        return known
    return along(flexible[0], lambda extent: operation(extent, known), 0) if len(flexible) == 1 else ANY


def divided(dim: Dim, by: int) -> Dim:
    "What has to come out whole. A flexible axis is as the layer wants it."
    if by < 1 or (type(dim) is int and dim % by):
        raise Undetermined
    return along(dim, lambda extent: extent // by)


def agreed(dims: Iterable[Dim]) -> Dim:
    "Extents that the layer wants to be the same."
    found = set(dims)
    whole = {dim for dim in found if type(dim) is int}
    if len(whole) > 1:
        raise Undetermined
    if whole:
        return whole.pop()
    return found.pop() if len(found) == 1 else ANY


def broadcast(shapes: Iterable[Dims]) -> Dims:
    "As numpy does: aligned at the last axis, an extent of 1 is stretched."
    shapes = list(shapes)
    rank = max(map(len, shapes))
    lined = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    return tuple(_stretched({dim for dim in dims if dim != 1}) for dims in zip(*lined, strict=True))


def _stretched(dims: set[Dim]) -> Dim:
    return agreed(dims) if dims else 1


def either(one: Shape, other: Shape) -> Shape:
    "What is true of a value that has one shape or the other."
    if one is None or other is None or len(one) != len(other):
        return None
    return tuple(a if a == b else ANY for a, b in zip(one, other, strict=True))


def counted(axis: object, rank: int) -> int:
    "An axis counted from the front, negative from the end. Raises `Undetermined` where there is none such."
    if type(axis) is not int or not -rank <= axis < rank:
        raise Undetermined
    return axis % rank


def replaced(dims: Dims, axis: int, *now: Dim) -> Dims:
    "The axis, counted from the front, replaced by any number of others."
    return (*dims[:axis], *now, *dims[axis + 1 :])
