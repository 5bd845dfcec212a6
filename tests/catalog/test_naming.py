"""Spellings."""

import pytest

from anedb.catalog import naming


@pytest.mark.parametrize("name", ["max_pool", "MaxPool", "max-pool", "Max Pool", "MAX_POOL"])
def test_case_and_separators_do_not_matter(name):
    assert naming.fold(name) == "maxpool"


@pytest.mark.parametrize("name", ["ios17.conv", "iOS18.conv", "CoreML7.conv", " conv "])
def test_the_opset_of_a_compute_plan_is_put_aside(name):
    assert naming.plain(name) == "conv"


@pytest.mark.parametrize(
    "name", ["F.conv2d", "torch.nn.functional.conv2d", "nn.conv2d", "aten::conv2d", "tf.nn.conv2d", "conv2d"]
)
def test_the_module_of_a_framework_is_put_aside(name):
    assert naming.bare(name) == "conv2d"


@pytest.mark.parametrize(
    ("member", "name"),
    [("ReLU", "activation.relu"), ("PReLU", "activation.prelu"), ("leakyReLU", "activation.leakyReLU")],
)
def test_activations_are_told_apart_by_name(member, name):
    assert naming.activation_type(member) == name


def test_a_mil_op_has_no_derived_names():
    assert naming.derived("conv", "") == ()


def test_a_message_of_many_types_names_none_of_them():
    assert naming.derived("unary.sqrt", "UnaryFunctionLayerParams") == ()


def test_objective_c_style_comes_from_the_field_and_the_message():
    assert set(naming.derived("dot", "DotProductLayerParams")) == {
        "DotProductLayerParams",
        "DotProductLayer",
        "DotLayer",
    }
