"""Operands as people type them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import layers
from anedb.catalog.canonical import parse_operand, parse_operands
from anedb.domain.layer import Operand
from anedb.errors import AnedbError, UsageError

CONV = layers.get("mlprogram", "conv")


@pytest.mark.parametrize(
    ("text", "dtype", "shape"),
    [
        ("x=fp16[1,64,32,32]", "fp16", (1, 64, 32, 32)),
        ("x = Float16 [1, 64]", "fp16", (1, 64)),
        ("x=half[1,?,8]", "fp16", (1, "?", 8)),
        ("x=i32[1..512,3]", "int32", ("1..512", 3)),
        ("x=fp32[1|2|4,8]", "fp32", ("1|2|4", 8)),
        ("x=fp16[]", "fp16", ()),
        ("x=fp16", "fp16", None),
        ("bool[2]", "bool", (2,)),
    ],
)
def test_an_operand_is_read(text, dtype, shape):
    assert parse_operand(text) == Operand(name="x", dtype=dtype, shape=shape)


def test_weights_are_constant_unless_said_otherwise():
    assert parse_operand("weight=fp16[8,8,3,3]").const
    assert parse_operand("weight=fp16[8,8,3,3]", CONV).const
    assert not parse_operand("weight=fp16[8,8,3,3]:dynamic", CONV).const
    assert parse_operand("y=fp16[8]:const").const and not parse_operand("y=fp16[8]").const


def test_operands_without_a_name_are_the_next_ones():
    found = parse_operands(["fp16[8,8,3,3]", "x=fp16[1,8,9,9]", "fp16[8]"], CONV)
    assert [(item.name, item.const) for item in found] == [("weight", True), ("x", False), ("bias", True)]


def test_a_variadic_operand_takes_all_that_are_left():
    found = parse_operands(["fp16[8]", "fp16[9]"], layers.find("concat"))
    assert [item.name for item in found] == ["values", "values"]


def test_one_operand_too_many_is_refused():
    with pytest.raises(UsageError, match="no further operand"):
        parse_operands(["fp16[8]", "fp16[8]"], layers.find("relu"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x=",
        "x=fp17[1]",
        "x=fp16[1,",
        "x=fp16[a]",
        "x=fp16[1.5]",
        "x=fp16[-1]",
        "x=fp16[1]:maybe",
        "=fp16[1]",
        "[1,2]",
    ],
)
def test_what_is_no_operand_gets_an_example(text):
    with pytest.raises(UsageError) as error:
        parse_operand(text)
    assert "fp16[1,64,32,32]" in error.value.tip


@given(st.text(max_size=30))
def test_any_text_is_an_operand_or_an_error_of_ours(text):
    with contextlib.suppress(AnedbError):
        parse_operand(text, CONV)
