"""How the lines of a file are written, as Pydantic reads them: strict types, no unknown field. The stage `schema`.

A line puts a layer's four fields beside its fingerprint, flat (`anedb.catalog.records` writes it so); everything
else on the wire is the domain's own classes.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypeAliasType

from anedb.domain.layer import Layer, Operand
from anedb.domain.submission import Header, LayerLine, Seen, SourceHeader
from anedb.ingest.problems import Problems, pointer, shown

Param = TypeAliasType("Param", "bool | int | str | tuple[Param, ...]")
"One parameter: true or false, a whole number, text (a fraction is decimal text), or a list of these."


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    "Everything seen of one layer in this file. Lines are sorted by `fingerprint`, and no layer has two."

    fingerprint: str
    "Of format, type, params and inputs; recomputed when read."
    format: str
    "`neuralnetwork` or `mlprogram`."
    type: str
    "The catalogue's name: `conv`, `innerProduct`, `activation.relu`."
    params: dict[str, Param]
    "Every parameter that applies, in canonical form, defaults filled in."
    inputs: tuple[Operand, ...]
    "In the catalogue's order."
    seen: tuple[Seen, ...]
    "At least one observation, sorted by canonical JSON."


def layer_of(line: Line) -> Layer:
    return Layer(format=line.format, type=line.type, params=line.params, inputs=line.inputs)


def line_of(line: Line) -> LayerLine:
    return LayerLine(fingerprint=line.fingerprint, layer=layer_of(line), seen=line.seen)


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    "Strict and closed for `kind` and all inside it. The alias lets a plain dataclass be given a configuration."
    return closed(kind)


def closed(kind: type[Any], *, docstrings: bool = False) -> TypeAdapter[Any]:
    "`docstrings`: with the text under each field, for a schema; finding it reads the source, so only there."
    config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=docstrings)
    alias: Any = TypeAliasType("Root", kind)
    return TypeAdapter(alias, config=config)


def validate(kind: Any, text: str, number: int, problems: Problems) -> Any:
    "A value of `kind`, or None and every way in which the text is not one."
    try:
        return adapter(kind).validate_json(text)
    except ValidationError as error:
        _explain(error.errors(include_url=False, include_context=False), kind, number, problems)
        return None


def _explain(errors: list[ErrorDetails], kind: type[Any], number: int, problems: Problems) -> None:
    told: set[str] = set()
    places = {_place(error["loc"]) for error in errors}
    outer = {place[:length] for place in places for length in range(1, len(place))}
    for error in errors:
        place = _place(error["loc"])
        at = pointer(*place)
        # A union complains once for each of its members, and again for a list whose item is wrong.
        if at in told or place in outer:
            continue
        told.add(at)
        _tell(error, kind, at, place, number, problems)


def _tell(
    error: ErrorDetails, kind: type[Any], at: str, place: tuple[Any, ...], number: int, problems: Problems
) -> None:
    if error["type"] == "unexpected_keyword_argument":
        known = known_fields(kind, place[:-1])
        word = str(place[-1])
        what = f"the format has no field `{shown(word)}` here"
        problems.add(
            "schema.unknown-field", what, line=number, at=at, expected=", ".join(known), tip=lambda: meant(word, known)
        )
    elif error["type"] in ("missing", "missing_argument", "missing_keyword_only_argument"):
        expected = ", ".join(known_fields(kind, place[:-1], required=True))
        problems.add("schema.missing-field", f"`{place[-1]}` is missing", line=number, at=at, expected=expected)
    elif error["type"] == "json_invalid":  # the second reader is stricter about half surrogate pairs
        problems.add("json.syntax", "not JSON: " + shown(error["msg"]), line=number)
    else:
        expected = _EXPECTED.get(error["type"], error["msg"].removeprefix("Input should be "))
        if place[0] == "params" and len(place) > 1:
            expected = "true or false, a whole number, text, or a list of these"
        elif "shape" in place and place[-1] != "shape":
            expected = "a whole number, or text for a flexible axis"
        what = f"{_kind(error['input'])} stands here"
        problems.add("schema.type", what, line=number, at=at, expected=expected)


_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "an object",
    "dataclass_type": "an object",
}
_UNION = frozenset({"bool", "int", "str", "tuple[..., ...]"})


def _place(where: tuple[int | str, ...]) -> tuple[int | str, ...]:
    "Pydantic's location without the names of a union's members, which only stand inside parameters and shapes."
    if where[:1] == ("params",):
        return where[:2] + tuple(part for part in where[2:] if part not in _UNION)
    if "shape" in where:
        return tuple(part for part in where if part not in _UNION)
    return where


def known_fields(kind: type[Any], place: tuple[Any, ...], *, required: bool = False) -> tuple[str, ...]:
    "The fields of the object at a place inside `kind`; only those that must be there."
    inside: dict[type[Any], dict[str, str]] = {
        Line: {"inputs": "Operand", "seen": "Seen", "reason": "Reason"},
        Header: {"environment": "Environment", "fingerprints": "Fingerprints", "suite": "Suite"},
        SourceHeader: {"target": "Target"},
    }
    from anedb.domain import observation, submission, target

    name = next((inside.get(kind, {}).get(part) for part in reversed(place) if isinstance(part, str)), None)
    found = (
        Operand
        if name == "Operand"
        else next(
            (getattr(room, name) for room in (observation, submission, target) if name and hasattr(room, name)), kind
        )
    )
    return tuple(item.name for item in fields(found) if not required or item.default is MISSING)


def meant(word: str, known: tuple[str, ...]) -> str:
    "A tip with the nearest known word, or nothing."
    from difflib import get_close_matches

    near = get_close_matches(word[:100], known, n=1, cutoff=0.6)
    return f"Did you mean `{near[0]}`?" if near else ""


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, str)):
        return f"`{shown(str(value), 40)}`"
    return "a list" if isinstance(value, (list, tuple)) else "an object"
