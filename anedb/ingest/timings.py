"""How long layers took, in a file of their own beside the run: facts repeat exactly, times never do.

JSON Lines like the run: a header with the run's fingerprint and a digest of the lines, then one line a measurement,
sorted by layer, then by the rest. Times are whole nanoseconds, so that nothing that is hashed is a fraction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from anedb.domain.plain import plain
from anedb.domain.problem import Problem
from anedb.domain.submission import SCHEMA_VERSION
from anedb.fingerprint import fingerprint
from anedb.ingest import identity, read, text, wire, words
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
    load_ns: int = 0
    "Loading the model, once; 0: not measured."
    first_ns: int = 0
    "The first prediction, which pays for what is made ready late; 0: not measured."
    outputs: str = ""
    "Fingerprint of the outputs for inputs made from the header's nonce; empty: not taken."
    error: str = ""
    "Largest difference from the CPU's outputs as a share of their largest value, in decimal text; `inf`; empty."


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    "What may change the times of a run, and none of its facts."

    nonce: str = ""
    "Hexadecimal digits made anew for the run, from which its inputs are made (`anedb/coreml/feeding.py`)."
    power: str = ""
    "`mains`, `battery` or `ups`; empty: not known."
    thermal: str = ""
    "`nominal`, or `limited` where the system had slowed the processor; empty: not known."
    xcode: str = ""
    engine_cores: int = 0
    "As Core ML says; 0: not known."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingsHeader:
    kind: str
    schema_version: str
    run: str
    "The run's fingerprint."
    digest: str
    "Fingerprint of the lines."
    conditions: Conditions | None = None


ERROR = re.compile(r"(?:\d(?:\.\d{1,2})?e[+-]\d{2,3}|\d{1,3}(?:\.\d{1,9})?|inf)?", re.ASCII)
"Decimal text, as `anedb.domain.layer.decimal` writes it."
FORMS: dict[str, re.Pattern[str]] = {
    "nonce": re.compile(r"(?:[0-9a-f]{32})?", re.ASCII),
    "power": re.compile(r"mains|battery|ups|"),
    "thermal": re.compile(r"nominal|limited|"),
    "xcode": re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,2})?", re.ASCII),
}
"How the texts among the conditions are written."


def order(timing: Timing) -> tuple[str, ...]:
    return (timing.layer, timing.units, timing.context, timing.model)


def digest(timings: Iterable[Timing]) -> str:
    return fingerprint({"timings": [plain(timing) for timing in timings]})


def render(run: str, timings: Iterable[Timing], conditions: Conditions | None = None) -> str:
    "The whole file."
    lines = sorted(timings, key=order)
    head = TimingsHeader(kind=KIND, schema_version=SCHEMA_VERSION, run=run, digest=digest(lines), conditions=conditions)
    return "".join(json.dumps(plain(item), ensure_ascii=False, separators=(",", ":")) + "\n" for item in (head, *lines))


def conditions(data: bytes) -> Conditions | None:
    "Of a file that was checked and is sound."
    found = json.loads(data.partition(b"\n")[0]).get("conditions")
    return Conditions(**found) if found is not None else None


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
    if not (0 <= timing.load_ns <= 10**15 and 0 <= timing.first_ns <= 10**15):
        problems.add("plausible.time", "no possible time", line=number, expected="0 or more")
    if timing.outputs and not identity.FORM.fullmatch(timing.outputs):
        problems.add("fingerprint.form", "no fingerprint of outputs", line=number, at="/outputs")
    if not ERROR.fullmatch(timing.error):
        problems.add("schema.type", "no difference", line=number, at="/error", expected="decimal text, as `0.001`")


def _check_whole(head: TimingsHeader | None, found: list[Timing], run: str, problems: Problems) -> None:
    if head is None or head.kind != KIND:
        problems.add("schema.kind", "no header of a timings file", line=1, at="/kind", expected=KIND)
        return
    if head.schema_version != SCHEMA_VERSION:
        problems.add("schema.version", "a schema version this anedb does not read", line=1, expected=SCHEMA_VERSION)
    for name, form in FORMS.items() if head.conditions is not None else ():
        if not form.fullmatch(getattr(head.conditions, name)):
            expected = form.pattern if name != "nonce" else "32 hexadecimal digits"
            problems.add("schema.type", f"no {name}", line=1, at=f"/conditions/{name}", expected=expected)
    if head.run != run:
        problems.add("fingerprint.timings", "it belongs to another run", line=1, at="/run", expected=run)
    if found != sorted(found, key=order):
        problems.add("canonical.order", "timings are not sorted", expected="by layer, units, context, model")
    if head.digest != (true := digest(found)):
        problems.add("fingerprint.timings", "the digest is not the lines'", line=1, at="/digest", expected=true)
