"""Collecting what is wrong with a file, all of it, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from anedb.domain.problem import Problem
from anedb.ingest.codes import CODES

SHOWN = 200
"At most so many problems of one file are listed; the rest are counted."

_DIRECTIONS = frozenset(map(chr, (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)))
"Invisible characters that make a name read as another."


@dataclass
class Problems:
    "What one file is sent back with."

    name: str
    listed: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    seen: set[str] = field(default_factory=set)
    "Codes that came up, those of unlisted problems too."

    def add(
        self,
        code: str,
        what: str,
        *,
        line: int = 0,
        at: str = "",
        expected: str = "",
        tip: str | Callable[[], str] = "",
    ) -> None:
        """`line` counts from 1; `at` is a JSON pointer inside it; both may be missing. A tip that has to be looked for
        (`did you mean`) is a function, called only for a problem that is listed."""
        assert code in CODES, code
        self.seen.add(code)
        if len(self.listed) >= SHOWN:
            self.unlisted += 1
            return
        where = f"{self.name}:{line}" if line else self.name
        said = tip if isinstance(tip, str) else tip()
        self.listed.append(Problem(code=code, where=f"{where} {at}".rstrip(), what=what, expected=expected, tip=said))

    def done(self) -> tuple[Problem, ...]:
        "Everything listed, and a last word about what is not."
        if not self.unlisted:
            return tuple(self.listed)
        rest = Problem(
            code="size.problems",
            where=self.name,
            what=f"{self.unlisted} more problems are not listed",
            tip="Mend these first: one mistake of the program that wrote the file often explains them all.",
        )
        return (*self.listed, rest)


def pointer(*parts: object) -> str:
    "A JSON pointer (RFC 6901): `/inputs/0/dtype`."
    return "".join("/" + shown(str(part), 60).replace("~", "~0").replace("/", "~1") for part in parts)


def shown(text: str, most: int = 80) -> str:
    "A stranger's text, short, on one line, with nothing a terminal obeys."
    short = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short)


def unfit(text: str) -> str:
    "The first character of a text that does not belong in a name, or nothing."
    if text.isascii() and text.isprintable():
        return ""
    return next((char for char in text if not char.isprintable() or char in _DIRECTIONS), "")
