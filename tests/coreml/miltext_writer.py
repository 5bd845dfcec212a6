"""A `MILSpec.Program` as Core ML's text form, the way coremlc writes it: for tests that want one model in both forms.

Two dialects: program 1.0 writes every type as a tensor (`tensor<string, []>`), 1.3 scalars plainly (`string`) and
constants on the spot.
"""

from __future__ import annotations

import json
from typing import Any

from anedb.coreml import program, values

CODES = {name: number for number, name in values.DTYPES.items()}
OPSETS = {number: name.lower() for number, name in program.OPSETS.items()}


def write(whole: Any, dialect: str = "1.0") -> str:
    head = f'program({dialect})\n[buildInfo = dict<string, string>({{{{"coremlc-version", "3402.4.1"}}}})]\n{{\n'
    return head + "".join(_function(name, whole.functions[name], dialect) for name in sorted(whole.functions)) + "}\n"


def _function(name: str, function: Any, dialect: str) -> str:
    block = function.block_specializations[function.opset]
    inputs = ", ".join(f"{type_text(item.type, dialect)} {item.name}" for item in function.inputs)
    opset = OPSETS.get(function.opset, function.opset)
    return f"    func {name}<{opset}>({inputs}) {_block(block, dialect)};\n"


def _block(block: Any, dialect: str) -> str:
    lines = "".join(f"            {_operation(each, dialect)};\n" for each in block.operations)
    return f"{{\n{lines}        }} -> ({', '.join(block.outputs)})"


def _operation(operation: Any, dialect: str) -> str:
    outputs = ", ".join(f"{type_text(item.type, dialect)} {item.name}" for item in operation.outputs)
    inputs = ", ".join(f"{name} = {_argument(each, dialect)}" for name, each in sorted(operation.inputs.items()))
    attributes = ", ".join(
        f"{name} = {value_text(each, dialect)}" for name, each in sorted(operation.attributes.items())
    )
    nested = ", ".join(_nested(each, dialect) for each in operation.blocks)
    shown = f"{operation.type}({inputs})" + (f"[{attributes}]" if attributes else "") + (f" {nested}" if nested else "")
    return f"{outputs} = {shown}" if outputs else shown


def _nested(block: Any, dialect: str) -> str:
    inputs = ", ".join(f"{type_text(item.type, dialect)} {item.name}" for item in block.inputs)
    return f"({inputs}) {_block(block, dialect)}"


def _argument(argument: Any, dialect: str) -> str:
    bound = [each.name or value_text(each.value, dialect) for each in argument.arguments]
    return bound[0] if len(bound) == 1 else f"({', '.join(bound)})"


def type_text(type: Any, dialect: str) -> str:
    kind = type.WhichOneof("type")
    if kind == "tensorType":
        return _tensor_text(type.tensorType, dialect)
    if kind == "stateType":
        return f"state<{type_text(type.stateType.wrappedType, dialect)}>"
    if kind == "listType":
        length = type.listType.length
        size = str(length.constant.size) if length.WhichOneof("dimension") == "constant" else "?"
        return f"list<{type_text(type.listType.type, dialect)}, {size}>"
    if kind == "dictionaryType":
        inside = type.dictionaryType
        return f"dict<{type_text(inside.keyType, dialect)}, {type_text(inside.valueType, dialect)}>"
    raise ValueError(f"no text for {kind}")


def _tensor_text(tensor: Any, dialect: str) -> str:
    dtype = values.DTYPES.get(tensor.dataType, "fp8e4m3fn")
    if tensor.rank == 0 and dialect != "1.0":
        return dtype
    dims = [_dimension(each) for each in tensor.dimensions]
    return f"tensor<{dtype}, [{', '.join(dims)}]>"


def _dimension(each: Any) -> str:
    if each.WhichOneof("dimension") == "constant":
        return str(each.constant.size)
    return "..." if each.unknown.variadic else "?"


def value_text(value: Any, dialect: str) -> str:
    written = type_text(value.type, dialect)
    if value.WhichOneof("value") == "blobFileValue":
        path, offset = ("string", "uint64") if dialect != "1.0" else ("tensor<string, []>", "tensor<uint64, []>")
        name = json.dumps(value.blobFileValue.fileName)
        return f"{written}(BLOBFILE(path = {path}({name}), offset = {offset}({value.blobFileValue.offset})))"
    if value.immediateValue.WhichOneof("value") == "list":
        return f"{written}([{', '.join(value_text(each, dialect) for each in value.immediateValue.list.values)}])"
    return f"{written}({_nested_text(values.value_of(value), value.type.tensorType.rank)})"


def _nested_text(held: Any, rank: int) -> str:
    if rank:
        return f"[{', '.join(_nested_text(each, rank - 1) for each in held or ())}]"
    if isinstance(held, bool):
        return "true" if held else "false"
    if isinstance(held, float):
        return held.hex() if abs(held) < float("inf") else str(held)
    return json.dumps(held, ensure_ascii=False)
