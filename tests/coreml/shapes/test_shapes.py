"All rules together: none is missing, none raises, and coremltools' ML Programs agree."

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import layers
from anedb.coreml.shapes import NONE, ONE, SEVERAL, infer, written

TYPES = layers.all_types("neuralnetwork")


def test_every_layer_type_has_a_rule_or_a_reason():
    assert {*ONE, *SEVERAL, *NONE} == set(TYPES)
    assert not (ONE.keys() & SEVERAL.keys()) and not (NONE.keys() & (ONE.keys() | SEVERAL.keys()))


numbers = st.one_of(st.integers(-3, 9), st.just(2**60), st.booleans(), st.just("same"), st.just("?"))
params = st.one_of(numbers, st.lists(numbers, max_size=5).map(tuple))
dims = st.sampled_from([0, 1, 2, 5, 2**60, "?", "1..4", "2|4"])
inputs = st.lists(st.one_of(st.none(), st.lists(dims, max_size=6).map(tuple)), max_size=3)


@given(st.sampled_from([*TYPES, "unheardOf"]), st.data(), inputs, st.integers(0, 3), st.booleans())
def test_no_layer_of_any_file_makes_it_raise(type, data, shapes, outputs, legacy):
    names = [item.name for item in layers.get("neuralnetwork", type).inputs] if type in TYPES else []
    found: dict[str, Any] = {name: data.draw(params) for name in names}
    told = infer(type, found, shapes, outputs, legacy=legacy)
    assert len(told) == outputs
    assert all(shape is None or all(isinstance(dim, (int, str)) for dim in shape) for shape in told)


def test_a_shape_that_nothing_has_is_unknown():
    assert written((1,) * 40, False) is None and written((2**60,), False) is None


@pytest.mark.parametrize(
    ("shape", "expected"), [((1, 2, 8, 4, 4), (2, 8, 4, 4)), ((3, 2, 8, 4, 4), (3, 2, 8, 4, 4)), ((1, 8), (1, 8))]
)
def test_a_sequence_of_one_is_not_written_in_a_legacy_network(shape, expected):
    assert written(shape, True) == expected and written(shape, False) == shape
