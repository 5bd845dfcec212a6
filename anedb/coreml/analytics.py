"""`analytics.mil`: a program with what Core ML's own scheduler thought of each operation, as Core ML keeps it in its
cache (`…/com.apple.e5rt.e5bundlecache/<OS build>/<hash>/<hash>.bundle/H16G.bundle/analytics.mil`).

It is the program after Core ML's own passes: with casts, and copies of buffers, that the model has not. A copy of a
buffer is no layer and is left out; the value it copies goes by the buffer's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anedb.coreml import miltext, textprogram
from anedb.coreml.miltext import Block, Function, Literal, Operation, Parameter, Value
from anedb.coreml.values import UNKNOWN
from anedb.domain.model import Kind, Model, Seen
from anedb.domain.observation import Unit

UNITS = {
    "ane": Unit.ANE.value,
    "mps_graph": Unit.GPU.value,
    "bnns": Unit.CPU.value,
    "classic_cpu": Unit.CPU.value,
    "e5_minimal_cpu": Unit.CPU.value,
}
"Core ML's backends."

ORDER = tuple(unit.value for unit in Unit)

SUFFIX = "_4D454D5F4F5054"
"`_` and the hexadecimal of `MEM_OPT`: what Core ML adds to the name of a value that lives in another's buffer."

_COPY = re.compile(r"\w+_buffer_to_tensor|tensor_to_\w+_buffer")
_ENGINE = re.compile(r"(H\d{2})[A-Z]?\.bundle")
_CACHE = "com.apple.e5rt.e5bundlecache"


def read(path: Path) -> Model:
    """Raises `BadFileError`. A program that says nothing of backends, a compiled model's `model.mil` by itself, is read
    too, as of that kind."""
    return of_program(miltext.read(path), path)


def of_program(program: miltext.Program, path: Path) -> Model:
    "`path`: where the text comes from, which may be no file."
    plain = [_Plain(function) for function in program.functions]
    witness = _Witness()
    networks = textprogram.networks(program._replace(functions=tuple(each.function for each in plain)), seen=witness)
    engine, os_build = place(path)
    return Model(
        path=str(path),
        kind=Kind.ANALYTICS.value if witness.told else Kind.MLMODELC.value,
        type="mlProgram",
        spec_version=None,
        networks=networks,
        notes=tuple(_notes(witness, sum(each.copies for each in plain))),
        engine=engine,
        os_build=os_build,
    )


def place(path: Path) -> tuple[str, str]:
    "Engine and OS build as the folders of Core ML's cache are named; empty where the file is elsewhere."
    parts = path.absolute().parts
    engines = [found[1] for part in parts if (found := _ENGINE.fullmatch(part))]
    after = parts[parts.index(_CACHE) + 1 : -1] if _CACHE in parts else ()
    return engines[-1] if engines else "", after[0] if after else ""


def _notes(witness: _Witness, copies: int) -> list[str]:
    if not witness.told:
        return ["a program without backends: Core ML's plan is in the analytics.mil of its cache, not in this file"]
    found = ["the operations after Core ML's own passes, with the casts it added: they may differ from the model"]
    if copies:
        found.append(f"left out: copies of buffers that Core ML adds around inputs and outputs ({copies})")
    if witness.odd:
        found.append(f"backends that we do not know, left out: {', '.join(sorted(witness.odd))}")
    return found


@dataclass(slots=True)
class _Witness:
    "What the attributes of an operation say of its backends."

    told: int = 0
    odd: set[str] = field(default_factory=set)

    def __call__(self, operation: Operation) -> Seen | None:
        attributes = operation.attributes
        if "BackendSupport" not in attributes and "SelectedBackend" not in attributes:
            return None
        self.told += 1
        offered = {self._unit(name) for name in _texts(attributes.get("BackendSupport"))}
        chosen = miltext.text_of(attributes.get("SelectedBackend"))
        return Seen(
            offered=tuple(unit for unit in ORDER if unit in offered),
            chosen=self._unit(chosen),
            runtimes=tuple(
                (key, float(item)) for key, item in _pairs(attributes.get("EstimatedRuntime"), (int, float))
            ),
            refusals=tuple(_pairs(attributes.get("ValidationMessage"), (str,))),
        )

    def _unit(self, backend: str) -> str:
        "Empty for one that is none; a list of support has `unsupported` in the place of one that refuses."
        if backend and backend != "unsupported" and backend not in UNITS:
            self.odd.add(backend)
        return UNITS.get(backend, "")


def _texts(value: Value) -> list[str]:
    waiting, found = [value.body if isinstance(value, Literal) else None], []
    while waiting:
        item = waiting.pop()
        if isinstance(item, Literal):
            found.append(miltext.text_of(item))
        elif isinstance(item, tuple):
            waiting.extend(reversed(item))
    return found


def _pairs(value: Value, kinds: tuple[type, ...]) -> list[tuple[str, Any]]:
    found = miltext.entries(value) if value is not None else []
    return [(key, item) for key, item in found if isinstance(key, str) and isinstance(item, kinds)]


class _Plain:
    "A function without the copies of buffers; a value in another's buffer goes by its own name."

    def __init__(self, function: Function) -> None:
        self.copies = 0
        self.meant: dict[str, str] = {}
        "Copy -> what it copies."
        self.types: dict[str, str] = {}
        "Type of a value by the type of its copy: of an image's buffer only that says dtype and shape."
        block = self._block(function.block)
        self.function = function._replace(inputs=tuple(map(self._retyped, function.inputs)), block=block)

    def _block(self, block: Block) -> Block:
        inputs = tuple(map(self._parameter, block.inputs))
        operations = [kept for each in block.operations if (kept := self._operation(each)) is not None]
        return Block(inputs, operations, tuple(map(self._name, block.outputs)))

    def _operation(self, operation: Operation) -> Operation | None:
        copied = operation.inputs.get("input")
        if _COPY.fullmatch(operation.type) and isinstance(copied, str) and len(operation.outputs) == 1:
            self.copies += 1
            name, written = self._parameter(operation.outputs[0])
            if name != self._name(copied):
                self.meant[name] = self._name(copied)
            self.types.setdefault(self._name(copied), written)
            return None
        return operation._replace(
            outputs=tuple(map(self._parameter, operation.outputs)),
            inputs={name: self._value(value) for name, value in operation.inputs.items()},
            blocks=tuple(map(self._block, operation.blocks)),
        )

    def _name(self, name: str) -> str:
        plain = name.removesuffix(SUFFIX)
        return self.meant.get(plain, plain)

    def _parameter(self, parameter: Parameter) -> Parameter:
        return parameter._replace(name=parameter.name.removesuffix(SUFFIX))

    def _retyped(self, parameter: Parameter) -> Parameter:
        if miltext.type_of(parameter.type) != UNKNOWN:
            return parameter
        return parameter._replace(type=self.types.get(parameter.name, parameter.type))

    def _value(self, value: Value) -> Value:
        if isinstance(value, str):
            return self._name(value)
        if type(value) is tuple:
            return tuple(map(self._value, value))
        return value
