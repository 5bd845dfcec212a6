"""A parameter's value as people and files write it -> its canonical form."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from anedb.catalog.naming import fold
from anedb.domain.layer import InputSpec, ParamValue, decimal
from anedb.errors import UsageError

Convert = Callable[[Any], ParamValue]

WORDS = {"int": "a whole number", "bool": "true or false", "float": "a number", "str": "text"}
EXAMPLES = {"int": "2", "bool": "true", "float": "0.1", "str": "same"}
DEEPEST = 2
"A list, or a list of lists (`crops`)."

LARGEST_INTEGER = 2**53 - 1
"As in `anedb.fingerprint`."

BOOLS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def converter(item: InputSpec, owner: str) -> Convert:
    """A function that brings a value of this parameter into canonical form: a whole number, a boolean, text, a float as
    decimal text, or a tuple of them. It raises `UsageError` that says what was expected."""
    one = _scalar(item.types[0] if item.types else "str", item)

    def convert(value: Any) -> ParamValue:
        try:
            return _members(value, one) if item.is_list else one(value)
        except (ValueError, TypeError, OverflowError):
            raise _wrong(item, owner, value) from None

    return convert


def _members(value: Any, one: Convert, depth: int = DEEPEST) -> ParamValue:
    if depth == 0:
        raise ValueError
    if isinstance(value, str):
        value = _split(value)
    elif not isinstance(value, (list, tuple)):
        value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (list, tuple)):
        return tuple(_members(item, one, depth - 1) if isinstance(item, (list, tuple)) else one(item) for item in value)
    return (one(value),)


def _split(text: str) -> Any:
    'Members of a list as typed: `2,2`, `[2,2]`, `(2, 2)`, `[[0,1],[0,1]]`; `""` is the empty list.'
    text = text.strip()
    if text[:1] in ("[", "(") and text[-1:] in ("]", ")"):
        if text[1:2] in ("[", "("):
            return json.loads(text.replace("(", "[").replace(")", "]"))
        text = text[1:-1]
    return [part.strip() for part in text.split(",")] if text.strip() else []


def _scalar(types: str, item: InputSpec) -> Convert:
    if "|" in types:
        return _member({fold(name): name for name in types.split("|")})
    if types == "float" and item.zero_is_default:
        return _or_default(_float, item.default, "0")
    if types == "int" and item.zero_is_default:
        return _or_default(_int, item.default, 0)
    return {"int": _int, "bool": _bool, "float": _float, "str": _text}[types]


def _or_default(one: Convert, default: ParamValue | None, unset: ParamValue) -> Convert:
    def convert(value: Any) -> ParamValue:
        found = one(value)
        return default if found == unset and default is not None else found

    return convert


def _member(names: dict[str, str]) -> Convert:
    def convert(value: Any) -> ParamValue:
        if not isinstance(value, str) or fold(value) not in names:
            raise ValueError
        return names[fold(value)]

    return convert


def _int(value: Any) -> ParamValue:
    if isinstance(value, bool):
        raise TypeError
    found = value if type(value) is int else int(value)
    if not -LARGEST_INTEGER <= found <= LARGEST_INTEGER or (not isinstance(value, str) and found != value):
        raise ValueError
    return found


def _bool(value: Any) -> ParamValue:
    if type(value) is bool:
        return value
    return BOOLS[str(value).lower()] if str(value).lower() in BOOLS else _raise()


def _raise() -> ParamValue:
    raise ValueError


def _float(value: Any) -> ParamValue:
    found = float(value)
    if math.isnan(found):
        raise ValueError
    return decimal(found)


def _text(value: Any) -> ParamValue:
    if not isinstance(value, str):
        raise TypeError
    return value


def _wrong(item: InputSpec, owner: str, value: Any) -> UsageError:
    types = item.types[0] if item.types else "str"
    if "|" in types:
        expected, example = f"one of {types.replace('|', ', ')}", types.partition("|")[0]
    else:
        expected, example = WORDS[types], EXAMPLES[types]
    if item.is_list:
        expected, example = f"a list, each member {expected}", f"{example},{example}"
    return UsageError(
        f"{item.name} of {owner} is {expected}; {_short(value)} is not", tip=f"for example {item.name}={example}"
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
