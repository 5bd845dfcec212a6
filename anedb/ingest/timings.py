"""How long layers took, in a file of their own beside the run: facts repeat exactly, times never do.

JSON Lines like the run: a header with the run's fingerprint and a digest of the lines, then one line a measurement,
sorted by layer, then by the rest. Times are whole nanoseconds, so that nothing that is hashed is a fraction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from anedb.domain.plain import plain
from anedb.domain.problem import Problem
from anedb.domain.submission import SCHEMA_VERSION
from anedb.fingerprint import fingerprint
from anedb.ingest import read, text, wire, words
from anedb.ingest.problems import Problems

KIND = "anedb-timings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    "One layer timed under one setting."

    layer: str
    "Fingerprint of a layer of the run."
    units: str
    context: str
    repeats: int
    "Predictions measured, warm-up left out."
    median_ns: int
    least_ns: int
    most_ns: int
    model: str = ""
    "As in the run's observation, where it says one."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingsHeader:
    kind: str
    schema_version: str
    run: str
    "The run's fingerprint."
    digest: str
    "Fingerprint of the lines."


def order(timing: Timing) -> tuple[str, ...]:
    return (timing.layer, timing.units, timing.context, timing.model)


def digest(timings: Iterable[Timing]) -> str:
    return fingerprint({"timings": [plain(timing) for timing in timings]})


def render(run: str, timings: Iterable[Timing]) -> str:
    "The whole file."
    lines = sorted(timings, key=order)
    head = TimingsHeader(kind=KIND, schema_version=SCHEMA_VERSION, run=run, digest=digest(lines))
    return "".join(json.dumps(plain(item), ensure_ascii=False, separators=(",", ":")) + "\n" for item in (head, *lines))


def check(data: bytes, name: str, *, run: str, layers: frozenset[str]) -> tuple[list[Timing], tuple[Problem, ...]]:
    "The timings of a run, and every problem. `layers`: fingerprints of the run's layers."
    problems, head, found = Problems(name), None, []
    if read.usable(data, problems):
        for number, start, end in read.spans(data):
            kind = Timing if number > 1 else TimingsHeader
            line = read.text_of(data[start:end], number, problems)
            if not line or text.parse(line, number, problems, last=end == len(data)) is None:
                continue
            value = wire.validate(kind, line, number, problems)
            if isinstance(value, Timing):
                found.append(value)
                _check_timing(value, number, layers, problems)
            elif value is not None:
                head = value
    if not problems.seen:
        _check_whole(head, found, run, problems)
    return found, problems.done()


def _check_timing(timing: Timing, number: int, layers: frozenset[str], problems: Problems) -> None:
    if timing.layer not in layers:
        problems.add("fingerprint.timings", "a layer that the run does not have", line=number, at="/layer")
    words.word("vocabulary.units", timing.units, words.UNITS, problems, number, "/units", "compute-units setting")
    words.word("vocabulary.context", timing.context, words.CONTEXTS, problems, number, "/context", "context")
    words.check_text("model", timing.model, number, "", problems)
    words.check_path(timing.model, number, "/model", problems)
    if not 0 < timing.least_ns <= timing.median_ns <= timing.most_ns <= 10**15 or not 0 < timing.repeats <= 10**9:
        expected = "repeats above 0, and 0 < least ≤ median ≤ most"
        problems.add("plausible.time", "no possible time", line=number, expected=expected)


def _check_whole(head: TimingsHeader | None, found: list[Timing], run: str, problems: Problems) -> None:
    if head is None or head.kind != KIND:
        problems.add("schema.kind", "no header of a timings file", line=1, at="/kind", expected=KIND)
        return
    if head.schema_version != SCHEMA_VERSION:
        problems.add("schema.version", "a schema version this anedb does not read", line=1, expected=SCHEMA_VERSION)
    if head.run != run:
        problems.add("fingerprint.timings", "it belongs to another run", line=1, at="/run", expected=run)
    if found != sorted(found, key=order):
        problems.add("canonical.order", "timings are not sorted", expected="by layer, units, context, model")
    if head.digest != (true := digest(found)):
        problems.add("fingerprint.timings", "the digest is not the lines'", line=1, at="/digest", expected=true)
