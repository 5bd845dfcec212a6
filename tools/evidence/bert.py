"""DistilBERT over 128 tokens as a probe: the network of erwinzhang7's plans (`distilbert-base-uncased`, mean-pooled).

The architecture is public (arXiv:1910.01108): token and position embeddings, then six layers of self-attention with
12 heads and a feed-forward part, each followed by a sum and a normalisation. Attention is written out (PyTorch's
"eager"), its scale a multiplication after the first product; no mask, since none was given.
"""

from __future__ import annotations

from anedb.coreml.probes import Probe, Ref, Tensor
from tools.evidence.sketch import Sketch

TOKENS, VOCABULARY = 128, 30522
WIDTH, HEADS, INNER, LAYERS = 768, 12, 3072, 6
EPSILON = 1e-12


def network(batch: int) -> Probe:
    net = Sketch(Tensor((batch, TOKENS), "int32"))
    net.add("gather", x=net.weight(VOCABULARY, WIDTH), indices=net.last, axis=0)
    net.add("add", x=net.last, y=net.weight(1, TOKENS, WIDTH))
    _norm(net)
    for _ in range(LAYERS):
        _layer(net, batch)
    net.add("reduce_mean", x=net.last, axes=(1,), keep_dims=False)
    return net.probe("bert")


def _layer(net: Sketch, batch: int) -> None:
    before = net.last
    net.add("add", x=_attention(net, batch), y=before)
    before = _norm(net)
    net.linear(before, INNER, WIDTH)
    net.add("gelu", x=net.last, mode="EXACT")
    net.linear(net.last, WIDTH, INNER)
    net.add("add", x=net.last, y=before)
    _norm(net)


def _attention(net: Sketch, batch: int) -> Ref:
    x = net.last
    query, key, value = (_head(net, x, batch) for _ in range(3))
    turned = net.add("transpose", x=key, perm=(0, 1, 3, 2))
    net.add("matmul", x=query, y=turned)
    net.add("mul", x=net.last, y=(WIDTH // HEADS) ** -0.5)
    net.add("softmax", x=net.last, axis=-1)
    net.add("matmul", x=net.last, y=value)
    net.add("transpose", x=net.last, perm=(0, 2, 1, 3))
    joined = net.add("reshape", x=net.last, shape=(batch, TOKENS, WIDTH))
    return net.linear(joined, WIDTH, WIDTH)


def _head(net: Sketch, x: Ref, batch: int) -> Ref:
    "A projection, its heads on an axis of their own before the tokens."
    net.linear(x, WIDTH, WIDTH)
    net.add("reshape", x=net.last, shape=(batch, TOKENS, HEADS, WIDTH // HEADS))
    return net.add("transpose", x=net.last, perm=(0, 2, 1, 3))


def _norm(net: Sketch) -> Ref:
    gamma, beta = net.weight(WIDTH), net.weight(WIDTH)
    return net.add("layer_norm", x=net.last, axes=(-1,), gamma=gamma, beta=beta, epsilon=EPSILON)
