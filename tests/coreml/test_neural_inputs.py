"What the model description's inputs are to the first layers."

import pytest

from anedb.coreml.neural_inputs import is_legacy, tensors
from anedb.coreml.protobuf import load

RGB, GREY = 20, 10


@pytest.fixture
def model():
    found = load("Model_pb2").Model()
    found.description.input.add(name="x")
    found.neuralNetwork.SetInParent()
    return found


def first(model, exact=True):
    network = model.neuralNetwork
    network.arrayInputShapeMapping = network.imageInputShapeMapping = int(exact)
    (found,) = tensors(model.description, network)
    return found


def array(model, *shape):
    found = model.description.input[0].type.multiArrayType
    found.shape.extend(shape)
    found.dataType = 65568
    return found


@pytest.mark.parametrize(
    ("shape", "exact", "expected"),
    [
        ((3, 32, 32), True, (3, 32, 32)),
        ((3, 32, 32), False, (1, 1, 3, 32, 32)),
        ((7,), True, (7,)),
        ((7,), False, (1, 1, 7, 1, 1)),
        ((2, 3), False, None),
        ((5, 1, 3, 8, 8), False, (5, 1, 3, 8, 8)),
        ((), True, None),
        ((0, 3), True, None),
    ],
)
def test_an_array_by_its_shape(model, shape, exact, expected):
    array(model, *shape)
    found = first(model, exact)
    assert (found.name, found.dtype, found.shape) == ("x", "fp32", expected)


@pytest.mark.parametrize(("exact", "expected"), [(True, (1, "2..5", "?")), (False, (1, 1, 1, "2..5", "?"))])
def test_an_array_by_ranges(model, exact, expected):
    sizes = array(model, 1, 2, 3).shapeRange.sizeRanges
    for low, high in ((1, 1), (2, 5), (1, -1)):
        sizes.add(lowerBound=low, upperBound=high)
    assert first(model, exact).shape == expected


def test_an_array_of_listed_shapes(model):
    shapes = array(model, 1, 224).enumeratedShapes.shapes
    shapes.add(shape=[1, 448])
    shapes.add(shape=[1, 112])
    assert first(model).shape == (1, "112|224|448")
    shapes.add(shape=[1, 1, 1])
    assert first(model).shape is None


@pytest.mark.parametrize(
    ("space", "exact", "expected"),
    [
        (RGB, True, (1, 3, 20, 30)),
        (30, False, (1, 1, 3, 20, 30)),
        (GREY, True, (1, 1, 20, 30)),
        (40, True, (1, 1, 20, 30)),
        (0, True, None),
    ],
)
def test_an_image_by_its_colours(model, space, exact, expected):
    image = model.description.input[0].type.imageType
    image.width, image.height, image.colorSpace = 30, 20, space
    assert first(model, exact).shape == expected


def test_an_image_of_listed_sizes_or_a_range(model):
    image = model.description.input[0].type.imageType
    image.width, image.height, image.colorSpace = 30, 20, GREY
    image.enumeratedSizes.sizes.add(width=60, height=20)
    assert first(model).shape == (1, 1, 20, "30|60")
    image.imageSizeRange.heightRange.lowerBound = 0
    image.imageSizeRange.heightRange.upperBound = 64
    image.imageSizeRange.widthRange.upperBound = -1
    assert first(model).shape == (1, 1, "1..64", "?")


def test_a_text_has_no_shape(model):
    model.description.input[0].type.stringType.SetInParent()
    assert first(model).shape is None


def test_a_range_upside_down_is_unknown(model):
    array(model).shapeRange.sizeRanges.add(lowerBound=9, upperBound=3)
    assert first(model).shape is None


def test_a_network_of_five_axes_is_legacy_while_no_layer_can_tell(model):
    network = model.neuralNetwork
    network.layers.add().softmax.SetInParent()
    assert is_legacy(network)
    network.layers.add().softmaxND.axis = 1
    assert not is_legacy(network)
    del network.layers[1]
    network.imageInputShapeMapping = 1
    assert not is_legacy(network)
