"""The one form of a layer's parameters and operands that its fingerprint is taken of.

Defaults are filled in, names and enum members spelt as the catalogue does, a scalar broadcast where a list is meant,
negative axes counted from the front, floats written as decimal text. Order and spelling of what is given make no
difference, and canonical form is its own canonical form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from anedb.catalog import values
from anedb.catalog.naming import fold
from anedb.domain.layer import InputKind, InputSpec, Layer, LayerType, Operand, ParamValue
from anedb.errors import UnknownNameError, UsageError

SPATIAL = {"kernel_sizes"}
"Lists with one member per spatial axis that have no default to say so."

AXES = {"axis", "axes", "seq_axis", "batch_axis", "perm", "batchAxis", "sequenceAxis"}
"Parameters that count axes of the first operand."

ONE_MORE = {"stack", "one_hot", "oneHot", "expand_dims", "expandDims"}
"Layers whose `axis` or `axes` counts axes of the output, which has one more for each."

MODES = {"neuralnetwork:reduce", "neuralnetwork:slice", "neuralnetwork:permute"}
"Layers whose `axis` is no axis number: a name, or a permutation that leaves an axis out."

ORDERED_AXES = {"neuralnetwork:transpose"}
"Where the order of `axes` matters."


class _Table:
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
        self.required = [i for i in kind.inputs if i.required and i.kind != InputKind.BLOCK]
        self.defaults = [(i.name, i.default) for i in self.params if i.default is not None and not i.only_if]
        self.after = [
            i for i in self.params if i.only_if or i.rank_default or i.name in AXES or i.name in SPATIAL or i.length
        ]


_tables: dict[tuple[str, str], _Table] = {}


def _table(kind: LayerType) -> _Table:
    found = _tables.get((kind.format, kind.name))
    if found is None or found.kind is not kind:
        found = _tables[kind.format, kind.name] = _Table(kind)
    return found


def canonical(kind: LayerType, params: Mapping[str, Any], inputs: Sequence[Operand]) -> tuple[Layer, tuple[str, ...]]:
    """A layer in canonical form, and the required parameters and operands that are left open.

    Raises `UnknownNameError` for a parameter or operand the layer type does not have and `UsageError` for a value of
    the wrong type, each saying what would do. What depends on the rank stays out while the rank is not known.
    """
    table = _table(kind)
    found: dict[str, ParamValue] = {}
    for name, value in params.items():
        item = table.names.get(name) or table.names.get(fold(name)) or _unknown(table, name)
        if value is not None:
            if item.kind != InputKind.PARAM:
                raise _not_a_value(table, item)
            found[item.name] = table.convert[item.name](value)
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


def _operands(table: _Table, inputs: Sequence[Operand]) -> tuple[Operand, ...]:
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


def _place(table: _Table, name: str) -> tuple[InputSpec, int | None]:
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


def _complete(table: _Table, found: dict[str, ParamValue], operands: tuple[Operand, ...], computed: set[str]) -> None:
    "What depends on the rank, on another parameter, or on how many operands there are."
    rank = _rank(table, operands)
    spatial = _spatial(table, rank, found, operands)
    for item in table.after:
        name = item.name
        if item.only_if and not _applies(item, table, found, operands, name in found):
            found.pop(name, None)
            continue
        if name in found:
            found[name] = _fitted(table, item, found[name], rank, spatial)
        elif name not in computed:
            default = item.default if item.default is not None else _rank_default(item.rank_default, rank, spatial)
            if default is not None:
                found[name] = default


def _rank(table: _Table, operands: tuple[Operand, ...]) -> int | None:
    "Rank of the first operand in the catalogue's order, where it is given."
    if not operands or not table.operands:
        return None
    first = operands[0]
    lead = table.operands[0]
    shape = first.shape if first.name == lead.name or first.name.startswith(f"{lead.name}.") else None
    return None if shape is None else len(shape)


def _spatial(
    table: _Table, rank: int | None, found: dict[str, ParamValue], operands: tuple[Operand, ...]
) -> int | None:
    """How many spatial axes: from the rank of x, else of the weight, else from a list that has a member for each.

    A list of one says nothing, since that is also how a scalar looks that waits to be broadcast.
    """
    if rank is not None:
        return rank - 2
    for operand in operands:
        if operand.name == "weight" and operand.shape is not None:
            return len(operand.shape) - 2
    for item in table.after:
        value = found.get(item.name)
        if isinstance(value, tuple) and len(value) > 1 and item.name != "axes":
            if item.name in SPATIAL or item.rank_default in ("ones", "zeros"):
                return len(value)
            if item.rank_default == "zeros2" and len(value) > 2:
                return len(value) // 2
    return None


def _rank_default(word: str, rank: int | None, spatial: int | None) -> ParamValue | None:
    if word in ("ones", "zeros", "zeros2"):
        if spatial is None or spatial < 0:
            return None
        return (1,) * spatial if word == "ones" else (0,) * (spatial * (2 if word == "zeros2" else 1))
    if rank is None or not word:
        return None
    return {"axes": tuple(range(rank)), "ones_rank": (1,) * rank, "false_rank": (False,) * rank}[word]


def _fitted(table: _Table, item: InputSpec, value: ParamValue, rank: int | None, spatial: int | None) -> ParamValue:
    "A lone member broadcast to the length meant; axes counted from the front."
    if item.name in AXES:
        return value if rank is None else _axes(table, item, value, rank)
    if not isinstance(value, tuple) or len(value) != 1:
        return value
    length = item.length or _length(item, rank, spatial)
    return value * length if length and length > 0 else value


def _length(item: InputSpec, rank: int | None, spatial: int | None) -> int | None:
    if item.rank_default in ("ones_rank", "false_rank"):
        return rank
    if item.rank_default == "zeros2":
        return None if spatial is None else 2 * spatial
    return spatial


def _axes(table: _Table, item: InputSpec, value: ParamValue, rank: int) -> ParamValue:
    if table.label in MODES:
        return value
    if isinstance(value, int):
        return _from_front(value, rank + (table.kind.name in ONE_MORE))
    if isinstance(value, tuple):
        more = len(value) if table.kind.name in ONE_MORE else 0
        found = tuple(_from_front(axis, rank + more) for axis in value)
        in_order = item.name == "axes" and table.label not in ORDERED_AXES
        return tuple(sorted(found, key=_axis_number)) if in_order else found
    return value


def _from_front(axis: ParamValue, rank: int) -> ParamValue:
    return axis + rank if isinstance(axis, int) and -rank <= axis < 0 else axis


def _axis_number(axis: ParamValue) -> int:
    return axis if isinstance(axis, int) else 0


def _applies(
    item: InputSpec, table: _Table, found: dict[str, ParamValue], operands: tuple[Operand, ...], given: bool
) -> bool:
    "Whether a parameter means anything here. While no operand is told, one that was given is believed."
    name, _, wanted = item.only_if.partition("=")
    if name == "inputs":
        count = sum(1 for operand in operands if not _is_weight(table, operand))
        return given if not operands else str(count) in wanted.split("|")
    value = found.get(name)
    text = str(value).lower() if isinstance(value, bool) else value
    return text in wanted.split("|")


def _is_weight(table: _Table, operand: Operand) -> bool:
    item = table.names.get(operand.name.partition(".")[0]) or table.names.get(operand.name)
    return item is not None and item.const


def _unknown(table: _Table, name: str) -> InputSpec:
    from rapidfuzz import fuzz, process

    valid = [item.name for item in table.kind.inputs if item.kind != InputKind.BLOCK]
    by_fold = {fold(item): item for item in valid}
    near = process.extract(fold(name), list(by_fold), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    raise UnknownNameError(
        f'{table.label} has no parameter or operand "{name}"',
        tip=f"it has: {', '.join(valid) or 'none'}",
        suggestions=tuple(by_fold[match] for match, _, _ in near),
    )


def _not_a_value(table: _Table, item: InputSpec) -> UsageError:
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
