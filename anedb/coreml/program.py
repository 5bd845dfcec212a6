"""The operations of a MIL program, each as a layer in canonical form.

Reads the protobuf of an ML Program as it stands: no weight file, no coremltools. Time and memory grow with the size of
the program; each operation is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

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


Made: TypeAlias = tuple[Layer, tuple[str, ...], str]
"A layer, what is left open of it, and the problem with it, if there is one."


@dataclass(slots=True)
class _Scope:
    "What the names of one function stand for."

    types: dict[str, Any] = field(default_factory=dict)
    "Name -> the protobuf ValueType; most are never asked for, so they are read when they are."
    read: dict[str, values.Type] = field(default_factory=dict)
    consts: dict[str, Any] = field(default_factory=dict)
    "Name -> the protobuf Value of a `const`; None: constant, but computed (`constexpr_…`)."

    made: dict[tuple[Any, ...], Made] = field(default_factory=dict)
    "Layers by what they were made of: a model repeats a few layers many times, and equal ones are one object."

    def type_of(self, name: str) -> values.Type:
        found = self.read.get(name)
        if found is None:
            found = values.type_of(self.types[name]) if name in self.types else values.UNKNOWN
            self.read[name] = found
        return found


def operations(program: Any) -> Iterator[Op]:
    "Every operation of every function of a `MILSpec.Program`, in the file's order."
    for name in sorted(program.functions):
        yield from _function(name, program.functions[name])


def _function(name: str, function: Any) -> Iterator[Op]:
    scope = _Scope({item.name: item.type for item in function.inputs})
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
        scope.types[item.name] = item.type
    index = 0
    for operation in block.operations:
        kind, names = operation.type, []
        for output in operation.outputs:
            names.append(output.name)
            scope.types[output.name] = output.type
            scope.read.pop(output.name, None)
        if kind == "const":
            scope.consts.update((name, operation.attributes["val"]) for name in names)
            continue
        if kind.startswith("constexpr_"):
            scope.consts.update(dict.fromkeys(names))
        yield _op(operation, kind, tuple(names), scope, f"{where}/{index}", opset)
        for number, nested in enumerate(operation.blocks):
            yield from _block(nested, scope, f"{where}/{index}/{number}", opset)
        index += 1


def _op(operation: Any, kind: str, outputs: tuple[str, ...], scope: _Scope, place: str, opset: str) -> Op:
    known = layers.lookup(MLPROGRAM, kind)
    params, operands, reads = _split(operation, known, scope)
    key = (kind, *params.items(), *operands)
    made = scope.made.get(key)
    if made is None:
        made = scope.made[key] = _layer(kind, known, params, operands)
    layer, left, problem = made
    return Op(
        place=place,
        type=kind,
        opset=opset,
        outputs=outputs,
        inputs=tuple(reads),
        layer=layer,
        open=left,
        problem=problem,
    )


def _layer(name: str, known: LayerType | None, params: dict[str, Any], operands: list[Operand]) -> Made:
    plain = Layer(format=MLPROGRAM, type=name, inputs=tuple(operands))
    if known is None:
        return plain, (), f'the catalogue has no operation "{name}"'
    try:
        return *canonical(known, params, operands), ""
    except AnedbError as error:
        return plain, (), error.message


def _split(
    operation: Any, known: LayerType | None, scope: _Scope
) -> tuple[dict[str, Any], list[Operand], dict[str, None]]:
    """Inputs told by value, and inputs told by type and shape, as the catalogue wants each; and the names of the values
    read, in order."""
    kinds = _kinds(known)
    params: dict[str, Any] = {}
    operands: list[Operand] = []
    reads: dict[str, None] = {}
    for name, argument in sorted(operation.inputs.items(), key=itemgetter(0)):  # a protobuf map has no order
        bindings = argument.arguments
        kind = kinds.get(name)
        if kind == InputKind.PARAM and len(bindings) == 1:
            value = _value(bindings[0], scope)
            if value is not None:
                params[name] = value
                continue
        numbered = kind == InputKind.VARIADIC or len(bindings) != 1
        for index, binding in enumerate(bindings):
            operand = _operand(f"{name}.{index}" if numbered else name, binding, scope)
            operands.append(operand)
            if not operand.const:
                reads[binding.name] = None
    return params, operands, reads


def _kinds(known: LayerType | None) -> dict[str, str]:
    "Input -> its `InputKind`; worked out once for each layer type."
    if known is None:
        return {}
    found = _kinds_by_type.get(known.name)
    if found is None:
        found = _kinds_by_type[known.name] = {item.name: item.kind for item in known.inputs}
    return found


_kinds_by_type: dict[str, dict[str, str]] = {}


def _value(binding: Any, scope: _Scope) -> Any:
    "The value bound, as Python has it; None: not a constant, or one that the weight file keeps."
    if not binding.name:
        return values.value_of(binding.value)
    const = scope.consts.get(binding.name)
    return None if const is None else values.value_of(const)


def _operand(name: str, binding: Any, scope: _Scope) -> Operand:
    if not binding.name:
        dtype, shape = values.type_of(binding.value.type)
        return Operand(name=name, dtype=dtype, shape=shape, const=True)
    dtype, shape = scope.type_of(binding.name)
    return Operand(name=name, dtype=dtype, shape=shape, const=binding.name in scope.consts)
