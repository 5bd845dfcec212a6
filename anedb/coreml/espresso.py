"""A compiled NeuralNetwork: `model.espresso.net` and `model.espresso.shape`, JSON of Apple's Espresso. The weights
beside them are never opened.

Apple documents none of it. What stands here and in `espresso_layers` was learnt from files of format version 200 in
public repositories (coremlc 3402 to 3500; a NeuralHash, a keras ConvNet, a text recogniser, a feed-forward block).
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from anedb.coreml import espresso_layers
from anedb.coreml.espresso_layers import Problem, Shape
from anedb.coreml.made import make
from anedb.domain.layer import DType, Format, Operand
from anedb.domain.model import Network, Op, Tensor
from anedb.errors import BadFileError

NET = "model.espresso.net"
SHAPES = "model.espresso.shape"
LARGEST = 64 * 2**20
"Bytes; a network of 840 layers has 1 MB."
COMPRESSED = b"pbze"
"A header of 28 bytes, then LZFSE: how the models inside Apple's systems, and of some newer compilers, are kept."
AXES = ("seq", "n", "k", "h", "w")
"Slowest first: sequence, batch, channels, height, width. A tensor of lower rank has the last ones."
CONSTANT = "load_constant"
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")

TIP = "check the .mlmodel or .mlpackage it was compiled from, or compile it again with xcrun coremlcompiler"


def read(path: Path) -> tuple[Network, tuple[str, ...]]:
    "The network of a `.mlmodelc` folder, named `main`, and notes. Raises `BadFileError`."
    net = _json(path / NET)
    found = net.get("layers")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadFileError(f"{path / NET} has no list of layers", tip=TIP)
    shapes, notes = _shapes(path)
    reading = _Reading(shapes)
    for layer in found:
        reading.add(layer)
    return reading.network(), (*notes, *reading.notes())


def _json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise BadFileError(f"{path} has more than {LARGEST // 2**20} MB: not a network's layers", tip=TIP)
        data = path.read_bytes()
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror or error}", tip=TIP) from None
    if data.startswith(COMPRESSED):
        raise BadFileError(f"{path} is Espresso's compressed form (pbze, LZFSE), which is not read", tip=TIP)
    try:
        text = data.decode("utf-8-sig")
        told = json.loads(text)
        if _HALF_PAIR.search(text):  # half a pair has no UTF-8: what holds it could not be printed
            told = json.loads(json.dumps(told, ensure_ascii=False).encode(errors="replace"))
    except UnicodeDecodeError:
        raise BadFileError(f"{path} is not JSON text: binary, encrypted or damaged", tip=TIP) from None
    except RecursionError:
        raise BadFileError(f"{path} is nested too deep to be a network", tip=TIP) from None
    except ValueError as error:
        raise BadFileError(f"{path} is not JSON: {error}", tip=TIP) from None
    if not isinstance(told, dict):
        raise BadFileError(f"{path} is JSON, but no object", tip=TIP)
    return told


def _shapes(path: Path) -> tuple[dict[str, Shape], tuple[str, ...]]:
    "By value; a file that is missing or damaged leaves shapes unknown, with a note."
    try:
        told = _json(path / SHAPES).get("layer_shapes")
    except BadFileError as error:
        return {}, (f"shapes are not known: {error.message}",)
    if not isinstance(told, dict):
        return {}, (f"shapes are not known: {SHAPES} has no layer_shapes",)
    return {name: _shape(shape) for name, shape in told.items()}, ()


def _shape(told: Any) -> Shape:
    "`{n, k, h, w, _rank}`; of older compilers without a rank: batch, channels, height, width. None: not understood."
    if not isinstance(told, dict):
        return None
    rank = told.get("_rank", 4)
    if not isinstance(rank, int) or not 0 <= rank <= len(AXES):
        return None
    extents = [told.get(axis, 1) for axis in AXES[len(AXES) - rank :]]
    known = all(type(extent) is int and abs(extent) < 2**53 for extent in extents)
    return tuple("?" if extent < 0 else extent for extent in extents) if known else None


def names(told: Any) -> tuple[str, ...]:
    "`a,b`: a value's name has no comma."
    return tuple(told.split(",")) if isinstance(told, str) and told else ()


class _Reading:
    "The layers so far, and what they have in common."

    def __init__(self, shapes: dict[str, Shape]) -> None:
        self.shapes = shapes
        self.constants: set[str] = set()
        self.made: set[str] = set()
        self.ops: list[Op] = []
        self.inputs: dict[str, None] = {}
        self.outputs: list[str] = []
        self.fused: dict[str, int] = {}

    def add(self, layer: dict[str, Any]) -> None:
        bottom, top = names(layer.get("bottom")), names(layer.get("top"))
        self.inputs.update(dict.fromkeys(name for name in bottom if name not in self.made))
        self.made.update(top)
        marks = layer.get("attributes")
        if isinstance(marks, dict) and marks.get("is_output"):
            self.outputs.extend(top)
        if layer.get("type") == CONSTANT:
            self.constants.update(top)
            return
        for name in espresso_layers.fused(layer):
            self.fused[name] = self.fused.get(name, 0) + 1
        self.ops.append(self._op(layer, bottom, top))

    def _op(self, layer: dict[str, Any], bottom: tuple[str, ...], top: tuple[str, ...]) -> Op:
        operands = [self._operand(name) for name in bottom]
        try:
            kind, params, operands, left = espresso_layers.translate(
                layer, operands, [self.shapes.get(name) for name in top]
            )
            made, mark, open, problem = make(Format.NEURALNETWORK.value, kind.name, kind, params, operands)
        except Problem as error:
            name = str(layer.get("type", ""))
            made, mark, open, problem = make(Format.NEURALNETWORK.value, name, None, {}, operands)
            problem, left = str(error), ()
        if left and not problem:  # what is open has no default filled in either
            made = replace(made, params={key: value for key, value in made.params.items() if key not in left})
        type = made.type if not problem else str(layer.get("type", ""))
        return Op(
            place=f"main/{len(self.ops)}",
            name=str(layer.get("name", "")),
            type=type,
            opset="",
            inputs=tuple(dict.fromkeys(name for name in bottom if name not in self.constants)),
            outputs=tuple(self._tensor(name) for name in top),
            layer=made,
            fingerprint="" if left else mark,
            open=(*open, *left),
            problem=problem,
        )

    def _operand(self, name: str) -> Operand:
        return Operand(name=name, dtype=DType.UNKNOWN.value, shape=self.shapes.get(name), const=name in self.constants)

    def _tensor(self, name: str) -> Tensor:
        return Tensor(name, DType.UNKNOWN.value, self.shapes.get(name))

    def network(self) -> Network:
        return Network(
            name="main",
            format=Format.NEURALNETWORK.value,
            ops=tuple(self.ops),
            inputs=tuple(self._tensor(name) for name in self.inputs),
            outputs=tuple(self.outputs),
        )

    def notes(self) -> tuple[str, ...]:
        if not self.fused:
            return ()
        told = ", ".join(f"{name} into {count}" for name, count in sorted(self.fused.items()))
        return (f"the compiler has fused {told} of the layers: what is fused is not listed as a layer of its own",)
