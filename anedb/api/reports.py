"""What the smaller commands say under `--json`, so that each has a published schema."""

from __future__ import annotations

from anedb.domain.problem import Problem
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"


@value
class Problems:
    "What `anedb data check` finds."

    schema_version: str = SCHEMA_VERSION
    problems: tuple[Problem, ...]


@value
class Changed:
    "Files that `anedb data fmt` or `generate` writes, by their path inside data/."

    schema_version: str = SCHEMA_VERSION
    written: bool
    "False: only looked at."
    files: tuple[str, ...]


@value
class Status:
    "A database."

    schema_version: str = SCHEMA_VERSION
    database: str
    "A path, or a URL without its password."
    summary: str
    "In words: up to date with data/, older, or not built yet."
    revision: str
    "Of the schema; empty: not built yet."
    data_version: str
    counts: dict[str, int]
    "Rows of the tables people ask about."


@value
class Failure:
    "Why a command did nothing."

    type: str
    "A class of anedb.errors."
    message: str
    suggestions: tuple[str, ...]
    tip: str
    exit_code: int


@value
class Failed:
    "What any command prints on standard output when it fails."

    schema_version: str = SCHEMA_VERSION
    error: Failure
