"""The commonest conditions without the CEL runtime: comparisons of features with literals, joined by &&, || and !.

Loading the runtime and making its environment costs some 30 ms, as much as all else that one question needs, and an
evaluation 4 µs instead of a fraction of one. What this reader does not know for certain (other functions, macros, types
that do not fit) it leaves to the runtime; tests/evidence/test_simple.py holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from anedb.evidence.features import FEATURES

Known: TypeAlias = Mapping[str, Any]
Truth: TypeAlias = bool | None
Test: TypeAlias = Callable[[Known], Truth]
Term: TypeAlias = tuple[str, Callable[[Known], Any]]
"Its kind as in `Feature.kind`, or `literals`; and how to read it, None where it is not known."

LONGEST = 500
"Characters of a condition. The longest real one has a fifth of that."

_TOKEN = re.compile(r"\s*(&&|\|\||[!=<>]=|[<>!()%,.\[\]]|\d+|[A-Za-z_]\w*|\"[^\"\\]*\"|'[^'\\]*')")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, two: type(one) is type(two) and one == two,
    "!=": lambda one, two: type(one) is not type(two) or one != two,
    "<": lambda one, two: one < two,
    "<=": lambda one, two: one <= two,
    ">": lambda one, two: one > two,
    ">=": lambda one, two: one >= two,
}
_LITERALS = {"true": True, "false": False}


class NotSimpleError(Exception):
    "A condition for the CEL runtime."


def simple(condition: str) -> Test | None:
    "How to evaluate a condition; None: it takes the CEL runtime."
    if len(condition) > LONGEST:
        return None
    try:
        return _Reader(condition).whole()
    except NotSimpleError:
        return None


class _Reader:
    def __init__(self, condition: str) -> None:
        self.tokens: list[str] = []
        at = 0
        text = condition.rstrip()
        while at < len(text):
            if (found := _TOKEN.match(text, at)) is None:
                raise NotSimpleError
            self.tokens.append(found[1])
            at = found.end()
        self.at = 0

    def whole(self) -> Test:
        found = self.either()
        if self.at < len(self.tokens):
            raise NotSimpleError
        return found

    def take(self, *wanted: str) -> str:
        "The next token if it is one of these, else nothing."
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            raise NotSimpleError

    def next(self) -> str:
        if self.at >= len(self.tokens):
            raise NotSimpleError
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self) -> Test:
        parts = [self.all()]
        while self.take("||"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else _any(tuple(parts))

    def all(self) -> Test:
        parts = [self.one()]
        while self.take("&&"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else _all(tuple(parts))

    def one(self) -> Test:
        if self.take("!"):
            return _not(self.unary())
        if self.take("("):
            found = self.either()
            self.need(")")
            return found
        return self.comparison()

    def unary(self) -> Test:
        if self.take("("):
            found = self.either()
            self.need(")")
            return found
        return _truth(self.term())

    def comparison(self) -> Test:
        one = self.term()
        sign = self.take(*_COMPARISONS, "in")
        if not sign:
            return _truth(one)
        two = self.term()
        return _within(one, two) if sign == "in" else _compare(one, sign, two)

    def term(self) -> Term:
        token = self.next()
        if token in _LITERALS:
            value = _LITERALS[token]
            return "bool", lambda known: value
        if token.isdigit():
            return self.number(("int", lambda known: int(token)))
        if token[0] in "\"'":
            return "str", lambda known: token[1:-1]
        if token == "[":
            return self.list()
        feature = FEATURES.get(token)
        if feature is None:
            raise NotSimpleError
        if self.take("."):
            return self.member(token, feature.kind)
        return self.number((feature.kind, lambda known: known.get(token)))

    def number(self, left: Term) -> Term:
        "A remainder, of what is never negative."
        if not self.take("%"):
            return left
        right = self.next()
        if left[0] != "int" or not right.isdigit() or not int(right):
            raise NotSimpleError
        read, by = left[1], int(right)

        def remainder(known: Known) -> int | None:
            value = read(known)
            return None if value is None else value % by if value >= 0 else -(-value % by)

        return "int", remainder

    def list(self) -> Term:
        found = [self.next()]
        while self.take(","):
            found.append(self.next())
        self.need("]")
        if any(token[0] not in "\"'" for token in found):
            raise NotSimpleError
        values = [token[1:-1] for token in found]
        return "literals", lambda known: values

    def member(self, name: str, kind: str) -> Term:
        member = self.next()
        if name == "params" and member[0] not in "\"'" and self.peek() in ("==", "!="):
            return "param", lambda known: known["params"].get(member) if "params" in known else None
        if kind == "str" and member in ("startsWith", "endsWith"):
            self.need("(")
            text = self.next()
            self.need(")")
            if text[0] not in "\"'":
                raise NotSimpleError
            return "bool", _affix(name, member, text[1:-1])
        raise NotSimpleError

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""


def _affix(name: str, member: str, text: str) -> Callable[[Known], Truth]:
    def found(known: Known) -> Truth:
        value = known.get(name)
        return None if value is None else bool(value.startswith(text) if member[0] == "s" else value.endswith(text))

    return found


def _truth(term: Term) -> Test:
    if term[0] != "bool":
        raise NotSimpleError
    return term[1]


def _compare(one: Term, sign: str, two: Term) -> Test:
    kinds = {one[0], two[0]}
    plain = kinds <= {"int"} or kinds <= {"str"} or (kinds <= {"bool"} and sign in ("==", "!="))
    by_name = one[0] == "param" and two[0] in ("int", "str", "bool") and sign in ("==", "!=")
    if not plain and not by_name:
        raise NotSimpleError
    first, second, compare = one[1], two[1], _COMPARISONS[sign]

    def test(known: Known) -> Truth:
        left, right = first(known), second(known)
        return None if left is None or right is None else compare(left, right)

    return test


def _within(one: Term, two: Term) -> Test:
    if one[0] != "str" or two[0] not in ("literals", "list"):
        raise NotSimpleError
    first, second = one[1], two[1]

    def test(known: Known) -> Truth:
        item, items = first(known), second(known)
        return None if item is None or items is None else item in items

    return test


def _not(part: Test) -> Test:
    def test(known: Known) -> Truth:
        value = part(known)
        return None if value is None else not value

    return test


def _all(parts: tuple[Test, ...]) -> Test:
    def test(known: Known) -> Truth:
        result: Truth = True
        for part in parts:
            value = part(known)
            if value is False:
                return False
            result = None if value is None else result
        return result

    return test


def _any(parts: tuple[Test, ...]) -> Test:
    def test(known: Known) -> Truth:
        result: Truth = False
        for part in parts:
            value = part(known)
            if value:
                return True
            result = None if value is None else result
        return result

    return test
