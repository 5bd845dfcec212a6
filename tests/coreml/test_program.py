"Programs are put together as protobuf, as a file has them: nothing here imports coremltools itself."

from __future__ import annotations

import gc
import struct
import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.coreml import program, protobuf, values
from anedb.domain.layer import Operand
from anedb.domain.model import Tensor
from anedb.fingerprint import fingerprint

MIL = protobuf.load("MIL_pb2")
CODES = {name: number for number, name in values.DTYPES.items()}


def tensor_type(dtype: str, *shape: int | str) -> Any:
    "A `ValueType`; `?` is a flexible axis, `...` any number of them."
    found = MIL.ValueType()
    found.tensorType.dataType = CODES[dtype]
    found.tensorType.rank = -1 if "..." in shape else len(shape)
    for size in shape:
        dim = found.tensorType.dimensions.add()
        if isinstance(size, int):
            dim.constant.size = size
        else:
            dim.unknown.variadic = size == "..."
    return found


def value(dtype: str, shape: tuple[int, ...], flat: list[Any]) -> Any:
    found = MIL.Value(type=tensor_type(dtype, *shape))
    tensor = found.immediateValue.tensor
    if dtype == "int32":
        tensor.ints.values.extend(flat)
    elif dtype == "bool":
        tensor.bools.values.extend(flat)
    elif dtype == "string":
        tensor.strings.values.extend(flat)
    elif dtype == "fp32":
        tensor.floats.values.extend(flat)
    else:
        tensor.bytes.values = struct.pack(f"<{len(flat)}{ {'fp16': 'e', 'int16': 'h', 'uint8': 'B'}[dtype] }", *flat)
    return found


def blob(dtype: str, *shape: int) -> Any:
    found = MIL.Value(type=tensor_type(dtype, *shape))
    found.blobFileValue.fileName = "@model_path/weights/weight.bin"
    return found


class Writer:
    "Appends operations to a block."

    def __init__(self, block: Any) -> None:
        self.block = block

    def const(self, name: str, held: Any) -> str:
        made = self.block.operations.add(type="const")
        made.outputs.add(name=name, type=held.type)
        made.attributes["val"].CopyFrom(held)
        return name

    def op(self, type: str, name: str, made_type: Any, **inputs: Any) -> Any:
        made = self.block.operations.add(type=type)
        made.outputs.add(name=name, type=made_type)
        for key, bound in inputs.items():
            for item in bound if isinstance(bound, list) else [bound]:
                if isinstance(item, str):
                    made.inputs[key].arguments.add(name=item)
                else:
                    made.inputs[key].arguments.add(value=item)
        return made


def function(whole: Any, name: str = "main", opset: str = "CoreML8", **inputs: Any) -> Writer:
    made = whole.functions[name]
    made.opset = opset
    for key, kind in inputs.items():
        made.inputs.add(name=key, type=kind)
    return Writer(made.block_specializations[opset])


def one(write: Any, **inputs: Any) -> program.Op:
    whole = MIL.Program()
    write(function(whole, **inputs))
    (op,) = program.operations(whole)
    return op


def test_a_convolution_has_its_parameters_by_value_and_its_weight_by_shape() -> None:
    def write(block: Writer) -> None:
        block.const("w", blob("fp16", 64, 64, 3, 3))
        block.const("d", value("int32", (2,), [2, 2]))
        block.const("p", value("string", (), ["same"]))
        out = tensor_type("fp16", 1, 64, 32, 32)
        block.op("conv", "y", out, x="x", weight="w", dilations="d", pad_type="p", groups=value("int32", (), [1]))

    op = one(write, x=tensor_type("fp16", 1, 64, 32, 32))
    assert (op.place, op.type, op.opset, [each.name for each in op.outputs], op.inputs) == (
        "main/0",
        "conv",
        "iOS18",
        ["y"],
        ("x",),
    )
    assert op.layer.params["dilations"] == (2, 2) and op.layer.params["strides"] == (1, 1)
    assert op.layer.inputs == (
        Operand(name="x", dtype="fp16", shape=(1, 64, 32, 32)),
        Operand(name="weight", dtype="fp16", shape=(64, 64, 3, 3), const=True),
    )
    assert not op.open and not op.problem


def test_a_bias_in_another_order_makes_the_same_layer() -> None:
    def write(order: list[str]) -> Any:
        def into(block: Writer) -> None:
            block.const("b", blob("fp16", 8))
            block.const("w", blob("fp16", 8, 4))
            bound = {"x": "x", "weight": "w", "bias": "b"}
            block.op("linear", "y", tensor_type("fp16", 1, 8), **{name: bound[name] for name in order})

        return into

    x = tensor_type("fp16", 1, 4)
    assert one(write(["x", "weight", "bias"]), x=x).layer == one(write(["bias", "x", "weight"]), x=x).layer


def test_members_of_a_variadic_operand_are_numbered() -> None:
    def write(block: Writer) -> None:
        axis, interleave = value("int32", (), [-3]), value("bool", (), [False])
        out = tensor_type("fp16", 1, 8, 2, 2)
        block.op("concat", "y", out, values=["a", "b"], axis=axis, interleave=interleave)

    kind = tensor_type("fp16", 1, 4, 2, 2)
    op = one(write, a=kind, b=kind)
    assert [item.name for item in op.layer.inputs] == ["values.0", "values.1"]
    assert op.layer.params["axis"] == 1, "negative axes are counted from the front"
    assert op.inputs == ("a", "b")


def test_flexible_and_unknown_shapes_are_told_apart() -> None:
    def write(block: Writer) -> None:
        block.op("relu", "y", tensor_type("fp16", "?", 4), x="x")

    assert one(write, x=tensor_type("fp16", "?", 4)).layer.inputs[0].shape == ("?", 4)
    assert one(write, x=tensor_type("fp16", 1, "...")).layer.inputs[0].shape is None


def test_a_parameter_given_at_run_time_is_an_operand() -> None:
    def write(block: Writer) -> None:
        size = value("int32", (2,), [1, 1])
        block.op("slice_by_size", "y", tensor_type("fp16", 1, 1), x="x", begin="b", size=size)

    layer = one(write, x=tensor_type("fp16", 4, 4), b=tensor_type("int32", 2)).layer
    assert "begin" not in layer.params
    assert Operand(name="begin", dtype="int32", shape=(2,)) in layer.inputs


def test_a_parameter_in_the_weight_file_is_a_constant_operand() -> None:
    "iOS18 keeps integer tensors of ten and more elements there: a rank 5 `pad` has ten."

    def write(block: Writer) -> None:
        block.const("p", blob("int32", 10))
        block.op("pad", "y", tensor_type("fp16", 1, 1, 1, 1, 1), x="x", pad="p", mode=value("string", (), ["constant"]))

    layer = one(write, x=tensor_type("fp16", 1, 1, 1, 1, 1)).layer
    assert Operand(name="pad", dtype="int32", shape=(10,), const=True) in layer.inputs


def test_compressed_weights_are_constant_operands_of_the_type_they_are_stored_in() -> None:
    whole = MIL.Program()
    block = function(whole, x=tensor_type("fp16", 1, 4))
    block.const("i", blob("uint8", 8, 4))
    block.const("l", blob("fp16", 8, 1, 256, 1))
    block.op("constexpr_lut_to_dense", "w", tensor_type("fp16", 8, 4), indices="i", lut="l")
    block.op("linear", "y", tensor_type("fp16", 1, 8), x="x", weight="w")
    (linear,) = program.operations(whole)
    assert Operand(name="weight", dtype="uint8", shape=(8, 4), const=True) in linear.layer.inputs
    assert linear.inputs == ("x",)


def test_what_is_expanded_twice_has_the_type_that_was_stored() -> None:
    whole = MIL.Program()
    block = function(whole, x=tensor_type("fp16", 1, 4))
    block.const("m", blob("uint1", 8, 4))
    block.const("i", blob("uint4", 10))
    block.const("l", blob("fp16", 1, 1, 16, 1))
    block.op(
        "constexpr_lut_to_sparse", "s", tensor_type("fp16", 10), indices_mask="m", indices_nonzero_data="i", lut="l"
    )
    block.op("constexpr_sparse_to_dense", "w", tensor_type("fp16", 8, 4), mask="m", nonzero_data="s")
    block.op("linear", "y", tensor_type("fp16", 1, 8), x="x", weight="w")
    (linear,) = program.operations(whole)
    assert Operand(name="weight", dtype="uint4", shape=(8, 4), const=True) in linear.layer.inputs


def test_an_expansion_that_names_nothing_stored_keeps_its_type() -> None:
    whole = MIL.Program()
    block = function(whole, x=tensor_type("fp16", 1, 4))
    block.op("constexpr_new", "w", tensor_type("fp16", 8, 4), other="nowhere")
    block.op("linear", "y", tensor_type("fp16", 1, 8), x="x", weight="w")
    (linear,) = program.operations(whole)
    assert Operand(name="weight", dtype="fp16", shape=(8, 4), const=True) in linear.layer.inputs


def test_nested_blocks_and_every_function_are_read() -> None:
    whole = MIL.Program()
    kind = tensor_type("fp16", 1, 4)
    block = function(whole, x=kind, c=tensor_type("bool"))
    cond = block.op("cond", "y", kind, pred="c")
    for type in ("relu", "tanh"):
        Writer(cond.blocks.add()).op(type, f"{type}_0", kind, x="x")
    block.op("abs", "z", kind, x="y")
    function(whole, "second", "CoreML5", x=kind).op("exp", "e", kind, x="x")
    found = [(op.place, op.type, op.opset) for op in program.operations(whole)]
    assert found == [
        ("main/0", "cond", "iOS18"),
        ("main/0/0/0", "relu", "iOS18"),
        ("main/0/1/0", "tanh", "iOS18"),
        ("main/1", "abs", "iOS18"),
        ("second/0", "exp", "iOS15"),
    ]


def test_of_several_blocks_the_functions_own_opset_is_read() -> None:
    whole = MIL.Program()
    kind = tensor_type("fp16", 1, 4)
    function(whole, x=kind).op("relu", "y", kind, x="x")
    Writer(whole.functions["main"].block_specializations["CoreML9"]).op("gelu", "y", kind, x="x")
    assert [op.type for op in program.operations(whole)] == ["relu"]


def test_a_loop_types_its_block_inputs() -> None:
    whole = MIL.Program()
    kind = tensor_type("fp16", 1, 4)
    block = function(whole, x=kind)
    loop = block.op("while_loop", "y", kind, loop_vars="x")
    body = loop.blocks.add()
    body.inputs.add(name="inner", type=kind)
    Writer(body).op("relu", "r", kind, x="inner")
    relu = list(program.operations(whole))[1]
    assert relu.layer.inputs == (Operand(name="x", dtype="fp16", shape=(1, 4)),)


@pytest.mark.parametrize("name", ["no_such_op", "../../conv", ""])
def test_an_unknown_operation_is_kept_and_says_so(name: str) -> None:
    op = one(lambda block: block.op(name, "y", tensor_type("fp16", 1), x="x"), x=tensor_type("fp16", 1))
    assert op.problem and op.layer.type == name and op.layer.inputs[0].name == "x"


def test_several_values_under_one_name_are_numbered_whatever_the_operation() -> None:
    kind = tensor_type("fp16", 1)
    op = one(lambda block: block.op("no_such_op", "y", kind, parts=["a", "b"]), a=kind, b=kind)
    assert [item.name for item in op.layer.inputs] == ["parts.0", "parts.1"]


def test_an_unknown_parameter_does_not_stop_the_program() -> None:
    op = one(lambda block: block.op("relu", "y", tensor_type("fp16", 1), x="x", newer="x"), x=tensor_type("fp16", 1))
    assert "newer" in op.problem


def test_a_value_that_nothing_makes_has_an_unknown_type() -> None:
    op = one(lambda block: block.op("relu", "y", tensor_type("fp16", 1), x="nowhere"))
    assert op.layer.inputs == (Operand(name="x", dtype="unknown"),)


def test_work_grows_with_the_program_and_not_faster() -> None:
    def calls(count: int) -> int:
        whole = MIL.Program()
        kind = tensor_type("fp16", 1, 64, 32, 32)
        block = function(whole, v0=kind)
        for i in range(count):
            block.const(f"c{i}", blob("fp16", 64, 64, 1, 1))
            block.op("conv", f"v{i + 1}", kind, x=f"v{i}", weight=f"c{i}")
        found = Counter[str]()
        sys.setprofile(lambda frame, event, argument: found.update((event,)))
        try:
            assert len(list(program.operations(whole))) == count
        finally:
            sys.setprofile(None)
        return found["call"] + found["c_call"]

    calls(10)
    small, large = calls(300), calls(3000)
    assert large < 10.5 * small, f"{small:,} calls for 300, {large:,} for 3000"


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=12))
def test_an_integer_constant_reads_as_written(flat: list[int]) -> None:
    assert values.value_of(value("int32", (len(flat),), flat)) == tuple(flat)


def test_constants_take_the_shape_of_their_tensor() -> None:
    assert values.value_of(value("int32", (2, 3), [1, 2, 3, 4, 5, 6])) == ((1, 2, 3), (4, 5, 6))
    assert values.value_of(value("fp16", (), [0.5])) == 0.5
    assert values.value_of(value("int16", (2,), [-1, 7])) == (-1, 7)
    assert values.value_of(value("string", (), ["same"])) == "same"
    assert values.value_of(blob("int32", 10)) is None


@pytest.mark.parametrize("flat", [[], [1], [1, 2, 3, 4, 5]])
def test_a_constant_with_too_few_or_too_many_elements_is_no_error(flat: list[int]) -> None:
    values.value_of(value("int32", (2, 2), flat))


def test_a_state_is_what_it_holds() -> None:
    found = MIL.ValueType()
    found.stateType.wrappedType.CopyFrom(tensor_type("fp16", 1, 256))
    assert values.type_of(found) == ("fp16", (1, 256))


def relu_chain(*names: str) -> Any:
    whole = MIL.Program()
    kind = tensor_type("fp16", 1, 4)
    block = function(whole, x=kind)
    for before, name in zip(("x", *names), names, strict=False):
        block.op("relu", name, kind, x=before)
    block.block.outputs.append(names[-1])
    return whole


def test_a_network_has_what_goes_in_and_comes_out() -> None:
    (found,) = program.networks(relu_chain("a", "b"))
    assert (found.name, found.format, found.outputs) == ("main", "mlprogram", ("b",))
    assert found.inputs == (Tensor("x", "fp16", (1, 4)),)
    assert [(op.name, op.outputs) for op in found.ops] == [(n, (Tensor(n, "fp16", (1, 4)),)) for n in "ab"]


def test_equal_layers_are_one_object_with_the_fingerprint_of_the_layer() -> None:
    first, second = program.networks(relu_chain("a", "b"))[0].ops
    assert first.layer is second.layer and first.fingerprint == fingerprint(first.layer.hashed())


def test_every_specialised_block_is_a_network_of_its_own() -> None:
    whole = relu_chain("a")
    kind = tensor_type("fp16", 1, 4)
    Writer(whole.functions["main"].block_specializations["CoreML5"]).op("tanh", "y", kind, x="x")
    Writer(whole.functions["main"].block_specializations["CoreML9"]).op("exp", "y", kind, x="x")
    function(whole, "zero", "CoreML7", x=kind).op("abs", "y", kind, x="x")
    found = {each.name: (each.ops[0].type, each.ops[0].opset) for each in program.networks(whole)}
    assert found == {
        "main": ("relu", "iOS18"),
        "main@iOS15": ("tanh", "iOS15"),
        "main@iOS26": ("exp", "iOS26"),
        "zero": ("abs", "iOS17"),
    }
    assert [op.type for op in program.operations(whole)] == ["relu", "abs"]


def test_a_part_of_a_pipeline_has_its_number_before_its_name() -> None:
    (found,) = program.networks(relu_chain("a"), "3")
    assert found.name == "3/main" and found.ops[0].place == "3/main/0"


def test_a_function_without_operations_says_so() -> None:
    whole = MIL.Program()
    whole.functions["main"].opset = "CoreML8"
    (found,) = program.networks(whole)
    assert found.note and not found.ops


def test_a_constant_hidden_by_a_later_value_is_none() -> None:
    whole = MIL.Program()
    kind = tensor_type("fp16", 1, 4)
    block = function(whole, x=kind)
    block.const("a", blob("fp16", 1, 4))
    block.op("relu", "a", kind, x="x")
    block.op("tanh", "b", kind, x="a")
    assert [op.inputs for op in program.operations(whole)] == [("x",), ("a",)]


@pytest.mark.parametrize("length", [1, 100, 117, 118, 119, 120, 127, 128, 300, 20_000])
def test_names_of_any_length_are_read(length: int) -> None:
    "Short ones, which nearly all are, are read by another way than long ones."
    name = "n" * length
    first, second = program.networks(relu_chain(name, "b"))[0].ops
    assert first.name == name and second.inputs == (name,)
    assert second.layer.inputs == first.layer.inputs


def test_names_are_any_text() -> None:
    first, second = program.networks(relu_chain("Größe/7:σ", "b"))[0].ops
    assert (first.name, second.inputs) == ("Größe/7:σ", ("Größe/7:σ",))


def test_values_read_are_named_once_in_the_order_of_the_inputs() -> None:
    kind = tensor_type("fp16", 1, 4)
    op = one(lambda block: block.op("select", "s", kind, cond="c", b="q", a="p"), p=kind, q=kind, c=tensor_type("bool"))
    assert op.inputs == ("p", "q", "c")
    assert one(lambda block: block.op("add", "s", kind, y="p", x="p"), p=kind).inputs == ("p",)


def test_fields_that_a_newer_file_may_have_are_passed_over() -> None:
    whole = relu_chain("a")
    (operation,) = whole.functions["main"].block_specializations["CoreML8"].operations
    operation.MergeFromString(b"\x98\x06\x07" + b"\xa2\x06\x03abc" + b"\x35aaaa" + b"\x31aaaaaaaa" + b"\x38\x80\x01")
    (found,) = program.networks(whole)
    assert [op.type for op in found.ops] == ["relu"] and not found.ops[0].problem


def test_reading_bytes_is_reading_the_message() -> None:
    whole = relu_chain("a", "b")
    assert program.networks(whole.SerializeToString()) == program.networks(whole)


def test_the_collector_is_left_as_it_was() -> None:
    gc.disable()
    try:
        program.networks(relu_chain("a"))
        assert not gc.isenabled()
    finally:
        gc.enable()
    program.networks(relu_chain("a"))
    assert gc.isenabled()
