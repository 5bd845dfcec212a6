"""Rows find their operations one to one, or it is said where they part."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.coreml.read import read_model
from anedb.domain.foreign import ForeignRow
from anedb.domain.model import Model, Network
from anedb.domain.observation import Reason
from anedb.ingest.importing.align import Match, Mismatch, align
from tests.api import programs

OPS = (("conv", "a"), ("relu", "b"), ("tan", "c"))


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    lines = (programs.conv("x", "a"), programs.relu("a", "b"), programs.unary("tan", "b", "c"))
    return read_model(programs.compiled(tmp_path_factory.mktemp("net") / "net.mlmodelc", *lines))


def rows(*told: tuple[str, str], **more: str) -> list[ForeignRow]:
    return [
        ForeignRow(operator=type, name=name, chosen="ane", place=f"line {number}", **more)
        for number, (type, name) in enumerate(told, start=1)
    ]


def names(found: Match | Mismatch) -> list[str]:
    assert isinstance(found, Match), found
    return [op.name for _, op in found.pairs]


def parts(found: Match | Mismatch) -> str:
    assert isinstance(found, Mismatch)
    return found.why


def test_the_same_operators_in_the_same_order_are_the_model(model):
    assert names(align(rows(*OPS), model)) == ["a", "b", "c"]
    assert names(align(rows(*((type, "") for type, _ in OPS)), model)) == ["a", "b", "c"]


@given(st.permutations(OPS))
def test_no_other_order_is(model, order):
    assert isinstance(align(rows(*order), model), Match) == (tuple(order) == OPS)


def test_it_is_said_at_which_row_they_part(model):
    assert parts(align(rows(OPS[0], ("add", "b"), OPS[2]), model)) == (
        "line 2 of the report is add b, where the model has relu b (main/1)"
    )
    assert "ends after 2 operations, before tan c" in parts(align(rows(*OPS[:2]), model))
    assert "line 4 of the report is relu d, after the model's last" in parts(align(rows(*OPS, ("relu", "d")), model))


def test_names_tell_models_of_the_same_operators_apart(model):
    other = [(type, f"{name}_other") for type, name in OPS]
    assert "3 of 3 names are not the model's: line 1 of the report is conv a_other" in parts(align(rows(*other), model))
    assert names(align(rows(OPS[0], other[1], OPS[2]), model)) == ["a", "b", "c"]
    assert "line 1 of the report is conv b" in parts(align(rows(("conv", "b"), *OPS[1:]), model))


def test_what_core_ml_adds_is_counted_and_no_layer(model):
    added = [("const", "a_w"), OPS[0], ("tensor_buffer_to_tensor", "x"), ("cast", "x_to_fp16"), *OPS[1:]]
    found = align(rows(*added), model)
    assert names(found) == ["a", "b", "c"]
    assert isinstance(found, Match) and sum(found.extra.values()) == 3


def test_a_cast_that_may_be_the_model_s_own_is_not_passed_over(tmp_path):
    cast = f'{programs.image()} b = cast(dtype = string("fp16"), x = a)'
    model = read_model(programs.compiled(tmp_path / "net.mlmodelc", programs.relu("x", "a"), cast))
    told = [("relu", "a"), ("cast", "new"), ("cast", "b")]
    assert names(align(rows(*told), model)) == ["a", "b"]
    assert isinstance(align(rows(*((type, "") for type, _ in told)), model), Mismatch)


def test_a_report_without_operators_goes_by_name_in_any_order(model):
    assert names(align(rows(("", "c"), ("", "a"), ("", "b")), model)) == ["a", "b", "c"]
    assert "which the model does not have" in parts(align(rows(("", "a"), ("", "z")), model))
    assert "no relu b (main/1) of the model" in parts(align(rows(("", "a"), ("", "c")), model))
    assert "stood before" in parts(align(rows(("", "a"), ("", "a")), model))


def two(model: Model, second: str) -> Model:
    "With another function of the same operations, and of others."
    main = model.networks[0]
    again = Network(name=second, format=main.format, ops=main.ops[:2])
    return Model(path="", kind=model.kind, type=model.type, spec_version=None, networks=(main, again))


def test_a_function_is_found_by_its_name_or_by_what_it_holds(model):
    both = two(model, "short")
    assert names(align(rows(*OPS[:2], function="short"), both)) == ["a", "b"]
    assert isinstance(align(rows(*OPS[:2], function="main"), both), Mismatch)
    assert names(align(rows(*OPS[:2]), both)) == ["a", "b"]
    assert names(align(rows(*OPS, *OPS[:2]), both)) == ["a", "b", "c", "a", "b"]


def test_a_model_judged_as_a_whole_blames_no_operation_unless_it_has_one(model, tmp_path):
    def judged(offered: tuple[str, ...]) -> list[ForeignRow]:
        return [ForeignRow(operator="*", offered=offered, place="line 1")]

    assert names(align(judged(("ane",)), model)) == ["a", "b", "c"]
    assert names(align(judged(()), model)) == []
    small = read_model(programs.compiled(tmp_path / "small.mlmodelc", programs.relu("x", "a")))
    assert names(align(judged(()), small)) == ["a"]


def test_a_log_of_refusals_is_set_against_the_model_by_name(model):
    told = [("pool", "b"), ("tan", "c"), ("tan", "gone")]
    refused = [replace(row, chosen=None, reason=Reason(code="unsupported-op")) for row in rows(*told)]
    found = align(refused, model)
    assert names(found) == ["b", "c"] and isinstance(found, Match) and sum(found.extra.values()) == 1
    assert isinstance(align(rows(*told), model), Mismatch)


def test_names_are_those_of_any_output(model):
    assert names(align(rows(*OPS), model)) and Path(model.path).suffix == ".mlmodelc"


def some(*told: tuple[str, str]) -> list[ForeignRow]:
    return [replace(row, chosen="cpu", partial=True) for row in rows(*told)]


def test_a_report_of_some_operations_is_set_by_name_and_operator(model):
    found = align(some(OPS[2], OPS[0]), model)
    assert names(found) == ["c", "a"]
    assert isinstance(found, Match) and not found.whole, "what it does not name counts too: none of them is alone"


def test_a_name_of_another_operator_is_left_out_and_most_must_be_the_models(model):
    found = align(some(OPS[0], OPS[1], ("relu", "c")), model)
    assert names(found) == ["a", "b"] and isinstance(found, Match) and sum(found.extra.values()) == 1
    assert "2 of the 3 operations that it names" in parts(align(some(OPS[0], ("relu", "c"), ("relu", "d")), model))


def test_two_rows_of_one_operation_are_neither(model):
    assert names(align(some(OPS[0], OPS[1], ("tan", "c"), OPS[2]), model)) == ["a", "b"]


def test_a_name_without_its_head_is_found_by_its_end_if_only_one_has_it(tmp_path):
    lines = (programs.relu("x", "one_long_a"), programs.relu("one_long_a", "two_long_a"))
    model = read_model(programs.compiled(tmp_path / "net.mlmodelc", *lines))
    assert names(align(some(("relu", "..e_long_a")), model)) == ["one_long_a"]
    assert "1 of the 1 operations" in parts(align(some(("relu", "..long_a")), model))
