"""Layers whose answer is known beyond doubt: data/canaries.json."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from anedb.catalog.files import read_json
from anedb.catalog.records import line_from_json
from anedb.domain.layer import Layer
from anedb.fingerprint import fingerprint


class Kind(StrEnum):
    MUST_RUN = "must-run"
    "Core ML offers the engine wherever one can be had."
    MUST_NOT = "must-not"
    "Core ML never offers the engine. Says nothing about a compiler called directly."
    MUST_FAIL = "must-fail"
    "The engine cannot hold it, by any method."


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    id: str
    kind: str
    layer: Layer
    sources: tuple[str, ...]
    "Source ids: the evidence that leaves no doubt."
    text: str
    engines: tuple[str, ...] = ()
    "Engine architectures it holds for; empty: all."
    since_release: int = 0
    until_release: int = 0
    "Core ML releases (iOS numbering) it holds for; 0: no bound."


@cache
def canaries() -> dict[str, Canary]:
    "By layer fingerprint. Raises `DataError` where the file is missing."
    found = [_canary(item) for item in read_json("canaries.json")["canaries"]]
    return {fingerprint(canary.layer.hashed()): canary for canary in found}


def _canary(item: dict[str, Any]) -> Canary:
    layer = line_from_json({**item["layer"], "fingerprint": "", "seen": []}).layer
    more: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in item.items()}
    return Canary(**{**more, "layer": layer})
