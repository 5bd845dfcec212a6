"""HiFi-GAN's generator as a probe: the vocoder of orukahairuka's plans, 262 frames of 256 bands to 67,072 samples.

The architecture is public (arXiv:2010.05646, version V1 with 256 bands); the source states its sizes. Four stages, each
a transposed convolution and three residual blocks whose outputs are averaged. Weight normalisation is folded away.

Proof that this is the source's network: 196 operations, each type as often as published, and by the source's own
indices (which count constants) the 29th of the file is the first block's first convolution and the 227th the leaky
ReLU that is 56th here, as coremltools numbers them when all slopes of a block are one constant.
"""

from __future__ import annotations

from anedb.coreml.probes import Probe, Ref, Tensor
from tools.evidence.sketch import Sketch

FRAMES, BANDS = 262, 256
RATES, KERNELS = (8, 8, 2, 2), (16, 16, 4, 4)
CHANNELS = (512, 256, 128, 64, 32)
BLOCK_KERNELS, DILATIONS = (3, 7, 11), (1, 3, 5)
EDGE = 7
"Kernel of the first and of the last convolution."
SLOPE, LAST_SLOPE = 0.1, 0.01


def network() -> Probe:
    net = Sketch(Tensor((1, BANDS, FRAMES), "fp16"), dtype="fp16")
    x = net.conv_1d(net.last, CHANNELS[0], BANDS, EDGE, padding=EDGE // 2)
    for number in range(len(RATES)):
        x = _stage(net, x, number)
    net.add("leaky_relu", x=x, alpha=net.number(LAST_SLOPE))
    net.conv_1d(net.last, 1, CHANNELS[-1], EDGE, padding=EDGE // 2)
    net.add("tanh", x=net.last)
    return net.as_is("hifigan")


def _stage(net: Sketch, x: Ref, number: int) -> Ref:
    "A wider sequence, and the mean of its three residual blocks."
    x = _wider(net, net.add("leaky_relu", x=x, alpha=net.number(SLOPE)), number)
    channels = CHANNELS[number + 1]
    total = _block(net, x, channels, BLOCK_KERNELS[0])
    for kernel in BLOCK_KERNELS[1:]:
        total = net.add("add", x=total, y=_block(net, x, channels, kernel))
    return net.add("mul", x=total, y=net.number(1 / len(BLOCK_KERNELS)))


def _wider(net: Sketch, x: Ref, number: int) -> Ref:
    into, out = CHANNELS[number], CHANNELS[number + 1]
    rate, kernel = RATES[number], KERNELS[number]
    padding = (kernel - rate) // 2
    weight, bias = net.weight(into, out, kernel), net.weight(out)
    return net.add(
        "conv_transpose",
        x=x,
        weight=weight,
        bias=bias,
        strides=(rate,),
        pad_type="custom",
        pad=(padding, padding),
        dilations=(1,),
        groups=1,
    )


def _block(net: Sketch, x: Ref, channels: int, kernel: int) -> Ref:
    "Three times a dilated convolution, a plain one, and the sum with what came in."
    for dilation in DILATIONS:
        inner = net.add("leaky_relu", x=x, alpha=net.number(SLOPE))
        inner = net.conv_1d(inner, channels, channels, kernel, dilation, dilation * (kernel - 1) // 2)
        inner = net.add("leaky_relu", x=inner, alpha=net.number(SLOPE))
        inner = net.conv_1d(inner, channels, channels, kernel, padding=kernel // 2)
        x = net.add("add", x=inner, y=x)
    return x
