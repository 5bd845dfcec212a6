"A rebuilt program as a `Network`: operations, what each reads and gives, what goes in and comes out."

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anedb.coreml import program, values
from anedb.domain.model import Network, Op, Tensor
from anedb.fingerprint import fingerprint


def of_program(whole: Any) -> Network:
    "Of a `MILSpec.Program` with one function under one opset, which all of ours are."
    (function,) = whole.functions.values()
    (block,) = function.block_specializations.values()
    types = dict(_types(function.inputs)) | dict(_types(item for op in block.operations for item in op.outputs))
    return Network(
        name="main",
        format="mlprogram",
        ops=tuple(_op(op, types) for op in program.operations(whole)),
        inputs=tuple(types[item.name] for item in function.inputs),
        outputs=tuple(block.outputs),
    )


def _types(named: Any) -> Iterator[tuple[str, Tensor]]:
    for item in named:
        yield item.name, Tensor(item.name, *values.type_of(item.type))


def _op(op: Any, types: dict[str, Tensor]) -> Op:
    outputs = tuple(types[getattr(item, "name", item)] for item in op.outputs)
    return Op(
        place=op.place,
        name=outputs[0].name,
        type=op.type,
        opset=op.opset,
        inputs=op.inputs,
        outputs=outputs,
        layer=op.layer,
        fingerprint=fingerprint(op.layer.hashed()),
        open=op.open,
        problem=op.problem,
    )
