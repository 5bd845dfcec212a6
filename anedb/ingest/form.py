"""A line's layer: known to the catalogue, in canonical form, and under its own fingerprint.

The stages `canonical` and `fingerprint`, and the part of `vocabulary` that is about layers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from anedb.catalog import canonical, facts, layers
from anedb.domain.layer import InputKind, Layer, LayerType, Operand
from anedb.domain.plain import plain
from anedb.errors import AnedbError
from anedb.fingerprint import canonical_json
from anedb.ingest import identity, words
from anedb.ingest.problems import Problems, pointer, shown
from anedb.ingest.wire import Line, meant


def check_line(line: Line, number: int, problems: Problems, *, whole: bool = True) -> bool:
    """Whether the line is under its own fingerprint and its observations are in order.

    `whole`: a run, whose facts are hashed in order and whose layers leave nothing open. What we record from a public
    source keeps the source's own order, and may not know all.
    """
    sound = _check_fingerprint(line, number, problems)
    _check_reasons(line, number, problems)
    if whole:
        sound &= _check_seen(line, number, problems)
    fit = _check_operands(line, number, problems)
    shape = _outline(line)
    if fit and shape in _sound:
        return sound
    kind = _kind(line, number, problems)
    if fit and kind is not None and _check_canonical(line, kind, number, problems, whole):
        if len(_sound) >= KEPT:
            _sound.clear()
        _sound.add(shape)
    return sound


KEPT = 8192
_sound: set[tuple[object, ...]] = set()
"Outlines of whole layers in canonical form. A sweep has hundreds of lines that differ in their extents alone."


def _outline(line: Line) -> tuple[object, ...]:
    """All that canonical form depends on, which is everything but the extents (a test sees to it that it stays so).

    By `repr`, as Python holds True equal to 1 and JSON does not.
    """
    operands = [(it.name, it.dtype, it.const, None if it.shape is None else len(it.shape)) for it in line.inputs]
    return line.format, line.type, repr(line.params), repr(operands)


def _check_fingerprint(line: Line, number: int, problems: Problems) -> bool:
    "The fingerprint of what the line says, whether or not that is in canonical form."
    true = identity.layer_of_checked(line)
    if line.fingerprint == true:
        return True
    if not identity.FORM.fullmatch(line.fingerprint):
        what = f"`{shown(line.fingerprint)}` is no fingerprint"
        problems.add("fingerprint.form", what, line=number, at="/fingerprint", expected=true)
    else:
        tip = "The line was changed after it was written."
        problems.add("fingerprint.layer", "not the layer's", line=number, at="/fingerprint", expected=true, tip=tip)
    return False


def _check_operands(line: Line, number: int, problems: Problems) -> bool:
    "Whether names, element types and axes are written as they must be."
    fit = True
    for name in line.params:
        if not _is_name(name):
            fit = _no_name(name, number, "/params", problems)
    for index, operand in enumerate(line.inputs):
        if not _is_name(operand.name):
            fit = _no_name(operand.name, number, pointer("inputs", index, "name"), problems)
        if operand.dtype not in words.DTYPES:
            at = pointer("inputs", index, "dtype")
            fit &= words.word(
                "vocabulary.dtype", operand.dtype, sorted(words.DTYPES), problems, number, at, "element type"
            )
        for axis, extent in enumerate(operand.shape or ()):
            if isinstance(extent, str) and not words.DIM.fullmatch(extent):
                fit = False
                at = pointer("inputs", index, "shape", axis)
                what = f"`{shown(extent)}` is no axis"
                expected = "a whole number, `?`, `1..512` or `1|2|4`"
                problems.add("vocabulary.dim", what, line=number, at=at, expected=expected)
    return fit


@lru_cache(maxsize=1024)
def _is_name(name: str) -> bool:
    return len(name) <= words.LENGTH and words.NAME.fullmatch(name) is not None


def _no_name(name: str, number: int, at: str, problems: Problems) -> bool:
    what = f"`{shown(name)}` is no parameter's or operand's name"
    problems.add("vocabulary.parameter", what, line=number, at=at, expected="ASCII letters, digits and _")
    return False


def _kind(line: Line, number: int, problems: Problems) -> LayerType | None:
    if not words.word("vocabulary.format", line.format, words.FORMATS, problems, number, "/format", "format"):
        return None
    kind = layers.lookup(line.format, line.type)
    if kind is None:
        what = f"{line.format} has no layer `{shown(line.type)}`"
        new = "A new layer is a new file in data/layers."
        problems.add(
            "vocabulary.layer",
            what,
            line=number,
            at="/type",
            tip=lambda: meant(line.type, layers.all_types(line.format)) or new,
        )
    return kind


def _check_canonical(line: Line, kind: LayerType, number: int, problems: Problems, whole: bool) -> bool:
    "Whether it is in canonical form, and nothing is left open."
    try:
        true, left = canonical.canonical(kind, line.params, line.inputs)
    except AnedbError as error:
        problems.add("vocabulary.parameter", shown(error.message, 200), line=number, at="/params", tip=error.tip)
        return False
    if left and whole:
        what = f"{', '.join(left)} of {line.type} left open"
        problems.add("canonical.open", what, line=number, at="/params", expected="every required one")
    if _same(line.params, true.params) and true.inputs == line.inputs:
        return _check_members(kind, line, number, problems) and not left
    _tell_params(line.params, true, number, problems)
    _tell_inputs(line.inputs, true.inputs, number, problems)
    return False


def _check_members(kind: LayerType, line: Line, number: int, problems: Problems) -> bool:
    "Whether only variadic inputs have numbered members, and those are numbered from 0 without a gap."
    variadic = {item.name for item in kind.inputs if item.kind == InputKind.VARIADIC}
    expected: dict[str, int] = {}
    for index, operand in enumerate(line.inputs):
        stem, dot, member = operand.name.rpartition(".")
        if not dot:
            continue
        if stem not in variadic or int(member) != expected.get(stem, 0):
            what, at = f"`{operand.name}` is no member here", pointer("inputs", index, "name")
            wanted = f"{stem}.{expected.get(stem, 0)}" if stem in variadic else stem
            problems.add("vocabulary.parameter", what, line=number, at=at, expected=wanted)
            return False
        expected[stem] = int(member) + 1
    return True


def _same(said: dict[str, Any], true: dict[str, Any]) -> bool:
    "By `repr`, as Python holds True equal to 1 and JSON does not."
    return said.keys() == true.keys() and all(repr(value) == repr(true[name]) for name, value in said.items())


def _tell_params(said: dict[str, Any], true: Layer, number: int, problems: Problems) -> None:
    for name in sorted({*said, *true.params}):
        at = pointer("params", name)
        if name not in true.params:
            what, expected = f"`{shown(name)}` does not apply to this layer", "without it"
        elif name not in said:
            what, expected = f"`{name}` is left out", shown(canonical_json(plain(true.params[name])))
        elif canonical_json(plain(said[name])) != canonical_json(plain(true.params[name])):
            what = f"{shown(canonical_json(plain(said[name])))} is not in canonical form"
            expected = shown(canonical_json(plain(true.params[name])))
        else:
            continue
        problems.add("canonical.form", what, line=number, at=at, expected=expected)


def _tell_inputs(said: tuple[Operand, ...], true: tuple[Operand, ...], number: int, problems: Problems) -> None:
    if [one.name for one in said] != [one.name for one in true]:
        what = f"the operands are {shown(', '.join(one.name for one in said), 200)}"
        expected = ", ".join(one.name for one in true)
        problems.add("canonical.form", what, line=number, at="/inputs", expected=expected)
        return
    for index, (one, other) in enumerate(zip(said, true, strict=True)):
        if one != other:
            expected = shown(canonical_json(plain(other)), 200)
            what = f"`{one.name}` is not in canonical form"
            problems.add("canonical.form", what, line=number, at=pointer("inputs", index), expected=expected)


def _check_reasons(line: Line, number: int, problems: Problems) -> None:
    for index, seen in enumerate(line.seen):
        if seen.reason is not None and seen.reason.code not in facts.reasons():
            at, known = pointer("seen", index, "reason", "code"), tuple(facts.reasons())
            words.word(
                "vocabulary.reason", seen.reason.code, known, problems, number, at, "reason in data/reasons.toml"
            )


def _check_seen(line: Line, number: int, problems: Problems) -> bool:
    "Observations sorted and once each, and each one's units sorted."
    for index, seen in enumerate(line.seen):
        if seen.offered is not None and list(seen.offered) != sorted(set(seen.offered)):
            expected, at = ", ".join(sorted(set(seen.offered))), pointer("seen", index, "offered")
            problems.add("canonical.form", "units not sorted, or twice", line=number, at=at, expected=expected)
    if len(line.seen) < 2:
        return True
    keys = [identity.seen_key(seen) for seen in line.seen]
    if len(set(keys)) != len(keys):
        twice = next(index for index, key in enumerate(keys) if key in keys[:index])
        at = pointer("seen", twice)
        problems.add("canonical.duplicate", "the same observation twice", line=number, at=at, expected="once")
    elif keys != sorted(keys):
        expected = "sorted by canonical JSON"
        problems.add("canonical.order", "observations out of order", line=number, at="/seen", expected=expected)
    else:
        return True
    return False
