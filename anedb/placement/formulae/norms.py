"""Normalisations: operations an element. Roots, epsilon and divisions of a sum are left out: one for many elements.

Definitions: coremltools 9.0, `ops/defs/iOS15/normalization.py`; NeuralNetwork.proto.
"""

from __future__ import annotations

from anedb.placement.formulae.case import Case, Formula

SOFTMAX = 5
"Compare and subtract, exp, add and divide (TensorFlow's profiler, `_softmax_flops`)."

STATISTICS = 5
"Add for the mean, subtract it, square, add for the variance, divide by its root."


def softmax(case: Case) -> int:
    return SOFTMAX * case.made()


def batch_norm(case: Case) -> int:
    "Mean and variance are constants, so it is one multiplication and one addition; a NeuralNetwork may compute them."
    return case.made() * 2 if not case.on("computeMeanVar") else layer_norm(case)


def layer_norm(case: Case) -> int:
    "Statistics (`STATISTICS`), then a multiplication by gamma and an addition of beta where they are."
    return case.made() * (STATISTICS + case.has("gamma") + case.has("beta"))


def l2_norm(case: Case) -> int:
    "Square, add, divide."
    return 3 * case.made()


def local_response_norm(case: Case) -> int:
    "x / (k + alpha / size · Σ x²)^beta: a square and an addition for each neighbour; multiply, add, power, divide."
    return case.made() * (2 * case.whole("size" if "size" in case.params else "localSize") + 4)


def mvn(case: Case) -> int:
    "The mean alone is an addition and a subtraction."
    return case.made() * (STATISTICS if case.on("normalizeVariance") else 2)


FORMULAE: dict[str, Formula] = {
    **dict.fromkeys(("softmax", "softmaxND"), softmax),
    **dict.fromkeys(("batch_norm", "batchnorm"), batch_norm),
    **dict.fromkeys(("layer_norm", "layerNormalization", "instance_norm"), layer_norm),
    **dict.fromkeys(("l2_norm", "l2normalize"), l2_norm),
    **dict.fromkeys(("local_response_norm", "lrn"), local_response_norm),
    "mvn": mvn,
}
