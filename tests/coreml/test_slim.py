"Weights are stepped over, and nothing else is lost."

from __future__ import annotations

import mmap
import time
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.unknown_fields import UnknownFieldSet
from hypothesis import given
from hypothesis import strategies as st

from anedb.coreml import protobuf, wire
from anedb.coreml.slim import BYTES, FIELD, slim
from anedb.coreml.wire import MalformedError

Model = protobuf.load("Model_pb2").Model

PAYLOADS = {"floatValue": (1, 4), "float16Value": (2, 1), "rawValue": (30, 1), "int8RawValue": (31, 1)}
"Field -> number, and bytes of one element."


def payload(field: str, count: int) -> Any:
    return [0.5] * count if field == "floatValue" else b"\x01" * count


def network(field: str = "floatValue", count: int = 100) -> Any:
    model = Model(specificationVersion=4)
    model.description.metadata.author = "somebody"
    layer = model.neuralNetwork.layers.add(name="ip", input=["x"], output=["y"])
    layer.innerProduct.inputChannels = 10
    layer.innerProduct.outputChannels = 10
    weights = layer.innerProduct.weights
    if field == "floatValue":
        weights.floatValue.extend(payload(field, count))
    else:
        setattr(weights, field, payload(field, count))
    weights.quantization.numberOfBits = 8
    return model


def slimmed(model: Any) -> Any:
    data = model.SerializeToString()
    return Model.FromString(slim(data, 0, len(data)))


def told(weights: Any) -> dict[int, int]:
    return {item.field_number: item.data for item in UnknownFieldSet(weights)}


@pytest.mark.parametrize("field", PAYLOADS)
@given(count=st.integers(1, 400))
def test_a_payload_becomes_its_field_and_length(field: str, count: int) -> None:
    weights = slimmed(network(field, count)).neuralNetwork.layers[0].innerProduct.weights
    number, size = PAYLOADS[field]
    assert told(weights) == {FIELD: number, BYTES: size * count}
    assert not getattr(weights, field)


def test_all_the_rest_is_as_it_was() -> None:
    model = network()
    again = slimmed(model)
    for each in (model, again):
        weights = each.neuralNetwork.layers[0].innerProduct.weights
        weights.ClearField("floatValue")
        weights.DiscardUnknownFields()
    assert again == model


def test_weights_deep_inside_are_found() -> None:
    "A branch of a loop of a part of a pipeline."
    pipeline = Model(specificationVersion=4)
    outer = pipeline.pipelineClassifier.pipeline.models.add(specificationVersion=4)
    loop = outer.neuralNetworkClassifier.layers.add().loop
    branch = loop.bodyNetwork.layers.add().branch
    branch.ifBranch.layers.add().uniDirectionalLSTM.weightParams.inputGateWeightMatrix.floatValue.extend([1.0] * 9)
    branch.elseBranch.layers.add().activation.PReLU.alpha.float16Value = b"12345678"
    found = slimmed(pipeline).pipelineClassifier.pipeline.models[0].neuralNetworkClassifier.layers[0].loop
    inner = found.bodyNetwork.layers[0].branch
    lstm = inner.ifBranch.layers[0].uniDirectionalLSTM.weightParams.inputGateWeightMatrix
    assert told(lstm) == {FIELD: 1, BYTES: 36}
    assert told(inner.elseBranch.layers[0].activation.PReLU.alpha) == {FIELD: 2, BYTES: 8}


def test_an_empty_payload_is_none() -> None:
    assert told(slimmed(network("rawValue", 0)).neuralNetwork.layers[0].innerProduct.weights) == {}


def test_floats_one_by_one_are_counted() -> None:
    "As a writer may have it that does not pack lists."
    assert told_of(b"\x0d0000\x0d1111") == {FIELD: 1, BYTES: 8}


def test_a_length_may_be_longer_than_it_need_be() -> None:
    assert told_of(b"\x0a\x84\x80\x000000") == {FIELD: 1, BYTES: 4}


def told_of(weights: bytes) -> dict[int, int]:
    "Of an inner product's weights as they are written."
    data = nested(weights)
    return told(Model.FromString(slim(data, 0, len(data))).neuralNetwork.layers[0].innerProduct.weights)


def nested(data: bytes, more: int = 0) -> bytes:
    "`neuralNetwork.layers[0].innerProduct.weights`, so many bytes longer than what is here."
    for number in (20, 140, 1, 500):
        data = wire.packed(number << 3 | 2) + wire.packed(len(data) + more) + data
    return data


@pytest.mark.parametrize("cut", [1, 50, 200])
def test_a_network_cut_short_is_refused(cut: int) -> None:
    data = network().SerializeToString()
    with pytest.raises(MalformedError):
        slim(data[:-cut], 0, len(data) - cut)


def test_loops_in_loops_without_end_are_refused() -> None:
    model = Model()
    body = model.neuralNetwork
    for _ in range(60):
        body = body.layers.add().loop.bodyNetwork
    body.layers.add().loop.SetInParent()
    data = model.SerializeToString()
    with pytest.raises(MalformedError, match="nested"):
        slim(data, 0, len(data))


def test_a_gigabyte_of_weights_is_not_read(tmp_path: Path) -> None:
    "A sparse file: on the disk it takes a few kilobytes, in memory it would take what it says."
    size = 2**30
    inner = nested(wire.packed(1 << 3 | 2) + wire.packed(size), size)
    path = tmp_path / "large.mlmodel"
    with open(path, "wb") as file:
        file.write(b"\x08\x04" + inner)
        file.truncate(2 + len(inner) + size)
    start = time.perf_counter()
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = slim(data, 0, len(data))
    assert len(found) < 100 and time.perf_counter() - start < 1
    weights = Model.FromString(found).neuralNetwork.layers[0].innerProduct.weights
    assert told(weights) == {FIELD: 1, BYTES: size}
