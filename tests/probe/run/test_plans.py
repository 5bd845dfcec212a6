"Plans as coremltools hands them out, found again in the file: nested blocks, functions, pipelines, missing answers."

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from anedb.coreml import plan_structure
from anedb.coreml.read import read_model

from .conftest import STAND_IN


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    "The module itself, and its device classes where coremltools looks for them."
    with pytest.MonkeyPatch.context() as patch:
        answers = tmp_path_factory.mktemp("answers") / "answers.json"
        answers.write_text("{}")
        patch.setenv("STAND_IN", str(answers))
        spec = importlib.util.spec_from_file_location("stand_in_module", STAND_IN / "libcoremlpython.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        from coremltools.models import compute_device

        for name in ("_MLCPUComputeDeviceProxy", "_MLGPUComputeDeviceProxy", "_MLNeuralEngineComputeDeviceProxy"):
            patch.setattr(compute_device, name, getattr(module, name))
        yield module


@pytest.fixture
def planned(stand_in):
    "`planned(path, answer)`: rows of the plan and the model that was read."

    def of(path: Path, **answer):
        from coremltools import proto

        file = path / "Data/com.apple.CoreML/model.mlmodel" if path.is_dir() else path
        spec = proto.Model_pb2.Model.FromString(file.read_bytes())
        stand_in.ASKED = {"default": answer}
        plan = stand_in._MLComputePlanProxy(str(path), "ALL", stand_in.structure(spec))
        return plan_structure.rows(plan), read_model(path)

    return of


def names(pairs):
    return [(op.place, row.type) for op, row in pairs]


@pytest.mark.parametrize("type", ["cond", "while_loop"])
def test_operations_of_nested_blocks_are_found(planned, model, type):
    rows, read = planned(model(type))
    pairs, extra = plan_structure.matched(read, rows)
    assert not extra and len(pairs) == len(read.networks[0].ops)
    assert any(op.place.count("/") > 1 for op, _ in pairs), "one of them is in a block"
    assert all(op.type == row.type for op, row in pairs)


def test_constants_are_no_operations_and_an_operation_without_an_answer_says_nothing(planned, model):
    rows, read = planned(model("conv"), silent=["conv"], cost=None)
    assert [(row.type, row.offered, row.chosen, row.cost_ppm) for row in rows] == [("conv", None, None, None)]
    assert len(plan_structure.matched(read, rows)[0]) == 1


def test_what_core_ml_adds_is_told_apart(planned, model):
    rows, read = planned(model("relu"))
    added = plan_structure.Planned("main", "x0_to_fp16", "ios18.cast", ("cpu",), "cpu")
    pairs, extra = plan_structure.matched(read, [added, *rows])
    assert extra == Counter(cast=1) and [op.type for op, _ in pairs] == ["relu"]


def test_an_operation_of_the_same_name_and_another_type_is_not_it(planned, model):
    rows, read = planned(model("relu"))
    pairs, extra = plan_structure.matched(read, [rows[0]._replace(operator="ios18.cast")])
    assert pairs == [] and extra == Counter(cast=1)


def test_a_neural_network_is_matched_by_layer_names(planned, model):
    rows, read = planned(model("convolution", format="neuralnetwork"))
    pairs, extra = plan_structure.matched(read, rows)
    assert not extra and [op.name for op, _ in pairs] == [op.name for op in read.networks[0].ops]
    assert all(row.offered == ("ane", "cpu", "gpu") and row.cost_ppm is None for row in rows)


def spec_of(path):
    from coremltools import proto

    return proto.Model_pb2.Model.FromString((path / "Data/com.apple.CoreML/model.mlmodel").read_bytes())


def test_functions_are_told_apart(planned, model, tmp_path):
    spec = spec_of(model("relu"))
    spec.mlProgram.functions["second"].CopyFrom(spec.mlProgram.functions["main"])
    path = tmp_path / "two.mlmodel"
    path.write_bytes(spec.SerializeToString())
    rows, read = planned(path)
    pairs, _ = plan_structure.matched(read, rows)
    assert sorted(names(pairs)) == [("main/0", "relu"), ("second/0", "relu")]


def test_parts_of_a_pipeline_are_told_apart(planned, model, tmp_path):
    from coremltools import proto

    parts = [spec_of(model("relu")), proto.Model_pb2.Model.FromString(
        model("convolution", format="neuralnetwork").read_bytes())]  # fmt: skip
    whole = proto.Model_pb2.Model(specificationVersion=9)
    for part in parts:
        whole.pipeline.models.add().CopyFrom(part)
    path = tmp_path / "pipe.mlmodel"
    path.write_bytes(whole.SerializeToString())
    rows, read = planned(path)
    pairs, extra = plan_structure.matched(read, rows)
    assert not extra and len(pairs) == sum(len(network.ops) for network in read.networks) == 2


@pytest.mark.parametrize("weight", [-0.1, 1.5, float("nan")])
def test_a_cost_that_is_no_share_is_none(planned, model, weight):
    rows, _ = planned(model("relu"), cost=weight)
    assert rows[0].cost_ppm is None
