"""What `anedb.catalog.canonical` looks up for a layer type, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anedb.catalog import values
from anedb.catalog.naming import fold
from anedb.domain.layer import InputKind, LayerType, ParamValue

SPATIAL = {"kernel_sizes"}
"Lists with one member per spatial axis that have no default to say so."

AXES = {"axis", "axes", "seq_axis", "batch_axis", "perm", "batchAxis", "sequenceAxis"}
"Parameters that count axes of the first operand."


class Table:
    "What `canonical` looks up for a layer type, worked out once."

    __slots__ = (
        "after",
        "convert",
        "defaults",
        "kind",
        "label",
        "names",
        "operands",
        "params",
        "positions",
        "required",
        "variadic",
    )

    def __init__(self, kind: LayerType) -> None:
        self.kind = kind
        self.label = f"{kind.format}:{kind.name}"
        self.names = {name: item for item in reversed(kind.inputs) for name in (fold(item.name), item.name)}
        self.params = sorted((i for i in kind.inputs if i.kind == InputKind.PARAM), key=lambda i: i.name)
        self.convert: dict[str, Callable[[Any], ParamValue]] = {
            item.name: values.converter(item, self.label) for item in self.params
        }
        self.operands = [i for i in kind.inputs if i.kind in (InputKind.OPERAND, InputKind.VARIADIC)]
        self.positions = {item.name: place for place, item in enumerate(kind.inputs)}
        self.variadic = next((i.name for i in self.operands if i.kind == InputKind.VARIADIC and not i.const), "")
        # A layer says nothing of its opset: what some opsets have not may be missing.
        self.required = [i for i in kind.inputs if i.required and not i.until and i.kind != InputKind.BLOCK]
        self.defaults = [(i.name, i.default) for i in self.params if i.default is not None and not i.only_if]
        self.after = [
            i for i in self.params if i.only_if or i.rank_default or i.name in AXES or i.name in SPATIAL or i.length
        ]


_kept: dict[tuple[str, str], Table] = {}


def table_of(kind: LayerType) -> Table:
    found = _kept.get((kind.format, kind.name))
    if found is None or found.kind is not kind:
        found = _kept[kind.format, kind.name] = Table(kind)
    return found
