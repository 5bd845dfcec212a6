"""data/weights.toml: how much each kind of evidence counts. Its comments say what each number means."""

from __future__ import annotations

from functools import cache
from typing import Any

from anedb.catalog import files
from anedb.domain.value import value
from anedb.errors import DataError

TABLES = {
    "method": "compute-plan profiler vendor timing report private-api",
    "strength": "measured stated guess",
    "claim": "guess_cap guess_limit other_format age unplaced",
    "strengths": "layer elsewhere claim condition limit near_parameters near_target same same_share",
    "carry": "near_parameters near_target",
    "family": "pull least kin most lost",
    "limits": "layer indirect doubt floor basis bearing",
    "target": "other_chip engine_kept engine_lost engine_unknown other_version other_os release_kept release_lost "
    "release_unknown",
    "units": "other",
    "parameters": "other minor number number_power extent extent_power unnamed most enough bracket other_format",
    "answer": "yes likely unlikely no",
    "witness": "mean prior telling agreed vouched dissent",
    "interval": "z",
    "state": "stale contested",
}
"The numbers each table must have."


@value
class Weights:
    "The tables of data/weights.toml by name; every number in `TABLES` is there."

    method: dict[str, float]
    strength: dict[str, float]
    claim: dict[str, float]
    strengths: dict[str, float]
    carry: dict[str, float]
    family: dict[str, float]
    limits: dict[str, float]
    target: dict[str, float]
    units: dict[str, float]
    parameters: dict[str, float]
    answer: dict[str, float]
    witness: dict[str, float]
    interval: dict[str, float]
    state: dict[str, float]
    private_methods: frozenset[str]
    private_cap: float
    private_share: float
    own_methods: frozenset[str]
    "Of Core ML's own word."


@cache
def load() -> Weights:
    "The weights of data/. Raises `DataError`."
    return parse(files.read_toml("weights.toml"))


def parse(found: dict[str, Any]) -> Weights:
    "The weights in a plain value. Raises `DataError` naming the first number that is missing or none."
    tables = {table: {name: number(found, table, name) for name in names.split()} for table, names in TABLES.items()}
    return Weights(
        **tables,
        private_methods=frozenset(found.get("private", {}).get("methods", ())),
        private_cap=number(found, "private", "cap"),
        private_share=number(found, "private", "share"),
        own_methods=frozenset(found.get("private", {}).get("own", ())),
    )


def number(found: dict[str, Any], table: str, name: str) -> float:
    value = found.get(table, {}).get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise DataError(f"data/weights.toml: {table}.{name} is {value!r}", tip="give it a number that is not negative")
    return value
