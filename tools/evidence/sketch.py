"Whole networks, written down layer by layer as probes."

from __future__ import annotations

from dataclasses import dataclass, field

from anedb.coreml.probes import Argument, Const, Probe, Ref, Step, Tensor

STEP = 1 / 1024
"Between the weights of two operations: equal operations on equal weights would be made one, and zeros left out."


@dataclass(slots=True)
class Sketch:
    "A network in the making. Weights are fp32, as in most networks that were converted; the converter makes them fp16."

    input: Tensor
    channels: int = 0
    "Of the newest value, in a convolutional network."
    steps: list[Step] = field(default_factory=list)
    dtype: str = "fp32"
    more: tuple[Tensor, ...] = ()
    "Inputs after the first."

    def weight(self, *shape: int) -> Const:
        return Const(shape, self.dtype, STEP * (1 + len(self.steps)))

    def number(self, value: float) -> Const:
        "A scalar in the network's own precision."
        return Const((), self.dtype, value)

    @property
    def last(self) -> Ref:
        "The newest value; 0 is the input."
        return Ref(len(self.more) + len(self.steps))

    def add(self, op: str, name: str = "", **args: Argument) -> Ref:
        self.steps.append(Step(op, args, name))
        return self.last

    def conv(
        self, out: int, kernel: int = 1, stride: int = 1, padding: int = 0, groups: int = 1, x: Ref | None = None
    ) -> Ref:
        "As coremltools converts PyTorch's, batch normalisation folded in: no padding is `valid`."
        args: dict[str, Argument] = {"strides": (stride, stride), "groups": groups, "pad_type": "valid"}
        if padding:
            args |= {"pad_type": "custom", "pad": (padding,) * 4}
        weight = self.weight(out, self.channels // groups, kernel, kernel)
        self.channels = out
        return self.add("conv", "", x=x or self.last, weight=weight, bias=self.weight(out), **args)

    def conv_1d(self, x: Ref, out: int, into: int, kernel: int, dilation: int = 1, padding: int = 0) -> Ref:
        "As `conv`, over a sequence (batch, channels, length)."
        args: dict[str, Argument] = {"strides": (1,), "dilations": (dilation,), "groups": 1, "pad_type": "valid"}
        if padding:
            args |= {"pad_type": "custom", "pad": (padding, padding)}
        return self.add("conv", "", x=x, weight=self.weight(out, into, kernel), bias=self.weight(out), **args)

    def linear(self, x: Ref, out: int, into: int) -> Ref:
        return self.add("linear", x=x, weight=self.weight(out, into), bias=self.weight(out))

    def pooled(self) -> None:
        "The mean over height and width, flattened."
        self.add("reduce_mean", x=self.last, axes=(-2, -1), keep_dims=True)
        self.add("reshape", x=self.last, shape=(self.input.shape[0], self.channels))

    def probe(self, name: str) -> Probe:
        "Its output is fp16, which the converter makes the default from opset iOS16."
        self.add("cast", x=self.last, dtype="fp16")
        return self.as_is(name)

    def as_is(self, name: str) -> Probe:
        "Its output has the precision it is calculated in."
        return Probe(name=name, inputs=(self.input, *self.more), steps=tuple(self.steps))
