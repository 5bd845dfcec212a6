"""Sums of products: matrix products, convolutions, attention. A multiplication and its addition are two.

Definitions: coremltools 9.0, `ops/defs/iOS15/conv.py`, `iOS15/linear.py`, `iOS18/transformers.py`; NeuralNetwork.proto.
"""

from __future__ import annotations

from math import prod

from anedb.placement.formulae.case import Case, Formula, Unknown, elements, extents, item
from anedb.placement.formulae.norms import SOFTMAX


def conv(case: Case) -> int:
    "2 · outputs · (C_in / groups) · kernel volume, + outputs for a bias. MIL weight: [C_out, C_in / groups, kernel…]."
    return case.made() * (2 * prod(case.shape("weight")[1:]) + case.biased())


def convolution(case: Case) -> int:
    "The same; `kernelChannels` is C_in / groups (NeuralNetwork.proto, ConvolutionLayerParams)."
    return case.made() * (2 * case.whole("kernelChannels") * case.volume("kernelSize") + case.biased())


def convolution3d(case: Case) -> int:
    "The same; `inputChannels` counts all groups'."
    channels = case.whole("inputChannels") // max(case.whole("nGroups"), 1)
    return case.made() * (2 * channels * _kernel3d(case) + case.biased())


def conv_transpose(case: Case) -> int:
    """2 · inputs · (C_out / groups) · kernel volume, + outputs for a bias: each input element meets the whole kernel.
    MIL weight: [C_in, C_out / groups, kernel…]. What padding crops away is counted."""
    return 2 * case.read() * prod(case.shape("weight")[1:]) + _bias(case)


def deconvolution(case: Case) -> int:
    "The same, for a NeuralNetwork."
    return 2 * case.read() * _out_channels(case) * case.volume("kernelSize") + _bias(case)


def deconvolution3d(case: Case) -> int:
    "The same, for a NeuralNetwork."
    return 2 * case.read() * _out_channels(case) * _kernel3d(case) + _bias(case)


def _out_channels(case: Case) -> int:
    return case.whole("outputChannels") // max(case.whole("nGroups"), 1)


def _kernel3d(case: Case) -> int:
    return case.whole("kernelDepth") * case.whole("kernelHeight") * case.whole("kernelWidth")


def _bias(case: Case) -> int:
    return case.made() if case.biased() else 0


def linear(case: Case) -> int:
    "2 · outputs · C_in, + outputs for a bias. MIL weight: [C_out, C_in]."
    return case.made() * (2 * item(case.shape("weight"), -1, "weight") + case.biased())


def inner_product(case: Case) -> int:
    "The same, for a NeuralNetwork."
    return case.made() * (2 * case.whole("inputChannels") + case.biased())


def embedding(case: Case) -> int:
    "A row is looked up, not multiplied: only a bias is work."
    return _bias(case)


def matmul(case: Case) -> int:
    "[…, M, K] · […, K, N]: 2 · outputs · K. A NeuralNetwork's may have its second matrix, and a bias, as weights."
    x = case.x()
    swapped = case.on("transpose_x") or case.on("transposeA")
    inner = item(x, -2 if swapped and len(x) > 1 else -1, "x")
    return case.made() * (2 * inner + case.biased())


def einsum(case: Case) -> int:
    """The product of the extents of all its letters, times what is done at each point: n - 1 multiplications for n
    operands, and an addition if any letter is summed over."""
    left, arrow, right = case.text("equation").replace(" ", "").partition("->")
    terms = left.split(",")
    if not arrow or "." in left or len(terms) != len(case.inputs):
        raise Unknown("the equation is not of a form that is known")
    extent: dict[str, int] = {}
    for term, operand in zip(terms, case.inputs, strict=True):
        shape = extents(operand.shape, operand.name)
        if len(term) != len(shape):
            raise Unknown("the equation does not fit the operands")
        for letter, size in zip(term, shape, strict=True):
            # an extent of 1 is stretched; 0 stays
            extent[letter] = size if extent.get(letter, 1) == 1 else extent[letter]
    return prod(extent.values()) * (len(terms) - 1 + bool(set(extent) - set(right)))


def attention(case: Case) -> int:
    """softmax(Q · Kᵀ / √E + mask) · V with Q […, L, E], K […, S, E], V […, S, EV], output […, L, EV].

    For each of the […, L, S] scores: 2 · E, a division, an addition where there is a mask, softmax, 2 · EV.
    """
    out, key, value = case.out(), case.shape("key"), case.shape("value")
    scores = prod(out[:-1]) * item(key, -2, "key")
    return scores * (2 * item(key, -1, "key") + 1 + case.has("attn_mask") + SOFTMAX + 2 * item(value, -1, "value"))


def dot(case: Case) -> int:
    "2 an element; cosine similarity also squares and adds both sides: 6."
    return (6 if case.on("cosineSimilarity") else 2) * elements(case.x(), "x")


FORMULAE: dict[str, Formula] = {
    "conv": conv,
    "conv_quantized": conv,
    "convolution": convolution,
    "convolution3d": convolution3d,
    "conv_transpose": conv_transpose,
    "deconvolution": deconvolution,
    "deconvolution3d": deconvolution3d,
    "linear": linear,
    "innerProduct": inner_product,
    "embedding": embedding,
    "embeddingND": embedding,
    "matmul": matmul,
    "batchedMatmul": matmul,
    "einsum": einsum,
    "scaled_dot_product_attention": attention,
    "dot": dot,
}
