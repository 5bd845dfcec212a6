"""Flexible inputs of an ML Program: the program writes "?" on such an axis, the model's description says which extents.

Only layers that read the input itself are told: that an axis further on is the same one, the file does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from anedb.coreml import protobuf, wire
from anedb.coreml.neural_inputs import array_shape
from anedb.coreml.pieces import Span
from anedb.coreml.shapes.dims import ANY, Undetermined
from anedb.coreml.wire import LEN, Buffer, MalformedError
from anedb.domain.layer import Dim, Operand
from anedb.domain.model import Network, Op
from anedb.fingerprint import fingerprint

Shapes = Mapping[str, tuple[Dim, ...]]
DESCRIPTION = 2
"`Model.description`."


def told(networks: tuple[Network, ...], data: Buffer, whole: Span) -> tuple[Network, ...]:
    "The networks with the extents that the description states. Raises `MalformedError`."
    if not any(_open(tensor.shape) for network in networks for tensor in network.inputs):
        return networks
    described = _described(data, whole)
    return tuple(_network(each, described) for each in networks)


def _open(shape: tuple[Dim, ...] | None) -> bool:
    return shape is not None and ANY in shape


def _described(data: Buffer, whole: Span) -> dict[str, Shapes]:
    "By function, its flexible inputs; those of a model with one function under the empty name."
    from google.protobuf.message import DecodeError

    spans = [(a, b) for number, kind, a, b in wire.fields(data, *whole) if number == DESCRIPTION and kind == LEN]
    try:
        written = b"".join(data[a:b] for a, b in spans)
        description: Any = protobuf.load("Model_pb2").ModelDescription.FromString(written)
    except DecodeError:
        raise MalformedError("its description is damaged") from None
    found = {each.name: _inputs(each.input) for each in description.functions}
    return {**found, "": _inputs(description.input)}


def _inputs(features: Any) -> dict[str, tuple[Dim, ...]]:
    found = {}
    for feature in features:
        if feature.type.WhichOneof("Type") == "multiArrayType":
            try:
                shape = array_shape(feature.type.multiArrayType)
            except Undetermined:
                shape = None
            if shape is not None:
                found[feature.name] = shape
    return found


def _network(network: Network, described: Mapping[str, Shapes]) -> Network:
    function = network.name.rpartition("/")[2].partition("@")[0]
    stated = described.get(function) or described.get("", {})
    shapes = {
        tensor.name: _merged(tensor.shape, stated[tensor.name])
        for tensor in network.inputs
        if tensor.shape is not None and _open(tensor.shape) and len(stated.get(tensor.name, ())) == len(tensor.shape)
    }
    if not shapes:
        return network
    inputs = tuple(each._replace(shape=shapes.get(each.name, each.shape)) for each in network.inputs)
    return replace(network, inputs=inputs, ops=tuple(_op(op, shapes) for op in network.ops))


def _merged(written: tuple[Dim, ...], stated: tuple[Dim, ...]) -> tuple[Dim, ...]:
    "What the program leaves open, as the description has it."
    return tuple(said if dim == ANY else dim for dim, said in zip(written, stated, strict=True))


def _op(op: Op, shapes: Shapes) -> Op:
    computed = [index for index, operand in enumerate(op.layer.inputs) if not operand.const]
    if not shapes.keys() & set(op.inputs) or len(computed) != len(op.inputs):
        return op
    inputs = list(op.layer.inputs)
    for index, name in zip(computed, op.inputs, strict=True):
        inputs[index] = _operand(inputs[index], shapes.get(name))
    layer = replace(op.layer, inputs=tuple(inputs))
    return op._replace(layer=layer, fingerprint=fingerprint(layer.hashed()) if op.fingerprint else "")


def _operand(operand: Operand, shape: tuple[Dim, ...] | None) -> Operand:
    if shape is None or operand.shape is None or len(shape) != len(operand.shape):
        return operand
    return replace(operand, shape=_merged(operand.shape, shape))
