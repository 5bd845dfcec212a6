"Parameters and weights of a layer's message."

import pytest

from anedb.coreml.neural_fields import unknown_field, values, weights
from anedb.coreml.protobuf import load
from anedb.coreml.slim import slim


@pytest.fixture
def layer():
    return load("NeuralNetwork_pb2").NeuralNetworkLayer()


PAYLOADS = [
    ("floatValue", [0.0] * 12, 0, ("fp32", 12)),
    ("float16Value", bytes(24), 0, ("fp16", 12)),
    ("int8RawValue", bytes(12), 8, ("int8", 12)),
    ("rawValue", bytes(6), 4, ("uint4", 12)),
    ("rawValue", bytes(10), 5, ("unknown", 16)),
    ("rawValue", bytes(14), 7, ("unknown", 16)),
]


@pytest.mark.parametrize(("name", "payload", "bits", "expected"), PAYLOADS)
@pytest.mark.parametrize("stripped", [False, True])
def test_a_weight_is_the_same_with_and_without_its_numbers(layer, name, payload, bits, expected, stripped):
    weight = layer.innerProduct.weights
    if name == "floatValue":
        weight.floatValue.extend(payload)
    else:
        setattr(weight, name, payload)
    weight.quantization.numberOfBits = bits
    if stripped:
        data = layer.SerializeToString()
        layer.ParseFromString(slim(data, 0, len(data), "NeuralNetworkLayer"))
        assert not layer.innerProduct.weights.ListFields()[0][0].name.endswith("Value")
    assert weights(layer.innerProduct) == [("weights", *expected)]


def test_a_weight_that_is_not_there_is_none(layer):
    layer.innerProduct.weights.SetInParent()
    layer.innerProduct.bias.rawValue = bytes(4)  # of no stated bits
    assert weights(layer.innerProduct) == []


def test_weights_of_a_custom_layer_are_numbered(layer):
    layer.custom.weights.add().floatValue.extend([0])
    layer.custom.weights.add().float16Value = bytes(4)
    assert weights(layer.custom) == [("weights.0", "fp32", 1), ("weights.1", "fp16", 2)]


def test_a_number_not_set_is_what_protobuf_reads_and_an_empty_list_is_none(layer):
    found = dict(values(layer.convolution))
    assert found["outputChannels"] == 0 and "kernelSize" not in found and "paddingType" not in found
    layer.convolution.same.asymmetryMode = 1
    found = dict(values(layer.convolution))
    assert (found["paddingType"], found["asymmetryMode"]) == ("same", "TOP_LEFT_HEAVY")


def test_an_enum_of_a_newer_specification_stays_a_number(layer):
    layer.pooling.type = 9
    assert dict(values(layer.pooling))["type"] == "9"


def test_a_field_that_the_protobuf_does_not_have_is_found(layer):
    assert unknown_field(layer, 100) == 0
    layer.ParseFromString(bytes([0xA2, 0x7F, 0]))  # field 2036, empty
    assert unknown_field(layer, 100) == 2036
