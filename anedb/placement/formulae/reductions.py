"""Reductions, running sums and sorting.

Definitions: coremltools 9.0, `ops/defs/iOS15/reduction.py`, `iOS15/tensor_operation.py`; NeuralNetwork.proto.
"""

from __future__ import annotations

from anedb.placement.formulae.case import Case, Formula, Unknown

KINDS: dict[str, tuple[int, int]] = {
    "sum": (1, 0),
    "prod": (1, 0),
    "max": (1, 0),
    "min": (1, 0),
    "argmax": (1, 0),
    "argmin": (1, 0),
    "avg": (1, 1),
    "l1": (2, 0),
    "l2": (2, 1),
    "sumsquare": (2, 0),
    "logsum": (1, 1),
    "logsumexp": (4, 2),
}
"""Operations for each element read, and for each given. An average divides; L1 takes the magnitude and adds; L2
squares, adds and takes a root; logsumexp is the stable one: compare, subtract, exp, add, then log and add the maximum.
"""

TYPES = {
    "sum": "reduce_sum reduceSum",
    "prod": "reduce_prod reduceProd",
    "max": "reduce_max reduceMax classify",
    "min": "reduce_min reduceMin",
    "argmax": "reduce_argmax argMax",
    "argmin": "reduce_argmin argMin",
    "avg": "reduce_mean reduceMean",
    "l1": "reduce_l1_norm reduceL1",
    "l2": "reduce_l2_norm reduceL2",
    "sumsquare": "reduce_sum_square reduceSumSquare",
    "logsum": "reduce_log_sum reduceLogSum",
    "logsumexp": "reduce_log_sum_exp reduceLogSumExp",
}
"`classify` looks for the largest probability."


def reduction(read: int, made: int) -> Formula:
    "See `KINDS`."
    return lambda case: read * case.read() + (made * case.made() if made else 0)


def reduce(case: Case) -> int:
    "A NeuralNetwork's `reduce` says by `mode` which it is."
    kind = KINDS.get(case.word("mode"))
    if kind is None:
        raise Unknown(f"{case.word('mode')} is no kind of reduction")
    return reduction(*kind)(case)


def each(case: Case) -> int:
    "One for each element read: an addition of a running sum, a comparison with zero."
    return case.read()


def argsort(case: Case) -> int:
    "Comparisons: n · log2(n) along the axis."
    return case.read() * _levels(case.along(case.x()))


def topk(case: Case) -> int:
    "Comparisons: n · log2(k) along the axis, with a heap of the k best; k is the output's extent."
    return case.read() * _levels(case.along(case.out()))


def _levels(count: int) -> int:
    "log2 rounded up, at least 1."
    return max((count - 1).bit_length(), 1) if count else 0


FORMULAE: dict[str, Formula] = {
    **{type: reduction(*KINDS[kind]) for kind, types in TYPES.items() for type in types.split()},
    "reduce": reduce,
    **dict.fromkeys(("cumsum", "cumSum", "non_zero", "whereNonZero"), each),
    **dict.fromkeys(("argsort", "argSort"), argsort),
    **dict.fromkeys(("topk", "topK"), topk),
}
