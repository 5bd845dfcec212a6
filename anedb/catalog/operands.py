"""An operand as it is typed: `x=fp16[1,64,32,32]`, `weight=fp16[64,64,3,3]:const`, `fp16[1,?,8..512]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from anedb.catalog.naming import fold
from anedb.domain.layer import Dim, DType, InputKind, InputSpec, LayerType, Operand
from anedb.errors import UsageError

EXAMPLE = "for example --input x=fp16[1,64,32,32], or --input weight=fp16[64,64,3,3]:const"

DTYPES = {
    **{item.value: item.value for item in DType},
    "float16": "fp16",
    "half": "fp16",
    "f16": "fp16",
    "float32": "fp32",
    "float": "fp32",
    "single": "fp32",
    "f32": "fp32",
    "float64": "fp64",
    "double": "fp64",
    "f64": "fp64",
    "int": "int32",
    "boolean": "bool",
    "str": "string",
    **{f"i{bits}": f"int{bits}" for bits in (4, 8, 16, 32, 64)},
    **{f"u{bits}": f"uint{bits}" for bits in (1, 2, 3, 4, 6, 8, 16, 32, 64)},
}
"Spellings of an element type, folded."

WEIGHTS = re.compile(r"^(weight|bias|gamma|beta|lut|peephole)")
"Names that are constant unless said otherwise, where the layer type is not known."

_FORM = re.compile(
    r"^(?:(?P<name>[\w.]+)\s*=)?\s*(?P<dtype>[\w ]+?)\s*(?P<shape>\[[^\]]*\])?\s*(?::\s*(?P<mark>\w+))?$"
)
_DIM = re.compile(r"^(?:\d+|\?|\d+\.\.(?:\d+|\?)|\d+(?:\|\d+)+)$")


def parse(text: str, kind: LayerType | None = None) -> Operand:
    """One operand; without a name it is the first operand of `kind`, or `x`.

    A dimension is an extent, `?` (any), `1..512` (a range) or `1|2|4` (one of). Without brackets not even the rank is
    known; `[]` is a scalar. `:const` and `:dynamic` say whether it is known when the model is compiled; otherwise
    weights are. Raises `UsageError`.
    """
    found = _FORM.match(text.strip())
    if found is None:
        raise UsageError(f'"{text}" is no operand', tip=EXAMPLE)
    name = found["name"] or ""
    return Operand(
        name=name or (_order(kind)[0].name if kind and _order(kind) else "x"),
        dtype=_dtype(found["dtype"], text),
        shape=_shape(found["shape"], text),
        const=_const(found["mark"], name, kind, text),
    )


def parse_all(texts: Iterable[str], kind: LayerType) -> tuple[Operand, ...]:
    "Operands of a layer type; each without a name is the next one in the catalogue's order. Raises `UsageError`."
    texts = list(texts)
    parsed = [(bool(_named(text)), parse(text, kind)) for text in texts]
    taken = {fold(operand.name) for named, operand in parsed if named}
    free = [item for item in _order(kind) if fold(item.name) not in taken]
    found = []
    for named, operand in parsed:
        if not named:
            item = _next(free, kind)
            operand = replace(operand, name=item.name, const=operand.const or item.const)
        found.append(operand)
    return tuple(found)


def _named(text: str) -> str:
    match = _FORM.match(text.strip())
    return (match["name"] or "") if match else ""


def _order(kind: LayerType) -> list[InputSpec]:
    return [item for item in kind.inputs if item.kind in (InputKind.OPERAND, InputKind.VARIADIC)]


def _next(free: list[InputSpec], kind: LayerType) -> InputSpec:
    if not free:
        names = ", ".join(item.name for item in _order(kind)) or "none"
        raise UsageError(f"{kind.format}:{kind.name} has no further operand", tip=f"its operands: {names}")
    return free[0] if free[0].kind == InputKind.VARIADIC else free.pop(0)


def _dtype(text: str, whole: str) -> str:
    dtype = DTYPES.get(fold(text))
    if dtype is None:
        known = ", ".join(item.value for item in DType)
        raise UsageError(f'"{text}" in "{whole}" is no element type', tip=f"one of {known}; {EXAMPLE}")
    return dtype


def _shape(text: str | None, whole: str) -> tuple[Dim, ...] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text[1:-1].split(",")] if text[1:-1].strip() else []
    return tuple(_dim(part, whole) for part in parts)


def _dim(text: str, whole: str) -> Dim:
    if not _DIM.match(text):
        tip = f"an extent, ? for any, 1..512 for a range, 1|2|4 for one of; {EXAMPLE}"
        raise UsageError(f'"{text}" in "{whole}" is no dimension', tip=tip)
    return int(text) if text.isdigit() else text


def _const(mark: str | None, name: str, kind: LayerType | None, whole: str) -> bool:
    if mark is not None:
        if fold(mark) not in ("const", "constant", "dynamic", "runtime"):
            raise UsageError(f'":{mark}" in "{whole}" is neither :const nor :dynamic', tip=EXAMPLE)
        return fold(mark).startswith("const")
    if kind is None:
        return bool(WEIGHTS.match(name))
    return any(item.const for item in kind.inputs if fold(item.name) == fold(name))
