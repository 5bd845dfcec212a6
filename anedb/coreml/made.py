"""A layer made of what a file says of it, with its fingerprint, or with the problem it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from anedb.catalog.canonical import canonical
from anedb.domain.layer import Layer, LayerType, Operand
from anedb.errors import AnedbError
from anedb.fingerprint import fingerprint

LONGEST = 300
"Characters of a problem: names in a stranger's file may have any length."


class Made(NamedTuple):
    layer: Layer
    fingerprint: str
    "Empty where something is left open, or there is a problem."
    open: tuple[str, ...]
    problem: str


def make(format: str, type: str, known: LayerType | None, params: Mapping[str, Any], operands: list[Operand]) -> Made:
    "In canonical form; or the operands as they are, with the problem."
    plain = Layer(format=format, type=type, inputs=tuple(operands))
    if known is None:
        return Made(plain, "", (), f'the catalogue has no operation "{type[:LONGEST]}"')
    try:
        layer, left = canonical(known, params, operands)
        return Made(layer, "" if left else fingerprint(layer.hashed()), left, "")
    except AnedbError as error:
        return Made(plain, "", (), error.message[:LONGEST])
    except (ValueError, OverflowError) as error:  # a number or text that has no fingerprint, no layer of any real model
        return Made(plain, "", (), f"{type}: {error}"[:LONGEST])
