"""The quick reader of simple conditions says what Google's CEL runtime says, or leaves it to the runtime."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anedb.catalog import facts
from anedb.evidence.condition import by_runtime, check
from anedb.evidence.features import FEATURES, features
from anedb.evidence.simple import simple
from tests.builders import conv, max_pool

TARGETS = [{}, {"engine": "H13", "chip": "M1", "release": 17, "os": "macOS", "concept": "conv"}, {"engine": "H16"}]
LAYERS = [conv(), conv((1, 17), dilations=(2, 1), dtype="int32"), conv(groups=64), conv(x=(1, 64, "?", 70000)),
          conv(weight=False), max_pool((1, 9)), max_pool((1, 9), x=None)]  # fmt: skip
KNOWN = [{**features(layer), **target} for layer in LAYERS for target in TARGETS]

VALUES = {
    "int": st.integers(0, 70000),
    "bool": st.booleans(),
    "str": st.sampled_from(["fp16", "H13", "", "conv", "convND"]),
    "list": st.lists(st.sampled_from(["fp16", "int32"]), max_size=2),
}
NAMES = {kind: [it.name for it in FEATURES.values() if it.kind == kind] for kind in VALUES}
# `dilations` and `axes` hold numbers: a text is never in them.
TEXTS = st.sampled_from(['"fp16"', "'H13'", '"conv"', '""'])


def name(kind):
    return st.sampled_from(NAMES[kind])


ATOMS = st.one_of(
    st.tuples(name("int"), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(0, 70000)).map(
        lambda it: f"{it[0]} {it[1]} {it[2]}"
    ),
    st.tuples(name("int"), st.sampled_from(["==", "<", ">="]), name("int")).map(" ".join),
    st.tuples(name("int"), st.integers(1, 64), st.sampled_from(["== 0", "!= 0"])).map("{0[0]} % {0[1]} {0[2]}".format),
    st.tuples(name("str"), st.sampled_from(["==", "!=", "<"]), TEXTS).map(" ".join),
    st.tuples(TEXTS, name("list")).map(lambda it: f"{it[0]} in {it[1]}"),
    st.tuples(name("str"), st.lists(TEXTS, min_size=1, max_size=3)).map(lambda it: f"{it[0]} in [{', '.join(it[1])}]"),
    st.tuples(name("str"), st.sampled_from(["startsWith", "endsWith"]), TEXTS).map("{0[0]}.{0[1]}({0[2]})".format),
    st.tuples(st.sampled_from(["pad_type", "groups", "nothing"]), st.sampled_from(["==", "!="]),
              st.sampled_from(['"same"', "1", "true"])).map(lambda it: f"params.{it[0]} {it[1]} {it[2]}"),
    name("bool"),
    st.sampled_from(["true", "false"]),
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(" ".join),
        inner.map(lambda it: f"({it})"),
        inner.map(lambda it: f"!({it})"),
    ),
    max_leaves=5,
)


@st.composite
def known(draw):
    names = draw(st.lists(st.sampled_from([it.name for it in FEATURES.values() if it.kind in VALUES]), unique=True))
    found = {each: draw(VALUES[FEATURES[each].kind]) for each in names}
    return {**found, "params": {"pad_type": "same", "groups": draw(st.sampled_from([1, True, "1"]))}}


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, known())
def test_both_say_the_same(condition, some):
    quick = simple(condition)
    assert quick is not None, condition
    assert check(condition) is None
    assert quick(some) is by_runtime(condition, some)


def shipped() -> list[str]:
    return sorted({it.condition for it in (*facts.claims(), *facts.workarounds()) if it.condition})


@pytest.mark.parametrize("condition", shipped())
def test_both_say_the_same_of_every_shipped_condition(condition):
    quick = simple(condition)
    for some in KNOWN:
        if quick is not None:
            assert quick(some) is by_runtime(condition, some), some


def test_most_shipped_conditions_are_simple():
    left = [it for it in shipped() if simple(it) is None]
    assert len(left) <= len(shipped()) / 5, left


REST = """
dilations.exists(d, d > 1)
size(dtypes) > 1
has(params.axis)
params.strides[0] > 1
params.axis > 2
kernel_width > 'a'
kernel_width
!kernel_width
kernel_widht > 2
kernel_width >
kernel_width > 1.5
kernel_width % 0 == 1
scale_height > 2
dtype == "a\\"b"
-1 < rank
rank > 5 5
dilated &&
(dilated
"""


@pytest.mark.parametrize("condition", ["", *REST.strip().splitlines()])
def test_the_rest_is_left_to_the_runtime(condition):
    assert simple(condition) is None
