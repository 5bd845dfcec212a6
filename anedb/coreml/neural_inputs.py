"""The shapes that a NeuralNetwork's first layers see: the model description's inputs, mapped as the network says.

NeuralNetwork.proto, NeuralNetworkMultiArrayShapeMapping and NeuralNetworkImageShapeMapping. In a network of the first
kind every value has five axes, sequence, batch, channels, height, width; operands are written without the sequence
while it is 1, so that a convolution of any network, and of an ML Program, has (batch, channels, height, width).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from anedb.coreml.shapes.dims import ANY, Dims, Shape, Undetermined, listed, ranged
from anedb.domain.layer import Dim, DType
from anedb.domain.model import Tensor

EXACT_ARRAYS, RANK4_IMAGES = 1, 1
FIRST_ND_LAYER = 600
"Layers from this field on came with specification 4 and take any number of axes."

DTYPES = {65552: "fp16", 65568: "fp32", 65600: "fp64", 131080: "int8", 131104: "int32"}
"`ArrayFeatureType.ArrayDataType`."

CHANNELS = {10: 1, 20: 3, 30: 3, 40: 1}
"`ImageFeatureType.ColorSpace`: grey, RGB, BGR, grey in halves."


def is_legacy(network: Any) -> bool:
    "Whether both inputs and images are mapped to five axes, and no layer could tell that from fewer."
    if network.arrayInputShapeMapping == EXACT_ARRAYS or network.imageInputShapeMapping == RANK4_IMAGES:
        return False
    fields = network.DESCRIPTOR.fields_by_name["layers"].message_type.fields_by_name
    kinds = {layer.WhichOneof("layer") for layer in network.layers}
    return all(fields[kind].number < FIRST_ND_LAYER for kind in kinds if kind)


def tensors(description: Any, network: Any) -> tuple[Tensor, ...]:
    "The inputs, of five axes where they are mapped to so many. None for what has no shape, or none that is told."
    return tuple(_tensor(feature, network) for feature in description.input)


def _tensor(feature: Any, network: Any) -> Tensor:
    array = feature.type.multiArrayType  # empty if it is none: then of no known type
    try:
        shape = _shape(feature.type, network)
    except Undetermined:
        shape = None
    return Tensor(feature.name, DTYPES.get(array.dataType, DType.UNKNOWN.value), shape)


def _shape(type: Any, network: Any) -> Shape:
    kind = type.WhichOneof("Type")
    if kind == "imageType":
        return _image(type.imageType, network.imageInputShapeMapping)
    return _array(type.multiArrayType, network.arrayInputShapeMapping == EXACT_ARRAYS)


def _image(image: Any, mapping: int) -> Shape:
    if image.colorSpace not in CHANNELS:
        return None
    flexibility = image.WhichOneof("SizeFlexibility")
    if flexibility == "imageSizeRange":
        sizes = image.imageSizeRange
        spatial = (_extents(sizes.heightRange), _extents(sizes.widthRange))
    else:
        among = list(image.enumeratedSizes.sizes) if flexibility == "enumeratedSizes" else []
        spatial = (_one_of(image.height, (e.height for e in among)), _one_of(image.width, (e.width for e in among)))
    batch = (1,) if mapping == RANK4_IMAGES else (1, 1)
    return (*batch, CHANNELS[image.colorSpace], *spatial)


def _array(array: Any, exact: bool) -> Shape:
    flexibility = array.WhichOneof("ShapeFlexibility")
    if flexibility == "shapeRange":
        found: Dims = tuple(_extents(each) for each in array.shapeRange.sizeRanges)
        return found or None if exact else _five(found)
    shapes = [tuple(array.shape)] if array.shape else []
    if flexibility == "enumeratedShapes":
        shapes += [tuple(each.shape) for each in array.enumeratedShapes.shapes]
    mapped = [shape if exact else _five(shape) for shape in shapes]
    known = [shape for shape in mapped if shape is not None]
    if not known or len(known) < len(mapped) or len({len(shape) for shape in known}) > 1:
        return None
    return tuple(_one_of(0, extents) for extents in zip(*known, strict=True))


def array_shape(array: Any) -> Shape:
    "Of an `ArrayFeatureType` whose axes are a program's own. Raises `Undetermined`."
    return _array(array, exact=True)


def _five(shape: Sequence[Dim]) -> Shape:
    "C, or C, H, W, behind a sequence and a batch of 1; what was written with all five stays."
    if len(shape) == 1:
        return (1, 1, shape[0], 1, 1)
    return {3: (1, 1, *shape), 5: tuple(shape)}.get(len(shape))


def _one_of(default: int, extents: Iterable[Any]) -> Dim:
    "Of the extents listed, and the default if there is one; 0 is none."
    return listed(int(extent) for extent in (default, *extents) if extent)


def _extents(found: Any) -> Dim:
    "A `SizeRange`; an upper bound of -1 is none."
    return ANY if found.upperBound < 0 else ranged(max(found.lowerBound, 1), found.upperBound)
