"Layers that make a tensor."

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .asking import gives


@given(st.integers(0, 3000), st.integers(0, 50), st.integers(1, 7))
def test_a_range_has_as_many_members_as_pythons(end, start, step):
    expected = len(range(start, end, step))
    assert gives("rangeStatic", endValue=float(end), startValue=float(start), stepSizeValue=float(step)) == (expected,)


def test_a_range_without_a_step_is_unknown():
    assert gives("rangeStatic", endValue=3.0, startValue=0.0, stepSizeValue=0.0) is None


@pytest.mark.parametrize(
    ("type", "name"),
    [("fillStatic", "targetShape"), ("broadcastToStatic", "targetShape"), ("randomNormalStatic", "outputShape")],
)
def test_a_shape_that_is_told(type, name):
    inputs = [(8, 1)] if type == "broadcastToStatic" else []
    assert gives(type, *inputs, **{name: [8, 4]}) == (8, 4)


def test_a_shape_that_is_computed():
    assert gives("fillDynamic", (3,)) == ("?", "?", "?") and gives("rangeDynamic", (1,)) == ("?",)


def test_the_shape_of_a_shape():
    assert gives("getShape", (5, "?", 3)) == (3,)


def test_samples():
    assert gives("categoricalDistribution", (8, 16), numSamples=5) == (8, 5)


def test_a_constant_has_five_axes_or_its_own():
    assert gives("loadConstant", shape=[8, 2, 3]) == (1, 1, 8, 2, 3)
    assert gives("loadConstant", shape=[8, 2, 3], legacy=True) == (1, 8, 2, 3)
    assert gives("loadConstantND", shape=[8]) == (8,)
