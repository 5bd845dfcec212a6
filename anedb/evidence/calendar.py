"""Core ML releases and engine architectures in order of time.

Apple named its systems of autumn 2025 after the coming year: 26 follows 18. So distances are counted on `place`.
"""

from __future__ import annotations

SKIPPED = 7
"Numbers 19 to 25 were never given to an iOS."
FIRST_AUTUMN = 2006
"iOS 11, the first with Core ML, came in autumn 2017; one followed every autumn."


def place(release: int | None) -> int | None:
    "Position of a Core ML release in time: 11, 12 … 18, then 26 is 19."
    if release is None:
        return None
    return release - SKIPPED if release > 18 else release


def place_of_date(date: str) -> int | None:
    """Position of the release that was current on a date (`2020-07-14`, `2020-07`); a year alone counts as its autumn.

    Apple releases in September. None: no date.
    """
    if not date[:4].isdigit():
        return None
    month = int(date[5:7]) if date[5:7].isdigit() else 12
    return int(date[:4]) - FIRST_AUTUMN - (month < 9)


def engine_number(engine: str | None) -> int | None:
    "16 for `H16`."
    return int(engine[1:]) if engine and engine[:1] == "H" and engine[1:].isdigit() else None


def place_of_engine(number: int | None) -> int | None:
    "H11 came with the A12 and iOS 12, a new one with every release since. What was said before does not know of it."
    return None if number is None else number + 1


def minor(version: str | None) -> str | None:
    'Major and minor version, `27.0` for "27.0.1"; None for a major version alone, which leaves the minor one open.'
    parts = (version or "").split(".")
    return ".".join(parts[:2]) if len(parts) > 1 else None
