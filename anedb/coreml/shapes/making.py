"Layers that make a tensor out of parameters, or out of another's shape."

from __future__ import annotations

from math import ceil, isfinite

from anedb.coreml.shapes.case import Case, One
from anedb.coreml.shapes.dims import ANY, Dims, Undetermined
from anedb.coreml.shapes.reshaping import computed


def to_target(case: Case) -> Dims:
    return _given(case, "targetShape")


def to_output(case: Case) -> Dims:
    return _given(case, "outputShape")


def load_constant(case: Case) -> Dims:
    "C, H, W of five axes."
    return (1, 1, *case.list("shape", 3))


def load_constant_nd(case: Case) -> Dims:
    return _given(case, "shape")


def _given(case: Case, name: str) -> Dims:
    found = case.list(name)
    if not found or min(found) < 0:
        raise Undetermined
    return found


def range_static(case: Case) -> Dims:
    "ceil((end - start) / step), of the numbers as they are: canonical form keeps three digits of a float."
    end, start, step = (float(case.params[name]) for name in ("endValue", "startValue", "stepSizeValue"))
    if step == 0 or not isfinite((end - start) / step):
        raise Undetermined
    return (max(ceil((end - start) / step), 0),)


def any_length(case: Case) -> Dims:
    return (ANY,)


def get_shape(case: Case) -> Dims:
    return (len(case.x()),)


def categorical_distribution(case: Case) -> Dims:
    "The last axis becomes the samples."
    return (*case.x(least=1)[:-1], case.whole("numSamples", 1))


SHAPES: dict[str, One] = {
    "fillStatic": to_target,
    "broadcastToStatic": to_target,
    "randomBernoulliStatic": to_output,
    "randomNormalStatic": to_output,
    "randomUniformStatic": to_output,
    "fillDynamic": computed,
    "randomBernoulliDynamic": computed,
    "randomNormalDynamic": computed,
    "randomUniformDynamic": computed,
    "loadConstant": load_constant,
    "loadConstantND": load_constant_nd,
    "rangeStatic": range_static,
    "rangeDynamic": any_length,
    "getShape": get_shape,
    "categoricalDistribution": categorical_distribution,
}
