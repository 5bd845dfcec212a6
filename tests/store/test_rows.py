"""A value that was stored is the value that comes back."""

import json

from hypothesis import given
from hypothesis import strategies as st

from anedb.domain.layer import Layer, Operand
from anedb.store import rows

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalars = st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | words
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=12)
shapes = st.none() | st.lists(st.integers(0, 70_000) | st.sampled_from(["?", "1..512", "1|2|4"]), max_size=5).map(tuple)
inputs = st.lists(st.builds(Operand, name=words, dtype=words, shape=shapes, const=st.booleans()), max_size=4).map(tuple)
layers = st.builds(
    Layer,
    format=st.sampled_from(["mlprogram", "neuralnetwork"]),
    type=words,
    params=st.dictionaries(words, values, max_size=5),
    inputs=inputs,
)


@given(layers)
def test_a_layer_comes_back(layer):
    params, text = rows.to_json(layer.params), rows.operands_to_json(layer.inputs)
    found = rows.layer(layer.format, layer.type, json.loads(params), text)
    assert found == layer
    assert [type(value) for value in found.params.values()] == [type(layer.params[name]) for name in found.params]


def test_offered_tells_none_from_not_stated():
    assert (rows.units(None), rows.units(""), rows.units("ane,cpu")) == (None, (), ("ane", "cpu"))
