"A stranger's file: one clear message, in bounded time, whatever is in it."

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anedb.coreml import program, spec
from anedb.coreml.read import find_models, read_model
from anedb.coreml.wire import packed
from anedb.errors import AnedbError, BadFileError
from benchmarks import programs
from tests.coreml.test_package import made, relu
from tests.coreml.test_program import MIL, Writer, function, tensor_type, value
from tests.coreml.test_slim import Model, network


def refused(path: Path) -> BadFileError:
    with pytest.raises(BadFileError) as caught:
        read_model(path)
    assert str(path) in caught.value.message and caught.value.tip
    return caught.value


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
ONNX = b"\x08\x07\x12\x07pytorch\x3a\x02\x12\x00\x42\x02\x10\x0d"


@pytest.mark.parametrize(
    ("data", "what", "tip"),
    [
        (b"", "empty", "again"),
        (LFS, "Git LFS pointer", "git lfs pull"),
        (b"PK\x03\x04" + b"\0" * 60, "zip archive", "unzip"),
        (b"PK\x03\x04" + b"\0" * 26 + b"archive/data.pkl", "PyTorch", "coremltools"),
        (b"\x80\x02\x8a\x0al\xfc\x9cF", "pickle", "coremltools"),
        (b"\x1c\0\0\0TFL3\0\0", "TensorFlow Lite", "coremltools"),
        (ONNX, "ONNX", "coremltools"),
        (b"\x89HDF\r\n\x1a\n", "HDF5", "coremltools"),
        (b"<!DOCTYPE html>", "web page", "download"),
        (b'{"a": 1}', "JSON", "folder"),
        (b"\x08\x04", "no kind of model", "newer"),
        (b"\x08\x04\x12\x03abc", "no kind of model", "newer"),
        (b"\xff" * 100, "damaged", "again"),
        (b"MZ\x90\0", "damaged", "again"),
    ],
)
def test_what_is_no_model_is_called_by_its_name(tmp_path: Path, data: bytes, what: str, tip: str) -> None:
    path = tmp_path / "some.mlmodel"
    path.write_bytes(data)
    error = refused(path)
    assert what in error.message and tip in error.tip


def test_a_pointer_inside_a_package_names_both(tmp_path: Path) -> None:
    error = refused(made(tmp_path, spec=LFS))
    assert "Data/com.apple.CoreML/model.mlmodel is a Git LFS pointer" in error.message


def test_a_folder_named_as_a_file_is_refused(tmp_path: Path) -> None:
    for name in ("some.mlmodel", "some"):
        (tmp_path / name).mkdir()
        assert "is a folder" in refused(tmp_path / name).message


def test_a_part_of_a_compiled_model_names_the_folder(tmp_path: Path) -> None:
    (tmp_path / "some.mlmodelc").mkdir()
    path = tmp_path / "some.mlmodelc/coremldata.bin"
    path.write_bytes(b"\1\0\0\0")
    assert "mlmodelc" in refused(path).tip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's file system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "some.mlmodel")
    assert "a pipe" in refused(tmp_path / "some.mlmodel").message
    path = made(tmp_path)
    inner = path / "Data/com.apple.CoreML/model.mlmodel"
    inner.unlink()
    os.mkfifo(inner)
    start = time.perf_counter()
    refused(path)
    assert time.perf_counter() - start < 1


def test_a_socket_and_a_device_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name may have no more than some hundred bytes
    with socket.socket(socket.AF_UNIX) as made_socket:
        made_socket.bind("s.mlmodel")
        assert "a socket" in refused(tmp_path / "s.mlmodel").message
    assert "a device" in refused(Path("/dev/zero")).message


def test_a_file_that_may_not_be_read_says_so(as_nobody: Path) -> None:
    path = as_nobody / "some.mlmodel"
    path.write_bytes(relu())
    path.chmod(0)
    assert "cannot be read" in refused(path).message


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "\udc80"])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    for call in (read_model, find_models):
        with pytest.raises(BadFileError):
            call(Path(name))


def test_a_truncated_file_says_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "some.mlmodel"
    path.write_bytes(relu()[:-10])
    assert "are left" in refused(path).message


def nested(depth: int) -> Any:
    whole = MIL.Program()
    block = function(whole, x=tensor_type("fp16", 1)).block
    for _ in range(depth):
        block = Writer(block).op("cond", "y", tensor_type("fp16", 1)).blocks.add()
    return whole


def test_blocks_in_blocks_are_read_as_deep_as_any_converter_goes() -> None:
    (whole,) = program.networks(nested(20))
    assert len(whole.ops) == 20 and whole.ops[-1].place == "main/0" + "/0/0" * 19


def test_blocks_without_end_are_refused() -> None:
    with pytest.raises(BadFileError, match="nested more than 32"):
        program.networks(nested(45))
    data = b""
    for _ in range(20_000):  # deeper than protobuf itself would write
        data = b"\x22" + packed(len(data) + 1 + len(packed(len(data)))) + b"\x1a" + packed(len(data)) + data
    with pytest.raises(BadFileError, match="nested"):
        program.networks(in_function(b"\x1a" + packed(len(data)) + data))


def in_function(block: bytes) -> bytes:
    "The program whose `main` has this block."
    entry = b"\x0a\x07CoreML8\x12" + packed(len(block)) + block
    body = b"\x12\x07CoreML8\x1a" + packed(len(entry)) + entry
    entry = b"\x0a\x04main\x12" + packed(len(body)) + body
    return b"\x12" + packed(len(entry)) + entry


def test_pipelines_in_pipelines_are_refused(tmp_path: Path) -> None:
    model = Model.FromString(relu())
    for _ in range(12):
        outer = Model(specificationVersion=1)
        outer.pipeline.models.add().CopyFrom(model)
        model = outer
    path = tmp_path / "some.mlmodel"
    path.write_bytes(model.SerializeToString())
    assert "nested" in refused(path).message


@pytest.mark.parametrize("shape", [(2**62, 2), (2**40,), (0, 5), (2**63,)])
def test_a_constant_of_any_shape_it_claims_takes_no_time(shape: tuple[int, ...]) -> None:
    def write(block: Writer) -> None:
        size = value("int32", shape, [1, 2, 3])
        block.op("reshape", "y", tensor_type("fp16", 4), x="x", shape=size)

    whole = MIL.Program()
    write(function(whole, x=tensor_type("fp16", 4)))
    start = time.perf_counter()
    list(program.operations(whole))
    assert time.perf_counter() - start < 1


def test_a_huge_constant_is_an_operand() -> None:
    whole = MIL.Program()
    block = function(whole, x=tensor_type("fp16", 4))
    size = value("int32", (100_000,), [7] * 100_000)
    block.op("reshape", "y", tensor_type("fp16", 4), x="x", shape=size)
    (op,) = program.operations(whole)
    assert op.layer.inputs[-1].const and op.layer.inputs[-1].shape == (100_000,)


def test_an_extent_beyond_what_json_keeps_is_a_problem_of_its_layer() -> None:
    whole = MIL.Program()
    function(whole, x=tensor_type("fp16", 2**60)).op("relu", "y", tensor_type("fp16", 2**60), x="x")
    (op,) = program.operations(whole)
    assert "2^53" in op.problem and not op.fingerprint


def test_a_name_of_any_length_makes_a_short_message() -> None:
    whole = MIL.Program()
    function(whole, x=tensor_type("fp16", 1)).op("n" * 10**6, "y", tensor_type("fp16", 1), x="x", **{"k" * 10**5: "x"})
    (op,) = program.operations(whole)
    assert len(op.problem) < 500


SPECS = {
    "program": programs.transformer(1).SerializeToString(),
    "network": network().SerializeToString(),
    "small": relu(),
    "number": struct.pack("<Q", 7),
}


def survives(data: bytes) -> None:
    start = time.perf_counter()
    with contextlib.suppress(AnedbError):
        spec.read(data)
    assert time.perf_counter() - start < 5


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(SPECS)), st.floats(0, 1))
def test_a_spec_cut_anywhere_is_read_or_refused(name: str, where: float) -> None:
    survives(SPECS[name][: int(len(SPECS[name]) * where)])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
@given(st.sampled_from(sorted(SPECS)), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=5))
def test_a_spec_with_other_bytes_is_read_or_refused(name: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray(SPECS[name])
    for where, byte in changes:
        data[min(int(len(data) * where), len(data) - 1)] = byte
    survives(bytes(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    survives(data)
    survives(b"\xb2\x1f" + packed(len(data)) + data)  # as an ML Program
    survives(b"\xa2\x1f" + packed(len(data)) + data)  # as a NeuralNetwork
