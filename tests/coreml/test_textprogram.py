"The text form of a program gives the very networks that its protobuf gives."

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anedb.coreml import miltext, mlmodelc, probes, program, protobuf, textprogram
from anedb.domain.model import Network
from anedb.probe import mil_cases as mil_ops
from tests.coreml import miltext_writer
from tests.coreml.miltext_writer import CODES

MIL = protobuf.load("MIL_pb2")
DIALECTS = ("1.0", "1.3")
REAL = os.environ.get("ANEDB_REAL_MODELS")


def from_text(whole: Any, dialect: str) -> tuple[Network, ...]:
    return textprogram.networks(miltext.parse(miltext_writer.write(whole, dialect)))


def typed(found: Any, dtype: str, *shape: int | str) -> Any:
    found.tensorType.dataType = CODES[dtype]
    found.tensorType.rank = -1 if "..." in shape else len(shape)
    for size in shape:
        dim = found.tensorType.dimensions.add()
        if isinstance(size, int):
            dim.constant.size = size
        else:
            dim.unknown.variadic = size == "..."
    return found


def constant(dtype: str, shape: tuple[int, ...], flat: Any) -> Any:
    "A value on the spot; None: in the weight file."
    held = MIL.Value()
    typed(held.type, dtype, *shape)
    if flat is None:
        held.blobFileValue.fileName, held.blobFileValue.offset = "@model_path/weights/weight.bin", 64
        return held
    tensor = held.immediateValue.tensor
    if dtype == "fp16":
        import struct

        tensor.bytes.values = struct.pack(f"<{len(flat)}e", *flat)
    else:
        field = {"int32": "ints", "bool": "bools", "string": "strings", "fp32": "floats"}[dtype]
        getattr(tensor, field).values.extend(flat)
    return held


class Drawn:
    "A program that hypothesis puts together: operations that read what is there, constants bound by name or directly."

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.whole = MIL.Program(version=1)
        self.count = 0
        self.readable: list[str] = []

    def function(self, name: str) -> None:
        function = self.whole.functions[name]
        function.opset = self.draw(st.sampled_from(sorted(program.OPSETS)))
        self.readable = []
        for number in range(self.draw(st.integers(1, 3))):
            made = function.inputs.add(name=f"x{number}")
            if self.draw(st.booleans()):
                typed(made.type, *self.type())
            else:
                typed(made.type.stateType.wrappedType, *self.type())
            self.readable.append(made.name)
        block = function.block_specializations[function.opset]
        self.fill(block, 2)
        block.outputs.append(self.readable[-1])

    def type(self) -> tuple[Any, ...]:
        dtype = self.draw(st.sampled_from(["fp16", "fp32", "int32", "bool"]))
        return dtype, *self.draw(st.lists(st.sampled_from([1, 3, 64, "?"]), max_size=4))

    def fill(self, block: Any, depth: int) -> None:
        for _ in range(self.draw(st.integers(1, 4))):
            kind = self.draw(st.sampled_from(["relu", "add", "concat", "conv", "cast", "clip", "mystery", "cond"]))
            getattr(self, kind)(block) if kind != "cond" else self.cond(block, depth)

    def op(self, block: Any, kind: str, **inputs: Any) -> Any:
        "Constants that it reads by name come before it."
        bindings = {
            key: [self.bound(block, each) for each in (bound if isinstance(bound, list) else [bound])]
            for key, bound in inputs.items()
        }
        made = block.operations.add(type=kind)
        for key, each in ((key, each) for key, bound in bindings.items() for each in bound):
            made.inputs[key].arguments.add(**each)
        self.output(made, f"v{self.next()}")
        return made

    def bound(self, block: Any, held: Any) -> dict[str, Any]:
        if isinstance(held, str):
            return {"name": held}
        if self.draw(st.booleans()):
            return {"value": held}
        name = f"c{self.next()}"
        made = block.operations.add(type="const")
        made.outputs.add(name=name, type=held.type)
        made.attributes["val"].CopyFrom(held)
        return {"name": name}

    def output(self, made: Any, name: str) -> None:
        typed(made.outputs.add(name=name).type, *self.type())
        self.readable.append(name)

    def next(self) -> int:
        self.count += 1
        return self.count

    def value(self) -> str:
        return self.draw(st.sampled_from(self.readable))

    def relu(self, block: Any) -> None:
        self.op(block, "relu", x=self.value())

    def add(self, block: Any) -> None:
        scalar = constant("fp16", (), [self.draw(st.floats(width=16, allow_nan=False))])
        self.op(block, "add", x=self.value(), y=self.draw(st.sampled_from([self.value(), scalar])))

    def concat(self, block: Any) -> None:
        values = [self.value() for _ in range(self.draw(st.integers(1, 3)))]
        axis = constant("int32", (), [self.draw(st.integers(-1, 1))])
        self.op(block, "concat", values=values, axis=axis, interleave=constant("bool", (), [False]))

    def conv(self, block: Any) -> None:
        stride = self.draw(st.lists(st.integers(1, 3), min_size=2, max_size=2))
        kind = self.draw(st.sampled_from(["valid", "same", "custom", "not a padding"]))
        weight = constant("fp16", (8, 3, 3, 3), None)
        self.op(block, "conv", x=self.value(), weight=weight, strides=constant("int32", (2,), stride),
                pad_type=constant("string", (), [kind]), groups=constant("int32", (), [1]))  # fmt: skip

    def cast(self, block: Any) -> None:
        self.op(block, "cast", x=self.value(), dtype=constant("string", (), [self.draw(st.text(max_size=5))]))

    def clip(self, block: Any) -> None:
        low, high = (constant("fp32", (), [self.draw(st.floats(width=32, allow_nan=False))]) for _ in "ab")
        self.op(block, "clip", x=self.value(), alpha=low, beta=high)

    def mystery(self, block: Any) -> None:
        self.op(block, "mystery", x=self.value(), size=constant("int32", (2,), [1, 2]))

    def cond(self, block: Any, depth: int) -> None:
        made = self.op(block, "cond", pred=self.value())
        outside = list(self.readable)
        for _ in range(2 if depth else 0):
            nested = made.blocks.add()
            self.readable = list(outside)
            self.fill(nested, depth - 1)
            nested.outputs.append(self.readable[-1])
        self.readable = outside


@st.composite
def programs(draw: Any) -> Any:
    drawn = Drawn(draw)
    for name in draw(st.lists(st.sampled_from(["main", "prefill", "a_1"]), min_size=1, max_size=2, unique=True)):
        drawn.function(name)
    return drawn.whole


@given(whole=programs(), dialect=st.sampled_from(DIALECTS))
@settings(max_examples=100, deadline=None)
def test_text_and_protobuf_of_a_program_are_the_same_networks(whole, dialect):
    assert from_text(whole, dialect) == program.networks(whole)


@pytest.mark.parametrize("case", mil_ops.CASES[::9], ids=lambda case: case.name)
def test_an_operation_that_coremltools_wrote_is_the_same_in_text(case):
    spec = probes.build(case.probe)
    whole = getattr(spec, "mlProgram", spec)
    for dialect in DIALECTS:
        assert from_text(whole, dialect) == program.networks(whole)


def test_a_function_under_two_opsets_goes_by_its_name_under_the_newer():
    text = "program(1.0) { func main<ios15>() {} -> (); func main<ios17>() {} -> (); func a<ios15>() {} -> (); }"
    assert [each.name for each in textprogram.networks(miltext.parse(text))] == ["a", "main", "main@iOS15"]
    assert [each.name for each in textprogram.networks(miltext.parse(text), "0")] == ["0/a", "0/main", "0/main@iOS15"]


def test_the_order_of_inputs_does_not_matter():
    text = "program(1.0) {{ func main<ios16>(int32 a, int32 b) {{ int32 c = sub({}); }} -> (c); }}"
    one, other = (textprogram.networks(miltext.parse(text.format(each))) for each in ("x = a, y = b", "y = b, x = a"))
    assert one == other and one[0].ops[0].inputs == ("a", "b")


def test_a_variadic_input_of_one_value_is_numbered_like_any_other():
    text = "program(1.0) { func main<ios16>(int32 a) { int32 c = concat(bogus = a, values = a); } -> (c); }"
    (op,) = textprogram.networks(miltext.parse(text))[0].ops
    assert "bogus" in op.problem and [each.name for each in op.layer.inputs] == ["bogus", "values.0"]


def test_values_computed_from_constants_are_constants():
    text = """program(1.3) { func main<ios18>(tensor<fp16, [1, 4]> x) {
        tensor<fp16, [4, 4]> w = constexpr_lut_to_dense(lut = tensor<fp16, [16]>(BLOBFILE(path = string("w"),
            offset = uint64(64))))[name = string("w")];
        tensor<fp16, [1, 4]> y = linear(weight = w, x = x)[name = string("y")]; } -> (y); }"""
    (op,) = textprogram.networks(miltext.parse(text))[0].ops
    assert (op.place, op.type, op.inputs) == ("main/0", "linear", ("x",))
    assert [operand.const for operand in op.layer.inputs] == [False, True]


@pytest.mark.skipif(not REAL, reason="ANEDB_REAL_MODELS names no folder of real models")
def test_a_real_compiled_model_has_the_operations_that_its_metadata_counts():
    import json

    for folder in sorted(Path(str(REAL)).rglob("*.mlmodelc")):
        told = json.loads((folder / "metadata.json").read_text())[0]["mlProgramOperationTypeHistogram"]
        wanted = {name.partition(".")[2] or name: count for name, count in told.items()}
        ops = [op for network in mlmodelc.read(folder).networks for op in network.ops]
        counts: dict[str, int] = {}
        for op in ops:
            name = "".join(part.title() for part in op.type.split("_")) if "." not in "".join(told) else op.type
            counts[name] = counts.get(name, 0) + 1
        assert counts == wanted
        assert all(op.fingerprint for op in ops)
