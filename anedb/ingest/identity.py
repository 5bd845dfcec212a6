"""The fingerprints of a submission, and exactly what each is taken of. docs/formats.md says the same for people.

- *layer*: format, type, params, inputs (`Layer.hashed`). Joins everything.
- *environment*: chip, device, OS with version and build, coremltools, and the settings `virtual` and `low_power`.
  Not the measuring tool. Two runs that share it are a repeat.
- *facts* of a line: its layer's fingerprint and its observations.
- *result*: the list of the lines' facts, in the file's order. No device, contributor or date: the same facts sent
  again under another name have the same result.
- *run*: suite, environment, result, device key, date. Exact identity, and the file's name.
- *timings*: the list of the timings file's lines.

`result` hashes fingerprints of lines rather than the lines, so that a file is read once, in bounded memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any

from anedb.catalog.records import compact
from anedb.domain.plain import plain
from anedb.domain.submission import Environment, Fingerprints, Header, LayerLine, Seen, Suite
from anedb.fingerprint import PREFIX, canonical_json, fingerprint
from anedb.ingest.wire import Line

FORM = re.compile(r"v1:[0-9a-f]{64}", re.ASCII)
NAME_DIGITS = 16
"Of a run's fingerprint, in a file's name."


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"As `anedb.fingerprint` encodes, for values of which it is known that they have a fingerprint."


def layer_of_checked(line: Line) -> str:
    """The fingerprint of a line's layer. Its values have passed the stages `json` and `schema`: they hold no float, no
    integer too large, no key that is not ASCII, and looking again would cost as much as all the rest."""
    inputs = [{"name": it.name, "dtype": it.dtype, "shape": it.shape, "const": it.const} for it in line.inputs]
    text = _encode({"format": line.format, "type": line.type, "params": line.params, "inputs": inputs})
    return PREFIX + sha256(text.encode()).hexdigest()


def environment_hashed(environment: Environment) -> dict[str, Any]:
    found: dict[str, Any] = plain(environment)
    del found["tool"]
    return found


@lru_cache(maxsize=4096)
def seen_key(seen: Seen) -> str:
    """Canonical JSON of an observation: what those of one line are sorted by, and what makes two the same.

    Kept, because most observations of a run differ from another layer's in nothing.
    """
    return canonical_json(_seen(seen))


def _seen(seen: Seen) -> dict[str, Any]:
    "As `records.seen_to_json`, at a fifth of its cost: what is not stated is left out."
    found: dict[str, Any] = {"units": seen.units, "context": seen.context, "method": seen.method}
    if seen.offered is not None:
        found["offered"] = seen.offered
    if seen.cost_ppm is not None:
        found["cost_ppm"] = seen.cost_ppm
    if seen.reason is not None and (reason := compact(plain(seen.reason))):
        found["reason"] = reason
    for name in ("chosen", "ran", "opset", "model", "place"):
        if value := getattr(seen, name):
            found[name] = value
    return found


def facts(line: LayerLine) -> str:
    return facts_of(line.fingerprint, line.seen)


def facts_of(layer: str, seen: tuple[Seen, ...]) -> str:
    """`fingerprint({"layer": ..., "seen": [...]})`, its canonical JSON put together from pieces that are kept."""
    text = f'{{"layer":{_encode(layer)},"seen":[{",".join(map(seen_key, seen))}]}}'
    return PREFIX + sha256(text.encode()).hexdigest()


class Result:
    """The result digest, taken line by line: `fingerprint({"facts": [...]})` of the lines' facts in order, without
    keeping them."""

    def __init__(self) -> None:
        self._hash = sha256(b'{"facts":[')
        self._between = b'"'

    def add(self, facts: str) -> None:
        self._hash.update(self._between + facts.encode() + b'"')
        self._between = b',"'

    def digest(self) -> str:
        "Of the facts so far."
        whole = self._hash.copy()
        whole.update(b"]}")
        return PREFIX + whole.hexdigest()


def result(lines: Iterable[LayerLine]) -> str:
    "Of all lines, in order."
    found = Result()
    for line in lines:
        found.add(facts(line))
    return found.digest()


def run_hashed(*, suite: Suite | None, environment: str, result: str, device_key: str, date: str) -> dict[str, Any]:
    return {
        "suite": plain(suite),
        "environment": environment,
        "result": result,
        "device_key": device_key,
        "date": date,
    }


def fingerprints(header: Header, of_result: str) -> Fingerprints:
    "What the header's `fingerprints` must be, given the result digest."
    environment = fingerprint(environment_hashed(header.environment))
    run = run_hashed(
        suite=header.suite,
        environment=environment,
        result=of_result,
        device_key=header.device_key,
        date=header.date,
    )
    return Fingerprints(environment=environment, run=fingerprint(run), result=of_result)


def short(run: str) -> str:
    "The digits of a run's fingerprint that name its file."
    return run.removeprefix("v1:")[:NAME_DIGITS]
