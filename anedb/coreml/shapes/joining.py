"Layers that put tensors together, take them apart, or repeat them."

from __future__ import annotations

from collections.abc import Sequence

from anedb.coreml.shapes.case import Case, Many, One
from anedb.coreml.shapes.dims import ANY, Dims, Shape, Undetermined, agreed, along, counted, divided, replaced, total


def concat(case: Case) -> Dims:
    "Along the channels, -3; a sequence concatenation along the fifth axis from the end."
    if case.params["sequenceConcat"]:
        return _joined([case.five(number) for number in range(len(case.inputs))], 0)
    shapes = [case.x(number, least=3) for number in range(len(case.inputs))]
    return _joined(shapes, len(shapes[0]) - 3 if shapes else 0)


def concat_nd(case: Case) -> Dims:
    shapes = [case.x(number) for number in range(len(case.inputs))]
    return _joined(shapes, counted(case.whole("axis"), len(shapes[0]) if shapes else 0))


def _joined(shapes: Sequence[Dims], axis: int) -> Dims:
    "Extents along the axis are summed, all others are the same."
    if not shapes or len({len(shape) for shape in shapes}) > 1:
        raise Undetermined
    found = [agreed(dims) if number != axis else total(dims) for number, dims in enumerate(zip(*shapes, strict=True))]
    return tuple(found)


def stack(case: Case) -> Dims:
    "A new axis as long as there are inputs."
    shapes = [case.x(number) for number in range(len(case.inputs))]
    if not shapes or len({len(shape) for shape in shapes}) > 1:
        raise Undetermined
    one = tuple(agreed(dims) for dims in zip(*shapes, strict=True))
    axis = counted(case.whole("axis"), len(one) + 1)
    return (*one[:axis], len(shapes), *one[axis:])


def split(case: Case) -> list[Shape]:
    "Equal parts along the channels, -3."
    x = case.x(least=3)
    part = replaced(x, len(x) - 3, divided(x[-3], case.whole("nOutputs", 1)))
    return [part] * case.outputs


def split_nd(case: Case) -> list[Shape]:
    "Parts of the sizes told, or equal ones."
    x, sizes = case.x(least=1), case.list("splitSizes")
    axis = counted(case.whole("axis"), len(x))
    if sizes:
        return [replaced(x, axis, size) for size in sizes]
    return [replaced(x, axis, divided(x[axis], case.whole("numSplits", 1)))] * case.outputs


def tile(case: Case) -> Dims:
    "Each axis times its repetitions; where fewer are told they are the last axes'."
    x = case.x()
    if "reps" not in case.params:
        return (ANY,) * len(x)
    reps = case.list("reps")
    if len(reps) > len(x):
        raise Undetermined
    all_reps = (1,) * (len(x) - len(reps)) + reps
    return tuple(along(dim, lambda e, times=times: e * times) for dim, times in zip(x, all_reps, strict=True))  # type: ignore[misc]


def sequence_repeat(case: Case) -> Dims:
    x, times = case.five(), case.whole("nRepetitions", 1)
    return (along(x[0], lambda e: e * times), *x[1:])


SHAPES: dict[str, One] = {
    "concat": concat,
    "concatND": concat_nd,
    "stack": stack,
    "tile": tile,
    "sequenceRepeat": sequence_repeat,
}
SEVERAL: dict[str, Many] = {"split": split, "splitND": split_nd}
