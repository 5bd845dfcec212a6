"""MobileNetV2 at 224 x 224 as a probe: the network of erwinzhang7's plans (`google/mobilenet_v2_1.0_224`, mean-pooled).

The architecture is public (arXiv:1801.04381, table 2). TensorFlow's padding is an operation of its own before each
3 x 3 convolution: one row and column at the far end where the stride is 2, one all around where it is 1.
"""

from __future__ import annotations

from anedb.coreml.probes import Probe, Tensor
from tools.evidence.sketch import Sketch

STAGES = ((24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
"Output channels, blocks, stride of the first block. The stem has the stage before them."
WIDER = 6
"Inner channels over input channels."


def network(batch: int) -> Probe:
    net = Sketch(Tensor((batch, 3, 224, 224), "fp32"), channels=3)
    _spatial(net, 32, 2)
    _spatial(net, 32, 1, groups=32)
    net.conv(16)
    for channels, blocks, stride in STAGES:
        for number in range(blocks):
            _block(net, channels, stride if number == 0 else 1)
    net.conv(1280)
    _relu6(net)
    net.pooled()
    return net.probe("mobilenet")


def _block(net: Sketch, channels: int, stride: int) -> None:
    before, came = net.last, net.channels
    inner = came * WIDER
    net.conv(inner)
    _relu6(net)
    _spatial(net, inner, stride, groups=inner)
    net.conv(channels)
    if stride == 1 and came == channels:
        net.add("add", x=before, y=net.last)


def _spatial(net: Sketch, channels: int, stride: int, groups: int = 1) -> None:
    "A padded 3 x 3 convolution."
    pad = (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1)
    net.add("pad", x=net.last, pad=(0, 0, 0, 0, *pad), mode="constant", constant_val=0.0)
    net.conv(channels, 3, stride, groups=groups)
    _relu6(net)


def _relu6(net: Sketch) -> None:
    net.add("clip", x=net.last, alpha=0.0, beta=6.0)
