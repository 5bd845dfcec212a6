"Layers that change height and width: crops, paddings, resizing, and blocks moved between channels and space."

from __future__ import annotations

from anedb.coreml.shapes.case import Case, One
from anedb.coreml.shapes.dims import ANY, Dims, Undetermined, along, divided, listed
from anedb.domain.layer import Dim


def crop(case: Case) -> Dims:
    "Less the amounts; with a second input, that one's height and width."
    x = case.x(least=3)
    if len(case.inputs) > 1:
        return (*x[:-2], *case.x(1, least=3)[-2:])
    return (*x[:-2], *_grown(x, case.list("cropAmounts"), -1))


def padding(case: Case) -> Dims:
    x = case.x(least=3)
    return (*x[:-2], *_grown(x, case.list("paddingAmounts"), 1))


def _grown(x: Dims, edges: tuple[int, ...], sign: int) -> Dims:
    "Height and width with edges (top, bottom, left, right) added or taken away."
    if len(edges) not in (0, 4):
        raise Undetermined
    both = (edges[0] + edges[1], edges[2] + edges[3]) if edges else (0, 0)
    return tuple(along(dim, lambda e, more=sign * more: e + more) for dim, more in zip(x[-2:], both, strict=True))  # type: ignore[misc]


def upsample(case: Case) -> Dims:
    x, fractions = case.x(least=3), case.list("fractionalScalingFactor")
    if fractions:
        scales = zip(x[-2:], case.list("fractionalScalingFactor", 2), strict=True)
        return (*x[:-2], *(_scaled(dim, float(scale)) for dim, scale in scales))
    high, wide = (scale or 1 for scale in case.list("scalingFactor", 2))
    return (*x[:-2], along(x[-2], lambda e: e * high), along(x[-1], lambda e: e * wide))


def _scaled(dim: Dim, scale: float) -> Dim:
    "How a product that is no whole number is rounded is not documented."
    if type(dim) is not int or not (dim * scale).is_integer():
        return ANY
    return listed([int(dim * scale)])


def resize_bilinear(case: Case) -> Dims:
    return (*case.x(least=3)[:-2], *_target(case))


def _target(case: Case) -> tuple[int, ...]:
    "[1, 1] if not set; 0 is 1 (coremltools, NeuralNetworkShapes.cpp)."
    return tuple(extent or 1 for extent in case.list("targetSize", 2))


def crop_resize(case: Case) -> Dims:
    "x [1, B, C, H, W], boxes [N, 1, 4, 1, 1]: [N, B, C, …]; boxes [N, 1, 5, 1, 1] name the batch: [N, 1, C, …]."
    x, boxes = case.five(), case.five(1)
    if boxes[2] not in (4, 5):
        raise Undetermined
    return (boxes[0], x[1] if boxes[2] == 4 else 1, x[2], *_target(case))


def reorganize_data(case: Case) -> Dims:
    x, block = case.x(least=3), case.whole("blockSize", 1)
    if case.params["mode"] == "SPACE_TO_DEPTH":
        return (*x[:-3], along(x[-3], lambda e: e * block * block), divided(x[-2], block), divided(x[-1], block))
    return (
        *x[:-3],
        divided(x[-3], block * block),
        along(x[-2], lambda e: e * block),
        along(x[-1], lambda e: e * block),
    )


def constant_pad(case: Case) -> Dims:
    "Amounts before and behind each axis are added, or say how long the axis has to be at least."
    x = case.x()
    if "padAmounts" not in case.params:
        return (ANY,) * len(x)
    amounts, to_size = case.list("padAmounts", 2 * len(x)), case.params["padToGivenOutputSizeMode"]
    pairs = zip(x, amounts[::2], amounts[1::2], strict=True)
    if to_size:
        return tuple(along(dim, lambda e, size=max(a, b): max(e, size)) for dim, a, b in pairs)  # type: ignore[misc]
    return tuple(along(dim, lambda e, more=a + b: e + more) for dim, a, b in pairs)  # type: ignore[misc]


SHAPES: dict[str, One] = {
    "crop": crop,
    "padding": padding,
    "constantPad": constant_pad,
    "upsample": upsample,
    "resizeBilinear": resize_bilinear,
    "cropResize": crop_resize,
    "reorganizeData": reorganize_data,
}
