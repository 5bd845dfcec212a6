"""The operations of a MIL program in its text form, each as a layer in canonical form.

The same layers and fingerprints as `program` gives for the protobuf of the same model: inputs come sorted by name,
constants are operands of others, and what the catalogue wants told by value is told by value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from anedb.catalog import layers
from anedb.coreml import miltext
from anedb.coreml.made import Made, make
from anedb.coreml.miltext import Block, Function, Literal, Operation, Parameter, Program, Value
from anedb.coreml.values import STORED, UNKNOWN, Type
from anedb.domain.layer import Format, InputKind, LayerType, Operand
from anedb.domain.model import Network, Op, Seen, Tensor

Witness: TypeAlias = Callable[[Operation], Seen | None]


@dataclass(slots=True)
class Scope:
    "What the names of one function stand for, and the layers made so far: a model repeats a few many times."

    opset: str
    seen: Witness
    types: dict[str, str] = field(default_factory=dict)
    "Name -> its type as written."
    consts: dict[str, Literal | None] = field(default_factory=dict)
    "None: constant, but expanded (`constexpr_…`)."
    made: dict[tuple[Any, ...], Made] = field(default_factory=dict)

    def type_of(self, name: str) -> Type:
        written = self.types.get(name)
        return UNKNOWN if written is None else miltext.type_of(written)

    def add(self, parameters: tuple[Parameter, ...]) -> None:
        self.types.update(parameters)


def networks(program: Program, prefix: str = "", seen: Witness | None = None) -> tuple[Network, ...]:
    """Every function, by name; the prefix (`0`) goes before the names: `0/main`. `seen` gives what the file says of
    where an operation goes."""
    start = f"{prefix}/" if prefix else ""
    newest: dict[str, str] = {}
    for function in program.functions:
        newest[function.name] = max(newest.get(function.name, ""), function.opset)
    ordered = sorted(program.functions, key=lambda each: (each.name, each.opset != newest[each.name], each.opset))
    return tuple(_network(each, start + _label(each, newest[each.name]), seen) for each in ordered)


def _label(function: Function, newest: str) -> str:
    "A function that the text has under several opsets goes by its name under the newest."
    return function.name if function.opset == newest else f"{function.name}@{opset_of(function.opset)}"


def opset_of(written: str) -> str:
    "`ios18` -> `iOS18`; another word stays as it is."
    return f"iOS{written[3:]}" if written[:3].lower() == "ios" else written


def _network(function: Function, name: str, seen: Witness | None) -> Network:
    scope = Scope(opset_of(function.opset), seen or _nothing)
    scope.add(function.inputs)
    return Network(
        name=name,
        format=Format.MLPROGRAM.value,
        ops=tuple(_block(function.block, scope, name)),
        inputs=tuple(_tensor(each) for each in function.inputs),
        outputs=function.block.outputs,
    )


def _nothing(operation: Operation) -> None:
    "A model says nothing of where it goes."


def _tensor(parameter: Parameter) -> Tensor:
    dtype, shape = miltext.type_of(parameter.type)
    return Tensor(parameter.name, dtype, shape)


def _block(block: Block, scope: Scope, where: str) -> Iterator[Op]:
    "The parser lets no more than some seventy blocks be nested."
    scope.add(block.inputs)
    index = 0
    for operation in block.operations:
        scope.add(operation.outputs)
        if operation.type == "const" or operation.type.startswith("constexpr_"):
            value = operation.attributes.get("val", operation.inputs.get("val"))
            literal = value if isinstance(value, Literal) and operation.type == "const" else None
            scope.consts.update((output.name, literal) for output in operation.outputs)
            if operation.type != "const":
                _expanded(operation, scope)
            continue
        yield _op(operation, scope, f"{where}/{index}")
        for number, nested in enumerate(operation.blocks):
            yield from _block(nested, scope, f"{where}/{index}/{number}")
        index += 1


def _expanded(operation: Operation, scope: Scope) -> None:
    "A compressed weight has the shape of what it is expanded to, and the element type it is stored in."
    given = {**operation.inputs, **operation.attributes}
    found = next((given[name] for name in STORED if name in given), None)
    if found is None:
        return
    dtype = _operand("", found, scope).dtype
    for output in operation.outputs:
        scope.types[output.name] = miltext.with_dtype(output.type, dtype)


def _op(operation: Operation, scope: Scope, place: str) -> Op:
    known = layers.lookup(Format.MLPROGRAM.value, operation.type)
    params, operands, reads = _split(operation, known, scope)
    key = (operation.type, *params.items(), *operands)
    made = scope.made.get(key)
    if made is None:
        made = scope.made[key] = make(Format.MLPROGRAM.value, operation.type, known, params, operands)
    layer, mark, left, problem = made
    return Op(
        place=place,
        name=operation.outputs[0].name if operation.outputs else "",
        type=operation.type,
        opset=opset_of(operation.opset) if operation.opset else scope.opset,
        inputs=tuple(reads),
        outputs=tuple(_tensor(each) for each in operation.outputs),
        layer=layer,
        fingerprint=mark,
        open=left,
        problem=problem,
        seen=scope.seen(operation),
    )


def _split(
    operation: Operation, known: LayerType | None, scope: Scope
) -> tuple[dict[str, Any], list[Operand], dict[str, None]]:
    """Inputs told by value, and inputs told by type and shape, as the catalogue wants each; and the names of the values
    read, in order."""
    kinds = {item.name: item.kind for item in known.inputs} if known else {}
    params: dict[str, Any] = {}
    operands: list[Operand] = []
    reads: dict[str, None] = {}
    for name, value in sorted(operation.inputs.items()):
        bound = value if isinstance(value, tuple) and not isinstance(value, Literal) else (value,)
        kind = kinds.get(name)
        if kind == InputKind.PARAM and len(bound) == 1:
            told = _value(bound[0], scope)
            if told is not None:
                params[name] = told
                continue
        numbered = kind == InputKind.VARIADIC or len(bound) != 1
        for index, each in enumerate(bound):
            operand = _operand(f"{name}.{index}" if numbered else name, each, scope)
            operands.append(operand)
            if not operand.const:
                reads[each] = None
    return params, operands, reads


def _value(bound: Value, scope: Scope) -> Any:
    "The value bound, as Python has it; None: not a constant, or one that the weight file keeps."
    literal = scope.consts.get(bound) if isinstance(bound, str) else bound
    return miltext.value_of(literal) if isinstance(literal, Literal) else None


def _operand(name: str, bound: Value, scope: Scope) -> Operand:
    if isinstance(bound, str):
        dtype, shape = scope.type_of(bound)
        return Operand(name=name, dtype=dtype, shape=shape, const=bound in scope.consts)
    dtype, shape = miltext.literal_type(bound) if isinstance(bound, Literal) else UNKNOWN
    return Operand(name=name, dtype=dtype, shape=shape, const=True)
