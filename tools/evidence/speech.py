"""The Transformer in front of orukahairuka's vocoder as probes: an encoder and a decoder over 262 frames.

The source states widths, heads and layers; the form is that of the public Transformer-TTS (arXiv:1809.08895): frames
through two layers and a projection, scaled positions looked up, attention whose result is joined to its input, a
feed-forward part of 1x1 convolutions, and behind the decoder five causal convolutions.

Proof that these are the source's networks: every type of operation as often as published, in all of its precisions
(the decoder's 8-bit weights make Core ML Tools write the index check twice, here as there), and the three networks
together have the 181.5 MB and 90.9 MB that it gives, which fix the kernels (1 and 5) and the projection. What is not
published is the order of heads and batch: transposes and reshapes of heads could be others (`sure`). Nor is the shape
of the causal mask.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from anedb.coreml.probes import Argument, Const, Probe, Ref, Tensor
from anedb.domain.model import Op
from tools.evidence.sketch import Sketch

FRAMES, BANDS, WIDTH, INNER, PRENET = 262, 256, 512, 2048, 1024
HEADS, LAYERS, POSITIONS = 4, 3, 1024
POST_KERNEL, POST_LAYERS = 5, 5
EPSILON = 1e-5
MASKED = float(-(2**32) + 1)
"No fp16 number: the selection stays in fp32, between two casts."


def encoder(dtype: str) -> Probe:
    net = _begin(dtype)
    x = _positions(net, _prenet(net, Ref(0)), Ref(1))
    for _ in range(LAYERS):
        x = _feed_forward(net, _attention(net, x, x))
    return _named(net.as_is("encoder"))


def decoder(dtype: str) -> Probe:
    net = _begin(dtype, Tensor((1, FRAMES, WIDTH), dtype))
    memory, frames, places = Ref(0), Ref(1), Ref(2)
    x = _positions(net, _prenet(net, frames), places)
    for _ in range(LAYERS):
        x = _attention(net, x, x, masked=True)
        x = _attention(net, memory, x)
        x = _feed_forward(net, x)
    net.linear(x, BANDS, WIDTH)
    _postnet(net)
    return _named(net.as_is("decoder"))


def sure(op: Op) -> bool:
    "Whether the operation's parameters and shapes follow from what is published."
    ranks = {len(item.shape or ()) for item in op.layer.inputs if not item.const} | {len(op.outputs[0].shape or ())}
    if op.type == "transpose":
        return ranks == {3}
    if op.type == "reshape":
        return op.outputs[0].shape in {(1, FRAMES, HEADS, WIDTH // HEADS), (1, FRAMES, WIDTH)}
    return op.type != "select" or op.outputs[0].dtype == "int32"


def _begin(dtype: str, *before: Tensor) -> Sketch:
    "Frames and their positions, after what else goes in."
    inputs = (*before, Tensor((1, FRAMES, BANDS), dtype), Tensor((1, FRAMES), "int32"))
    return Sketch(inputs[0], dtype=dtype, more=inputs[1:])


def _named(probe: Probe) -> Probe:
    "With a name for every step, so that a build in fp32 can list them."
    return replace(probe, steps=tuple(replace(step, name=f"op_{at}") for at, step in enumerate(probe.steps)))


def _prenet(net: Sketch, x: Ref) -> Ref:
    x = net.add("relu", x=net.linear(x, PRENET, BANDS))
    x = net.add("relu", x=net.linear(x, WIDTH, PRENET))
    return net.linear(x, WIDTH, WIDTH)


def _positions(net: Sketch, x: Ref, places: Ref) -> Ref:
    found = net.add("gather", x=net.weight(POSITIONS, WIDTH), indices=places, axis=0)
    return net.add("add", x=net.add("mul", x=found, y=net.weight(1)), y=x)


def _attention(net: Sketch, memory: Ref, x: Ref, masked: bool = False) -> Ref:
    key, value, query = (_heads(net, each) for each in (memory, memory, x))
    net.add("matmul", x=query, y=key, transpose_y=True)
    net.add("mul", x=net.last, y=net.number((WIDTH // HEADS) ** -0.5))
    if masked:
        _mask(net)
    net.add("softmax", x=net.last, axis=-1)
    net.add("matmul", x=net.last, y=value)
    net.add("reshape", x=net.last, shape=(HEADS, 1, FRAMES, WIDTH // HEADS))
    net.add("transpose", x=net.last, perm=(1, 2, 0, 3))
    net.add("reshape", x=net.last, shape=(1, FRAMES, WIDTH))
    net.add("concat", values=(x, net.last), axis=-1)
    net.add("add", x=net.linear(net.last, WIDTH, 2 * WIDTH), y=x)
    return _norm(net)


def _heads(net: Sketch, x: Ref) -> Ref:
    "A projection without bias, one sequence a head."
    net.add("linear", x=x, weight=net.weight(WIDTH, WIDTH))
    net.add("reshape", x=net.last, shape=(1, FRAMES, HEADS, WIDTH // HEADS))
    net.add("transpose", x=net.last, perm=(2, 0, 1, 3))
    return net.add("reshape", x=net.last, shape=(HEADS, FRAMES, WIDTH // HEADS))


def _mask(net: Sketch) -> None:
    "What comes later weighs nothing."
    later = tuple(float(column > row) for row in range(FRAMES) for column in range(FRAMES))
    cond = Const((1, FRAMES, FRAMES), "bool", values=later)
    x = net.last if net.dtype == "fp32" else net.add("cast", x=net.last, dtype="fp32")
    net.add("select", cond=cond, a=Const((), "fp32", MASKED), b=x)
    if net.dtype != "fp32":
        net.add("cast", x=net.last, dtype=net.dtype)


def _feed_forward(net: Sketch, x: Ref) -> Ref:
    net.add("transpose", x=x, perm=(0, 2, 1))
    net.add("relu", x=net.conv_1d(net.last, INNER, WIDTH, 1))
    net.conv_1d(net.last, WIDTH, INNER, 1)
    net.add("transpose", x=net.last, perm=(0, 2, 1))
    net.add("add", x=net.last, y=x)
    return _norm(net)


def _norm(net: Sketch) -> Ref:
    gamma, beta = net.weight(WIDTH), net.weight(WIDTH)
    return net.add("layer_norm", x=net.last, axes=(-1,), gamma=gamma, beta=beta, epsilon=net.number(EPSILON))


def _postnet(net: Sketch) -> None:
    "Five convolutions that look back only: padded at both ends, cut at the far one."
    frames = net.add("transpose", x=net.last, perm=(0, 2, 1))
    widths = (BANDS, *[WIDTH] * (POST_LAYERS - 1), BANDS)
    for number, (into, out) in enumerate(pairwise(widths)):
        net.conv_1d(net.last, out, into, POST_KERNEL, padding=POST_KERNEL - 1)
        masks: dict[str, Argument] = {"begin_mask": (True,) * 3, "end_mask": (True, True, False)}
        net.add("slice_by_index", "", x=net.last, begin=(0, 0, 0), end=(0, 0, 1 - POST_KERNEL), **masks)
        if number < POST_LAYERS - 1:
            four: dict[str, Argument] = {name: net.weight(out) for name in ("mean", "variance", "gamma", "beta")}
            net.add("batch_norm", "", x=net.last, epsilon=net.number(EPSILON), **four)
            net.add("tanh", x=net.last)
    net.add("add", x=frames, y=net.last)
    net.add("transpose", x=net.last, perm=(0, 2, 1))
