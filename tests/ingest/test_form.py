"""A layer in a file is known, in canonical form, and under its own fingerprint."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import canonical, layers
from anedb.domain.layer import Operand
from anedb.domain.plain import plain
from anedb.ingest.check import check

from . import runs

SAMPLES = [line.layer for line in runs.lines()]


def told(change) -> list[tuple[str, str, str]]:
    found = copy.deepcopy(runs.objects())
    change(found)
    return [
        (it.code, it.where.partition(" ")[2], it.expected)
        for it in check(runs.sealed(found), "r", today=runs.TODAY).problems
    ]


def conv(found):
    return next(item for item in found[1:] if item["type"] == "conv" and item["params"]["dilations"] == [1, 1])


def test_a_default_left_out_is_told_with_its_value():
    assert told(lambda found: conv(found)["params"].pop("groups")) == [("canonical.form", "/params/groups", "1")]


def test_a_parameter_that_does_not_apply_is_told():
    assert told(lambda found: conv(found)["params"].update(pad=[0, 0, 0, 0])) == [
        ("canonical.form", "/params/pad", "without it")
    ]


def test_true_is_not_one():
    (only,) = told(lambda found: conv(found)["params"].update(groups=True))
    assert only[0] in ("canonical.form", "vocabulary.parameter")


def test_the_order_of_keys_does_not_matter():
    assert told(lambda found: conv(found).update(params=dict(reversed(conv(found)["params"].items())))) == []


def test_operands_out_of_order_are_told_with_their_order():
    assert told(lambda found: conv(found)["inputs"].reverse()) == [("canonical.form", "/inputs", "x, weight")]


@pytest.mark.parametrize("name", ["weight.0", "weight.²", "values.99999999999999999999", "x" * 200, "", "a b", "../x"])
def test_a_name_no_operand_has_is_told(name):
    def change(found):
        conv(found)["inputs"][1]["name"] = name

    assert {code for code, _, _ in told(change)} <= {"vocabulary.parameter", "canonical.form", "canonical.open"}
    assert told(change)


@pytest.mark.parametrize("type", ["../../chips", "conv.json", "Conv", "", "index", "x" * 5000])
def test_a_type_is_looked_up_by_its_exact_name_and_never_as_a_path(type):
    assert told(lambda found: conv(found).update(type=type))[0][0] == "vocabulary.layer"


@pytest.mark.parametrize("dim", ["?", "1..512", "1..?", "1|2|4"])
def test_a_flexible_axis_is_taken(dim):
    def change(found):
        runs.at(found, "softmax")["inputs"][0]["shape"][0] = dim

    assert told(change) == []


@given(st.sampled_from(SAMPLES), st.lists(st.integers(1, 10**6), min_size=32, max_size=32))
def test_canonical_form_does_not_depend_on_extents(layer, extents):
    "`form.check_line` trusts in it: lines that differ in extents alone are put into canonical form once."
    numbers = iter(extents)
    inputs = tuple(
        Operand(name=it.name, dtype=it.dtype, const=it.const, shape=tuple(next(numbers) for _ in it.shape or ()))
        for it in layer.inputs
    )
    again, left = canonical.canonical(layers.get(layer.format, layer.type), layer.params, inputs)
    assert (again.params, again.inputs, left) == (layer.params, inputs, ())


def concat(*names: str):
    def change(found):
        kind = layers.get("mlprogram", "concat")
        inputs = [Operand(name=name, dtype="fp16", shape=(1, 8, 4, 4)) for name in ("values.0", "values.1")]
        layer, _ = canonical.canonical(kind, {"axis": 1}, inputs)
        relu = runs.at(found, "relu")
        relu.update(type="concat", params=plain(layer.params))
        relu["inputs"] = [{"name": name, "dtype": "fp16", "shape": [1, 8, 4, 4]} for name in names]

    return change


def test_members_of_a_variadic_input_are_numbered_from_0_without_a_gap():
    assert told(concat("values.0", "values.1", "values.2")) == []
    assert told(concat("values.0", "values.2")) == [("vocabulary.parameter", "/inputs/1/name", "values.1")]
    assert told(concat("values.0", "values.01"))


def test_a_wrong_line_is_told_again_after_a_right_one():
    "What is known to be sound is kept between lines; what is wrong is not."
    for _ in range(2):
        assert told(lambda found: conv(found)["params"].pop("groups"))
        assert told(lambda found: None) == []
