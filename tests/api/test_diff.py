"What two checked models, or one on two targets, do not share."

from dataclasses import replace

import pytest
from check_samples import M4, blocker, checked, layer

from anedb.api.diff import changes, diff

CONV, RELU = layer("conv"), layer("relu")
GATHER = layer("gather", "no", "cpu", reasons=("dtype",))


def of(a, b):
    return diff(a, b, data_version="0123")


def told(found):
    return [(each.what, each.name, each.a, each.b) for each in found]


def test_a_model_is_the_same_as_itself():
    found = of(checked(CONV, RELU), checked(CONV, RELU, path="copy.mlpackage"))
    assert (found.same, found.only_a, found.only_b, found.changed, found.answered) == (2, (), (), (), ())
    assert found.text == "The same: 2 layers, no answer differs."


def test_what_one_has_and_the_other_has_not_is_listed():
    found = of(checked(CONV, GATHER, RELU), checked(CONV, RELU, RELU, path="b"))
    assert [each.type for each in found.only_a] == [] and [pair.b.type for pair in found.changed] == ["relu"]
    found = of(checked(CONV, RELU), checked(CONV, GATHER, RELU, path="b"))
    assert [(each.index, each.type, each.reasons) for each in found.only_b] == [(1, "gather", ("dtype",))]
    assert found.text == "2 layers are the same; 1 only in B."


def test_a_layer_that_stands_elsewhere_is_the_same_layer():
    turn = layer("transpose")
    found = of(checked(CONV, turn, RELU), checked(CONV, RELU, turn, path="b"))
    assert (found.same, found.only_a, found.only_b) == (3, (), ())
    (moved,) = found.moved
    assert moved.a.index != moved.b.index and moved.a.type == moved.b.type
    assert found.text == "3 layers are the same; 1 moved."


def test_swapping_the_sides_swaps_what_is_told():
    a, b = checked(CONV, RELU), checked(CONV, GATHER, GATHER, RELU, path="b")
    one, other = of(a, b), of(b, a)
    assert (one.only_a, one.only_b) == (other.only_b, other.only_a)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"params": {"groups": 2}}, [("param", "groups", None, 2)]),
        ({"dtype": "fp32"}, [("dtype", "x", "fp16", "fp32"), ("dtype", "out.0", "fp16", "fp32")]),
        (
            {"shape": [2, 64, 32, 32]},
            [
                ("shape", "x", [1, 64, 32, 32], [2, 64, 32, 32]),
                ("shape", "out.0", [1, 64, 32, 32], [2, 64, 32, 32]),
            ],
        ),
        ({"inputs": ()}, [("operand", "x", "fp16[1,64,32,32]", None)]),
    ],
)
def test_what_has_changed_in_a_layer_is_named(more, said):
    assert told(changes(CONV, layer("conv", **more))) == said


def test_what_one_file_does_not_say_is_no_change():
    unsaid = layer(inputs=({"name": "x", "dtype": "unknown", "shape": None, "const": False},), fingerprint=None)
    assert [each for each in told(changes(layer(outputs=()), replace(unsaid, outputs=()))) if each[1] == "x"] == []


def test_a_shape_is_the_same_as_list_and_as_tuple():
    assert told(changes(CONV, replace(layer(shape=(1, 64, 32, 32)), fingerprint="v1:other"))) == []


def test_two_types_are_compared_by_what_both_have():
    operands = (
        {"name": "x", "dtype": "fp16", "shape": [1, 64, 8, 8], "const": False},
        {"name": "weight", "dtype": "fp16", "shape": [32, 64, 3, 3], "const": True},
    )
    mil = layer("conv", inputs=operands, outputs=(), params={"strides": (2, 2), "dilations": (1, 1), "groups": 1})
    nn = layer(
        "convolution",
        format="neuralnetwork",
        inputs=operands,
        outputs=(),
        params={"stride": (1, 1), "dilationFactor": (1, 1), "kernelSize": (3, 3), "nGroups": 1},
    )
    said = told(changes(nn, mil))
    assert said[0] == ("type", "", "neuralnetwork:convolution", "mlprogram:conv")
    assert ("feature", "stride_height", 1, 2) in said
    assert not {"kernel_height", "dilations", "groups"} & {name for _, name, _, _ in said}


def test_an_answer_may_differ_where_the_layer_does_not():
    elsewhere = replace(CONV, placement="cpu")
    found = of(checked(CONV, RELU), checked(elsewhere, RELU, path="b"))
    assert found.same == 2 and [pair.answers for pair in found.answered] == [("placement",)]


def test_one_model_on_two_targets_is_compared_layer_by_layer():
    a, b = checked(CONV, GATHER), checked(CONV, replace(GATHER, offered=CONV.offered, placement="ane"), target=M4)
    found = of(a, b)
    assert found.of == "targets" and not found.only_a and not found.changed
    assert [pair.answers for pair in found.answered] == [("offered", "placement")]
    assert found.a.runs == (("ane", 1), ("cpu", 1)) and found.b.runs == (("ane", 2),)


def test_blockers_that_both_have_are_not_told():
    a = checked(CONV, GATHER, GATHER, blockers=(blocker(layers=(1,)), blocker("lstm", (2,))))
    b = checked(GATHER, CONV, GATHER, path="b", blockers=(blocker(layers=(0,)), blocker("topk", (2,))))
    assert [(each.type, each.a, each.b) for each in of(a, b).blockers] == [("lstm", (2,), ()), ("topk", (), (2,))]


def test_on_two_targets_blockers_are_told_apart_by_their_layers():
    a = checked(CONV, GATHER, GATHER, blockers=(blocker(layers=(1,)),))
    b = checked(CONV, GATHER, GATHER, target=M4, blockers=(blocker(layers=(2,)),))
    assert [(each.a, each.b) for each in of(a, b).blockers] == [((1,), (2,))]
