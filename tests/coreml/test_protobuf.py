"""The protobuf modules load alone, and beside coremltools."""

import subprocess
import sys

import pytest

from anedb.coreml import protobuf


def run(code):
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_loading_them_does_not_run_coremltools():
    code = "import sys; from anedb.coreml.protobuf import load; load('Model_pb2'); load('MIL_pb2')\n"
    assert run(code + "print([m for m in sys.modules if m.split('.')[0] in ('coremltools', 'numpy')])").strip() == "[]"


def test_a_message_goes_round():
    model = protobuf.load("Model_pb2").Model(specificationVersion=7)
    model.mlProgram.version = 1
    again = protobuf.load("Model_pb2").Model.FromString(model.SerializeToString())
    assert again == model and again.WhichOneof("Type") == "mlProgram"


def test_coremltools_may_be_imported_afterwards():
    code = """
from anedb.coreml.protobuf import load
ours = load("Model_pb2").Model(specificationVersion=4)
import coremltools.proto.Model_pb2 as theirs
print(theirs.Model.FromString(ours.SerializeToString()) == ours, load("Model_pb2") is theirs)
"""
    assert run(code).split() == ["True", "True"]


def test_an_unknown_module_is_not_found():
    with pytest.raises(ModuleNotFoundError):
        protobuf.load("NoSuch_pb2")
