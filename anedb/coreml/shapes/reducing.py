"Layers that reduce axes, or search along them."

from __future__ import annotations

from collections.abc import Sequence

from anedb.coreml.shapes.case import Case, Many, One
from anedb.coreml.shapes.dims import ANY, Dims, Shape, counted, replaced

NAMED = {"CHW": (-3, -2, -1), "HW": (-2, -1), "C": (-3,), "H": (-2,), "W": (-1,)}
REDUCTIONS = """
reduceL1 reduceL2 reduceLogSum reduceLogSumExp reduceMax reduceMean reduceMin reduceProd reduceSum reduceSumSquare
"""


def reduce(case: Case) -> Dims:
    "The old layer: axes by name, which stay with extent 1."
    x = list(case.x())
    for axis in NAMED[case.params["axis"]]:
        x[counted(axis, len(x))] = 1
    return tuple(x)


def reduce_axes(case: Case) -> Dims:
    "Axes stay with extent 1, or go; one axis is left."
    x = case.x()
    every = case.params["reduceAll"]
    axes = set(range(len(x))) if every else {counted(axis, len(x)) for axis in case.list("axes")}
    if case.params["keepDims"]:
        return tuple(1 if axis in axes else dim for axis, dim in enumerate(x))
    return tuple(dim for axis, dim in enumerate(x) if axis not in axes) or (1,)


def arg(case: Case) -> Dims:
    x = case.x(least=1)
    axis = counted(case.whole("axis"), len(x))
    return (replaced(x, axis) or (1,)) if case.params["removeDim"] else replaced(x, axis, 1)


def top_k(case: Case) -> Sequence[Shape]:
    "Values and indices; K is told, or computed."
    x = case.x(least=1)
    axis = counted(case.whole("axis"), len(x))
    found = replaced(x, axis, case.whole("K", 1) if "K" in case.params else ANY)
    return [found, found]


def non_maximum_suppression(case: Case) -> Sequence[Shape]:
    "Boxes (B, N, 4), scores (B, N, C): boxes, scores and indices of the best ones, and how many they are."
    boxes, scores = case.x(0, least=3), case.x(1, least=3)
    most = case.whole("maxBoxes", 1) if "maxBoxes" in case.params else ANY
    batch = boxes[0]
    return [(batch, most, boxes[-1]), (batch, most, scores[-1]), (batch, most), (batch,)]


SHAPES: dict[str, One] = {
    "reduce": reduce,
    "argMax": arg,
    "argMin": arg,
    **dict.fromkeys(REDUCTIONS.split(), reduce_axes),
}
SEVERAL: dict[str, Many] = {"topK": top_k, "NonMaximumSuppression": non_maximum_suppression}
