"""What may leave a machine: texts in which nothing tells whose it is.

Everything that is sent has a form of its own (a chip, a version, a code), and what does not fit its form is not sent.
Only one kind of text is free: Core ML's own words for a refusal that no pattern of data/refusals.toml knows. Those
leave when nothing in them looks like a path, an address, an identifier or a name this machine goes by.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from anedb.probe.mac import Machine

NAMES = (("id", "-F"), ("scutil", "--get", "ComputerName"), ("scutil", "--get", "LocalHostName"), ("hostname",))
"Commands that say what the person and the machine are called. Their answers are compared with, never kept."
SHORTEST = 3
"Characters of a name worth looking for."

_ODD = re.compile(r"[/\\~@]|[0-9A-Fa-f]{16}|[0-9A-Fa-f]{4,}-[0-9A-Fa-f]{4}|\b\d{1,3}(?:\.\d{1,3}){3}\b")
_SERIAL = re.compile(r"\b(?=\w*\d)(?=\w*[A-Z])[A-Z0-9]{8,20}\b")
_SIZES = re.compile(r"(?:[NDCHW]\d{1,10})+")
"A tensor's shape in the engine compiler's words, `N1D1C64H32W32`: no serial number."


class Private:
    "What this machine and its user go by."

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(each.casefold() for each in names if len(each) >= SHORTEST)

    @classmethod
    def of(cls, machine: Machine) -> Private:
        said = [machine.run(*command).strip() for command in NAMES]
        said += [_user(), Path.home().name]
        return cls([*said, *(part for each in said for part in re.split(r"[\s.]+", each))])

    def told(self, text: str) -> str:
        "The text, or nothing where it may tell whose machine this is."
        plain = " ".join(text.split())
        folded = plain.casefold()
        if _ODD.search(plain) or any(re.search(rf"\b{re.escape(name)}\b", folded) for name in self.names):
            return ""
        return "" if any(not _SIZES.fullmatch(each) for each in _SERIAL.findall(plain)) else plain


@cache
def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
