"Work as a whole: what is unknown stays unknown, every layer type has a formula or a reason, and it only ever grows."

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from work_cases import layer, mil, nn

from anedb.catalog import layers
from anedb.domain.check import Work
from anedb.domain.layer import Format, Layer, Operand
from anedb.domain.model import Tensor
from anedb.placement.formulae.elementwise import PER_ELEMENT
from anedb.placement.formulae.moves import NO_FORMULA
from anedb.placement.formulae.table import FAMILIES, FORMULAE
from anedb.placement.work import why_unknown, work

DOCS = Path(__file__).parents[2] / "docs" / "work.md"
TYPES = [(format.value, type) for format in Format for type in layers.all_types(format.value)]
SCALAR_PARAMS = st.one_of(st.booleans(), st.integers(-3, 9), st.sampled_from(["sigmoid", "NN", "0.5", "ab,bc->ac", ""]))
PARAMS = st.one_of(SCALAR_PARAMS, st.lists(SCALAR_PARAMS, max_size=3).map(tuple))
SHAPES = st.one_of(st.none(), st.lists(st.one_of(st.integers(0, 5), st.just("?")), max_size=5).map(tuple))
NUMBERS = st.lists(st.integers(0, 6), min_size=3, max_size=3).map(tuple)


@pytest.mark.parametrize(("format", "type"), TYPES, ids=lambda it: str(it))
def test_every_layer_type_has_a_formula_or_a_reason(format, type):
    assert (type in FORMULAE) != (type in NO_FORMULA)


def test_the_table_has_no_type_that_the_catalogue_has_not():
    assert {*FORMULAE, *NO_FORMULA} == {type for _, type in TYPES}


def test_no_type_has_two_formulae():
    assert sum(len(family.FORMULAE) for family in FAMILIES) == len(FORMULAE)
    told = [type for types in PER_ELEMENT.values() for type in types.split()]
    assert len(told) == len(set(told))


def test_a_name_both_formats_have_means_one_thing():
    mlprogram, neuralnetwork = (
        set(layers.all_types(format.value)) for format in (Format.MLPROGRAM, Format.NEURALNETWORK)
    )
    for type in mlprogram & neuralnetwork:
        assert layers.get("mlprogram", type).concept == layers.get("neuralnetwork", type).concept


@pytest.mark.parametrize("type", sorted(NO_FORMULA))
def test_what_has_no_formula_is_unknown_and_says_why(type):
    format = "mlprogram" if type in layers.all_types("mlprogram") else "neuralnetwork"
    bare, output = Layer(format=format, type=type), (Tensor("out", "fp16", (2, 2)),)
    assert work(bare, output).flops is None
    assert why_unknown(bare, output) == NO_FORMULA[type]


@pytest.mark.parametrize("shape", [None, ("?", 4), ("1..512", 4), ("1|2", 4)], ids=str)
def test_a_flexible_or_unknown_shape_is_unknown_not_its_default(shape):
    assert mil("relu", shape, x=shape) == Work()
    assert nn("activation.relu", shape, x=shape) == Work()


def test_flops_that_do_not_need_the_unknown_shape_are_known():
    done = mil("non_zero", ("?", 2), x=(4, 4))
    assert (done.flops, done.bytes) == (16, None)


def test_a_layer_the_catalogue_does_not_know_has_bytes_but_no_flops():
    strange = Layer(format="mlprogram", type="newer_op", inputs=(Operand(name="x", dtype="fp16", shape=(3,)),))
    output = (Tensor("out", "fp16", (5,)),)
    assert work(strange, output) == Work(bytes=16)
    assert "does not know" in why_unknown(strange, output)


def test_known_work_has_nothing_to_explain():
    assert why_unknown(layer("mlprogram", "relu", {}, {"x": (2,)}, "fp16"), (Tensor("out", "fp16", (2,)),)) == ""


def test_a_layer_without_outputs_is_unknown():
    assert work(layer("mlprogram", "relu", {}, {"x": (2,)}, "fp16"), ()) == Work()


def test_a_missing_weight_is_unknown_not_free():
    without = mil("conv", (1, 8, 4, 4), x=(1, 8, 4, 4))
    assert without == Work()
    params = {"outputChannels": 8, "kernelChannels": 8, "kernelSize": (1, 1)}
    done = nn("convolution", (1, 8, 4, 4), params, x=(1, 8, 4, 4))
    assert (done.flops, done.bytes) == (2 * 128 * 8, None)


def test_empty_tensors_are_no_work():
    assert mil("sigmoid", (0, 4), x=(0, 4)) == Work(flops=0, bytes=0)
    assert mil("matmul", (0, 4), x=(0, 2), y=(2, 4)).flops == 0
    assert mil("conv", (0, 8, 2, 2), x=(0, 8, 2, 2), weight=(8, 8, 1, 1)).flops == 0
    assert mil("reduce_l2_norm", (0, 1), {"axes": 1, "keep_dims": True}, x=(0, 4)).flops == 0
    assert mil("topk", (2, 0), {"k": 1}, x=(2, 0)).flops == 0


@given(
    st.sampled_from(TYPES),
    st.dictionaries(
        st.sampled_from(sorted({i.name for t in TYPES for i in layers.get(*t).inputs})), PARAMS, max_size=8
    ),
    st.lists(SHAPES, max_size=4),
    st.lists(SHAPES, max_size=2),
)
def test_nonsense_never_raises_and_is_never_negative(of, params, reads, gives):
    names = [item.name for item in layers.get(*of).inputs]
    operands = tuple(Operand(name=name, dtype="fp16", shape=shape) for name, shape in zip(names, reads, strict=False))
    done = work(
        Layer(format=of[0], type=of[1], params=params, inputs=operands), [Tensor("o", "fp16", shape) for shape in gives]
    )
    assert done.flops is None or done.flops >= 0
    assert done.bytes is None or done.bytes >= 0


def _conv(batch: int, channels: int, side: int) -> Work:
    x = (batch, channels, side, side)
    return mil("conv", x, {"pad_type": "same"}, x=x, weight=(channels, channels, 3, 3))


def _matmul(m: int, k: int, n: int) -> Work:
    return mil("matmul", (m, n), x=(m, k), y=(k, n))


def _mean(a: int, b: int, c: int) -> Work:
    return mil("reduce_mean", (a, b), {"axes": 2}, x=(a, b, c))


def _attention(length: int, keys: int, width: int) -> Work:
    key = (1, keys, width)
    return mil("scaled_dot_product_attention", (1, length, width), query=(1, length, width), key=key, value=key)


def _sort(a: int, b: int, c: int) -> Work:
    return mil("argsort", (a, b, c), {"axis": 2}, x=(a, b, c))


def _lstm(steps: int, size: int, hidden: int) -> Work:
    weights = {"weight_ih": (4 * hidden, size + 1), "weight_hh": (4 * hidden, hidden)}
    return mil(
        "lstm", (steps, 1, hidden), x=(steps, 1, size + 1), initial_h=(1, hidden), initial_c=(1, hidden), **weights
    )


@pytest.mark.parametrize("build", [_conv, _matmul, _mean, _attention, _sort, _lstm], ids=lambda it: it.__name__[1:])
@given(small=NUMBERS, more=NUMBERS)
def test_larger_extents_are_never_less_work(build, small, more):
    one, other = build(*small), build(*(a + b for a, b in zip(small, more, strict=True)))
    assert 0 <= one.flops <= other.flops
    assert 0 <= one.bytes <= other.bytes


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5).map(tuple))
def test_a_pair_of_twins_is_the_same_work(shape):
    twins = (("sigmoid", "activation.sigmoid"), ("softmax", "softmaxND"), ("sqrt", "unary.sqrt"), ("identity", "copy"))
    for new, old in twins:
        assert mil(new, shape, x=shape) == nn(old, shape, x=shape)
    assert mil("mul", shape, x=shape, y=shape) == nn("multiply", shape, values=[shape, shape])


def test_the_docs_name_every_layer_type():
    told = set(re.findall(r"`([^`\s]+)`", DOCS.read_text()))
    assert {*FORMULAE, *NO_FORMULA} <= told


def test_the_docs_count_elementwise_operations_as_the_code_does():
    for count, types in PER_ELEMENT.items():
        (row,) = re.findall(rf"^\| {count} \| (.*?) \|$", DOCS.read_text(), re.MULTILINE)
        assert set(re.findall(r"`([^`]+)`", row)) == set(types.split())


def test_a_broken_files_negative_numbers_are_unknown():
    assert mil("relu", (2, -3), x=(2, -3)) == Work()
    params = {"kernel_sizes": (-3, 3), "pad_type": "valid"}
    assert mil("max_pool", (1, 4, 2, 2), params, x=(1, 4, 4, 4)).flops is None
    assert nn("lrn", (1, 4, 2, 2), {"localSize": -5, "alpha": 1, "beta": 1}, x=(1, 4, 2, 2)).flops is None
