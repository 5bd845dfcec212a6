"""The layers of a NeuralNetwork in order, those of networks nested in them following the layer they belong to.

A model repeats a few layers many times, so a layer is made once for each way its message is written and for each
shape it takes; the rest is looking up. Time and memory follow the number of layers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from anedb.catalog import layers
from anedb.catalog.naming import NEURALNETWORK
from anedb.coreml import shapes
from anedb.coreml.made import Made, make
from anedb.coreml.neural import inner_message, operand_names, told, told_inputs, told_outputs, told_shape, type_name
from anedb.coreml.neural_fields import unknown_field, values, weights
from anedb.coreml.shapes.dims import Shape, either
from anedb.domain.layer import DType, Operand
from anedb.domain.model import Op, Tensor

UNKNOWN = DType.UNKNOWN.value

CONSTANTS = ("loadConstant", "loadConstantND")
"Operands of others, not operations."

NESTED = {"branch": ("ifBranch", "elseBranch"), "loop": ("conditionNetwork", "bodyNetwork")}
"Networks in a layer; their place among these is the block's number."

FIRST_LAYER = 100
"`NeuralNetworkLayer.layer` starts at this field."

PASSES = 4
"Times that a loop is read until the shapes it hands to its next round stay; what does not is unknown."


class Known(NamedTuple):
    "What is known of a value by its name."

    dtype: str
    shape: Shape
    const: bool = False

    def operand(self, name: str) -> Operand:
        return Operand(name=name, dtype=self.dtype, shape=self.shape, const=self.const)


NOTHING = Known(UNKNOWN, None)


class Reader:
    "Reads the layers of one network; `ops` are those read so far."

    def __init__(self, inputs: Iterable[Tensor], *, legacy: bool) -> None:
        self.legacy = legacy
        self.ops: list[Op] = []
        self.known = {each.name: Known(UNKNOWN, each.shape) for each in inputs}
        self._made: dict[Any, tuple[str, Made, tuple[Shape, ...]]] = {}
        self._before: dict[str, Known | None] | None = None
        "In a nested network: what the names it gives stood for before."
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
            self._give(name, Known(stored[0][1] if stored else UNKNOWN, shape, const=True))

    def _give(self, name: str, value: Known) -> None:
        if self._before is not None:
            self._before.setdefault(name, self.known.get(name))
        self.known[name] = value

    def _op(self, layer: Any, field: str | None, place: str) -> Op:
        names = tuple(layer.input)
        taken = [self.known.get(name, NOTHING) for name in names]
        if layer.inputTensor:
            taken = [self._refined(*pair) for pair in zip(taken, told_inputs(layer, field), strict=True)]
        type, made, found = self._layer(layer, field, tuple(taken))
        outputs = tuple(map(Tensor, layer.output, (UNKNOWN,) * len(found), found))
        for output in outputs:
            self._give(output.name, Known(UNKNOWN, output.shape))
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

    def _layer(self, layer: Any, field: str | None, taken: tuple[Known, ...]) -> tuple[str, Made, tuple[Shape, ...]]:
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
    ) -> tuple[str, Made, tuple[Shape, ...]]:
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

    def _block(self, network: Any, where: str) -> dict[str, Known | None]:
        "Reads a nested network; what the names it gave stood for before."
        outer, self._before = self._before, {}
        self.read(network, where)
        given, self._before = self._before, outer
        if outer is not None:
            for name, before in given.items():
                outer.setdefault(name, before)
        return given

    def _branch(self, body: Any, place: str) -> None:
        "Either network is run: a value that both give, or that was there before, has what both have in common."
        results = []
        for number, name in enumerate(NESTED["branch"]):
            before = self._block(getattr(body, name), f"{place}/{number}") if body.HasField(name) else {}
            results.append((before, {name: self.known[name] for name in before}))
            self._restore(before)
        (before, then), (before_else, otherwise) = results
        for name in then.keys() | otherwise.keys():
            old = before.get(name, before_else.get(name))
            ways = [way for way in (then.get(name, old), otherwise.get(name, old)) if way is not None]
            self._give(name, _join(*ways) if len(ways) == 2 else ways[0])

    def _restore(self, before: dict[str, Known | None]) -> None:
        for name, value in before.items():
            if value is None:
                del self.known[name]
            else:
                self.known[name] = value

    def _loop(self, body: Any, place: str) -> None:
        """Read again until what a round hands to the next has the shape that it took. In a loop within a loop, which
        would be read again and again, that is unknown from the start."""
        networks = [(number, getattr(body, name)) for number, name in enumerate(NESTED["loop"]) if body.HasField(name)]
        if self._looping:
            self._forget(name for _, network in networks for name in _outputs(network))
            self._round(networks, place)
            return
        self._looping, start = True, len(self.ops)
        for left in reversed(range(PASSES)):
            del self.ops[start:]
            before = self._round(networks, place)
            changed = {name: _join(old, self.known[name]) for name, old in before.items() if old is not None}
            changed = {name: value for name, value in changed.items() if value != before[name]}
            for name, value in changed.items():
                self._give(name, value if left > 1 else NOTHING)
            if not changed:
                break
        self._looping = False

    def _round(self, networks: list[tuple[int, Any]], place: str) -> dict[str, Known | None]:
        found: dict[str, Known | None] = {}
        for number, network in networks:
            for name, before in self._block(network, f"{place}/{number}").items():
                found.setdefault(name, before)
        return found

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.known:
                self._give(name, NOTHING)


def _join(one: Known, other: Known) -> Known:
    dtype = one.dtype if one.dtype == other.dtype else UNKNOWN
    return Known(dtype, either(one.shape, other.shape), one.const and other.const)


def _outputs(network: Any) -> Iterator[str]:
    "Names that the layers of a network and of those nested in it give."
    for layer in network.layers:
        yield from layer.output
        field = layer.WhichOneof("layer")
        for name in NESTED.get(field, ()):
            yield from _outputs(getattr(getattr(layer, field), name))


def _unset(layer: Any, taken: tuple[Known, ...], count: int) -> tuple[str, Made, tuple[Shape, ...]]:
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
