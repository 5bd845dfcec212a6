"""What Python and JavaScript do differently, for tests/export/ask/test_translate.py: translated and run in both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field, replace
from enum import StrEnum
from functools import cache, cached_property
from itertools import pairwise
from math import prod, sqrt
from typing import Any, NamedTuple

from anedb.domain.value import value


class Word(StrEnum):
    ONE = "one"
    TWO = "two"


class Point(NamedTuple):
    x: int
    y: int = 7

    def far(self) -> float:
        return sqrt(self.x * self.x + self.y * self.y)


@value
class Thing:
    name: str
    at: Point = Point(1)
    more: dict[str, int] = field(default_factory=dict)

    @property
    def long(self) -> str:
        return f"{self.name}!"


class Kept:
    def __init__(self, start: int) -> None:
        self.calls = 0
        self.start = start

    @cached_property
    def slow(self) -> int:
        self.calls += 1
        return self.start * 2

    def later(self) -> Any:
        return self.add

    def add(self, number: int, *, twice: bool = False) -> int:
        self.start += number * (2 if twice else 1)
        return self.start


@cache
def squared(number: int) -> int:
    return number**2


def count(start: int) -> Iterator[int]:
    for each in range(start):
        if each == 2:
            continue
        yield each
    yield from (10, 11)


def caught(text: str) -> str:
    try:
        return f"{int(text)}"
    except (KeyError, ValueError) as error:
        return type(error).__name__
    finally:
        squared(3)


def orders() -> list[Any]:
    found = {"zebra": 1, "apple": 2}
    found["mango"] = 3
    found.pop("zebra")
    found["zebra"] = 4
    return [
        list(found),
        sorted(["b", "B", "a", "é", "😀", "\ue000"]),
        sorted([(2, "b"), (1, "z"), (2, "a")], key=lambda it: it[0], reverse=True),
        max([(1, "a"), (1, "b")], key=lambda it: it[0]),
        min((3, 2), default=0),
        max((), default="none"),
        [(1, 2) < (1, 3), (1,) < (1, 0), [1, 2] == [1, 2], (1, 2) == [1, 2]],
        list(reversed([1, 2, 3])),
        [list(it) for it in pairwise([1, 2, 3])],
    ]


def keys() -> list[Any]:
    found: dict[Any, str] = {1: "one", (1, "a"): "pair", None: "none"}
    found[True] = "true is one"
    found[Point(1, 2)] = "point"
    return [found[1], found[(1, "a")], found[None], found[(1, 2)], len(found), (1, (2,)) in {(1, (2,))}, 1.0 in {1}]


def numbers() -> list[Any]:
    bits = 0
    for place in (0, 5, 70):
        bits |= 1 << place
    lowest = bits & -bits
    return [
        [f"{it:.2f}" for it in (0.125, 0.375, 2.675, 1e21, 0.005, -0.0, 1.005)],
        [round(it, 4) for it in (0.03125, 0.00005, 0.12345, 2.5, 0.99995)],
        [f"{it:.3g}" for it in (1.001e-05, 0.1, 1000000.0, 123456.0, 0.0001, 99999.0, 3.0)],
        [7 // 2, -7 // 2, -7 % 3, 7 % -3, 2**10, 7 / 2],
        bits.bit_length(),
        lowest.bit_length(),
        bool(bits >> 70 & 1),
        bits & ~(1 << 70) == 33,
        (3 > 2) - (3 < 2),
        sum(it > 1 for it in (1, 2, 3)),
        prod([2, 3, 4]),
        1 < 2 < 3 and not 1 < 3 < 2,
        [bool is int, int is int, isinstance(True, int)],
    ]


def texts() -> list[Any]:
    form = re.compile(r"^(?P<name>[\w.]+)\s*=\s*(?P<rest>\[[^\]]*\])?$")
    found = form.match("a.b = [1,2]")
    return [
        ["a", "b", "", "c"],
        ["a", "b"],
        "name=value=x".partition("="),
        "values.12".rpartition("."),
        "none".rpartition("."),
        "xx-y-".rstrip("-"),
        "Apple M4".casefold().removeprefix("apple"),
        "hello"[1:-1],
        "hello"[-2:],
        "hello"[10:],
        "".join(reversed("abc")),
        found["name"] if found else None,
        found["rest"] if found else None,
        form.match("!") is None,
        [str(None), str(True), str((1,)), str([1, "a"])],
        repr('it\'s \n "x" \x00 \u202e 😀'),
        f"{'x'!r} {1} {None} {(1, 'a')}",
        "a{b}c{d}".format_map({"b": 1, "d": "two"}),
        ["x".isdigit(), "12".isdigit(), "".isdigit(), "é".isalpha(), "a1".isalnum(), "é".isascii()],
        "ab" * 2,
        "😀x"[0],
        len("😀x"),
        re.compile(r"(?<![\w.])[a-z]+").findall("a b.c dd"),
    ]


def shapes() -> list[Any]:
    thing = Thing(name="a")
    other = replace(thing, name="b", at=Point(3, 4))
    first, *rest = [1, 2, 3]
    one, (two, three) = 1, (2, 3)
    kept = Kept(5)
    add = kept.later()
    total = [kept.slow, kept.slow, kept.calls, add(1), kept.add(2, twice=True)]
    lambdas = [lambda: each for each in (1, 2)]  # noqa: B023
    numbers = [last for it in (1, 2, 3) if (last := it * 2) > 2]
    return [
        thing == Thing(name="a"),
        thing == other,
        len({thing.at, Point(1), Point(1, 7)}),
        other.long,
        other.at.far(),
        other.at._replace(x=0),
        list(other.at._asdict().items()),
        Word("one") == Word.ONE == "one",
        [each.value for each in Word],
        [first, rest, one, two, three],
        total,
        [each() for each in lambdas],
        [numbers, last],
        list(count(4)),
        [caught("12"), caught("x")],
        [None or 3, 0 or "", [] and 1, 2 and 3],  # noqa: SIM222, SIM223
        {**{"a": 1}, "b": 2, "a": 3},
        sorted({1, 2} | {3}),
        sorted({1, 2} & {2, 3}),
        {1} <= {1, 2},
        [squared(3), squared(number=3) if False else 9],
        dict(zip(("a", "b"), (1, 2), strict=True)),
        dict.fromkeys("aba"),
    ]


def everything() -> list[Any]:
    return [orders(), keys(), numbers(), texts(), shapes()]
