"What became of other tools' reports: what was read in them, and the submission they gave or what it lacks."

from __future__ import annotations

from anedb.domain.problem import Problem
from anedb.domain.submission import Environment
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"


@value
class Need:
    "An option without which nothing can be stored, because no file says it."

    option: str
    or_option: str = ""
    "Another that does as well."
    what: str
    example: str


@value
class Tally:
    what: str
    "A unit, a reason's code, a refusal's words, or why something was left out."
    count: int


@value
class ReadFile:
    "What one file says."

    file: str
    format: str
    title: str
    models: int
    rows: int
    "Operations, or models judged as a whole."
    offered: tuple[Tally, ...]
    "By unit; a row that offers several counts in each."
    chosen: tuple[Tally, ...]
    ran: tuple[Tally, ...]
    counts: tuple[Tally, ...]
    "Numbers of operations that the report has without naming the operations: shown, never stored."
    refusals: tuple[Tally, ...]
    "By code of data/reasons.toml."
    unmapped: tuple[Tally, ...]
    "Refusals in words that no pattern of data/refusals.toml fits, kept as they are."
    notes: tuple[str, ...]


@value
class Imported:
    schema_version: str = SCHEMA_VERSION
    status: str
    "`written`, `would be written`, `incomplete` (`needs` says what is missing), `nothing to store`, or `refused`."
    files: tuple[ReadFile, ...]
    environment: Environment
    "As far as it is known."
    date: str
    units: tuple[str, ...]
    "Of each file."
    layers: int
    observations: int
    left_out: tuple[Tally, ...]
    "Rows that are in no submission, by why."
    needs: tuple[Need, ...]
    command: str
    "A command line that has what is missing, with examples in its place; empty: nothing is missing."
    run: str
    "The submission's fingerprint; empty: there is none."
    written: str
    "The submission's path; empty: not written."
    problems: tuple[Problem, ...]
    "What `anedb submit` would send it back for: then it is not written."
    notes: tuple[str, ...]
