"""What several features are derived from, read once per layer, for both formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anedb.domain.layer import Dim, Layer, Operand

CONVOLUTIONS = frozenset({"conv", "conv_transpose", "conv_quantized"})
"MIL ops whose weight [out, in / groups, (depth, height,) width] tells the kernel; transposed: [in, out / groups, …]."

VOLUMES = frozenset({"convolution3d", "deconvolution3d", "pooling3d", "globalPooling3d"})
"The NeuralNetwork layers of batch, channel, depth, height and width."

AXES = ("width", "height", "depth")
"The last spatial axis is width, the one before it height, before that depth."

NOTHING = Operand(name="", dtype="unknown")


class Facts:
    "One layer, and what can be told of it. A partial layer tells less: what is missing is None."

    __slots__ = (
        "dilation",
        "dynamic",
        "enumerated",
        "inputs",
        "kernel",
        "layer",
        "params",
        "shape",
        "stride",
        "weight",
        "x",
    )

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.params: Mapping[str, Any] = layer.params
        self.inputs = layer.inputs
        self.x = primary(layer.inputs)
        self.shape = self.x.shape
        self.weight = next((operand.shape for operand in layer.inputs if operand.name in ("weight", "weights")), None)
        flexible = [dim for operand in layer.inputs for dim in operand.shape or () if type(dim) is str]
        self.dynamic = bool(flexible)
        self.enumerated = any("|" in dim for dim in flexible)
        self.kernel = self._kernel()
        self.stride = self._window("strides", "stride", "strideDepth", "strideHeight", "strideWidth")
        self.dilation = self._window("dilations", "dilationFactor", "dilationDepth", "dilationHeight", "dilationWidth")

    def _kernel(self) -> tuple[Dim, ...] | None:
        found = self._window("kernel_sizes", "kernelSize", "kernelDepth", "kernelHeight", "kernelWidth")
        if found is None and self.weight is not None and self.layer.type in CONVOLUTIONS:
            return self.weight[2:]
        return found

    def _window(self, mil: str, nn: str, depth: str, height: str, width: str) -> tuple[int, ...] | None:
        "A number per spatial axis: MIL's name, NeuralNetwork's, and the three of its 3-D layers."
        params = self.params
        found = params.get(mil)
        if found is None:
            found = params.get(nn)
        if found is None and width in params:
            found = tuple(params.get(name) for name in (depth, height, width))
        if not isinstance(found, tuple) or not found or type(found[0]) is not int:
            return None
        return found

    def spatial(self) -> int | None:
        "The first spatial axis of x; batch and channels come before it. None: no spatial axes."
        if self.shape is None or len(self.shape) < 3:
            return None
        if self.layer.format == "neuralnetwork" and self.layer.type not in VOLUMES:
            # NeuralNetwork.proto: channel, height and width are the last three axes; what is before is batch.
            return len(self.shape) - 2
        return 2


def primary(inputs: tuple[Operand, ...]) -> Operand:
    "The operand a layer is said to work on: the first that is not constant, else the first."
    for operand in inputs:
        if not operand.const:
            return operand
    return inputs[0] if inputs else NOTHING


def whole(value: Any) -> int | None:
    return value if type(value) is int else None


def number(value: Any) -> int | str | None:
    "A scale: an integer where it is whole, else its decimal text."
    if type(value) is str:
        head, _, tail = value.partition(".")
        return int(head) if head.isdigit() and not tail.strip("0") else value
    return whole(value)
