"Layers that keep the shape of their input, and those that match the shapes of several."

from __future__ import annotations

from anedb.coreml.shapes.case import Case, One
from anedb.coreml.shapes.dims import Dims, broadcast

KEPT = """
acos acosh asin asinh atan atanh ceil clampedReLU clip copy cos cosh erf exp2 floor gelu logicalNot round sign sin sinh
tan tanh
activation.elu activation.leakyReLU activation.linear activation.parametricSoftplus activation.prelu activation.relu
activation.scaledTanh activation.sigmoid activation.sigmoidHard activation.softplus activation.softsign activation.tanh
activation.thresholdedReLU
unary.abs unary.exp unary.inverse unary.log unary.power unary.rsqrt unary.sqrt unary.threshold
argSort batchnorm bias cumSum fillLike l2normalize layerNormalization lowerTriangular lrn matrixBandPart mvn
randomBernoulliLike randomNormalLike randomUniformLike reverse reverseSeq scale scatter scatterAlongAxis scatterND
softmax softmaxND upperTriangular
"""
"The output has the shape of the first input."

MATCHED = """
add average max min multiply
addBroadcastable divideBroadcastable floorDivBroadcastable maxBroadcastable minBroadcastable modBroadcastable
multiplyBroadcastable powBroadcastable subtractBroadcastable
equal greaterEqual greaterThan lessEqual lessThan notEqual logicalAnd logicalOr logicalXor
whereBroadcastable
"""
"""Shapes are broadcast. The first five of the old layers allow it only where one input is 1 along batch, channels, or
height and width; where they allow it the result is the same."""


def kept(case: Case) -> Dims:
    return case.x()


def matched(case: Case) -> Dims:
    return broadcast(case.x(number) for number in range(max(len(case.inputs), 1)))


SHAPES: dict[str, One] = {**dict.fromkeys(KEPT.split(), kept), **dict.fromkeys(MATCHED.split(), matched)}
