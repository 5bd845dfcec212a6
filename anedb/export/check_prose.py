"""A stranger's words in a comment on GitHub, and the few forms that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from anedb.domain.check import CheckedLayer
from anedb.export.check_words import shown, told

# What is nothing but text wherever it stands: it begins no list, and a colon makes no address or `:emoji:`.
QUIET = re.compile(r"(?:[A-Za-z](?:[A-Za-z0-9 .,;()%+/='\"?×→…-]|:(?= |$))*)?")
CODE = re.compile(r"[^`|\\<>&\x00-\x1f\x7f-\x9f]+")


def words(value: str) -> str:
    "A stranger's prose as prose; what GitHub might take for a mention or a reference becomes code."
    said = told(value)
    if QUIET.fullmatch(said) and "www." not in said.casefold():
        return said
    return code(said) if set(said) & set("@#") else _referenced(said)


def code(value: str) -> str:
    "A name as code, where nothing is markup or a mention."
    said = shown(value)
    if CODE.fullmatch(said):
        return f"`{said}`"
    return f"<code>{_referenced(said)}</code>"


def _referenced(said: str) -> str:
    return "".join(it if it.isalnum() or it == " " else f"&#{ord(it)};" for it in said)


def name(layer: CheckedLayer) -> str:
    return code(layer.name) if shown(layer.name) else "without a name"


def joined(blocks: Iterable[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def more(number: int, what: str, mark: str = "-") -> list[str]:
    return [f"{mark} {left_out(number, what)}"] if number > 0 else []


def left_out(number: int, what: str) -> str:
    return f"*Left out for length: {number:,} more {what}. `anedb check --html` shows all.*"


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def details(title: str, body: Iterable[str]) -> str:
    return joined([f"<details><summary>{title}</summary>", *body, "</details>"]).rstrip("\n")
