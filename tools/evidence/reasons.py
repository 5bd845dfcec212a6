"Core ML's refusals, from its own words to the closed vocabulary of data/reasons.toml."

from __future__ import annotations

import re
from collections.abc import Callable

from anedb.domain.layer import Layer
from anedb.domain.observation import Reason

AXES = {"N": "batch", "D": "depth", "C": "channels", "H": "height", "W": "width"}


def reason(message: str, layer: Layer) -> Reason:
    "The first pattern that fits; `unmapped` with Core ML's own words where none does."
    for pattern, make in PATTERNS:
        found = re.search(pattern, message)
        if found:
            return make(found, layer)
    return Reason(code="unmapped", text=message)


def _operation(found: re.Match[str], layer: Layer) -> Reason:
    return Reason(code="unsupported-op", value=found[1], text=found[0])


def _dtype(code: str) -> Callable[[re.Match[str], Layer], Reason]:
    return lambda found, layer: Reason(code=code, feature="dtype", value=found[1], text=found[0])


def _index(found: re.Match[str], layer: Layer) -> Reason:
    return Reason(code="index-dtype", feature=found[2], value=found[1], limit=found[3].lower(), text=found[0])


def _convolution(found: re.Match[str], layer: Layer) -> Reason:
    "The message names no number: the longer side of the layer's own kernel is what it speaks of."
    height, width = (int(size) for size in _weight(layer)[-2:])
    feature, value = ("kernel_height", height) if height > width else ("kernel_width", width)
    return Reason(code="kernel-too-large", feature=feature, value=str(value), text=found[0])


def _weight(layer: Layer) -> tuple[int | str, ...]:
    return next(item.shape for item in layer.inputs if item.name == "weight" and item.shape)


def _pool(found: re.Match[str], layer: Layer) -> Reason:
    return Reason(code="kernel-too-large", feature="kernel_width", value=found[1], limit=found[2], text=found[0])


def _extent(found: re.Match[str], layer: Layer) -> Reason:
    "The axes that are beyond their own limit: one, in every message seen."
    sizes = dict(re.findall(r"([NDCHW])(\d+)", found[1]))
    limits = dict(re.findall(r"([NDCHW])\[1-(\d+)\]", found[2]))
    axis = next(name for name in sizes if int(sizes[name]) > int(limits[name]))
    return Reason(code="extent-too-large", feature=AXES[axis], value=sizes[axis], limit=limits[axis], text=found[0])


def _memory(found: re.Match[str], layer: Layer) -> Reason:
    return Reason(code="memory", value=found[1], limit=found[2], text=found[0])


def _no_target(found: re.Match[str], layer: Layer) -> Reason:
    return Reason(code="no-engine-target", value=found[1], text=found[0])


PATTERNS: tuple[tuple[str, Callable[[re.Match[str], Layer], Reason]], ...] = (
    (r'Unsupported MIL operation "(\w+)"', _operation),
    (r"live-in.*Unsupported tensor data type: (\w+)", _dtype("live-in-dtype")),
    (r"Unsupported tensor (?:data type|format): (\w+)", _dtype("dtype")),
    (r"Invalid input tensor format: (\w+)", _dtype("dtype")),
    (r"Invalid output tensor format: (\w+)", _dtype("output-dtype")),
    (r"Output type (\w+) is not supported", _dtype("output-dtype")),
    (r'type (\w+) for "(\w+)" is not supported. only support (\w+)', _index),
    (r"conv with large kernel does not meet decomposition preconditions", _convolution),
    (r"Invalid Pool kernel width \((\d+)\), must be \[1-(\d+)\] or 32", _pool),
    (r"Tensor dimensions (\w+) are not within supported range, ([\w\[\]-]+)", _extent),
    (r"output channel of input A \((\d+ kB)\) can not fit the Kmem \((\d+ kB)\)", _memory),
    (r"(\w+) MIL op is currently only supported on uANE targets", _no_target),
)
"Pattern -> how its numbers become a reason. The live-in pattern stands before the plain one, which it contains."
