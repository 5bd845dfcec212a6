"""The operations of a MIL program, each as a layer in canonical form.

Reads the protobuf of an ML Program as it stands: no weight file, no coremltools. Time and memory grow with the size of
the program; each operation is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from anedb.catalog import layers
from anedb.catalog.canonical import canonical
from anedb.coreml import values
from anedb.domain.layer import InputKind, Layer, LayerType, Operand
from anedb.errors import AnedbError

MLPROGRAM = "mlprogram"
OPSETS = {"CoreML5": "iOS15", "CoreML6": "iOS16", "CoreML7": "iOS17", "CoreML8": "iOS18", "CoreML9": "iOS26"}
"coremltools `_OPSET`: how a block specialization is called in the file, and how everyone else calls it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    "One operation that Core ML has to place; constants are operands of others, not operations."

    place: str
    "Function and index among its operations, `main/12`; in a nested block `main/12/0/3`: operation, block, operation."
    type: str
    "As the file has it, `conv`. May be one that the catalogue does not know."
    opset: str
    "`iOS18`; the file's own word where it is none that we know."
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    "Names of the values it reads, constants left out: the edges of the graph."
    layer: Layer
    open: tuple[str, ...] = ()
    "What canonical form left open: a parameter kept in the weight file, or given at run time."
    problem: str = ""
    """Why the layer is not in canonical form: a type or parameter that the catalogue does not know, from a newer file
    or a broken one. `layer` then holds the operands as they are and no parameters."""


@dataclass(slots=True)
class _Scope:
    "What the names of one function stand for."

    types: dict[str, values.Type] = field(default_factory=dict)
    consts: dict[str, Any] = field(default_factory=dict)
    "Name -> the protobuf Value of a `const`; None: constant, but computed (`constexpr_…`)."


def operations(program: Any) -> Iterator[Op]:
    "Every operation of every function of a `MILSpec.Program`, in the file's order."
    for name in sorted(program.functions):
        yield from _function(name, program.functions[name])


def _function(name: str, function: Any) -> Iterator[Op]:
    scope = _Scope({item.name: values.type_of(item.type) for item in function.inputs})
    block = _block_of(function)
    if block is not None:
        yield from _block(block, scope, name, OPSETS.get(function.opset, function.opset))


def _block_of(function: Any) -> Any:
    "The block of the function's own opset: others are for older systems. None: a function without any."
    blocks = function.block_specializations
    if function.opset in blocks:
        return blocks[function.opset]
    return blocks[max(blocks)] if blocks else None


def _block(block: Any, scope: _Scope, where: str, opset: str) -> Iterator[Op]:
    for item in block.inputs:
        scope.types[item.name] = values.type_of(item.type)
    index = 0
    for operation in block.operations:
        for output in operation.outputs:
            scope.types[output.name] = values.type_of(output.type)
        if operation.type == "const":
            scope.consts[operation.outputs[0].name] = operation.attributes["val"]
            continue
        if operation.type.startswith("constexpr_"):
            scope.consts[operation.outputs[0].name] = None
        yield _op(operation, scope, f"{where}/{index}", opset)
        for number, nested in enumerate(operation.blocks):
            yield from _block(nested, scope, f"{where}/{index}/{number}", opset)
        index += 1


def _op(operation: Any, scope: _Scope, place: str, opset: str) -> Op:
    known = layers.lookup(MLPROGRAM, operation.type)
    params, operands = _split(operation, known, scope)
    layer, left, problem = _layer(operation.type, known, params, operands)
    return Op(
        place=place,
        type=operation.type,
        opset=opset,
        outputs=tuple(output.name for output in operation.outputs),
        inputs=_reads(operation, scope),
        layer=layer,
        open=left,
        problem=problem,
    )


def _layer(
    name: str, known: LayerType | None, params: dict[str, Any], operands: list[Operand]
) -> tuple[Layer, tuple[str, ...], str]:
    plain = Layer(format=MLPROGRAM, type=name, inputs=tuple(operands))
    if known is None:
        return plain, (), f'the catalogue has no operation "{name}"'
    try:
        return *canonical(known, params, operands), ""
    except AnedbError as error:
        return plain, (), error.message


def _split(operation: Any, known: LayerType | None, scope: _Scope) -> tuple[dict[str, Any], list[Operand]]:
    "Inputs told by value, and inputs told by type and shape, as the catalogue wants each."
    kinds = {} if known is None else {item.name: item.kind for item in known.inputs}
    params: dict[str, Any] = {}
    operands: list[Operand] = []
    for name, argument in operation.inputs.items():
        bindings = argument.arguments
        if kinds.get(name) == InputKind.PARAM and len(bindings) == 1:
            value = _value(bindings[0], scope)
            if value is not None:
                params[name] = value
                continue
        if kinds.get(name) == InputKind.VARIADIC or len(bindings) > 1:
            operands += [_operand(f"{name}.{i}", item, scope) for i, item in enumerate(bindings)]
        elif len(bindings) == 1:
            operands.append(_operand(name, bindings[0], scope))
    return params, operands


def _value(binding: Any, scope: _Scope) -> Any:
    "The value bound, as Python has it; None: not a constant, or one that the weight file keeps."
    if binding.WhichOneof("binding") == "value":
        return values.value_of(binding.value)
    const = scope.consts.get(binding.name)
    return None if const is None else values.value_of(const)


def _operand(name: str, binding: Any, scope: _Scope) -> Operand:
    if binding.WhichOneof("binding") == "value":
        dtype, shape = values.type_of(binding.value.type)
        return Operand(name=name, dtype=dtype, shape=shape, const=True)
    dtype, shape = scope.types.get(binding.name, values.UNKNOWN)
    return Operand(name=name, dtype=dtype, shape=shape, const=binding.name in scope.consts)


def _reads(operation: Any, scope: _Scope) -> tuple[str, ...]:
    names = (item.name for argument in operation.inputs.values() for item in argument.arguments if item.name)
    return tuple(dict.fromkeys(name for name in names if name not in scope.consts))
