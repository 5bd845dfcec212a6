"Every MIL op that coremltools can build, written to a file's bytes and read back."

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from anedb.catalog import layers
from anedb.coreml import program
from anedb.coreml.probes import build
from anedb.domain.layer import LayerType
from anedb.domain.model import Op
from anedb.probe.mil_cases import CASES, NOT_BUILT, Case

MLPROGRAM = "mlprogram"
CONSTANT = "constexpr_"
"What is computed when the model is compiled is an operand of the layer that reads it, and no layer."
STORED = {
    "constexpr_affine_dequantize": ("uint8",),
    "constexpr_blockwise_shift_scale": ("int4",),
    "constexpr_cast": ("fp16",),
    "constexpr_lut_to_dense": ("uint4", "uint8"),
    "constexpr_lut_to_sparse": ("uint4",),
    "constexpr_sparse_blockwise_shift_scale": ("int8",),
    "constexpr_sparse_to_dense": ("fp16",),
}
"What each row's weight is stored in: a compressed weight is another operand than a plain one."
SHAPELESS = ("string", "unknown")
"A label, and a dictionary of probabilities."
SILENT = ("write_state",)
"What gives nothing: its state is read by another operation."


@cache
def kind(op: str) -> LayerType:
    return layers.get(MLPROGRAM, op)


BUILT = [(case, opset) for case in CASES for opset in case.opsets or kind(case.op).opsets]
LAYERS = [(case, opset) for case, opset in BUILT if not case.op.startswith(CONSTANT)]
WEIGHTS = [(case, opset) for case, opset in BUILT if case.op.startswith(CONSTANT)]


def named(case: Case, opset: str) -> str:
    return f"{case.name}@{opset}"


def rows(found: list[tuple[Case, str]]) -> pytest.MarkDecorator:
    "One test a row."
    return pytest.mark.parametrize(("case", "opset"), [pytest.param(*row, id=named(*row)) for row in found])


@cache
def ops(name: str, opset: str) -> tuple[Op, ...]:
    "Of the row's model, built once: its bytes go through the reader as a file's would."
    case = next(case for case in CASES if case.name == name and (not case.opsets or opset in case.opsets))
    (network,) = program.networks(build(case.probe, target=opset, as_written=True).mlProgram.SerializeToString())
    return network.ops


def asked(case: Case, opset: str) -> Op:
    "The operation that the model is about; of a computed weight the convolution that reads it."
    wanted = "conv" if case.op.startswith(CONSTANT) else case.op
    return next(op for op in ops(case.name, opset) if op.type == wanted)


def test_every_op_of_the_catalogue_is_in_the_table_or_has_its_reason() -> None:
    known = {name.partition(":")[2] for name in layers.all_types() if name.startswith(MLPROGRAM)}
    built = {case.op for case in CASES}
    assert built | NOT_BUILT.keys() == known and not built & NOT_BUILT.keys()
    assert len(built) >= 150


def test_every_opset_that_defines_an_op_is_built() -> None:
    built = {(case.op, opset) for case, opset in BUILT}
    assert built >= {(op, opset) for op, _ in built for opset in kind(op).opsets}


def test_no_row_stands_in_for_another() -> None:
    assert len({named(case, opset) for case, opset in BUILT}) == len(BUILT)


@rows(LAYERS)
def test_it_is_a_layer_of_the_catalogue(case: Case, opset: str) -> None:
    op = asked(case, opset)
    assert (op.problem, op.open, op.opset) == ("", (), opset) and op.fingerprint


@rows(LAYERS)
def test_its_outputs_have_types_and_shapes(case: Case, opset: str) -> None:
    outputs = asked(case, opset).outputs
    assert bool(outputs) == (case.op not in SILENT)
    assert all(item.shape is not None or item.dtype in SHAPELESS for item in outputs)


@rows(WEIGHTS)
def test_a_computed_weight_belongs_to_the_layer_that_reads_it(case: Case, opset: str) -> None:
    assert not any(op.type.startswith(CONSTANT) for op in ops(case.name, opset))
    weight = next(item for item in asked(case, opset).layer.inputs if item.name == "weight")
    assert (weight.const, weight.shape) == (True, (8, 8, 3, 3)) and weight.dtype in STORED[case.op]


@rows(BUILT)
def test_nothing_beside_it_is_unknown(case: Case, opset: str) -> None:
    assert {op.type for op in ops(case.name, opset) if op.problem or op.open} == set()


def test_their_fingerprints_are_those_on_record(golden: Callable[[str, str], None]) -> None:
    "A changed line is a changed identity: whatever was observed of the layer is then lost to it."
    golden("mil_ops.txt", "".join(f"{line}\n" for line in _lines()))


def _lines() -> Iterator[str]:
    for case, opset in BUILT:
        op = asked(case, opset)
        gives = " ".join(f"{item.dtype}{_shape(item.shape)}" for item in op.outputs)
        yield f"{named(case, opset)} {op.fingerprint or '-'} {gives}".rstrip()


def _shape(shape: tuple[int | str, ...] | None) -> str:
    return "?" if shape is None else f"[{','.join(map(str, shape))}]"
