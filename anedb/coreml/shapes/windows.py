"""Convolution, deconvolution and pooling, in two and in three dimensions.

Formulae: NeuralNetwork.proto, the comments on ValidPadding, SamePadding, PoolingLayerParams, Convolution3DLayerParams.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from anedb.coreml.shapes.case import Case, One
from anedb.coreml.shapes.dims import Dims, Undetermined, along

AXES_3D = ("Depth", "Height", "Width")
EDGES_3D = ("Front", "Back", "Top", "Bottom", "Left", "Right")


class Window(NamedTuple):
    "Along one axis."

    kernel: int
    stride: int
    padding: int
    "Both ends together; of `includeLastPixel` each."
    padded: bool = False
    "There is padding along some axis."


Formula: TypeAlias = Callable[[int, Window], int]


def valid(extent: int, window: Window) -> int:
    "Positions that fit: floor((extent + padding - kernel) / stride) + 1."
    return (extent + window.padding - window.kernel) // window.stride + 1


def same(extent: int, window: Window) -> int:
    "ceil(extent / stride)."
    return -(-extent // window.stride)


def complete(extent: int, window: Window) -> int:
    """`includeLastPixel`: ceil((extent + 2 * padding - kernel) / stride) + 1. Where anything is padded, a last window
    that starts behind the input and the padding before it is left out."""
    count = -(-(extent + 2 * window.padding - window.kernel) // window.stride) + 1
    return count - 1 if window.padded and (count - 1) * window.stride >= extent + window.padding else count


def spread(extent: int, window: Window) -> int:
    "Of a deconvolution, valid: (extent - 1) * stride + kernel - padding."
    return (extent - 1) * window.stride + window.kernel - window.padding


def stretched(extent: int, window: Window) -> int:
    "Of a deconvolution, same: extent * stride."
    return extent * window.stride


def _spatial(x: Dims, windows: Sequence[Window], formula: Formula) -> Dims:
    "The last axes, one window for each."
    last = x[len(x) - len(windows) :]
    return tuple(along(dim, lambda e, w=window: formula(e, w)) for dim, window in zip(last, windows, strict=True))  # type: ignore[misc]


def _windows(kernel: Sequence[int], stride: Sequence[int], padding: Sequence[int]) -> list[Window]:
    if min(*kernel, *stride) < 1:
        raise Undetermined
    return [Window(*each, any(padding)) for each in zip(kernel, stride, padding, strict=True)]


def _dilated(kernel: Sequence[int], dilation: Sequence[int]) -> list[int]:
    "(kernel - 1) * dilation + 1."
    return [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]


def _borders(case: Case) -> list[int]:
    "Height's and width's, start and end together."
    found = case.list("paddingAmounts")
    if len(found) not in (0, 4):
        raise Undetermined
    return [found[0] + found[1], found[2] + found[3]] if found else [0, 0]


def convolution(case: Case) -> Dims:
    x, kernel = case.x(least=4), _dilated(case.list("kernelSize", 2), case.list("dilationFactor", 2))
    formula, padding = (same, [0, 0]) if case.params["paddingType"] == "same" else (valid, _borders(case))
    windows = _windows(kernel, case.list("stride", 2), padding)
    return (*x[:-3], case.whole("outputChannels", 1), *_spatial(x, windows, formula))


def deconvolution(case: Case) -> Dims:
    x, channels = case.x(least=4), case.whole("outputChannels", 1)
    if case.list("outputShape"):
        return (*x[:-3], channels, *case.list("outputShape", 2))
    formula, padding = (stretched, [0, 0]) if case.params["paddingType"] == "same" else (spread, _borders(case))
    windows = _windows(case.list("kernelSize", 2), case.list("stride", 2), padding)
    return (*x[:-3], channels, *_spatial(x, windows, formula))


POOLINGS: dict[str, Formula] = {"valid": valid, "same": same, "includeLastPixel": complete}


def pooling(case: Case) -> Dims:
    x, mode = case.x(least=4), case.params["paddingType"]
    if case.params["globalPooling"]:
        return (*x[:-2], 1, 1)
    padding = [0, 0] if mode == "same" else _borders(case) if mode == "valid" else _symmetric(case)
    windows = _windows(case.list("kernelSize", 2), case.list("stride", 2), padding)
    return (*x[:-2], *_spatial(x, windows, POOLINGS[mode]))


def _symmetric(case: Case) -> list[int]:
    "Of `includeLastPixel`: height's and width's, the same at both ends."
    found = case.list("paddingAmounts")
    return list(found) if len(found) == 2 else [0, 0] if not any(found) else list(case.list("paddingAmounts", 2))


def convolution3d(case: Case) -> Dims:
    x, channels = case.x(least=5), case.whole("outputChannels", 1)
    kernel = _dilated(_three(case, "kernel"), _three(case, "dilation"))
    windows = _windows(kernel, _three(case, "stride"), _edges(case))
    return (*x[:-4], channels, *_spatial(x, windows, same if case.params["paddingType"] == "SAME" else valid))


def deconvolution3d(case: Case) -> Dims:
    x, channels = case.x(least=5), case.whole("outputChannels", 1)
    if case.list("outputShape"):
        return (*x[:-4], channels, *case.list("outputShape", 3))
    windows = _windows(_three(case, "kernel"), _three(case, "stride"), _edges(case))
    return (*x[:-4], channels, *_spatial(x, windows, stretched if case.params["paddingType"] == "SAME" else spread))


def pooling3d(case: Case) -> Dims:
    x = case.x(least=5)
    windows = _windows(_three(case, "kernel"), _three(case, "stride"), _edges(case))
    return (*x[:-3], *_spatial(x, windows, same if case.params["paddingType"] == "SAME" else valid))


def global_pooling3d(case: Case) -> Dims:
    return (*case.x(least=5)[:-3], 1, 1, 1)


def _three(case: Case, what: str) -> list[int]:
    return [case.whole(what + axis, 1) for axis in AXES_3D]


def _edges(case: Case) -> list[int]:
    "Depth's, height's and width's, both ends together; only CUSTOM has any."
    found = [int(case.params.get(f"customPadding{edge}", 0)) for edge in EDGES_3D]
    return [found[0] + found[1], found[2] + found[3], found[4] + found[5]]


SHAPES: dict[str, One] = {
    "convolution": convolution,
    "deconvolution": deconvolution,
    "convolution3d": convolution3d,
    "deconvolution3d": deconvolution3d,
    "pooling": pooling,
    "pooling3d": pooling3d,
    "globalPooling3d": global_pooling3d,
}
