from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anedb.coreml import miltext
from anedb.coreml.miltext import Literal
from anedb.errors import BadFileError

PROGRAM = """program(1.3)
[buildInfo = dict<string, string>({{"coremlc-version", "3600.25.2"}, {"said", "a \\"b\\", c"}})]
{
    // a comment, as people write them
    func main<ios18>(tensor<fp16, [1, ?, 4]> x, state<tensor<fp16, [1, 8]>> kept, tensor_buffer<fp16, shape=[2, 3],
                     strides=[32, 1], interleave_factors=[1, 1]> y) [Launch_ane_ms = fp64(0x1p-3),
                     FlexibleShapeInformation = tuple<tuple<string, dict<string, tensor<int32, [?]>>>>(
                         (("DefaultShapes", {{"x", [1, 1, 4]}}), ("RangeDims", {{"x", [[1, 1], [1, 512], [4, 4]]}})))] {
            string pt = const()[name = string("pt"), val = string("custom")];
            tensor<int32, [2]> st = const()[name = string("st"), val = tensor<int32, [2]>([1, 2])];
            tensor<fp16, [4, 4, 1, 1]> w = const()[name = string("w"), val = tensor<fp16, [4, 4, 1, 1]>(BLOBFILE(
                path = string("@model_path/weights/weight.bin"), offset = uint64(64)))];
            tensor<fp16, [1, 8]> now = read_state(input = kept)[name = string("now")];
            tensor<fp16, [1, 4]> a, tensor<fp16, [1, 4]> b = split<ios17>(axis = int32(-1), num_splits = int32(2),
                x = now);
            tensor<fp16, [1, 8]> both = concat(axis = int32(1), interleave = bool(false), values = (a, b));
            write_state(data = both, input = kept)[name = string("kept_write")];
            tensor<fp16, [1, 4]> c = cond(pred = bool(true)) {
                    tensor<fp16, [1, 4]> d = relu(x = a)[name = string("d")];
                } -> (d), () {
                } -> (b);
            tensor<fp16, [1, 4]> z = mystery(x = c)[BackendSupport = list<string, 2>(["unsupported", "ane"])];
        } -> (z, both);
    func other<ios18>() {
        } -> ();
}
"""


def read(text: str = PROGRAM) -> miltext.Program:
    return miltext.parse(text, "model.mil")


def operations() -> dict[str, miltext.Operation]:
    found = read().functions[0].block.operations
    return {each.outputs[0].name if each.outputs else each.type: each for each in found}


def value(text: str) -> object:
    "Of a literal, as the value of a constant."
    program = read(f"program(1.0) {{ func main<ios16>() {{ int32 c = const()[val = {text}]; }} -> (c); }}")
    return miltext.value_of(program.functions[0].block.operations[0].attributes["val"])


def refusal(text: str) -> str:
    with pytest.raises(BadFileError) as caught:
        read(text)
    assert caught.value.tip
    return caught.value.message


def test_every_form_of_the_text_is_read():
    program = read()
    assert program.version == "1.3"
    assert [function.name for function in program.functions] == ["main", "other"]
    main = program.functions[0]
    assert (main.opset, main.block.outputs) == ("ios18", ("z", "both"))
    assert [each.name for each in main.inputs] == ["x", "kept", "y"]
    assert [each.type for each in main.block.operations].count("const") == 3


def test_attributes_of_a_program_are_pairs_of_text():
    assert miltext.entries(read().attributes["buildInfo"]) == [("coremlc-version", "3600.25.2"), ("said", 'a "b", c')]


def test_an_operation_has_its_own_opset_or_its_functions():
    found = operations()
    assert (found["a"].opset, found["both"].opset) == ("ios17", "")
    assert [each.name for each in found["a"].outputs] == ["a", "b"]
    assert found["both"].inputs["values"] == ("a", "b")


def test_an_operation_may_have_no_output():
    assert operations()["write_state"].inputs == {"data": "both", "input": "kept"}


def test_blocks_within_an_operation_are_read_with_what_they_give():
    blocks = operations()["c"].blocks
    assert [[each.type for each in block.operations] for block in blocks] == [["relu"], []]
    assert [block.outputs for block in blocks] == [("d",), ("b",)]


def test_types_are_dtype_and_shape():
    given_types = [miltext.type_of(each.type) for each in read().functions[0].inputs]
    assert given_types == [("fp16", (1, "?", 4)), ("fp16", (1, 8)), ("fp16", (2, 3))]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tensor<fp32, []>", ("fp32", ())),
        ("int32", ("int32", ())),
        ("tensor<fp16, [1, ...]>", ("fp16", None)),
        ("tensor<fp16, [1, is0]>", ("fp16", (1, "?"))),
        ("tensor<fp8e4m3fn, [2]>", ("unknown", (2,))),
        ("tensor<fp16, [99999999999999999999]>", ("fp16", None)),
        ("list<tensor<fp16, [3]>, ?>", ("fp16", (3,))),
        ("dict<string, fp64>", ("unknown", None)),
        ("pixel_buffer<BGRA>", ("unknown", None)),
    ],
)
def test_a_type_that_we_do_not_know_is_unknown(written, meant):
    assert miltext.type_of(written) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("int32(-7)", -7),
        ("fp64(0x1.8p-3)", 0.1875),
        ("fp16(0.1)", 0.0999755859375),
        ("fp32(1e-05)", 9.999999747378752e-06),
        ("fp16(1e9)", float("inf")),
        ("fp16(-inf)", float("-inf")),
        ("bool(true)", True),
        ("true", True),
        ("[1, 2]", (1, 2)),
        ('string("a\\n\\"b\\" \\q é")', 'a\n"b" q é'),
        ('tensor<string, []>("fp16")', "fp16"),
        ("tensor<int32, [2]>([1, 64])", (1, 64)),
        ("tensor<int32, [2, 2]>([[1, 2], [3, 4]])", ((1, 2), (3, 4))),
        ("tensor<int32, [2, 2]>([1, 2, 3, 4])", ((1, 2), (3, 4))),
        ("tensor<string, [2]>([\"a,b\", \"]\"])", ("a,b", "]")),
        ("tensor<int32, [0]>([])", ()),
        ("tensor<int32, [1000000000, 1000000000]>([])", None),
        ("tensor<int32, [3]>([1, 2])", None),
        ("tensor<int32, [1]>([one])", None),
        (f"int64({'9' * 5000})", None),
        ('list<string, 1>(["a"])', None),
    ],
)  # fmt: skip
def test_a_literal_has_the_value_that_its_type_keeps(text, meant):
    assert value(text) == meant


def test_a_weight_has_a_type_and_no_value():
    held = operations()["w"].attributes["val"]
    assert held == Literal("tensor<fp16, [4, 4, 1, 1]>", None)
    assert miltext.value_of(held) is None and miltext.literal_type(held) == ("fp16", (4, 4, 1, 1))


def test_what_is_wrong_is_told_with_line_and_column():
    assert refusal(PROGRAM.replace("relu(x = a)", "relu(x := a)")).startswith('model.mil:19:51: "x := a')
    assert refusal(PROGRAM.replace("} -> (z, both);", "} -> (z, both;")).startswith('model.mil:23:22: ";" is not')
    assert 'model.mil:3:1: "\\u0000' in refusal(PROGRAM.replace("{\n    // a", "\0{\n    // a"))


@pytest.mark.parametrize("text", ["", "\n\n", "program(1.0)", PROGRAM[:900], PROGRAM.rstrip().removesuffix("}")])
def test_a_text_that_ends_early_is_said_to(text):
    assert "ends in the middle" in refusal(text)


@pytest.mark.parametrize(
    "tail",
    ["[" * 500_000, "(" * 500_000, "{" * 500_000, "tuple<" * 100_000, 'string("' * 100_000, "x){ int32 y = f(" * 50_000,
     'string("' + "\\" * 500_000, "tensor<fp16, [1]>([" + "1," * 500_000],
)  # fmt: skip
def test_what_is_made_to_do_harm_is_refused_at_once(tail):
    started = time.process_time()
    refusal("program(1.0) { func main<ios16>(tensor<fp16, [1]> x) { tensor<fp16, [1]> y = f(x = " + tail)
    assert time.process_time() - started < 3


@pytest.mark.parametrize("opening", ["[", "(", "{", "tuple<"])
def test_what_is_nested_too_deep_is_said_to_be(opening):
    text = "program(1.0) { func main<ios16>(tensor<fp16, [1]> x) { tensor<fp16, [1]> y = f(x = "
    assert "nested too deep" in refusal(text + opening * 10_000)


def test_more_operations_than_a_model_has_are_refused(monkeypatch):
    monkeypatch.setattr(miltext, "MOST_TOKENS", 100)
    assert "more in it" in refusal(PROGRAM)


def test_a_file_is_no_larger_than_a_program(tmp_path: Path, monkeypatch):
    path = tmp_path / "model.mil"
    path.write_text(PROGRAM, encoding="utf-8")
    assert len(miltext.read(path).functions) == 2
    with path.open("r+b") as file:
        file.truncate(100 * 2**20)  # sparse: no disk is used
    with pytest.raises(BadFileError, match="100 MB"):
        miltext.read(path)


def test_a_file_that_is_no_text_is_told_from_one_that_is_missing(tmp_path: Path):
    path = tmp_path / "model.mil"
    with pytest.raises(BadFileError, match="cannot be read"):
        miltext.read(path)
    path.write_bytes(PROGRAM.encode("utf-16"))
    with pytest.raises(BadFileError, match="byte 0 is no UTF-8"):
        miltext.read(path)


@given(cut=st.integers(0, len(PROGRAM.encode())), flips=st.lists(st.integers(0, 8 * len(PROGRAM) - 1), max_size=3))
@settings(max_examples=150, deadline=2000)
@example(cut=len(PROGRAM.encode()), flips=[])
def test_a_damaged_text_is_read_or_refused_and_never_breaks(cut, flips):
    data = bytearray(PROGRAM.encode())
    for bit in flips:
        data[bit // 8] ^= 1 << bit % 8
    try:
        found = miltext.parse(bytes(data[:cut]).decode(errors="replace"))
    except BadFileError:
        return
    for function in found.functions:
        for operation in function.block.operations:
            for held in operation.attributes.values():
                if isinstance(held, Literal):
                    miltext.value_of(held)
                miltext.entries(held)


def test_a_program_of_a_few_thousand_operations_takes_about_a_second():
    line = 'tensor<fp16, [1, 64]> y_{0} = relu(x = y_{1})[name = tensor<string, []>("op_{0}")];\n'
    body = "".join(line.format(number + 1, number) for number in range(4000))
    started = time.process_time()
    found = read(f"program(1.0) {{ func main<ios16>(tensor<fp16, [1, 64]> y_0) {{ {body} }} -> (y_4000); }}")
    assert len(found.functions[0].block.operations) == 4000
    assert time.process_time() - started < 5  # 0.2 s where nothing else runs
