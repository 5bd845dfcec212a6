"""Core ML's text form of a MIL program, as a tree: `model.mil` of a compiled model, `analytics.mil` of its compiler.

The grammar is `mil.lark`. Types and literals stay text until someone asks (`type_of`, `value_of`): of a large model
most are never looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from math import prod
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from anedb.coreml.values import UNKNOWN, Type
from anedb.domain.layer import Dim, DType
from anedb.errors import BadFileError

if TYPE_CHECKING:
    from lark import Lark, Token

LARGEST = 32 * 2**20
"Bytes. A model of 3,700 operations has 2 MB of text; weights are in a file of their own."
MOST_TOKENS = 3_000_000
"What that many bytes of Apple's text have, and a third more: a token takes five microseconds."
DEEPEST = 600
"Of the parser's stack: some seventy blocks or brackets within each other; a file of Apple's has six."

DTYPES = frozenset(DType)


class Literal(NamedTuple):
    "A value that stands in the text."

    type: str
    "As written, `tensor<int32, [2]>`; empty where only the bare value was written."
    body: Any
    "Text of a scalar or of a flat list; a tuple of values where it is nested; None: kept in the weight file."


Value: TypeAlias = Any
"A name (`str`), a `Literal`, a tuple of values, or a (name, value) pair inside brackets as a `Pair`."


class Pair(NamedTuple):
    name: str
    value: Value


class Parameter(NamedTuple):
    "A name that is brought into being, with its type as written."

    name: str
    type: str


class Operation(NamedTuple):
    outputs: tuple[Parameter, ...]
    type: str
    opset: str
    "`ios17`; empty: its function's."
    inputs: dict[str, Value]
    attributes: dict[str, Value]
    blocks: tuple[Block, ...]


class Block(NamedTuple):
    inputs: tuple[Parameter, ...]
    operations: list[Operation]
    outputs: tuple[str, ...]


class Function(NamedTuple):
    name: str
    opset: str
    inputs: tuple[Parameter, ...]
    attributes: dict[str, Value]
    block: Block


class Program(NamedTuple):
    version: str
    attributes: dict[str, Value]
    functions: tuple[Function, ...]


def read(path: Path) -> Program:
    "Raises `BadFileError`: no such file, too large, not UTF-8, not MIL text; with line and column."
    return parse(_text(path), str(path))


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise BadFileError(
                f"{path} has {size / 2**20:.0f} MB; a MIL program of more than {LARGEST // 2**20} MB is not read",
                tip="check that it is a program, with its weights in a file of their own",
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        tip = "MIL text is UTF-8: the file is damaged, or something else under this name"
        raise BadFileError(f"{path} is not text: byte {error.start} is no UTF-8", tip=tip) from None
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror or error}", tip="check the path") from None


def parse(text: str, name: str = "model.mil") -> Program:
    "Raises `BadFileError` with line and column; `name` is what the message calls the text."
    from lark.exceptions import UnexpectedInput
    from lark.lexer import Token

    reading = _parser().parse_interactive(text)
    state = reading.parser_state
    stack, token = state.value_stack, None
    try:
        for count, token in enumerate(reading.lexer_thread.lex(state)):  # type: ignore[no-untyped-call]
            state.feed_token(token)
            if len(stack) > DEEPEST:
                raise _harmful(name, token, "blocks or brackets are nested too deep to be a model's")
            if count > MOST_TOKENS:
                raise _harmful(name, token, "there is more in it than a model has")
        end = Token.new_borrow_pos("$END", "", token) if token else Token("$END", "", 0, 1, 1)
        return state.feed_token(end, True)  # type: ignore[no-any-return]
    except UnexpectedInput as error:
        raise _bad(error, text, name) from None


def _harmful(name: str, token: Token, why: str) -> BadFileError:
    tip = "the file is damaged or made to do harm; compile the model again with xcrun coremlcompiler"
    return BadFileError(f"{name}:{token.line}:{token.column}: {why}", tip=tip)


def _bad(error: Any, text: str, name: str) -> BadFileError:
    "What stands there instead of what, and where."
    if error.pos_in_stream is None or error.pos_in_stream < 0 or getattr(error, "token", None) == "":
        line = text.count("\n") + 1
        return BadFileError(f"{name}:{line}: the text ends in the middle of a program", tip=_TIP)
    found = text[error.pos_in_stream : error.pos_in_stream + 30].splitlines() or [""]
    where = f"{name}:{error.line}:{error.column}"
    return BadFileError(f"{where}: {json.dumps(found[0], ensure_ascii=True)} is not MIL text here", tip=_TIP)


_TIP = "the file is cut off, damaged, or of a newer compiler; compile the model again with xcrun coremlcompiler"


@cache
def _parser() -> Lark:
    "Forty milliseconds: once for each process."
    from lark import Lark

    grammar = Path(__file__).with_name("mil.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_Builder())


class _Attributes(dict[str, Any]):
    "Attributes, to be told from arguments."


class _Builder:
    "What each rule of the grammar makes; called by lark with the parts that have a meaning, in order."

    def start(self, parts: list[Any]) -> Program:
        attributes = next((part for part in parts if type(part) is _Attributes), _Attributes())
        return Program(parts[0].strip(), attributes, tuple(part for part in parts if type(part) is Function))

    def function(self, parts: list[Any]) -> Function:
        name, opset = _head(parts[0].partition("func")[2])
        inputs: tuple[Parameter, ...] = ()
        attributes: dict[str, Any] = {}
        for part in parts[1:]:
            if type(part) is tuple:
                inputs = part
            elif type(part) is _Attributes:
                attributes = part
        return Function(name, opset, inputs, attributes, parts[-1])

    def body(self, parts: list[Any]) -> Block:
        outputs = parts.pop() if parts and type(parts[-1]) is tuple else ()
        return Block((), [part for part in parts if type(part) is Operation], outputs)

    def nested(self, parts: list[Any]) -> Block:
        inputs = next((part for part in parts if type(part) is tuple), ())
        block: Block = parts[-1]
        return block._replace(inputs=inputs)

    def operation(self, parts: list[Any]) -> Operation:
        return _operation(parts[0], parts[1], parts[2:])

    def operation_alone(self, parts: list[Any]) -> Operation:
        return _operation((), parts[0], parts[1:])

    def parameters(self, parts: list[Any]) -> tuple[Parameter, ...]:
        return tuple(parts)

    def parameter(self, parts: list[Any]) -> Parameter:
        return Parameter(intern(parts[1].strip()), parts[0])

    def tensor_type(self, parts: list[Any]) -> str:
        return intern(parts[0].strip())

    named_type = tensor_type

    def built_type(self, parts: list[Any]) -> str:
        return intern(f"{parts[0].strip()}<{', '.join(part.strip() for part in parts[1:])}>")

    def type_argument(self, parts: list[Any]) -> str:
        return "".join(part.strip() for part in parts)

    def attributes(self, parts: list[Any]) -> _Attributes:
        return _Attributes(parts[0]) if parts else _Attributes()

    def arguments(self, parts: list[Any]) -> dict[str, Any]:
        return dict(parts)

    def argument(self, parts: list[Any]) -> Pair:
        return Pair(intern(parts[0].rstrip("= \t\r\n")), parts[1])

    def literal(self, parts: list[Any]) -> Literal:
        written, _, body = parts[0].rstrip().partition("(")
        return Literal(intern(written.rstrip()), body[:-1].strip())

    def blob(self, parts: list[Any]) -> Literal:
        return Literal(intern(parts[0].partition("(")[0].rstrip()), None)

    def name(self, parts: list[Any]) -> Value:
        name = parts[0].strip()
        return Literal("", name) if name in ("true", "false") else intern(name)

    def string(self, parts: list[Any]) -> Literal:
        return Literal("", parts[0].strip())

    number = flat = string

    def typed(self, parts: list[Any]) -> Literal:
        return Literal(parts[0], _items(parts[1:]))

    def group(self, parts: list[Any]) -> tuple[Value, ...]:
        return _items(parts)

    def items(self, parts: list[Any]) -> tuple[Value, ...]:
        return tuple(parts)

    def names(self, parts: list[Token]) -> tuple[str, ...]:
        return tuple(intern(part.strip()) for part in parts)


def _items(parts: list[Any]) -> tuple[Value, ...]:
    return parts[0] if parts else ()


def _operation(outputs: tuple[Parameter, ...], head: str, parts: list[Any]) -> Operation:
    kind, opset = _head(head.lstrip("= \t\r\n"))
    inputs: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    blocks: list[Block] = []
    for part in parts:
        of = type(part)
        if of is dict:
            inputs = part
        elif of is _Attributes:
            attributes = part
        else:
            blocks.append(part)
    return Operation(outputs, kind, opset, inputs, attributes, tuple(blocks))


@lru_cache(maxsize=512)
def _head(text: str) -> tuple[str, str]:
    "`conv<ios17>(` is `conv` and `ios17`."
    name, _, opset = text.rstrip("( \t\r\n").partition("<")
    return intern(name.strip()), intern(opset.strip("<> \t\r\n"))


_TENSOR = re.compile(r"(?:tensor|tensor_buffer)\s*<\s*(\w+)\s*,\s*(?:shape\s*=\s*)?\[([^\]]*)\]")
_WRAPPED = re.compile(r"(?:state|list)\s*<\s*(.*)>", re.DOTALL)


@lru_cache(maxsize=8192)
def type_of(written: str) -> Type:
    "Element type and shape; for a state, of what it holds; for a list, of its elements; as `values.type_of`."
    if tensor := _TENSOR.match(written):
        return _dtype(tensor[1]), _shape(tensor[2])
    if wrapped := _WRAPPED.match(written):
        return type_of(wrapped[1].strip())
    return (written, ()) if written in DTYPES else UNKNOWN


def with_dtype(written: str, dtype: str) -> str:
    "A tensor's type with another element type; what is no tensor's, or not a known element type, stays."
    found = _TENSOR.match(written)
    if found is None or dtype not in DTYPES:
        return written
    return f"{written[: found.start(1)]}{dtype}{written[found.end(1) :]}"


def _dtype(name: str) -> str:
    return name if name in DTYPES else DType.UNKNOWN.value


def _shape(text: str) -> tuple[Dim, ...] | None:
    "`1, ?, 64`. A named axis is as flexible as `?`; `...` or `*` stands for any number of axes."
    found: list[Dim] = []
    for item in (part.strip() for part in text.split(",")) if text.strip() else ():
        if item.isdecimal() and len(item) < 16:  # an extent beyond 2^53 is no extent, and has no fingerprint
            found.append(int(item))
        elif item == "?" or item.isidentifier():
            found.append("?")
        else:
            return None
    return tuple(found)


def literal_type(literal: Literal) -> Type:
    "Of a bare value the shape is what is written: `2` is a scalar, `[1, 2]` has two elements; its dtype is not known."
    if literal.type:
        return type_of(literal.type)
    body = literal.body
    length = None if isinstance(body, str) and not body.startswith("[") else len(list(_flat(body)))
    return DType.UNKNOWN.value, () if length is None else (length,)


def value_of(literal: Literal) -> Any:
    """A scalar, or nested tuples in the shape of the tensor, as `values.value_of` gives it for the protobuf.

    None where the value is in the weight file, or is no tensor, or is not understood.
    """
    dtype, shape = literal_type(literal)
    if literal.body is None or shape is None or not all(isinstance(extent, int) for extent in shape):
        return None
    if literal.type and not (literal.type.startswith("tensor") or literal.type in DTYPES):
        return None
    flat = tuple(_rounded(item, dtype) for item in _flat(literal.body))
    if any(item is None for item in flat) or len(flat) != prod(shape):
        return None
    return _shaped(flat, shape) if flat else ()


def _flat(body: Any) -> Iterator[Any]:
    "The scalars of a literal, in order; None for one that is not understood."
    waiting = [body]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple) and not isinstance(item, Literal | Pair):
            waiting.extend(reversed(item))
        elif isinstance(item, Literal):
            waiting.append(item.body)
        elif isinstance(item, str) and item.startswith("["):
            inside = item[1:-1].strip()
            yield from (_scalar(part.strip()) for part in inside.split(",")) if inside else ()
        else:
            yield _scalar(item) if isinstance(item, str) else None


def _scalar(text: str) -> Any:
    "`true`, `12`, `0x1p-3`, `1e-05`, a quoted string; None: none of these."
    if text in ("true", "false"):
        return text == "true"
    try:
        if text.startswith('"'):
            return _unquoted(text)
        if "0x" in text.lower():
            return float.fromhex(text) if re.search("[.pP]", text) else int(text, 16)
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except (ValueError, OverflowError):
        return None


def _unquoted(text: str) -> str:
    r"Inside the quotes, with `\"`, `\n` and the like; an escape that JSON has not stands for its character."
    try:
        found = str(json.loads(text, strict=False))
        return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a pair has no UTF-8
    except ValueError:
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text[1:-1], flags=re.DOTALL)


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


_FLOATS = {"fp16": "<e", "fp32": "<f"}


def _rounded(number: Any, dtype: str) -> Any:
    "As the type keeps it: a decimal `0.1` of an fp16 is 0.09998, and that is what the protobuf of the model says."
    code = _FLOATS.get(dtype)
    if code is None or not isinstance(number, int | float) or isinstance(number, bool):
        return number
    from struct import pack, unpack

    try:
        return unpack(code, pack(code, number))[0]
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _shaped(flat: tuple[Any, ...], shape: tuple[Any, ...]) -> Any:
    if not shape:
        return flat[0] if flat else None
    if len(shape) == 1:
        return flat
    step = len(flat) // shape[0] if shape[0] else 0
    return tuple(_shaped(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0]))


def text_of(value: Value) -> str:
    "A string literal's text; empty where the value is something else."
    found = value_of(value) if isinstance(value, Literal) else None
    return found if isinstance(found, str) else ""


def entries(value: Value) -> list[tuple[Any, Any]]:
    'The pairs of a `dict<…>({{"k", v}, …})`, keys and values as Python has them; an entry that is none is left out.'
    pairs: list[tuple[Any, Any]] = []
    waiting = [value.body if isinstance(value, Literal) else value]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, tuple) or isinstance(item, Literal | Pair):
            continue
        if len(item) == 2 and all(isinstance(part, Literal) for part in item):
            pairs.append((value_of(item[0]), value_of(item[1])))
        else:
            waiting.extend(reversed(item))
    return pairs
