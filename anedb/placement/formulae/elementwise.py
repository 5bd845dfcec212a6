"""Layers that do the same to every element: operations of the definition, each counting one, times elements given.

Definitions: coremltools 9.0, `converters/mil/mil/ops/defs`; NeuralNetwork.proto for the other format.
"""

from __future__ import annotations

from anedb.placement.formulae.case import Case, Formula

PER_ELEMENT: dict[int, str] = {
    1: """add addBroadcastable average max maxBroadcastable maximum min minBroadcastable minimum mul multiply
        multiplyBroadcastable real_div divideBroadcastable sub subtractBroadcastable mod modBroadcastable pow
        powBroadcastable equal notEqual not_equal less lessThan less_equal lessEqual greater greaterThan greater_equal
        greaterEqual logical_and logicalAnd logical_or logicalOr logical_xor logicalXor logical_not logicalNot
        select whereBroadcastable abs unary.abs sign ceil floor round square sqrt unary.sqrt exp unary.exp exp2 log
        unary.log erf sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh activation.tanh inverse unary.inverse
        unary.power threshold unary.threshold relu activation.relu thresholded_relu activation.thresholdedReLU bias""",
    2: """floor_div floorDivBroadcastable rsqrt unary.rsqrt clip relu6 leaky_relu activation.leakyReLU prelu
        activation.prelu linear_activation activation.linear""",
    3: """softplus activation.softplus softsign activation.softsign scaled_tanh activation.scaledTanh clamped_relu
        clampedReLU""",
    4: "sigmoid activation.sigmoid sigmoid_hard activation.sigmoidHard elu activation.elu",
    5: "silu softplus_parametric activation.parametricSoftplus",
}
"""Operations an element. Sigmoid is 1 / (1 + exp(-x)): four. Softplus is log(1 + exp(x)): three. silu is x times
sigmoid. A leaky ReLU multiplies and chooses, a clamped one also limits; ELU is exp, subtract, multiply, choose. rsqrt
is a root and its reciprocal."""

FOLDED = "add addBroadcastable average max maximum min minimum mul multiply"
"These take any number of operands in a NeuralNetwork: n of them are n - 1 operations an element."

GELU = {"exact": 5, "tanh_approximation": 9, "sigmoid_approximation": 6}
"""x/√2, erf, + 1, · 0.5, · x; or x³ (two), · 0.044715, + x, · √(2/π), tanh, + 1, · 0.5, · x; or · 1.702, sigmoid
(four), · x."""


def per_element(operations: int) -> Formula:
    "So many operations for each element of the output."
    return lambda case: operations * case.made()


def folded(case: Case) -> int:
    "n - 1 operations for n operands; one operand meets a constant (NeuralNetwork `add` with `alpha`)."
    return case.made() * max(len(case.inputs) - 1, 1)


def average(case: Case) -> int:
    "n - 1 additions and a division."
    return case.made() * max(len(case.inputs), 1)


def unary(operations: int) -> Formula:
    "A NeuralNetwork's f(scale · x + shift): scale and shift count where they do something."

    def formula(case: Case) -> int:
        scaled = bool(case.params.get("scale", "1") != "1")
        shifted = bool(case.params.get("shift", "0") != "0")
        return case.made() * (operations + scaled + shifted)

    return formula


def gelu(case: Case) -> int:
    "By its mode; see `GELU`."
    return case.made() * GELU.get(case.word("mode"), GELU["exact"])


def scale(case: Case) -> int:
    "A multiplication, and an addition where there is a bias."
    return case.made() * (1 + case.biased())


def quantize(case: Case) -> int:
    "clip(round(x / scale) + zero_point): clip is two, and there may be no zero point."
    return case.made() * (4 + case.has("zero_point"))


def dequantize(case: Case) -> int:
    "scale · (x - zero_point)."
    return case.made() * (1 + case.has("zero_point"))


def range_1d(case: Case) -> int:
    "start + i · step."
    return 2 * case.made()


def _formula(type: str, operations: int) -> Formula:
    if type.startswith("unary."):
        return unary(operations)
    return folded if type in FOLDED.split() else per_element(operations)


OPERATIONS: dict[str, int] = {type: count for count, types in PER_ELEMENT.items() for type in types.split()}

FORMULAE: dict[str, Formula] = {
    **{type: _formula(type, count) for type, count in OPERATIONS.items()},
    "average": average,
    "gelu": gelu,
    "scale": scale,
    "quantize": quantize,
    "dequantize": dequantize,
    **dict.fromkeys(("range_1d", "rangeStatic", "rangeDynamic"), range_1d),
}
