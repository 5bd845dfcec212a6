"""One block of a MIL program in its binary form, with the blocks nested in it: its operations as layers.

An operation of a layer met before is recognised by how it is written, without looking at what that means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from anedb.catalog import layers
from anedb.coreml import values, wire
from anedb.coreml.made import Made, make
from anedb.coreml.pieces import Bound, Pieces, Span
from anedb.coreml.wire import LEN, Buffer, MalformedError
from anedb.domain.layer import InputKind, LayerType, Operand
from anedb.domain.model import Network, Op, Tensor

MLPROGRAM = "mlprogram"

DEEPEST = 32
"Blocks within blocks; converters make two or three. The library gives up at about 45."

HEADS = {rest: bytes((0x12, rest - 2, 0x0A, rest - 4, 0x0A, rest - 6)) for rest in range(7, 128)}
"""What stands between an input's name and the name of the one value bound to it, by how many bytes are left: value 2 of
the map's entry, of it argument 1, of it the name 1. Nearly every input of every operation is written so."""

STORED = tuple(each.encode() for each in values.STORED)

Input: TypeAlias = tuple[bytes, bytes]
"An input's name, and of the value bound to it; several in a row may have one name."

Known: TypeAlias = tuple[Any, str | None, int, int]
"""What a name stands for. Its type's bytes, its own text, and nothing; or, of a constant, the type's bytes marked so,
None, and the span of its value: (0, 0) where it is expanded (`constexpr_…`)."""


@dataclass(frozen=True, slots=True)
class Type:
    "What the catalogue says of an operation's type."

    name: str
    known: LayerType | None
    kinds: dict[bytes, str]
    "Input -> its `InputKind`."
    params: frozenset[bytes]
    "Inputs that are told by value."


class Reader:
    "One block of a function, with those nested in it: what its names stand for, and the layers made so far."

    def __init__(self, data: Buffer, opset: str) -> None:
        self.data = data
        self.opset = opset
        self.pieces = Pieces(data)
        self.known: dict[bytes, Known] = {}
        self.types: dict[bytes, Type] = {}
        self.made: dict[tuple[Any, ...], tuple[Made, list[int]]] = {}
        """By how an operation is written: the layer, and where the names it reads stand in the order of the inputs'
        names, which the file need not keep."""
        self.distinct: dict[tuple[Any, ...], Made] = {}
        "By what the layer is made of: equal ones are one object."
        self.ops: list[Op] = []

    def network(self, name: str, inputs: list[Span], block: Span) -> Network:
        taken = tuple(self._take(*span) for span in inputs)
        returned = self._block(*block, name, DEEPEST)
        return Network(name=name, format=MLPROGRAM, ops=tuple(self.ops), inputs=taken, outputs=tuple(returned))

    def _take(self, at: int, end: int) -> Tensor:
        "An input of the function or of a block, or what an operation gives."
        name, written = self.pieces.named(at, end)
        type = self.pieces.types.get(written) or self.pieces.type(written)
        found = Tensor(name.decode(), type.dtype, type.shape)
        self.known[name] = type.written, found.name, 0, 0
        return found

    def _block(self, at: int, end: int, where: str, deepest: int) -> list[str]:
        "Appends the block's operations; the names it returns."
        if not deepest:
            raise MalformedError(f"blocks are nested more than {DEEPEST} deep, at byte {at:,}")
        data, index, outputs = self.data, 0, []
        for number, kind, start, stop in wire.fields(data, at, end):
            if number == 3 and kind == LEN:
                index += self._operation(start, stop, where, index, deepest)
            elif number == 1 and kind == LEN:
                self._take(start, stop)
            elif number == 2 and kind == LEN:
                outputs.append(wire.text(data, start, stop))
        return outputs

    def _operation(self, at: int, end: int, where: str, index: int, deepest: int) -> bool:
        """Reads one; whether it is one that Core ML places.

        The loop is `wire.fields` written out: this runs ten thousand times for a large model.
        """
        data, kind = self.data, b""
        inputs: list[Input] = []
        unusual: list[tuple[bytes, list[Bound]]] = []
        outputs: list[Span] = []
        attributes: list[Span] = []
        blocks: list[Span] = []
        while at < end:
            tag, size, start = data[at], data[at + 1], at + 2
            if size > 127:
                size, start = wire.varint(data, at + 1, end)
            stop = start + size
            if tag & 7 != LEN or tag > 127:
                stop = wire.skip(data, at, end)
            elif stop > end:
                raise MalformedError(f"byte {at:,} says that {size:,} bytes follow where {end - start:,} are left")
            elif tag == 0x12:
                middle = start + 2 + data[start + 1]
                if size < 128 and data[start] == 0x0A and data[middle : middle + 6] == HEADS.get(stop - middle):
                    inputs.append((data[start + 2 : middle], data[middle + 6 : stop]))
                else:
                    unusual.append(self.pieces.argument(start, stop))
            elif tag == 0x1A:
                outputs.append((start, stop))
            elif tag == 0x2A:
                if kind[:5] == b"const" or not kind:  # of others it says a name
                    attributes.append((start, stop))
            elif tag == 0x0A:
                kind = data[start:stop]
            elif tag == 0x22:
                blocks.append((start, stop))
            at = stop
        if kind == b"const":
            self._constant(outputs, self.pieces.constant(attributes))
            return False
        if kind.startswith(b"constexpr_"):
            self._expanded(outputs, self._several(inputs, unusual), attributes)
            return False
        if unusual:
            inputs = self._several(inputs, unusual)
        place = f"{where}/{index}"
        self._append(kind, inputs, outputs, place)
        for number, span in enumerate(blocks):
            self._block(*span, f"{place}/{number}", deepest - 1)
        return True

    def _constant(self, outputs: list[Span], value: Span) -> None:
        "Core ML places neither constants nor what is computed of them: they belong to the operation that reads them."
        start, stop = value
        for span in outputs:
            name, written = self.pieces.named(*span)
            type = self.pieces.types.get(written) or self.pieces.type(written)
            self.known[name] = type.constant, None, start, stop

    def _expanded(self, outputs: list[Span], inputs: list[Input], attributes: list[Span]) -> None:
        "A compressed weight has the shape of what it is expanded to, and the element type it is stored in."
        self._constant(outputs, (0, 0))
        stored = self._stored(dict(inputs), attributes)
        for span in outputs if stored else ():
            name, written = self.pieces.named(*span)
            self.known[name] = self.pieces.stored_as(written, stored).constant, None, 0, 0

    def _stored(self, inputs: dict[bytes, bytes], attributes: list[Span]) -> bytes:
        "Bytes of the type of what is stored: an input since iOS18, an attribute before; empty: none is told."
        for key, start, stop in (wire.entry(self.data, *span) for span in attributes):
            if key in STORED:
                return self.pieces.type_of_value(start, stop)
        found = next((self.known.get(inputs[key]) for key in STORED if key in inputs), None)
        return found[0][0] if found and isinstance(found[0], tuple) else b""

    def _several(self, inputs: list[Input], unusual: list[tuple[bytes, list[Bound]]]) -> list[Input]:
        "With inputs that have several values, or values given on the spot: constants under names that nothing has."
        for key, bound in unusual:
            for each in bound:
                if isinstance(each, tuple):
                    name = b"\0%d" % each[0]
                    written = self.pieces.type_of_value(*each)
                    self.known[name] = (self.pieces.type(written).constant, None, *each)
                    each = name
                inputs.append((key, each))
        return inputs

    def _append(self, kind: bytes, inputs: list[Input], outputs: list[Span], place: str) -> None:
        type = self.types.get(kind)
        if type is None:
            type = self.types[kind] = _type(wire.text(kind, 0, len(kind)))
        known, params, data = self.known, type.params, self.data
        written, reads = [kind], []
        for name, bound in inputs:
            told, text, start, stop = known.get(bound) or self._nowhere(bound)
            if text is not None:
                reads.append(text)
            elif stop and name in params:
                told = (data[start:stop],)
            written.append(name)
            written.append(told)
        key = tuple(written)
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = self._make(type, inputs)
        (layer, mark, left, problem), order = found
        if order:
            reads = list(dict.fromkeys([reads[number] for number in order]))
        given = [self._take(*span) for span in outputs]
        first = given[0].name if given else ""
        self.ops.append(Op(place, first, type.name, self.opset, tuple(reads), tuple(given), layer, mark, left, problem))

    def _nowhere(self, name: bytes) -> Known:
        "A value that nothing makes has no known type."
        return b"", wire.text(name, 0, len(name)), 0, 0

    def _make(self, type: Type, inputs: list[Input]) -> tuple[Made, list[int]]:
        "Inputs told by value, and inputs told by type and shape, as the catalogue wants each."
        params: dict[str, Any] = {}
        operands: list[Operand] = []
        names: dict[bytes, list[bytes]] = {}
        for name, bound in inputs:
            names.setdefault(name, []).append(bound)
        for name in sorted(names):
            key, kind, bounds = wire.text(name, 0, len(name)), type.kinds.get(name), names[name]
            if kind == InputKind.PARAM and len(bounds) == 1:
                value = self._value(bounds[0])
                if value is not None:
                    params[key] = value
                    continue
            numbered = kind == InputKind.VARIADIC or len(bounds) != 1
            for index, each in enumerate(bounds):
                operands.append(self._operand(f"{key}.{index}" if numbered else key, each))
        token = (type.name, repr(params), *operands)  # as text 1, 1.0 and True are told apart
        made = self.distinct.get(token)
        if made is None:
            made = self.distinct[token] = make(MLPROGRAM, type.name, type.known, params, operands)
        return made, self._order(inputs)

    def _order(self, inputs: list[Input]) -> list[int]:
        "Empty: as written."
        reads = [name for name, bound in inputs if (self.known.get(bound) or self._nowhere(bound))[1] is not None]
        return sorted(range(len(reads)), key=reads.__getitem__) if len(reads) > 1 else []

    def _value(self, name: bytes) -> Any:
        "The value bound, as Python has it; None: not a constant, or one that the weight file keeps."
        _, text, start, stop = self.known.get(name) or self._nowhere(name)
        return self.pieces.value(start, stop) if text is None and stop else None

    def _operand(self, name: str, bound: bytes) -> Operand:
        told, text, _, _ = self.known.get(bound) or self._nowhere(bound)
        type = self.pieces.type(told if text is not None else told[0])
        return Operand(name=name, dtype=type.dtype, shape=type.shape, const=text is None)


def _type(name: str) -> Type:
    known = layers.lookup(MLPROGRAM, name)
    kinds = {item.name.encode(): item.kind for item in known.inputs} if known else {}
    params = frozenset(key for key, kind in kinds.items() if kind == InputKind.PARAM)
    return Type(name=name, known=known, kinds=kinds, params=params)
