"""ResNet-50 at 224 x 224 as a probe: the network of erwinzhang7's plans (`microsoft/resnet-50`, mean-pooled).

The architecture is public (arXiv:1512.03385, with the stride on the 3 x 3 convolution): stages of 3, 4, 6 and 3 blocks
of three convolutions, the first of each stage with a convolution beside it. The pooled features are the output.
"""

from __future__ import annotations

from anedb.coreml.probes import Probe, Ref, Tensor
from tools.evidence.sketch import Sketch

STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
"Inner channels, blocks, stride of the first block."
WIDER = 4
"Output channels over inner ones."


def network(batch: int) -> Probe:
    net = Sketch(Tensor((batch, 3, 224, 224), "fp32"), channels=3)
    net.conv(64, 7, 2, padding=3)
    net.add("relu", x=net.last)
    net.add("max_pool", x=net.last, kernel_sizes=(3, 3), strides=(2, 2), pad_type="custom", pad=(1, 1, 1, 1))
    for inner, blocks, stride in STAGES:
        for number in range(blocks):
            _block(net, inner, stride if number == 0 else 1)
    net.pooled()
    return net.probe("resnet50")


def _block(net: Sketch, inner: int, stride: int) -> None:
    before, came = net.last, net.channels
    net.conv(inner)
    net.add("relu", x=net.last)
    net.conv(inner, 3, stride, padding=1)
    net.add("relu", x=net.last)
    deep = net.conv(inner * WIDER)
    beside = before if came == net.channels else _beside(net, before, came, stride)
    net.add("add", x=deep, y=beside)
    net.add("relu", x=net.last)


def _beside(net: Sketch, before: Ref, came: int, stride: int) -> Ref:
    "The convolution that brings a block's input to its output's shape."
    out, net.channels = net.channels, came
    return net.conv(out, 1, stride, x=before)
