"""The one form of a layer's parameters and operands that its fingerprint is taken of.

Defaults are filled in, names and enum members spelt as the catalogue does, a scalar broadcast where a list is meant,
negative axes counted from the front, floats written as decimal text. Order and spelling of what is given make no
difference, and canonical form is its own canonical form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from anedb.catalog import ranks
from anedb.catalog.lookup_table import Table, table_of
from anedb.catalog.naming import fold
from anedb.domain.layer import InputKind, InputSpec, Layer, LayerType, Operand, ParamValue
from anedb.errors import UnknownNameError, UsageError


def canonical(kind: LayerType, params: Mapping[str, Any], inputs: Sequence[Operand]) -> tuple[Layer, tuple[str, ...]]:
    """A layer in canonical form, and the required parameters and operands that are left open.

    Raises `UnknownNameError` for a parameter or operand the layer type does not have and `UsageError` for a value of
    the wrong type, each saying what would do. What depends on the rank stays out while the rank is not known.
    """
    table = table_of(kind)
    found: dict[str, ParamValue] = {}
    for name, value in params.items():
        item = table.names.get(name) or table.names.get(fold(name)) or _unknown(table, name)
        if value is not None:
            if item.kind != InputKind.PARAM:
                raise _not_a_value(table, item)
            told = table.convert[item.name](value)
            if told != item.left_out:
                found[item.name] = told
    operands = _operands(table, inputs)
    computed = {operand.name for operand in operands}
    for name, default in table.defaults:
        if name not in found and name not in computed:
            found[name] = default
    if table.after:
        _complete(table, found, operands, computed)
    left = tuple(i.name for i in table.required if i.name not in found and not _given(i, computed))
    layer = Layer(format=kind.format, type=kind.name, params=dict(sorted(found.items())), inputs=operands)
    return layer, left


def _given(item: InputSpec, names: set[str]) -> bool:
    return item.name in names or f"{item.name}.0" in names


def _operands(table: Table, inputs: Sequence[Operand]) -> tuple[Operand, ...]:
    "Operands by the catalogue's names, in its order, the members of a variadic one numbered from 0."
    if not inputs:
        return ()
    placed = []
    numbered: dict[str, int] = {}
    for operand in inputs:
        item, number = _place(table, operand.name)
        if item.kind == InputKind.VARIADIC:
            number = numbered.get(item.name, 0) if number is None else number
            numbered[item.name] = number + 1
        name = item.name if number is None else f"{item.name}.{number}"
        placed.append((table.positions[item.name], number or 0, _renamed(operand, name)))
    placed.sort(key=_first_two)
    for before, after in pairwise(placed):
        if before[2].name == after[2].name:
            raise UsageError(f"{table.label} is given {after[2].name} twice")
    return tuple(item[2] for item in placed)


def _first_two(item: tuple[int, int, Operand]) -> tuple[int, int]:
    return item[0], item[1]


def _renamed(operand: Operand, name: str) -> Operand:
    if operand.name == name:
        return operand
    return Operand(name=name, dtype=operand.dtype, shape=operand.shape, const=operand.const)


def _place(table: Table, name: str) -> tuple[InputSpec, int | None]:
    "The input an operand's name means, and its number if that is variadic and the name has one."
    item = table.names.get(name) or table.names.get(fold(name))
    if item is not None:
        return item, None
    stem, _, number = name.rpartition(".")
    item = table.names.get(stem) or table.names.get(fold(stem)) if stem else None
    if item is not None and number.isdigit():
        return item, int(number)
    if table.variadic and name in ("x", "y"):  # what people call the two sides of a sum
        return table.names[table.variadic], "xy".index(name)
    return _unknown(table, name), None


def _complete(table: Table, found: dict[str, ParamValue], operands: tuple[Operand, ...], computed: set[str]) -> None:
    "What depends on the rank, on another parameter, or on how many operands there are."
    rank = ranks.rank_of(table, operands)
    spatial = ranks.spatial_axes(table, rank, found, operands)
    for item in table.after:
        name = item.name
        if item.only_if and not _applies(item, table, found, operands, name in found):
            found.pop(name, None)
            continue
        if name in found:
            found[name] = ranks.fitted(table, item, found[name], rank, spatial)
        elif name not in computed:
            default = item.default if item.default is not None else ranks.rank_default(item.rank_default, rank, spatial)
            if default is not None:
                found[name] = default


def _applies(
    item: InputSpec, table: Table, found: dict[str, ParamValue], operands: tuple[Operand, ...], given: bool
) -> bool:
    "Whether a parameter means anything here. While no operand is told, one that was given is believed."
    name, _, wanted = item.only_if.partition("=")
    if name == "inputs":
        count = sum(1 for operand in operands if not _is_weight(table, operand))
        return given if not operands else str(count) in wanted.split("|")
    value = found.get(name)
    text = str(value).lower() if isinstance(value, bool) else value
    return text in wanted.split("|")


def _is_weight(table: Table, operand: Operand) -> bool:
    item = table.names.get(operand.name.partition(".")[0]) or table.names.get(operand.name)
    return item is not None and item.const


def _unknown(table: Table, name: str) -> InputSpec:
    from rapidfuzz import fuzz, process

    valid = [item.name for item in table.kind.inputs if item.kind != InputKind.BLOCK]
    by_fold = {fold(item): item for item in valid}
    near = process.extract(fold(name), list(by_fold), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    raise UnknownNameError(
        f'{table.label} has no parameter or operand "{name}"',
        tip=f"it has: {', '.join(valid) or 'none'}",
        suggestions=tuple(by_fold[match] for match, _, _ in near),
    )


def _not_a_value(table: Table, item: InputSpec) -> UsageError:
    return UsageError(
        f"{item.name} of {table.label} is an operand: it counts by dtype and shape, not by value",
        tip=f"for example --input {item.name}=fp16[1,64,32,32]",
    )


def parse_param(text: str) -> tuple[str, str]:
    'A parameter as it is typed: `"dilations=2,2"` is name and raw value. Raises `UsageError`.'
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f'"{text}" is no parameter', tip="write name=value, for example dilations=2,2")
    return name.strip(), value.strip()


def parse_operand(text: str, kind: LayerType | None = None) -> Operand:
    "See `anedb.catalog.operands.parse`."
    from anedb.catalog import operands

    return operands.parse(text, kind)


def parse_operands(texts: Iterable[str], kind: LayerType) -> tuple[Operand, ...]:
    "See `anedb.catalog.operands.parse_all`."
    from anedb.catalog import operands

    return operands.parse_all(texts, kind)
