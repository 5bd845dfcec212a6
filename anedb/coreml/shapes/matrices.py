"Products of matrices, and look-ups in a table of vectors."

from __future__ import annotations

from anedb.coreml.shapes.case import Case, One
from anedb.coreml.shapes.dims import Dims, Undetermined, broadcast


def inner_product(case: Case) -> Dims:
    "Up to rank 3 the last axis becomes the output channels; from rank 4 (…, C, H, W) becomes (…, C_out, 1, 1)."
    x, channels = case.x(least=1), case.whole("outputChannels", 1)
    if len(x) > 5:
        raise Undetermined
    return (*x[:-1], channels) if len(x) < 4 else (*x[:-3], channels, 1, 1)


def batched_matmul(case: Case) -> Dims:
    "With a weight the last axis becomes its second extent; two inputs are matrices in the last two axes."
    if len(case.inputs) == 1:
        return (*case.x(least=1)[:-1], case.whole("weightMatrixSecondDimension", 1))
    a, b = case.x(least=1), case.x(1, least=1)
    a, b = (1, *a) if len(a) == 1 else a, (*b, 1) if len(b) == 1 else b
    rows = a[-1] if case.params["transposeA"] else a[-2]
    columns = b[-2] if case.params["transposeB"] else b[-1]
    return (*_batch(a, b), rows, columns)


def _batch(a: Dims, b: Dims) -> Dims:
    return broadcast((a[:-2], b[:-2]))


def dot(case: Case) -> Dims:
    return (*case.x(least=3)[:-3], 1, 1, 1)


def embedding(case: Case) -> Dims:
    "(x, 1, 1, 1) or (x, y, 1, 1, 1): the channel axis becomes the vector."
    x = case.x(least=4)
    return (*x[:-3], case.whole("outputChannels", 1), 1, 1)


def embedding_nd(case: Case) -> Dims:
    "(…, 1): the last axis becomes the vector."
    return (*case.x(least=2)[:-1], case.whole("embeddingSize", 1))


SHAPES: dict[str, One] = {
    "innerProduct": inner_product,
    "batchedMatmul": batched_matmul,
    "dot": dot,
    "embedding": embedding,
    "embeddingND": embedding_nd,
}
