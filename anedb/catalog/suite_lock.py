"""What each question of the suites is, once built: data/suite.jsonl, written by `python -m tools.suite`.

The tables say what to ask, coremltools what comes of it. The lock holds the two together: a layer's fingerprint here is
the one a reader finds in the model that is built, and a test builds every model to see it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache

from anedb.catalog import layers
from anedb.catalog.canaries import canaries
from anedb.catalog.files import root
from anedb.catalog.findings import Findings
from anedb.domain.observation import Context
from anedb.domain.plain import plain
from anedb.domain.value import value
from anedb.errors import DataError

FILE = "suite.jsonl"
TIERS = ("quick", "standard", "full")
"Each is part of the next."
TIP = "`python -m tools.suite` writes it anew"
MARK = re.compile(r"v1:[0-9a-f]{64}\Z")


@value
class Locked:
    "One question, and the layer it is about."

    id: str
    tier: str
    "The smallest suite that asks it."
    rank: int = 0
    "In the quick suite: what tells most is asked first. Canaries, and the other suites, have none."
    format: str
    type: str
    target: str = ""
    "Opset, or version of the specification; empty: the lowest that has the layer."
    context: str = Context.ISOLATED.value
    axis: str = ""
    "What a sweep varies."
    value: str = ""
    canary: str = ""
    fingerprint: str = ""
    "Empty: it is not asked, and `same_as` or `why` says why not."
    same_as: str = ""
    "The question that asks the very same: another table came to it first."
    why: str = ""
    "Why coremltools cannot build it, in its words."

    @property
    def asked(self) -> bool:
        return bool(self.fingerprint)


@cache
def lock() -> dict[str, Locked]:
    "By id. Raises `DataError`."
    try:
        lines = (root() / FILE).read_text(encoding="utf-8").splitlines()
        found = [Locked(**json.loads(line)) for line in lines]
    except FileNotFoundError:
        raise DataError(f"data/{FILE} is missing") from None
    except (ValueError, TypeError) as error:
        raise DataError(f"data/{FILE} cannot be read: {error}") from None
    return {each.id: each for each in found}


def render(rows: Iterable[Locked]) -> str:
    "A line each, by id; what is empty is left out."
    told = (
        {key: it for key, it in plain(each).items() if it not in ("", 0)} for each in sorted(rows, key=lambda it: it.id)
    )
    return "".join(json.dumps(each, separators=(",", ":"), ensure_ascii=False) + "\n" for each in told)


def check(found: Findings) -> None:
    "That the file says what can be, without building anything."
    try:
        rows = lock()
    except DataError as error:
        found.add("data.syntax", FILE, str(error))
        return
    if (root() / FILE).read_text(encoding="utf-8") != render(rows.values()):
        found.add("data.form", FILE, "is not sorted and in short form, or has an id twice", tip=TIP)
    birds = {each.id for each in canaries().values()}
    for each in rows.values():
        for code, wrong in _wrong(each, rows, birds):
            found.add(code, f"{FILE} {each.id}", wrong, tip=TIP)


def _wrong(each: Locked, rows: dict[str, Locked], birds: set[str]) -> Iterator[tuple[str, str]]:
    if bool(each.fingerprint) + bool(each.same_as) + bool(each.why) != 1:
        yield "data.range", "says not exactly one of fingerprint, same_as and why"
    if each.fingerprint and not MARK.match(each.fingerprint):
        yield "data.fingerprint", f"{each.fingerprint!r} is no fingerprint"
    if each.same_as and not (each.same_as in rows and rows[each.same_as].asked):
        yield "data.unknown-evidence", f"{each.same_as!r} is no question that is asked"
    if each.rank and each.tier != TIERS[0]:
        yield "data.range", "has a rank and is not of the quick suite"
    if each.tier not in TIERS:
        yield "data.unknown-word", f"{each.tier!r} is no suite"
    if each.canary and each.canary not in birds:
        yield "data.unknown-word", f"{each.canary!r} is no canary"
    if layers.lookup(each.format, each.type) is None:
        yield "data.unknown-layer", f"there is no {each.format} layer {each.type!r}"
