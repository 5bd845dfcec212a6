"""The operations of a MIL program in its binary form, each as a layer in canonical form.

Reads the bytes of an ML Program as they stand: no weight file, and the protobuf library only for types and constants
not seen before. A model repeats a few layers many times, so a layer is made once for each way its operation is
written, and the rest is looking up. Time and memory grow with the number of operations.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

from anedb.coreml import wire
from anedb.coreml.blocks import MLPROGRAM, Reader
from anedb.coreml.pieces import Span
from anedb.coreml.wire import LEN, Buffer, MalformedError
from anedb.domain.model import Network, Op

__all__ = ["MLPROGRAM", "OPSETS", "Op", "networks", "operations"]

OPSETS = {"CoreML5": "iOS15", "CoreML6": "iOS16", "CoreML7": "iOS17", "CoreML8": "iOS18", "CoreML9": "iOS26"}
"coremltools `_OPSET`: how a block specialization is called in the file, and how everyone else calls it."


def networks(program: Any, prefix: str = "") -> tuple[Network, ...]:
    """Every block of every function of a `MILSpec.Program`, given as the message or as its bytes: by function name, the
    block of the function's own opset first. The prefix (`0`) goes before the names: `0/main`.

    Raises `MalformedError`.
    """
    data = program if isinstance(program, bytes) else program.SerializeToString()
    return read(data, 0, len(data), prefix)


def operations(program: Any) -> Iterator[Op]:
    "The operations of every function's own block, in the file's order."
    for network in networks(program):
        if "@" not in network.name:
            yield from network.ops


def read(data: Buffer, at: int, end: int, prefix: str = "") -> tuple[Network, ...]:
    "`networks` of the program between two offsets."
    functions: dict[str, Span] = {}
    for number, kind, start, stop in wire.fields(data, at, end):
        if number == 2 and kind == LEN:
            name, first, last = wire.entry(data, start, stop)
            functions[name.decode(errors="replace")] = first, last
    collecting = gc.isenabled()
    gc.disable()  # nothing here makes cycles, and so many new tuples have the collector look at all of them
    try:
        start_name = f"{prefix}/" if prefix else ""
        return tuple(
            found for name in sorted(functions) for found in _function(data, *functions[name], start_name + name)
        )
    except IndexError:
        raise MalformedError(f"it ends at byte {len(data):,}, in the middle of an operation") from None
    except UnicodeDecodeError as error:
        raise MalformedError(f"a name in it, {bytes(error.object)[:40]!r}, is not UTF-8") from None
    finally:
        if collecting:
            gc.enable()


def _function(data: Buffer, at: int, end: int, name: str) -> Iterator[Network]:
    inputs: list[Span] = []
    blocks: dict[str, Span] = {}
    opset = ""
    for number, kind, start, stop in wire.fields(data, at, end):
        if kind != LEN:
            continue
        if number == 1:
            inputs.append((start, stop))
        elif number == 2:
            opset = wire.text(data, start, stop)
        elif number == 3:
            key, first, last = wire.entry(data, start, stop)
            blocks[key.decode(errors="replace")] = first, last
    own = opset if opset in blocks else max(blocks, default="")
    for each in sorted(blocks, key=lambda each: (each != own, each)):
        known = OPSETS.get(each, each)
        label = name if each == own else f"{name}@{known}"
        yield Reader(data, known).network(label, inputs, blocks[each])
    if not blocks:
        yield Network(name=name, format=MLPROGRAM, note="a function without operations")
