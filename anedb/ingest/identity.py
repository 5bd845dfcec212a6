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

import re
from collections.abc import Iterable
from typing import Any

from anedb.catalog.records import seen_to_json
from anedb.domain.plain import plain
from anedb.domain.submission import Environment, Fingerprints, Header, LayerLine, Seen, Suite
from anedb.fingerprint import canonical_json, fingerprint

FORM = re.compile(r"v1:[0-9a-f]{64}", re.ASCII)
NAME_DIGITS = 16
"Of a run's fingerprint, in a file's name."


def environment_hashed(environment: Environment) -> dict[str, Any]:
    found: dict[str, Any] = plain(environment)
    del found["tool"]
    return found


def seen_key(seen: Seen) -> str:
    "What observations of one line are sorted by, and what makes two the same."
    return canonical_json(seen_to_json(seen))


def facts(line: LayerLine) -> str:
    return facts_of(line.fingerprint, line.seen)


def facts_of(layer: str, seen: tuple[Seen, ...]) -> str:
    return fingerprint({"layer": layer, "seen": [seen_to_json(one) for one in seen]})


def result(digests: Iterable[str]) -> str:
    "Of the lines' `facts`, in order."
    return fingerprint({"facts": list(digests)})


def run_hashed(*, suite: Suite | None, environment: str, result: str, device_key: str, date: str) -> dict[str, Any]:
    return {
        "suite": plain(suite),
        "environment": environment,
        "result": result,
        "device_key": device_key,
        "date": date,
    }


def fingerprints(header: Header, digests: Iterable[str]) -> Fingerprints:
    "What the header's `fingerprints` must be, given the facts of every line."
    environment, of_result = fingerprint(environment_hashed(header.environment)), result(digests)
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
