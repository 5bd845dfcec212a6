"Building a probe imports coremltools (0.7 s) and takes a tenth of a second each."

from __future__ import annotations

import pytest

from anedb.coreml import program
from anedb.coreml.probes import Block, Const, Probe, Ref, Step, Tensor, build
from anedb.coreml.program import Op

X = Tensor((1, 64, 32, 32))


def probe(op: str, *inputs: Tensor, **args: object) -> Probe:
    "A probe of one op whose first input is x, and y the second, unless said otherwise."
    named = {name: Ref(i) for i, name in enumerate(("x", "y")[: len(inputs)])}
    return Probe(name=op, inputs=inputs, steps=(Step(op, {**named, **args}),))  # type: ignore[dict-item]


def built(item: Probe, **more: object) -> list[Op]:
    return list(program.operations(build(item, **more).mlProgram))  # type: ignore[arg-type]


def test_a_probe_of_one_op_is_a_model_of_one_op() -> None:
    (op,) = built(probe("abs", X))
    assert (op.type, op.opset, op.name) == ("abs", "iOS18", "abs_0")
    assert [(item.dtype, item.shape, item.const) for item in op.layer.inputs] == [("fp16", X.shape, False)]


def test_indices_at_run_time_bring_an_integer_add() -> None:
    "Why a dump's rows are entered only with the layers of the model built again: this `add` is no fp16 add."
    gather = Probe(
        name="gather_nd",
        inputs=(X, Tensor((8, 2), "int32")),
        steps=(Step("gather_nd", {"x": Ref(0), "indices": Ref(1)}),),
    )
    ops = built(gather)
    assert [op.type for op in ops] == ["cast", "cast", "greater_equal", "add", "select", "cast", "gather_nd"]
    assert {item.dtype for item in ops[3].layer.inputs} == {"int32"}


def test_an_integer_input_stays_one() -> None:
    (op,) = built(probe("add", Tensor(X.shape, "int32"), Tensor(X.shape, "int32")))
    assert [item.dtype for item in op.layer.inputs] == ["int32", "int32"]


def test_weights_are_constants_of_the_shape_asked_for() -> None:
    (op,) = built(probe("conv", X, weight=Const((64, 64, 3, 3)), pad_type="same", dilations=(2, 2)))
    weight = next(item for item in op.layer.inputs if item.name == "weight")
    assert (weight.shape, weight.dtype, weight.const) == ((64, 64, 3, 3), "fp16", True)
    assert op.layer.params["dilations"] == (2, 2)


def test_an_fp32_model_is_cast_to_fp16_around_its_op() -> None:
    ops = built(probe("relu", Tensor(X.shape, "fp32")))
    assert [op.type for op in ops] == ["cast", "relu", "cast"]
    assert ops[1].layer.inputs[0].dtype == "fp16"


def test_a_step_may_keep_its_precision() -> None:
    item = Probe(name="kept", inputs=(Tensor(X.shape, "fp32"),), steps=(Step("relu", {"x": Ref(0)}, "kept"),))
    (op,) = built(item, fp32=frozenset({"kept"}))
    assert op.layer.inputs[0].dtype == "fp32"


@pytest.mark.parametrize(
    ("shape", "around", "count"),
    [((1, 64, 32, 32), "conv", 4), ((1, 600, 4, 4), "conv", 4), ((1, 128, 256), "linear", 4), ((256, 256), "", 0)],
)
def test_context_is_put_around_what_it_can_wrap(shape: tuple[int, ...], around: str, count: int) -> None:
    ops = built(probe("softmax", Tensor(shape), axis=1), wrapped=True)
    wraps = [op for op in ops if op.name.startswith("wrap_")]
    assert len(ops) == 2 * count + 1 and sum(op.type == around for op in wraps) == count


def test_many_channels_are_wrapped_without_a_square_weight() -> None:
    ops = built(probe("relu", Tensor((1, 600, 4, 4))), wrapped=True)
    assert ops[0].layer.params["groups"] == 600


def test_a_nested_block_sees_the_values_before_it() -> None:
    steps = (Step("greater", {"x": Ref(0), "y": Const((1,), "int32")}), Step("squeeze", {"x": Ref(2), "axes": (0,)}))
    branches = {
        "_true_fn": Block((Step("relu", {"x": Ref(1)}),), (Ref(4),)),
        "_false_fn": Block((Step("tanh", {"x": Ref(1)}),), (Ref(4),)),
    }
    item = Probe(
        name="cond",
        inputs=(Tensor((1,), "int32"), X),
        steps=(*steps, Step("cond", {"pred": Ref(3), **branches})),
    )
    ops = built(item, as_written=True)
    assert [op.type for op in ops] == ["greater", "squeeze", "cond", "relu", "tanh"]
    assert {op.inputs for op in ops[3:]} == {("x1",)}


def test_what_is_asked_for_as_written_is_not_folded_away() -> None:
    assert [op.type for op in built(probe("identity", X), as_written=True)] == ["identity"]
    assert [op.type for op in built(probe("identity", X), wrapped=True) if op.type == "identity"] == []


def test_a_state_is_read_not_wrapped() -> None:
    steps = (Step("read_state", {"input": Ref(0)}), Step("add", {"x": Ref(2), "y": Ref(1)}))
    ops = built(Probe(name="state", inputs=(Tensor(X.shape, state=True), X), steps=steps), wrapped=True)
    (read,) = [op for op in ops if op.type == "read_state"]
    assert read.layer.inputs[0].shape == X.shape and len([op for op in ops if op.type == "conv"]) == 4


def test_a_classifier_ends_with_its_labels() -> None:
    scores = Step("reduce_mean", {"x": Ref(0), "axes": (1, 2)})
    item = Probe(name="labels", inputs=(Tensor((1, 4, 4, 3)),), steps=(scores,), labels=("cat", "dog", "owl"))
    assert built(item)[-1].type == "classify"


def test_another_output_of_a_step_may_be_read() -> None:
    halves = Step("split", {"x": Ref(0), "num_splits": 2, "axis": 1})
    item = Probe(name="second", inputs=(X,), steps=(halves, Step("relu", {"x": Ref(1, output=1)})))
    split, relu = built(item, as_written=True)
    assert relu.inputs == (split.outputs[1].name,)
