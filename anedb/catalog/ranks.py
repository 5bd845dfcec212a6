"""The part of canonical form that depends on how many axes there are: a member per axis, and axis numbers."""

from __future__ import annotations

from anedb.catalog.lookup_table import AXES, SPATIAL, Table
from anedb.domain.layer import InputSpec, Operand, ParamValue

ONE_MORE = {"stack", "one_hot", "oneHot", "expand_dims", "expandDims"}
"Layers whose `axis` or `axes` counts axes of the output, which has one more for each."

MODES = {"neuralnetwork:reduce", "neuralnetwork:slice", "neuralnetwork:permute"}
"Layers whose `axis` is no axis number: a name, or a permutation that leaves an axis out."

ORDERED_AXES = {"neuralnetwork:transpose"}
"Where the order of `axes` matters."


def rank_of(table: Table, operands: tuple[Operand, ...]) -> int | None:
    "Rank of the first operand in the catalogue's order, where it is given."
    if not operands or not table.operands:
        return None
    first = operands[0]
    lead = table.operands[0]
    shape = first.shape if first.name == lead.name or first.name.startswith(f"{lead.name}.") else None
    return None if shape is None else len(shape)


def spatial_axes(
    table: Table, rank: int | None, found: dict[str, ParamValue], operands: tuple[Operand, ...]
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


def rank_default(word: str, rank: int | None, spatial: int | None) -> ParamValue | None:
    if word in ("ones", "zeros", "zeros2"):
        if spatial is None or spatial < 0:
            return None
        return (1,) * spatial if word == "ones" else (0,) * (spatial * (2 if word == "zeros2" else 1))
    if rank is None or not word:
        return None
    return {"axes": tuple(range(rank)), "ones_rank": (1,) * rank, "false_rank": (False,) * rank}[word]


def fitted(table: Table, item: InputSpec, value: ParamValue, rank: int | None, spatial: int | None) -> ParamValue:
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


def _axes(table: Table, item: InputSpec, value: ParamValue, rank: int) -> ParamValue:
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
