"Layers that keep a shape or match several."

import pytest

from .asking import gives

X = (2, 8, 16, 16)


@pytest.mark.parametrize("type", ["activation.relu", "unary.exp", "softmax", "batchnorm", "cumSum", "tanh"])
def test_the_shape_is_kept(type):
    params = {"channels": 8} if type == "batchnorm" else {}
    assert gives(type, X, **params) == X


@pytest.mark.parametrize("type", ["add", "multiply", "average", "max", "min"])
@pytest.mark.parametrize("other", [(2, 1, 1, 1), (2, 8, 1, 1), (2, 1, 16, 16), X])
def test_the_old_layers_stretch_what_they_may(type, other):
    assert gives(type, X, other) == X and gives(type, other, X) == X


def test_one_input_is_added_to_a_number():
    assert gives("add", X, alpha=2) == X


def test_shapes_that_do_not_match_are_unknown():
    assert gives("addBroadcastable", (2, 3), (4, 3)) is None


def test_three_shapes_are_matched():
    assert gives("whereBroadcastable", (1, 4), (3, 1), (1, 1, 1)) == (1, 3, 4)


def test_an_unknown_shape_leaves_the_result_unknown():
    assert gives("add", X, None) is None
