"The models that `check` is tested on: read back, they have the layers they were made of, in order."

from __future__ import annotations

from pathlib import Path

import pytest
from models import problems
from models.problems import ADD, CLASSES, CONTEXT, MAKEUPS, PROBLEMS, Problem

from anedb.coreml.read import read_model
from anedb.domain.model import Model, Network


def read(name: str, folder: Path) -> Model:
    return read_model(problems.write(MAKEUPS[name](), folder / f"{name}.mlmodel"))


def types(network: Network) -> list[str]:
    return [op.type for op in network.ops]


def problem_free(model: Model) -> bool:
    return not any(op.problem or op.open for network in model.networks for op in network.ops)


@pytest.mark.parametrize("item", PROBLEMS, ids=lambda item: item.name)
def test_a_problem_stands_where_it_was_put(item: Problem, tmp_path: Path) -> None:
    model = read_model(problems.write(problems.problem(item), tmp_path / "one.mlmodel"))
    (network,) = model.networks
    assert types(network) == item.types and item.type in types(network)
    assert problem_free(model) and (model.kind, model.type) == ("mlmodel", "neuralNetwork")


def test_a_constant_is_an_operand_of_the_layer_that_reads_it(tmp_path: Path) -> None:
    item = next(item for item in PROBLEMS if item.name == "gather")
    (network,) = read_model(problems.write(problems.problem(item), tmp_path / "one.mlmodel")).networks
    gather = next(op for op in network.ops if op.type == "gather")
    assert [(each.name, each.const) for each in gather.layer.inputs] == [("x", False), ("indices", True)]


@pytest.mark.parametrize("item", [item for item in PROBLEMS if item.type != "custom"], ids=lambda item: item.name)
def test_every_shape_around_a_problem_is_known(item: Problem, tmp_path: Path) -> None:
    (network,) = read_model(problems.write(problems.problem(item), tmp_path / "one.mlmodel")).networks
    unknown = [op.name for op in network.ops if any(output.shape is None for output in op.outputs)]
    assert unknown == []


def test_what_a_custom_layer_gives_is_not_known(tmp_path: Path) -> None:
    item = next(item for item in PROBLEMS if item.name == "custom at the end")
    (network,) = read_model(problems.write(problems.problem(item), tmp_path / "one.mlmodel")).networks
    assert network.ops[-1].outputs[0].shape is None


def test_layers_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    (network,) = read("alternating", tmp_path).networks
    assert types(network) == [part.type for part in (*CONTEXT, *ADD, *CONTEXT, *ADD, *CONTEXT)]
    assert [op.place for op in network.ops] == [f"{network.name}/{index}" for index in range(len(network.ops))]


def test_each_network_of_a_pipeline_is_read(tmp_path: Path) -> None:
    model = read("pipeline", tmp_path)
    assert model.type == "pipeline" and len(model.networks) == 2
    assert [types(network) for network in model.networks] == [[part.type for part in CONTEXT]] * 2
    assert len({network.name for network in model.networks}) == 2


def test_a_classifier_is_a_network_with_labels(tmp_path: Path) -> None:
    model = read("classifier", tmp_path)
    assert (model.type, types(model.networks[0])) == ("neuralNetworkClassifier", [part.type for part in CLASSES])


def test_a_regressor_is_a_network(tmp_path: Path) -> None:
    model = read("regressor", tmp_path)
    assert (model.type, types(model.networks[0])[-1]) == ("neuralNetworkRegressor", "innerProduct")


def test_a_model_that_learns_is_read_like_any_other(tmp_path: Path) -> None:
    model = read("updatable", tmp_path)
    assert types(model.networks[0])[-2:] == ["innerProduct", "softmax"] and problem_free(model)


def test_a_flexible_shape_is_carried_to_every_layer(tmp_path: Path) -> None:
    (network,) = read("flexible", tmp_path).networks
    assert [op.outputs[0].shape for op in network.ops] == [(1, problems.CHANNELS, "64..256", "64..256")] * 4


@pytest.mark.parametrize(
    ("name", "dtype"), [("single_precision", "fp32"), ("integers", "int32"), ("rank_5", "fp16"), ("tiny", "fp16")]
)
def test_a_program_has_one_type_throughout(name: str, dtype: str, tmp_path: Path) -> None:
    (network,) = read(name, tmp_path).networks
    assert {output.dtype for op in network.ops for output in op.outputs} == {dtype}


@pytest.mark.parametrize(("name", "rank"), [("rank_5", 5), ("rank_6", 6)])
def test_high_ranks_are_read(name: str, rank: int, tmp_path: Path) -> None:
    (network,) = read(name, tmp_path).networks
    assert len(network.ops[0].layer.inputs[0].shape or ()) == rank


@pytest.mark.parametrize(
    ("name", "nested"),
    [
        ("condition", {("0", "relu"), ("1", "tanh")}),
        ("loop", {("0", "less"), ("1", "add"), ("1", "mul")}),
    ],
)
def test_layers_of_nested_blocks_follow_the_operation(name: str, nested: set[tuple[str, str]], tmp_path: Path) -> None:
    (network,) = read(name, tmp_path).networks
    owner = next(op for op in network.ops if op.type in ("cond", "while_loop"))
    inner = [op for op in network.ops if op.place.startswith(f"{owner.place}/")]
    assert {(op.place.removeprefix(f"{owner.place}/").partition("/")[0], op.type) for op in inner} == nested
    assert network.ops[network.ops.index(owner) + 1 :][: len(inner)] == tuple(inner)


def test_every_function_of_a_package_is_read(tmp_path: Path) -> None:
    model = read_model(problems.two_functions(tmp_path))
    assert {network.name for network in model.networks} == {"small", "large"}
    small, large = sorted(model.networks, key=lambda network: network.name, reverse=True)
    assert types(small) == types(large) and small.ops[0].fingerprint != large.ops[0].fingerprint


def test_a_package_without_its_weights_is_read_with_a_note(tmp_path: Path) -> None:
    model = read_model(problems.write(MAKEUPS["tiny"](), tmp_path / "one.mlpackage"))
    assert model.kind == "mlpackage" and len(model.networks[0].ops) == 2


def test_a_deep_network_is_as_deep_as_asked(tmp_path: Path) -> None:
    (network,) = read_model(problems.write(problems.deep(844), tmp_path / "deep.mlmodel")).networks
    assert len(network.ops) == 844 and all(op.outputs[0].shape for op in network.ops)
