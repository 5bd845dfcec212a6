"Every NeuralNetwork layer type, as coremltools' builder makes it."

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from models.nn_twins import RANK_UNTOLD, TWINS, twin

from anedb.catalog import layers
from anedb.catalog.naming import NEURALNETWORK
from anedb.coreml import neural_network
from anedb.coreml.nn_probes import Row, build
from anedb.coreml.probes import program
from anedb.domain.model import Op
from anedb.probe.nn_cases import CONSTANTS, NOT_BUILT, ROWS

LAYERS = [row for row in ROWS if row.type not in CONSTANTS]
each = pytest.mark.parametrize("row", LAYERS, ids=lambda row: row.name)
BY_NAME = {row.name: row for row in ROWS}


@cache
def builder(name: str) -> Any:
    return build(BY_NAME[name])


@cache
def op(name: str) -> Op:
    "The layer that the row is about, which may stand in a nested network."
    (network,) = neural_network.networks(builder(name).spec)
    return next(op for op in network.ops if op.layer.type == BY_NAME[name].type)


def test_every_layer_type_of_the_catalogue_is_in_the_table_or_has_its_reason() -> None:
    known = {name.partition(":")[2] for name in layers.all_types() if name.startswith(NEURALNETWORK)}
    built = {row.type for row in ROWS}
    assert built | NOT_BUILT.keys() == known and not built & NOT_BUILT.keys()


def test_no_row_stands_in_for_another() -> None:
    assert len(BY_NAME) == len(ROWS)


@each
def test_it_is_a_layer_of_the_catalogue(row: Row) -> None:
    found = op(row.name)
    assert (found.problem, found.open) == ("", ()) and found.fingerprint


@each
def test_the_layer_gives_the_shape_of_its_definition(row: Row) -> None:
    if row.type in ("loopBreak", "loopContinue"):
        assert op(row.name).outputs == ()
        return
    for found, expected in zip(op(row.name).outputs, row.gives, strict=False):
        assert found.shape == expected


@each
def test_the_builder_knows_the_same_rank(row: Row) -> None:
    ranks = builder(row.name).rank_dict
    for number, found in enumerate(op(row.name).outputs):
        rank = ranks.get(f"y{number}", -1)
        if rank > 0 and found.shape is not None and row.name not in RANK_UNTOLD:
            assert len(found.shape) == rank


@pytest.mark.parametrize("type", CONSTANTS)
def test_a_constant_is_no_layer(type: str) -> None:
    (network,) = neural_network.networks(builder(type).spec)
    assert network.ops == ()


@pytest.mark.parametrize("name", TWINS)
def test_its_twin_in_an_ml_program_gives_the_same_shape(name: str) -> None:
    row = BY_NAME[name]
    made = program(twin(row), target="iOS15").functions["main"].operations[-1].outputs
    shapes = tuple(tuple(each.shape) for each in made)
    assert len(shapes) == len(row.gives)
    for given, shape in zip(row.gives, shapes, strict=True):
        assert tuple(size if isinstance(size, int) else "?" for size in shape) == given


def test_their_fingerprints_are_those_on_record(golden: Callable[[str, str], None]) -> None:
    "A changed line is a changed identity: whatever was observed of the layer is then lost to it."
    golden("nn_layers.txt", "".join(f"{line}\n" for line in _lines()))


def _lines() -> Iterator[str]:
    for row in LAYERS:
        found = op(row.name)
        gives = " ".join(
            "?" if item.shape is None else f"{list(item.shape)}".replace(" ", "") for item in found.outputs
        )
        yield f"{row.name} {found.fingerprint} {gives}".rstrip()
