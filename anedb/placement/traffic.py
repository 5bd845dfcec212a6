"""Bytes a layer moves: each activation and weight it reads and each output, once, by the width of its element type.

A view counts as moved: the model does not tell whether Core ML copies for a reshape. Caches, tiling, fusion with the
neighbours and the padding of a memory layout are left out, and so are tables and scales of compressed weights, and
parameters told by value. A recurrent layer's weights count once, not once a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from anedb.catalog import layers
from anedb.domain.layer import DType, Format, InputKind, Layer, Operand
from anedb.domain.model import Tensor
from anedb.placement.formulae.case import Unknown, elements
from anedb.placement.formulae.moves import BLOCKS, CONSTANTS, LISTS, NO_FORMULA

BITS: dict[str, int] = {
    **{f"fp{bits}": bits for bits in (16, 32, 64)},
    **{f"int{bits}": bits for bits in (4, 8, 16, 32, 64)},
    **{f"uint{bits}": bits for bits in (1, 2, 3, 4, 6, 8, 16, 32, 64)},
    "bool": 8,
}
"Width of an element; text has none. What is narrower than a byte is packed."

ENGINE_BITS = 16
"A NeuralNetwork does not say what its activations are kept as; the engine computes in fp16."

DONE_BEFORE = frozenset(CONSTANTS.split())

UNTOLD = frozenset((*BLOCKS, *LISTS))
"What these move cannot be told from their operands."

UNREAD: dict[str, str] = {
    "shape": "x",
    "getShape": "x",
    "fill_like": "ref_tensor",
    "fillLike": "x",
    "randomBernoulliLike": "x",
    "randomNormalLike": "x",
    "randomUniformLike": "x",
    "broadcastToLike": "like",
    "reshape_like": "ref_tensors",
    "reshapeLike": "like",
    "crop": "y",
}
"An operand whose shape is wanted and not what is in it."

LOOKED_UP: dict[str, str] = {
    **dict.fromkeys(("gather", "gather_along_axis", "gatherAlongAxis", "gather_nd", "gatherND"), "x"),
    **dict.fromkeys(("embedding", "embeddingND"), "weights"),
    **dict.fromkeys(("slice", "slice_by_index", "sliceStatic", "sliceDynamic"), "x"),
    **dict.fromkeys(("slice_by_size", "sliceBySize", "crop"), "x"),
}
"An operand of which no more is read than is given out."

NOTHING_GIVEN = ("loopBreak", "loopContinue")
"Layers that have no output."


def moved(layer: Layer, outputs: Sequence[Tensor]) -> int:
    "Bytes read and written. Raises `Unknown`."
    kind = layer.type
    if kind in DONE_BEFORE:
        return 0
    if kind in UNTOLD:
        raise Unknown(NO_FORMULA[kind])
    if not outputs and kind not in NOTHING_GIVEN:
        raise Unknown("no output is told")
    lone = ENGINE_BITS if layer.format == Format.NEURALNETWORK else None
    return _read(layer, outputs, lone) + sum([_size(it, lone) for it in outputs])


def _read(layer: Layer, outputs: Sequence[Tensor], lone: int | None) -> int:
    needed, unread, looked_up = _rules(layer.format, layer.type)
    total, missing = 0, len(needed)
    for operand in layer.inputs:
        name = operand.name
        missing -= name in needed
        if unread and (name == unread or name.startswith(f"{unread}.")):
            continue
        size = _size(operand, lone)
        total += min(size, _looked_up(operand, outputs[0], lone)) if name == looked_up else size
    if missing:
        raise Unknown(f"{min(needed - {it.name for it in layer.inputs})} is not told")
    return total


def _looked_up(operand: Operand, output: Tensor, lone: int | None) -> int:
    "As much of the operand as the output has elements."
    return _packed(elements(output.shape, output.name), _bits(operand.dtype, lone))


def _size(tensor: Operand | Tensor, lone: int | None) -> int:
    return _packed(elements(tensor.shape, tensor.name), _bits(tensor.dtype, lone))


def _packed(count: int, bits: int) -> int:
    return (count * bits + 7) // 8


def _bits(dtype: str, lone: int | None) -> int:
    "`lone` is for a type that is not told; None: nothing is."
    found = BITS.get(dtype)
    if found is None:
        if lone is None or dtype != DType.UNKNOWN:
            raise Unknown(f"an element of type {dtype} has no width that is known")
        return lone
    return found


@cache
def _rules(format: str, type: str) -> tuple[frozenset[str], str, str]:
    "Operands that have to be told, since the layer always reads them; the one not read; the one looked up in."
    kind = layers.lookup(format, type)
    needed = [it for it in kind.inputs if it.required] if kind else []
    names = {it.name for it in needed if it.kind == InputKind.OPERAND}
    names |= {f"{it.name}.0" for it in needed if it.kind == InputKind.VARIADIC}
    return frozenset(names), UNREAD.get(type, ""), LOOKED_UP.get(type, "")
