"""data/refusals.toml: the words in which Core ML, its compilers and its logs refuse a layer, and what each means.

Patterns meet text from strangers' files: each is bounded (`dangers`), and so is the text (`LONGEST`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from math import prod
from typing import Any

from anedb.catalog import facts, files
from anedb.domain.value import value

LONGEST = 2000
"Characters of a message that are looked at."

GROUPS = ("feature", "value", "limit", "sizes", "limits")
"Named groups that a pattern may have; `sizes` and `limits` are of a tensor, `N1D1C64H32W32` and `N[1-65536]D[…`."

WIDE, WORK = 20, 30_000
"A part that may repeat more than `WIDE` times is wide; the product of a pattern's wide parts is at most `WORK`."


@value
class Refusal:
    "One wording: a pattern and the reason it stands for."

    code: str
    "A code of data/reasons.toml."
    pattern: str
    "A regular expression, searched for anywhere in the message."
    example: str
    "A message in these words, with numbers of our own: it must be found by this pattern, and no earlier one."
    said_by: str
    "Which tools or parts of Core ML say it."
    feature: str = ""
    "What it speaks about, where the message has it in other words, or not at all."
    value: str = ""
    limit: str = ""
    own_kernel: bool = False
    "The message has no number: the longer side of the layer's own kernel is what it speaks of."


@cache
def refusals() -> tuple[tuple[re.Pattern[str], Refusal], ...]:
    "Every wording in the order of the file: the first that is found counts. Raises `DataError`."
    rows = files.read_toml("refusals.toml").get("refusal", [])
    found = [facts.build(Refusal, row, "refusals.toml") for row in rows]
    return tuple((re.compile(row.pattern), row) for row in found)


def dangers(pattern: str) -> list[str]:
    "Why a pattern could take long over a hostile message, or cannot be read: nothing, if it is well."
    try:
        parsed: Any = re._parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return [f"no regular expression: {error}"]
    found = list(_repeats(parsed, 0))
    wrong = ["a part that repeats inside one that repeats"] if any(depth > 1 for depth, _ in found) else []
    work = prod(most for _, most in found if most > WIDE)
    return [*wrong, *([f"its wide parts may be tried in {work} ways, at most {WORK}"] if work > WORK else [])]


def _repeats(parsed: Any, depth: int) -> Iterator[tuple[int, int]]:
    "Each part that may be there more than once: how many such are around it (itself too), and how often at most."
    for name, argument in parsed:
        if str(name) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            deeper = depth + (argument[1] > 1)
            if argument[1] > 1:
                yield deeper, int(argument[1])
            yield from _repeats(argument[2], deeper)
        else:
            yield from _inside(argument, depth)


def _inside(argument: Any, depth: int) -> Iterator[tuple[int, int]]:
    "Groups, branches and look-arounds hold further patterns."
    if type(argument).__name__ == "SubPattern":
        yield from _repeats(argument, depth)
    elif isinstance(argument, (list, tuple)):
        for item in argument:
            yield from _inside(item, depth)
