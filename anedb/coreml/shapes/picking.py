"Layers that pick elements: gathers, slices, windows."

from __future__ import annotations

from anedb.coreml.shapes.case import Case, One
from anedb.coreml.shapes.dims import ANY, Dims, Undetermined, along, counted, replaced
from anedb.domain.layer import Dim

SLICED = {"CHANNEL_AXIS": -3, "HEIGHT_AXIS": -2, "WIDTH_AXIS": -1}


def gather(case: Case) -> Dims:
    "The axis is replaced by the axes of the indices."
    x, indices = case.x(least=1), case.x(1)
    return replaced(x, counted(case.whole("axis"), len(x)), *indices)


def gather_nd(case: Case) -> Dims:
    "The indices' last axis counts the first axes of x that they name: indices[:-1] + x[last:]."
    x, indices = case.x(least=1), case.x(1, least=1)
    named = indices[-1]
    if type(named) is not int or not 0 <= named <= len(x):
        raise Undetermined
    return (*indices[:-1], *x[named:]) or (1,)


def gather_along_axis(case: Case) -> Dims:
    return case.x(1)


def slice_one(case: Case) -> Dims:
    x, axis = case.x(), SLICED[case.params["axis"]]
    axis = counted(axis, len(x))
    begin, end, step = case.whole("startIndex"), case.whole("endIndex"), case.whole("stride") or 1
    return replaced(x, axis, _sliced(x[axis], begin, end, step))


def slice_static(case: Case) -> Dims:
    "As numpy's x[begin:end:stride] along every axis; a mask stands for the axis' end, a squeezed axis goes."
    x = case.x()
    rank = len(x)
    begins, ends, strides = (case.list(name, rank) for name in ("beginIds", "endIds", "strides"))
    begin_open, end_open, gone = (_mask(case, name, rank) for name in ("beginMasks", "endMasks", "squeezeMasks"))
    found = [
        _sliced(dim, None if begin_open[i] else begins[i], None if end_open[i] else ends[i], strides[i])
        for i, dim in enumerate(x)
        if not gone[i]
    ]
    return tuple(found) or (1,)


def slice_dynamic(case: Case) -> Dims:
    "Where begins are computed, an axis is known if it starts at its end; ends, strides and masks may be told."
    x = case.x()
    rank = len(x)
    if "squeezeMasks" not in case.params:
        raise Undetermined
    told = {"endIds", "strides", "beginMasks", "endMasks"} <= case.params.keys()
    begin_open, end_open, gone = (_mask(case, name, rank) for name in ("beginMasks", "endMasks", "squeezeMasks"))
    ends, strides = case.list("endIds"), case.list("strides") or (1,) * rank
    found: list[Dim] = []
    for i, dim in enumerate(x):
        known = told and begin_open[i] and len(strides) == rank and (end_open[i] or len(ends) == rank)
        if not gone[i]:
            found.append(_sliced(dim, None, None if end_open[i] else ends[i], strides[i]) if known else ANY)
    return tuple(found) or (1,)


def _mask(case: Case, name: str, rank: int) -> tuple[int, ...]:
    return case.list(name, rank) if case.list(name) else (False,) * rank


def _sliced(dim: Dim, begin: int | None, end: int | None, step: int) -> Dim:
    "How many elements x[begin:end:step] has."
    if step == 0:
        raise Undetermined
    if begin is None and end is None and abs(step) == 1:
        return dim
    # of a longer axis a slice is shorter only if it begins at its end and ends at its start, or runs backwards
    ordered = step > 0 and ((begin or 0) >= 0 or end is None or end < 0)
    return along(dim, lambda extent: len(range(*slice(begin, end, step).indices(extent))), ordered=ordered)


def slice_by_size(case: Case) -> Dims:
    x = case.x(least=1)
    return replaced(x, counted(case.whole("axis"), len(x)), case.whole("size", 1))


def sliding_windows(case: Case) -> Dims:
    "The axis of extent L becomes two: (L - window) / step + 1 windows, and the window."
    x, size, step = case.x(least=1), case.whole("windowSize", 1), case.whole("step", 1)
    axis = counted(case.whole("axis"), len(x))
    return replaced(x, axis, along(x[axis], lambda extent: (extent - size) // step + 1), size)


def one_hot(case: Case) -> Dims:
    "A new axis, which counts in the output, as long as the vector."
    x = case.x()
    axis = counted(case.whole("axis"), len(x) + 1)
    size: Dim = case.whole("oneHotVectorSize", 1) if "oneHotVectorSize" in case.params else ANY
    return (*x[:axis], size, *x[axis:])


def where_non_zero(case: Case) -> Dims:
    return (ANY, len(case.x()))


SHAPES: dict[str, One] = {
    "gather": gather,
    "gatherND": gather_nd,
    "gatherAlongAxis": gather_along_axis,
    "slice": slice_one,
    "sliceStatic": slice_static,
    "sliceDynamic": slice_dynamic,
    "sliceBySize": slice_by_size,
    "slidingWindows": sliding_windows,
    "oneHot": one_hot,
    "whereNonZero": where_non_zero,
}
