"""One line of text -> a JSON value nobody can be misled by. The stage `json`.

Nesting is measured before anything parses: Python's reader recurses, and a line of brackets would end it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from anedb.ingest.problems import Problems, pointer, shown, unfit

MAX_NESTING = 16
"A submission needs six: line, observations, observation, reason; parameters may be lists of lists."
LARGEST = 2**53 - 1

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]')
_LONG_NUMBER = re.compile(r"[0-9]{16}")
_SHOWN_NUMBER = 30


class _Found(Exception):
    "Stops the reader: code, what, expected."


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Found("json.duplicate-key", f"the key `{shown(twice)}` stands twice in one object", "each key once")
    return found


def _fraction(text: str) -> Any:
    raise _Found(
        "json.number", f"{text[:_SHOWN_NUMBER]} is not a whole number", 'a whole number, or decimal text: "0.5"'
    )


def _constant(text: str) -> Any:
    raise _Found("json.number", f"{text} is not a number", "a whole number")


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_float=_fraction, parse_constant=_constant).decode


def parse(text: str, number: int, problems: Problems, *, last: bool = False) -> dict[str, Any] | None:
    "The object a line holds, or None and what is wrong with it. `last`: it ends without a newline, so may be cut."
    if too_deep(text):
        expected = f"at most {MAX_NESTING} levels"
        problems.add("json.nesting", f"nested deeper than {MAX_NESTING} levels", line=number, expected=expected)
        return None
    try:
        found = _decode(text)
    except _Found as error:
        code, what, expected = error.args
        problems.add(code, what, line=number, expected=expected)
        return None
    except json.JSONDecodeError as error:
        _syntax(error, text, number, problems, last)
        return None
    except ValueError:  # more digits than Python turns into a number
        problems.add("json.integer", "a number of thousands of digits", line=number, expected="at most 2^53 - 1")
        return None
    if type(found) is not dict:
        problems.add("json.object", f"a line that is {_kind(found)}", line=number, expected="an object: {…}")
        return None
    return found if _fit(text, found, number, problems) else None


def _syntax(error: json.JSONDecodeError, text: str, number: int, problems: Problems, last: bool) -> None:
    if last:
        tip = "Copy or download the file again."
        problems.add(
            "size.truncated", f"the file breaks off at character {len(text)} of this line", line=number, tip=tip
        )
        return
    word = error.msg[:1].lower() + error.msg[1:]
    problems.add(
        "json.syntax", f"not JSON: {word} at character {error.pos + 1}", line=number, expected="one JSON object"
    )


def too_deep(text: str) -> bool:
    "Whether brackets outside of strings nest beyond the limit. Quick where there are few."
    if text.count("[") + text.count("{") <= MAX_NESTING:
        return False
    depth = 0
    for match in _BRACKETS.finditer(text):
        char = match.group()[0]
        if char in "[{":
            depth += 1
            if depth > MAX_NESTING:
                return True
        elif char != '"':
            depth -= 1
    return False


def _fit(text: str, found: dict[str, Any], number: int, problems: Problems) -> bool:
    "Whether every text and number in it can be kept. The walk is only for lines that might hold one that cannot."
    if text.isascii() and "\\" not in text and "\x7f" not in text and not _LONG_NUMBER.search(text):
        return True
    bad = list(_misfits(found, ()))
    for code, what, expected, at in bad:
        problems.add(code, what, line=number, at=pointer(*at), expected=expected)
    return not bad


def _misfits(value: Any, at: tuple[object, ...]) -> Any:
    if type(value) is str and (char := unfit(value)):
        yield "encoding.text", f"the character U+{ord(char):04X} in a text", "printable characters", at
    elif type(value) is int and not -LARGEST <= value <= LARGEST:
        yield "json.integer", f"{shown(str(value), _SHOWN_NUMBER)} is too large a number", "at most 2^53 - 1", at
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from _misfits(item, (*at, index))
    elif type(value) is dict:
        for key, item in value.items():
            if not key.isascii() or unfit(key):
                yield "encoding.text", f"the key `{shown(key)}` is not plain ASCII", "ASCII letters", at
            yield from _misfits(item, (*at, key))


def _kind(value: Any) -> str:
    names = {list: "a list", str: "text", int: "a number", bool: "true or false", type(None): "null"}
    return names.get(type(value), "something else")
