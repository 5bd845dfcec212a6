"Layers that see the same elements in another shape."

from __future__ import annotations

from anedb.coreml.shapes.case import Case, One
from anedb.coreml.shapes.dims import ANY, DEEPEST, Dims, Undetermined, agreed, counted, divided, product
from anedb.domain.layer import Dim


def flatten(case: Case) -> Dims:
    "(…, C, H, W) -> (…, C * H * W, 1, 1)."
    x = case.x(least=3)
    return (*x[:-3], product(x[-3:]), 1, 1)


def flatten_to_2d(case: Case) -> Dims:
    "The product of the axes before `axis`, and of it and those behind it."
    x = case.x()
    axis = len(x) if case.params["axis"] == len(x) else counted(case.whole("axis"), len(x))
    return (product(x[:axis]), product(x[axis:]))


def reshape(case: Case) -> Dims:
    """Three extents are C, H, W, the sequence is kept; four are sequence, C, H, W. The batch is kept. One extent may be
    -1, as converters write it: what is left."""
    seq, batch, *rest = case.five()
    target = case.list("targetShape")
    if len(target) not in (3, 4) or 0 in target:
        raise Undetermined
    if len(target) == 3:
        return (seq, batch, *_filled(list(target), rest))
    new_seq, *new = _filled(list(target), [seq, *rest])
    return (new_seq, batch, *new)


def reshape_static(case: Case) -> Dims:
    "One extent may be -1: what is left. What 0 means here is not documented."
    target: list[Dim] = [ANY if extent == 0 else extent for extent in case.list("targetShape")]
    return _filled(target, list(case.inputs[0]) if case.inputs and case.inputs[0] is not None else [ANY])


def rank_preserving_reshape(case: Case) -> Dims:
    "0 keeps the input's extent, one may be -1: what is left of the axes that are not kept."
    x = case.x()
    target = case.list("targetShape", len(x))
    rest = _filled(
        [extent for extent in target if extent], [dim for dim, extent in zip(x, target, strict=True) if extent]
    )
    filled = iter(rest)
    return tuple(next(filled) if extent else dim for dim, extent in zip(x, target, strict=True))


def _filled(target: list[Dim], before: list[Dim]) -> Dims:
    "The target with its -1 worked out, so that there are as many elements as before."
    holes = [place for place, extent in enumerate(target) if type(extent) is int and extent < 0]
    if len(holes) > 1:
        raise Undetermined
    for place in holes:
        size, others = product(before), product([*target[:place], *target[place + 1 :]])
        target[place] = divided(size, others) if type(size) is int and type(others) is int else ANY
    return tuple(target)


def like_second(case: Case) -> Dims:
    "The shape of the second input."
    return case.x(1)


def computed(case: Case) -> Dims:
    "By the values of the last input, which has one for each axis."
    (length,) = case.x(len(case.inputs) - 1)
    if type(length) is not int or length > DEEPEST:
        raise Undetermined
    return (ANY,) * length


def expand_dims(case: Case) -> Dims:
    "Axes count in the output."
    x, axes = case.x(), case.list("axes")
    rank = len(x) + len(axes)
    new, rest = {counted(axis, rank) for axis in axes}, iter(x)
    if len(new) < len(axes):
        raise Undetermined
    return tuple(1 if axis in new else next(rest) for axis in range(rank))


def squeeze(case: Case) -> Dims:
    "Axes of extent 1 go; one axis is left."
    x = case.x()
    if case.params["squeezeAll"]:
        if any(type(dim) is not int for dim in x):
            raise Undetermined
        return tuple(dim for dim in x if dim != 1) or (1,)
    gone = {counted(axis, len(x)) for axis in case.list("axes")}
    agreed([1, *(x[axis] for axis in gone)])
    return tuple(dim for axis, dim in enumerate(x) if axis not in gone) or (1,)


def transpose(case: Case) -> Dims:
    x = case.x()
    axes = case.list("axes", len(x))
    if sorted(axes) != list(range(len(x))):
        raise Undetermined
    return tuple(x[axis] for axis in axes)


def permute(case: Case) -> Dims:
    "Of sequence, channels, height and width; the batch stays."
    seq, batch, *rest = case.five()
    axes = case.list("axis") or (0, 1, 2, 3)
    if sorted(axes) != [0, 1, 2, 3]:
        raise Undetermined
    found = [(seq, *rest)[axis] for axis in axes]
    return (found[0], batch, *found[1:])


SHAPES: dict[str, One] = {
    "flatten": flatten,
    "flattenTo2D": flatten_to_2d,
    "reshape": reshape,
    "reshapeStatic": reshape_static,
    "rankPreservingReshape": rank_preserving_reshape,
    "reshapeLike": like_second,
    "broadcastToLike": like_second,
    "reshapeDynamic": computed,
    "broadcastToDynamic": computed,
    "expandDims": expand_dims,
    "squeeze": squeeze,
    "transpose": transpose,
    "permute": permute,
}
