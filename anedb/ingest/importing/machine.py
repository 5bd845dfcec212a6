"Chip and system as a Mac tells them to a script: what is not plainly an answer is none, and asked for."

from __future__ import annotations

import re

_CHIP = re.compile(r"(?:Apple[ -])?(?P<chip>[AM]\d{1,2}[A-Z]?(?:[ -](?:Pro|Max|Ultra))?)", re.ASCII | re.IGNORECASE)
_VERSION = re.compile(r"(?:macOS )?(?P<version>\d{1,3}(?:\.\d{1,3}){0,2})", re.ASCII)
_MASKED = ("10.16", "16")
"What macOS 11 and macOS 26 call themselves to a Python that was built before them."


def chip(brand: str) -> str:
    "`Apple M4 Pro`, `m4-pro` -> `M4 Pro`. Empty: `arm`, `Intel(R) Core(TM) …`, a virtual machine's."
    found = _CHIP.fullmatch(brand.strip())
    return found["chip"].replace("-", " ").title() if found else ""


def macos(said: str) -> str:
    "Version of `26.5.1` or `macOS 26.5.1`. Empty: none, or the one that hides another."
    found = _VERSION.fullmatch(said.strip())
    version = found["version"] if found else ""
    masked = any(f"{version}.".startswith(f"{each}.") for each in _MASKED)
    return "" if masked else version
