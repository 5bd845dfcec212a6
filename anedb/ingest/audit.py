"""What strangers sent and maintainers merged, checked again as CI does: data/submissions, data/signers,
data/retractions, and data/canaries.json. `anedb data check` asks `anedb.catalog.check` about the rest of data/.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from anedb.catalog import facts, files
from anedb.catalog.canonical import canonical
from anedb.catalog.layers import get
from anedb.domain.problem import Problem
from anedb.domain.submission import Header
from anedb.ingest import canaries, kept, read, retractions, signing, timings
from anedb.ingest.check import Checked, check
from anedb.ingest.problems import Problems
from anedb.ingest.signature import ENDING
from anedb.ingest.write import place

TIMINGS = ".timings.jsonl"


def audit(*, today: str) -> list[Problem]:
    "Every problem, file by file. `today` is a day, `2026-11-22`."
    return [*_canaries(), *kept.check(), *_submissions(today), *_retractions(today)]


def _submissions(today: str) -> Iterator[Problem]:
    times: dict[str, str] = {}
    folder = files.root() / "submissions"
    paths = sorted(folder.rglob("*.jsonl"))
    for path in (path for path in paths if not path.name.endswith(TIMINGS)):
        problems = Problems(_name(path))
        if (data := read.read(path, problems)) is None:
            yield from problems.done()
            continue
        found = check(data, _name(path), today=today)
        yield from found.problems
        if isinstance(found.header, Header):
            yield from _beside(path, found, found.header, times)
            yield from _signature(path, found, found.header)
    for path in paths:
        if path.name.endswith(TIMINGS) and not path.with_name(path.name.removesuffix(TIMINGS) + ".jsonl").is_file():
            yield Problem(code="fingerprint.timings", where=_name(path), what="no run beside these timings")
    for path in sorted(folder.rglob(f"*{ENDING}")):
        if not path.with_suffix("").is_file():
            yield Problem(code="signature.missing", where=_name(path), what="no run beside this signature")


def _signature(path: Path, found: Checked, header: Header) -> Iterator[Problem]:
    "Whether it is sound. Whose key it is was asked when the run came in: keys come and go, and we are not on line."
    problems = Problems(_name(signing.beside(path)))
    if found.ok:
        signing.check(path, header.contributor, None, problems)
    yield from problems.done()


def _beside(path: Path, found: Checked, header: Header, times: dict[str, str]) -> Iterator[Problem]:
    """The file's own name, and the timings beside it.

    Two people with one kind of device may honestly see the same facts; they never measure the same times.
    """
    run = header.fingerprints.run
    if found.ok and _name(path) != f"data/{place(run)}":
        what = "not named for the run in it"
        yield Problem(code="fingerprint.name", where=_name(path), what=what, expected=f"data/{place(run)}")
    beside = path.with_suffix(TIMINGS)
    if beside.is_file():
        problems = Problems(_name(beside))
        if (data := read.read(beside, problems)) is not None:
            layers = frozenset(line.fingerprint for line in found.lines)
            measured, wrong = timings.check(data, _name(beside), run=run, layers=layers)
            yield from wrong
            first = times.setdefault(timings.digest(measured), _name(beside))
            if measured and not wrong and first != _name(beside):
                yield Problem(code="copy.timings", where=_name(beside), what=f"the same times as in {first}")
        yield from problems.done()


def _retractions(today: str) -> Iterator[Problem]:
    for path in facts.retraction_files():
        problems = Problems(_name(path))
        if (data := read.read(path, problems)) is not None:
            yield from retractions.check(data, _name(path), today=today, sources=facts.sources())[1]
        yield from problems.done()


def _canaries() -> Iterator[Problem]:
    "Each rests on sources that exist, and is in canonical form: otherwise it would never be met."
    name = "data/canaries.json"
    for canary in canaries.canaries().values():
        if canary.kind not in tuple(canaries.Kind):
            yield Problem(code="schema.kind", where=f"{name} {canary.id}", what=f"no kind of canary: {canary.kind}")
        for source in canary.sources:
            if source not in facts.sources():
                yield Problem(code="vocabulary.source", where=f"{name} {canary.id}", what=f"no source {source!r}")
        if not canary.sources:
            yield Problem(code="schema.empty", where=f"{name} {canary.id}", what="no source")
        layer, left = canonical(get(canary.layer.format, canary.layer.type), canary.layer.params, canary.layer.inputs)
        if left or layer != canary.layer:
            yield Problem(code="canonical.form", where=f"{name} {canary.id}", what="not in canonical form")


def _name(path: Path) -> str:
    return f"data/{path.relative_to(files.root()).as_posix()}"
