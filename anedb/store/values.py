"""What comes out of the store beside the domain's own values."""

from __future__ import annotations

from anedb.domain.observation import Source
from anedb.domain.value import value


@value
class Retraction:
    "A run or a source withdrawn: visible by name, counts for nothing."

    what: str
    "Run fingerprint or source id."
    reason: str
    by: str
    date: str


@value
class Provenance:
    "The run an observation came with, and its source."

    run: str
    "Fingerprint, or the name of a recorded source's file."
    origin: str
    "`data` or `user`."
    date: str
    witness: str
    contributor: str
    "Empty for a public source."
    tool: str
    result: str
    "Result fingerprint; empty for a public source."
    source: Source | None = None
    "None for a contributor's run."
    retracted: tuple[Retraction, ...] = ()
    "Of the run or of its source; empty: it counts."
