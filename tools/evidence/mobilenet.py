"""MobileNet-EdgeTPU at 224 x 224, the network of freedomtan's dump, as a probe.

The architecture is public: `V3_EDGETPU` in tensorflow/models, research/slim/nets/mobilenet/mobilenet_v3.py, with the
block of conv_blocks.py (a block whose inner width equals its input's has no expansion) and the head of mobilenet.py
(7x7 average pool, 1x1 convolution to 1001 classes, squeeze, softmax). Batch normalisation is folded into the
convolutions, as coremltools does; TensorFlow's SAME is MIL's `same`. The image enters as coremltools' image input
does: times 1/127.5, minus 1, both in fp32.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from anedb.coreml.probes import Argument, Const, Probe, Ref, Step, Tensor

NAME = "MobilenetEdgeTPU"
FP32 = frozenset({"images__scaled__", "images__biased__"})
CLASSES = 1001


@dataclass(frozen=True, slots=True)
class Block:
    factor: int
    "Inner channels over input channels."
    channels: int
    kernel: int = 3
    stride: int = 1
    fused: bool = False
    "One dense convolution instead of an expansion and a depthwise one."
    residual: bool = True


BLOCKS = (
    Block(1, 16, fused=True),
    Block(8, 32, stride=2, fused=True),
    *[Block(4, 32, fused=True)] * 3,
    Block(8, 48, stride=2, fused=True),
    *[Block(4, 48, fused=True)] * 3,
    Block(8, 96, stride=2),
    *[Block(4, 96)] * 3,
    Block(8, 96, residual=False),
    *[Block(4, 96)] * 3,
    Block(8, 160, kernel=5, stride=2),
    *[Block(4, 160, kernel=5)] * 3,
    Block(8, 192),
)


@dataclass(slots=True)
class _Network:
    channels: int = 3
    steps: list[Step] = field(default_factory=list)

    @property
    def last(self) -> Ref:
        "The newest value; 0 is the image."
        return Ref(len(self.steps))

    def add(self, op: str, name: str, **args: Argument) -> None:
        self.steps.append(Step(op, args, name))

    def conv(self, name: str, out: int, kernel: int, stride: int = 1, groups: int = 1, batch_norm: bool = True) -> None:
        weight = Const((out, self.channels // groups, kernel, kernel), "fp32")
        full = f"{NAME}_{name}_BatchNorm_FusedBatchNormV3_nchw" if batch_norm else name
        strides = (stride, stride)
        args: dict[str, Argument] = {
            "weight": weight,
            "bias": Const((out,), "fp32"),
            "strides": strides,
            "groups": groups,
        }
        self.add("conv", full, x=self.last, pad_type="same", **args)
        self.channels = out

    def relu(self, name: str) -> None:
        self.add("relu", f"{NAME}_{name}_Relu", x=self.last)


def network() -> Probe:
    "The whole network. Its operations are the dump's, but for one that Core ML adds at run time."
    net = _Network()
    net.add("mul", "images__scaled__", x=net.last, y=Const((), "fp32", 1 / 127.5))
    net.add("add", "images__biased__", x=net.last, y=Const((1, 3, 1, 1), "fp32", -1.0))
    net.conv("Conv", 32, 3, 2)
    net.relu("Conv")
    for number, block in enumerate(BLOCKS):
        _block(net, f"expanded_conv_{number}" if number else "expanded_conv", block)
    net.conv("Conv_1", 1280, 1)
    net.relu("Conv_1")
    _head(net)
    return Probe(name=NAME, inputs=(Tensor((1, 3, 224, 224), "fp32"),), steps=tuple(net.steps))


def _block(net: _Network, name: str, block: Block) -> None:
    before, came = net.last, net.channels
    inner = came * block.factor
    if inner > came:
        stride = block.stride if block.fused else 1
        net.conv(f"{name}_expand", inner, block.kernel if block.fused else 1, stride)
        net.relu(f"{name}_expand")
    if not block.fused:
        net.conv(f"{name}_depthwise", inner, block.kernel, block.stride, groups=inner)
        net.relu(f"{name}_depthwise")
    net.conv(f"{name}_project", block.channels, 1)
    if block.residual and block.stride == 1 and came == block.channels:
        net.add("add", f"{NAME}_{name}_add", x=net.last, y=before)


def _head(net: _Network) -> None:
    pool: dict[str, Argument] = {"kernel_sizes": (7, 7), "strides": (1, 1), "pad_type": "valid"}
    net.add("avg_pool", "avg_pool_0", x=net.last, exclude_padding_from_average=True, **pool)
    net.conv("conv_0", CLASSES, 1, batch_norm=False)
    net.add("transpose", "transpose_177", x=net.last, perm=(0, 2, 3, 1))
    net.add("squeeze", f"{NAME}_Logits_Squeeze", x=net.last, axes=(1, 2))
    net.add("softmax", "Softmax", x=net.last, axis=-1)
