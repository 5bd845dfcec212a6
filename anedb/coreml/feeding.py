"""Inputs for a model, made from a nonce: the same bytes on any machine that is told the nonce, and unknown before.

Numbers are multiples of 1/128 in [-1, 1), which fp16 holds exactly; integers are 0 or 1, which are valid as indices,
lengths and sizes alike. And what became of the outputs: their digest, and how far they are from the CPU's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anedb.coreml.quiet import coremltools
from anedb.domain.layer import decimal
from anedb.errors import UsageError
from anedb.fingerprint import fingerprint

DTYPES = {65568: "float32", 65600: "float64", 65552: "float16", 131104: "int32"}
"`ArrayFeatureType.ArrayDataType` -> numpy."
GREY, COLOURED = ("GRAYSCALE",), ("RGB", "BGR")


def inputs(model: Path, nonce: str) -> tuple[dict[str, Any], bool]:
    """What the model is fed, by name, and whether it keeps a state. Raises `UsageError` for an input that is neither a
    tensor nor a plain image."""
    described = _described(coremltools().models.utils.load_spec(str(model)).description)
    return {each.name: _value(each, nonce) for each in described.input}, len(described.state) > 0


def _described(whole: Any) -> Any:
    "Of a model of several functions, the one that runs where none is named."
    default = whole.defaultFunctionName
    return next((each for each in whole.functions if each.name == default), whole)


def _value(feature: Any, nonce: str) -> Any:
    kind = feature.type.WhichOneof("Type")
    if kind == "multiArrayType":
        return _array(feature.type.multiArrayType, f"{nonce}/{feature.name}")
    if kind == "imageType":
        return _image(feature.type.imageType, f"{nonce}/{feature.name}")
    raise UsageError(f"an input is a {kind}, which is not measured")


def _array(found: Any, seed: str) -> Any:
    import numpy

    shape = tuple(found.shape) or _least(found)
    raw = numpy.frombuffer(_bytes(seed, int(numpy.prod(shape, dtype=int))), numpy.int8).reshape(shape)
    dtype = DTYPES.get(found.dataType, "float32")
    return (raw & 1).astype(dtype) if dtype == "int32" else (raw / 128).astype(dtype)


def _least(found: Any) -> tuple[int, ...]:
    "Of an input that states only a range, or a list of shapes."
    if found.enumeratedShapes.shapes:
        return tuple(found.enumeratedShapes.shapes[0].shape)
    return tuple(max(1, each.lowerBound) for each in found.shapeRange.sizeRanges)


def _image(found: Any, seed: str) -> Any:
    import numpy

    space = found.ColorSpace.Name(found.colorSpace)
    if space not in GREY + COLOURED:
        raise UsageError(f"an input is an image of {space}, which is not measured")
    try:
        from PIL import Image  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise UsageError("an input is an image: measuring it needs Pillow (pip install pillow)") from None
    shape = (found.height, found.width) if space in GREY else (found.height, found.width, 3)
    return Image.fromarray(numpy.frombuffer(_bytes(seed, int(numpy.prod(shape))), numpy.uint8).reshape(shape))


def _bytes(seed: str, count: int) -> bytes:
    return hashlib.shake_256(seed.encode()).digest(count)


def digest(outputs: Mapping[str, Any]) -> str:
    "Of every bit of every output: rounding tells compute units apart."
    import numpy

    told = []
    for name in sorted(outputs):
        array = numpy.ascontiguousarray(outputs[name])
        hashed = hashlib.sha256(array.tobytes()).hexdigest()
        told.append({"name": _ascii(name), "dtype": str(array.dtype), "shape": list(array.shape), "sha256": hashed})
    return fingerprint({"outputs": told})


def _ascii(name: str) -> str:
    return name.encode("ascii", "backslashreplace").decode()


def distance(outputs: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    """The largest difference as a share of the reference's largest value, in decimal text; `inf` where one has a
    number and the other none, or the shapes differ. What both have no number for agrees."""
    worst = 0.0
    for name, expected in reference.items():
        worst = max(worst, _apart(outputs.get(name), expected))
    return "inf" if worst == float("inf") else decimal(worst)


def _apart(found: Any, expected: Any) -> float:
    import numpy

    try:
        one, two = (numpy.asarray(each, dtype=numpy.float64) for each in (found, expected))
    except (TypeError, ValueError):
        return 0.0 if found == expected else float("inf")
    if one.shape != two.shape or not numpy.array_equal(numpy.isfinite(one), numpy.isfinite(two)):
        return float("inf")
    kept = numpy.isfinite(two)
    if not kept.any():
        return 0.0
    largest = float(numpy.abs(two[kept]).max()) or 1.0
    return float(numpy.abs(one[kept] - two[kept]).max()) / largest
