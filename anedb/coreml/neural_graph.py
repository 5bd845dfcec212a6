"""The layers of a NeuralNetwork in order, those of networks nested in them following the layer they belong to.

A model repeats a few layers many times, so a layer is made once for each way its message is written and for each
shape it takes; the rest is looking up. Time and memory follow the number of layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias

from anedb.catalog import layers
from anedb.catalog.naming import NEURALNETWORK
from anedb.coreml import shapes
from anedb.coreml.made import Made, make
from anedb.coreml.neural import inner_message, operand_names, told, told_inputs, told_outputs, told_shape, type_name
from anedb.coreml.neural_fields import unknown_field, values, weights
from anedb.coreml.neural_scope import UNKNOWN, Known, Scope
from anedb.coreml.shapes.dims import Shape
from anedb.domain.model import Op, Tensor

CONSTANTS = ("loadConstant", "loadConstantND")
"Operands of others, not operations."

NESTED = {"branch": ("ifBranch", "elseBranch"), "loop": ("conditionNetwork", "bodyNetwork")}
"Networks in a layer; their place among these is the block's number."

FIRST_LAYER = 100
"`NeuralNetworkLayer.layer` starts at this field."

PASSES = 4
"Times that a loop is read until the shapes it hands to its next round stay; what does not is unknown."


Found: TypeAlias = tuple[str, Made, tuple[Shape, ...]]
"A layer's type, the layer, and the shapes of what it gives."


class Reader:
    "Reads the layers of one network; `ops` are those read so far."

    def __init__(self, inputs: Iterable[Tensor], *, legacy: bool) -> None:
        self.legacy = legacy
        self.ops: list[Op] = []
        self.scope = Scope()
        self.scope.known.update((each.name, Known(UNKNOWN, each.shape)) for each in inputs)
        self._made: dict[Any, Found] = {}
        self._looping = False

    def read(self, network: Any, where: str) -> None:
        index = 0
        for layer in network.layers:
            field = layer.WhichOneof("layer")
            if field in CONSTANTS:
                self._constant(layer, field)
                continue
            place = f"{where}/{index}"
            self.ops.append(self._op(layer, field, place))
            if field == "branch":
                self._branch(layer.branch, place)
            elif field == "loop":
                self._loop(layer.loop, place)
            index += 1

    def _constant(self, layer: Any, field: str) -> None:
        body = getattr(layer, field)
        (shape,) = shapes.infer(field, {"shape": tuple(body.shape)}, (), legacy=self.legacy)
        stored = weights(body)
        for name in layer.output:
            self.scope.give(name, Known(stored[0][1] if stored else UNKNOWN, shape, const=True))

    def _op(self, layer: Any, field: str | None, place: str) -> Op:
        names = tuple(layer.input)
        taken = [self.scope.get(name) for name in names]
        if layer.inputTensor:
            taken = [self._refined(*pair) for pair in zip(taken, told_inputs(layer, field), strict=True)]
        type, made, found = self._layer(layer, field, tuple(taken))
        outputs = tuple(map(Tensor, layer.output, (UNKNOWN,) * len(found), found))
        for output in outputs:
            self.scope.give(output.name, Known(UNKNOWN, output.shape))
        reads = [name for name, value in zip(names, taken, strict=True) if not value.const]
        return Op(
            place=place,
            name=layer.name,
            type=type,
            opset="",
            inputs=tuple(dict.fromkeys(reads)) if len(reads) > 1 else tuple(reads),
            outputs=outputs,
            layer=made.layer,
            fingerprint=made.fingerprint,
            open=made.open,
            problem=made.problem,
        )

    def _refined(self, value: Known, tensor: Any) -> Known:
        return value if tensor is None else value._replace(shape=self._told(tensor, value.shape))

    def _told(self, tensor: Any, inferred: Shape) -> Shape:
        "What the file says of a value, axes that it leaves open as inferred."
        shape = shapes.written(told_shape(tensor), self.legacy)
        if shape is None or inferred is None or len(shape) != len(inferred):
            return shape or inferred
        return tuple(other if own == "?" else own for own, other in zip(shape, inferred, strict=True))

    def _layer(self, layer: Any, field: str | None, taken: tuple[Known, ...]) -> Found:
        count = len(layer.output)
        if field is None:
            found = _unset(layer, taken, count)
        else:
            body = getattr(layer, field)
            type = type_name(field, body)
            inner = inner_message(field, body)
            params, stored = values(inner), weights(inner)
            key = (type, count, taken, tuple(params), tuple(stored))
            made = self._made.get(key)
            found = made or self._made.setdefault(key, self._new(field, type, taken, params, stored, count))
        if layer.outputTensor:
            tensors = told_outputs(layer, field)
            refined = [s if t is None else self._told(t, s) for s, t in zip(found[2], tensors, strict=True)]
            found = (*found[:2], tuple(refined))
        return found

    def _new(
        self, field: str, type: str, taken: tuple[Known, ...], params: list[Any], stored: list[Any], count: int
    ) -> Found:
        kind = layers.lookup(NEURALNETWORK, type)
        names = operand_names(field, len(taken))
        operands = [value.operand(name) for name, value in zip(names, taken, strict=True)]
        given, operands = (dict(params), operands) if kind is None else told(kind, params, operands, stored)
        made = make(NEURALNETWORK, type, kind, given, operands)
        if made.problem:
            return type, made, (None,) * count
        exact = given if type in shapes.EXACT else {}
        inputs = [value.shape for value in taken]
        return type, made, shapes.infer(type, {**made.layer.params, **exact}, inputs, count, legacy=self.legacy)

    def _branch(self, body: Any, place: str) -> None:
        networks = enumerate(getattr(body, name) for name in NESTED["branch"])
        self.scope.alternatives(partial(self.read, network, f"{place}/{number}") for number, network in networks)

    def _loop(self, body: Any, place: str) -> None:
        """Read again until what a round hands to the next has the shape that it took. In a loop within a loop, which
        would be read again and again, that is unknown from the start."""
        networks = [getattr(body, name) for name in NESTED["loop"]]
        if self._looping:
            self.scope.forget(name for network in networks for name in _outputs(network))
            self.scope.widen(self.scope.nested(partial(self._round, networks, place)), wholly=True)
            return
        self._looping, start = True, len(self.ops)
        for left in reversed(range(PASSES)):
            del self.ops[start:]
            before = self.scope.nested(partial(self._round, networks, place))
            if not self.scope.widen(before, wholly=left <= 1):
                break
        self._looping = False

    def _round(self, networks: list[Any], place: str) -> None:
        for number, network in enumerate(networks):
            self.read(network, f"{place}/{number}")


def _outputs(network: Any) -> Iterator[str]:
    "Names that the layers of a network and of those nested in it give."
    for layer in network.layers:
        yield from layer.output
        field = layer.WhichOneof("layer")
        for name in NESTED.get(field, ()):
            yield from _outputs(getattr(getattr(layer, field), name))


def _unset(layer: Any, taken: tuple[Known, ...], count: int) -> Found:
    "A layer that this protobuf has no name for."
    number = unknown_field(layer, FIRST_LAYER)
    type = f"field {number}" if number else "none"
    operands = [value.operand(f"x.{place}") for place, value in enumerate(taken)]
    made = make(NEURALNETWORK, type, None, {}, operands)
    problem = (
        f"a layer of a newer specification, field {number} of NeuralNetworkLayer, which anedb does not know"
        if number
        else "no layer is set: the file is broken"
    )
    return type, made._replace(problem=problem), (None,) * count
