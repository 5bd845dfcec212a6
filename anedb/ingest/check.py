"""A file from anyone -> everything that is wrong with it, and what it says. Pure: no clock, no database.

Stages, in order: size, encoding, json, schema, canonical, fingerprint, vocabulary, plausible, canary, copy
(`anedb.ingest.codes`). A line that fails one stage is not taken to the next; the lines after it are.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from anedb.domain.observation import Method
from anedb.domain.problem import Problem
from anedb.domain.submission import (
    OBSERVATIONS,
    SCHEMA_VERSION,
    SUBMISSION,
    Fingerprints,
    Header,
    LayerLine,
    SourceHeader,
)
from anedb.domain.target import Target
from anedb.ingest import canaries, form, identity, machine, plausible, read, text, wire, words
from anedb.ingest.codes import ASIDE, stage
from anedb.ingest.problems import Problems, shown

HEADERS: dict[str, type[Header] | type[SourceHeader]] = {SUBMISSION: Header, OBSERVATIONS: SourceHeader}


@dataclass(frozen=True, slots=True)
class Lines(Collection[LayerLine]):
    """The good lines of a checked file, made into values when they are wanted: as values they would take ten times
    the file's memory, and most callers walk over them once."""

    data: bytes
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[LayerLine]:
        reader = wire.adapter(wire.Line)
        for start, end in zip(self.starts, self.ends, strict=True):
            yield wire.line_of(reader.validate_json(self.data[start:end]))

    def __contains__(self, line: object) -> bool:
        return any(line == own for own in self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    "What a file says, and what is wrong with it."

    name: str
    header: Header | SourceHeader | None
    "None: not readable; the problems say why."
    lines: Lines
    "Those that can be read, in the file's order."
    target: Target
    "The machine, with engine and release from the catalogue; empty where the header is not readable."
    problems: tuple[Problem, ...]
    "At most `problems.SHOWN`, and one more that counts the rest."
    codes: frozenset[str]
    "Every code that came up, those of unlisted problems too."
    unlisted: int = 0

    @property
    def ok(self) -> bool:
        return not self.codes

    @property
    def aside(self) -> bool:
        "Well-formed, yet not to be believed as it stands: kept aside with its reasons, and counts for nothing."
        return bool(self.codes) and all(stage(code) in ASIDE for code in self.codes)


@dataclass
class _Work:
    "One file while it is being checked."

    data: bytes
    problems: Problems
    header: Header | SourceHeader | None = None
    target: Target = field(default_factory=Target)
    engine: bool = True
    numbers: int = 0
    "Lines after the header."
    broken: bool = False
    "A line could not be read, or is not what or where it says, so what is summed over all lines is not known."
    last: str = ""
    planned: bool = False
    "A line tells of a compute plan."
    result: identity.Result = field(default_factory=identity.Result)
    starts: array[int] = field(default_factory=lambda: array("Q"))
    ends: array[int] = field(default_factory=lambda: array("Q"))


def check(
    data: bytes,
    name: str,
    *,
    today: str,
    known_results: Collection[str] = frozenset(),
    kinds: Collection[str] = (SUBMISSION,),
) -> Checked:
    """All that is wrong with a file.

    `today` is a day, `2026-11-22`. `known_results`: result digests of runs that are stored already, other than this
    one. `kinds`: which headers are welcome; a stranger's file is a submission, never a record of a public source.
    """
    work = _Work(data, Problems(shown(name, 200)))
    if read.usable(data, work.problems):
        for number, start, end in read.spans(data):
            _check_line(work, number, start, end, today, kinds)
        _check_whole(work, known_results)
    return Checked(
        name=name,
        header=work.header,
        lines=Lines(data, work.starts, work.ends),
        target=work.target,
        problems=work.problems.done(),
        codes=frozenset(work.problems.seen),
        unlisted=work.problems.unlisted,
    )


def _check_line(work: _Work, number: int, start: int, end: int, today: str, kinds: Collection[str]) -> None:
    line = read.text_of(work.data[start:end], number, work.problems)
    if line == "":
        return
    found = None
    if line is not None:
        found = text.parse(line, number, work.problems, last=end == len(work.data))
    if number == 1:
        if found is not None and line is not None:
            _check_header(work, found, line, today, kinds)
        return
    work.numbers += 1
    value: wire.Line | None = None
    if found is not None and line is not None:
        value = wire.validate(wire.Line, line, number, work.problems)
    if value is None:
        work.broken = True
        return
    work.starts.append(start)
    work.ends.append(end)
    _check_layer(work, value, number)


def _check_layer(work: _Work, line: wire.Line, number: int) -> None:
    problems = work.problems
    work.planned = work.planned or any(seen.method == Method.COMPUTE_PLAN for seen in line.seen)
    words.check_seen(line, number, problems)
    work.broken |= not form.check_line(line, number, problems, whole=not isinstance(work.header, SourceHeader))
    plausible.check_line(line, number, problems, engine=work.engine)
    canaries.check_line(line, work.target, number, problems)
    _check_order(work, line, number)
    work.result.add(identity.facts_of(line.fingerprint, line.seen))


def _check_order(work: _Work, line: wire.Line, number: int) -> None:
    if line.fingerprint == work.last:
        tip = "Put all observations of a layer on its one line."
        work.problems.add(
            "canonical.duplicate", "the layer of the line before", line=number, at="/fingerprint", tip=tip
        )
    elif line.fingerprint < work.last:
        expected = "lines sorted by fingerprint"
        work.problems.add("canonical.order", "out of order", line=number, at="/fingerprint", expected=expected)
        work.broken = True
    work.last = max(work.last, line.fingerprint)


def _check_header(work: _Work, found: dict[str, object], line: str, today: str, kinds: Collection[str]) -> None:
    problems, kind = work.problems, found.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        said = f"`{shown(kind)}`" if isinstance(kind, str) else "no kind"
        tip = "The first line of a file is its header; docs/formats.md shows one."
        expected = " or ".join(kinds)
        problems.add("schema.kind", f"the first line has {said}", line=1, at="/kind", expected=expected, tip=tip)
        return
    if not _known_version(found.get("schema_version"), problems):
        return
    work.header = wire.validate(HEADERS[kind], line, 1, problems)
    if work.header is not None:
        words.check_header(work.header, problems)
        work.target = machine.check(work.header, problems, today=today)
        work.engine = machine.has_engine(work.header, work.target)


def _known_version(said: object, problems: Problems) -> bool:
    if said == SCHEMA_VERSION:
        return True
    numbers = said.split(".") if isinstance(said, str) else []
    if len(numbers) == 3 and all(part.isascii() and part.isdigit() and len(part) < 6 for part in numbers):
        newer = [int(part) for part in numbers] > [int(part) for part in SCHEMA_VERSION.split(".")]
        tip = "It was written by a newer anedb: update this one." if newer else "Write it anew with this anedb."
        what = f"schema version {said}"
    else:
        what, tip = "no schema version that can be read", ""
    problems.add("schema.version", what, line=1, at="/schema_version", expected=SCHEMA_VERSION, tip=tip)
    return False


def _check_whole(work: _Work, known_results: Collection[str]) -> None:
    "What no single line can tell."
    header, problems = work.header, work.problems
    if header is None:
        return
    if not work.numbers:
        problems.add("size.empty", "a header and no layers", expected="one line a layer")
    if header.layers != work.numbers:
        tip = "A file that was cut short between two lines looks like this."
        what = f"the header announces {header.layers} layers, {work.numbers} lines follow"
        problems.add("canonical.count", what, line=1, at="/layers", expected=str(work.numbers), tip=tip)
    if not isinstance(header, Header):
        return
    if work.planned:
        machine.check_plan(header, problems)
    true = identity.fingerprints(header, work.result.digest())
    right = _compare(header.fingerprints, true, "environment", problems)
    if work.broken:
        return
    # A wrong result, or environment, makes the run wrong as well: one mistake, one problem.
    if _compare(header.fingerprints, true, "result", problems) and right:
        _compare(header.fingerprints, true, "run", problems)
    if true.result in known_results:
        tip = "If you measured it yourself on another machine, say so in the pull request."
        what = "the same facts as a run that is known, under another device, contributor or date"
        problems.add("copy.result", what, line=1, at="/fingerprints/result", tip=tip)


def _compare(said: Fingerprints, true: Fingerprints, name: str, problems: Problems) -> bool:
    one, other = getattr(said, name), getattr(true, name)
    if one == other:
        return True
    at = f"/fingerprints/{name}"
    if not identity.FORM.fullmatch(one):
        what = f"`{shown(one, 80)}` is no fingerprint"
        problems.add("fingerprint.form", what, line=1, at=at, expected=other)
    else:
        tip = "The file was changed after it was sealed, or sealed by other rules: write it with `anedb`."
        problems.add(f"fingerprint.{name}", "not what it hashes to", line=1, at=at, expected=other, tip=tip)
    return False
