"""What a pull request with somebody's runs changes: each file checked as a stranger's, and the answers it moves.

Compared with data/ alone, in a database made for the purpose and without the runs in question, so that everybody who
reviews the same files reads the same, whatever lies in their own database.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from anedb.api import review_files
from anedb.api.ask import Asker
from anedb.api.submit import allowed, batch_of, load, refused, signed
from anedb.api.telling import short
from anedb.catalog import files
from anedb.domain.observation import Unit
from anedb.domain.review import SCHEMA_VERSION, Finding, Kind, Review, ReviewedRun
from anedb.domain.submission import Header, LayerLine, Seen
from anedb.domain.verdict import Basis, Part
from anedb.errors import AnedbError
from anedb.ingest import canaries, kept, read, signing, timings
from anedb.ingest.build import data
from anedb.ingest.check import Checked
from anedb.ingest.problems import Problems, shown
from anedb.ingest.signature import ENDING
from anedb.ingest.signing import Proof
from anedb.ingest.write import place
from anedb.store.batch import Batch
from anedb.store.store import Store

COMPARED = 2_000
"Questions whose answers are compared, of all files together: a few seconds."
MOST_TIMINGS = 16_000_000

Question = tuple[str, LayerLine, str, Batch]
"File, layer, units, run."


def review(
    paths: Sequence[Path] = (), *, base: str | None = None, keys: Path | None = None, fetch: bool = False
) -> Review:
    """Reviews files, or with `base` whatever the checkout around the current folder adds since that revision.

    `keys`, `fetch`: as `anedb.api.sign.check` takes them. Raises `BadFileError`, `StoreError`.
    """
    problems = Problems("pull request")
    asked = review_files.changed(base, problems) if base else review_files.given(paths, problems)
    times: dict[str, str] = _known_times(asked.runs)
    read_runs = [_read(path, asked.top, keys, fetch, times) for path in asked.runs]
    with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/review.sqlite") as store:
        runs, found, left = _compare(store, read_runs)
    return Review(
        schema_version=SCHEMA_VERSION,
        data_version=files.version(),
        ok=not problems.seen and bool(runs) and all(run.status == "counts" for run in runs),
        runs=tuple(runs),
        counts=_counts(found),
        findings=tuple(sorted(found, key=_weight)),
        uncompared=left,
        problems=problems.done(),
        notes=(*_notes(runs, asked.outside), *_to_keep(read_runs)),
    )


def _read(
    path: Path, top: Path, keys: Path | None, fetch: bool, times: dict[str, str]
) -> tuple[Path, Checked, Proof, str]:
    "One file through every stage; its name as it is told."
    name = shown(str(path.relative_to(top) if path.is_absolute() and path.is_relative_to(top) else path), 200)
    if _leads_away(path, top):
        problems = Problems(name)
        problems.add("size.not-a-file", "it is a link", expected="the file itself")
        return path, refused(name, problems), Proof(status="unsigned"), name
    checked, proof = load(path), Proof(status="unsigned")
    problems = Problems(name)
    if checked.ok and isinstance(checked.header, Header):
        checked, proof = _signature(checked, path, keys, fetch, problems)
        if isinstance(checked.header, Header) and checked.ok:
            _check_place(path, name, checked.header, problems)
            _check_times(path, checked, checked.header, times, problems)
    return path, _with(checked, problems, name), proof, name


def _leads_away(path: Path, top: Path) -> bool:
    "A link in somebody's pull request may name any file of ours."
    if path.is_symlink():
        return True
    return path.is_absolute() and bool(top.parts) and not path.resolve().is_relative_to(top.resolve())


def _signature(
    checked: Checked, path: Path, keys: Path | None, fetch: bool, problems: Problems
) -> tuple[Checked, Proof]:
    "A host that does not answer leaves a signature unproven; it does not stop the review."
    if signing.beside(path).is_symlink():
        problems.add("signature.form", "it is a link")
        return checked, Proof(status="refused")
    try:
        return signed(checked, path, allowed(checked, path, keys, fetch=fetch))
    except AnedbError as error:
        found, proof = signed(checked, path)
        return found, replace(proof, where=f"not asked: {shown(error.message, 200)}")


def _with(checked: Checked, problems: Problems, name: str) -> Checked:
    own = tuple(replace(each, where=each.where.replace(checked.name, name, 1)) for each in checked.problems)
    return replace(
        checked, name=name, problems=(*own, *problems.done()), codes=checked.codes | frozenset(problems.seen)
    )


def _check_place(path: Path, name: str, header: Header, problems: Problems) -> None:
    expected = f"data/{place(header.fingerprints.run)}"
    if review_files.FOLDER in path.as_posix() and not path.as_posix().endswith(f"/{expected}") and name != expected:
        problems.add("fingerprint.name", "not named for the run in it", expected=expected)


def _known_times(reviewed: Iterable[Path]) -> dict[str, str]:
    "Digest of the times of every run in data/ -> its file; those under review left out."
    own = {path.resolve().with_suffix(review_files.TIMINGS) for path in reviewed}
    if not any(path.exists() for path in own):
        return {}
    found = {}
    for path in sorted((files.root() / "submissions").rglob(f"*{review_files.TIMINGS}")):
        if path.resolve() not in own:
            with path.open("rb") as file:
                found[str(json.loads(file.readline()).get("digest"))] = f"data/{path.relative_to(files.root())}"
    return found


def _check_times(path: Path, checked: Checked, header: Header, times: dict[str, str], problems: Problems) -> None:
    beside = path.with_suffix(review_files.TIMINGS)
    if beside.is_symlink():
        problems.add("size.not-a-file", "the timings beside it are a link")
    if beside.is_symlink() or not beside.exists():
        return
    found = Problems(shown(beside.name, 120))
    content = read.read(beside, found, most=MOST_TIMINGS)
    measured: list[Any] = []
    if content is not None:
        layers = frozenset(line.fingerprint for line in checked.lines)
        measured, wrong = timings.check(content, found.name, run=header.fingerprints.run, layers=layers)
        found.listed.extend(wrong)
        found.seen.update(each.code for each in wrong)
    first = times.setdefault(timings.digest(measured), found.name) if measured and not found.seen else found.name
    if first != found.name:
        problems.add("copy.timings", f"the same times as in {first}")
    problems.listed.extend(found.listed)
    problems.seen.update(found.seen)


def _compare(
    store: Store, read_runs: Sequence[tuple[Path, Checked, Proof, str]]
) -> tuple[list[ReviewedRun], list[Finding], int]:
    batches = {name: batch_of(checked, proof) for _, checked, proof, name in read_runs if checked.ok}
    without = {batch.key for batch in batches.values()}
    whole = data()
    store.sync(replace(whole, batches=(each for each in whole.batches if each.key not in without)))
    same = [
        (name, store.copies_of(_header(checked).fingerprints.result)) for _, checked, _, name in read_runs if checked.ok
    ]
    questions, left = _questions(batches)
    with store.reader() as reader:
        asker = Asker(reader)
        before = [asker.of_layer(line.layer, run.target, units) for _, line, units, run in questions]
    for batch in batches.values():
        store.add_run(batch)
    with store.reader() as reader:
        asker = Asker(reader)
        after = [asker.of_layer(line.layer, run.target, units) for _, line, units, run in questions]
    found = [
        finding(name, line, units, about, says, getattr(one, about), getattr(other, about))
        for (name, line, units, _), one, other in zip(questions, before, after, strict=True)
        for about in ("offered", "chosen")
        if (says := said(line, units, about))
    ]
    copies = dict(same)
    twice = Counter(_header(checked).fingerprints.result for _, checked, _, _ in read_runs if checked.ok)
    return (
        [_run(checked, proof, name, copies.get(name, []), twice) for _, checked, proof, name in read_runs],
        found,
        left,
    )


def _header(checked: Checked) -> Header:
    assert isinstance(checked.header, Header)
    return checked.header


def _questions(batches: dict[str, Batch]) -> tuple[list[Question], int]:
    "At most `COMPARED`, as many of each run; and how many layers are left."
    most = COMPARED // max(1, len(batches))
    found: list[Question] = []
    left = 0
    for name, run in batches.items():
        mine: list[Question] = []
        for line in run.lines():
            if len(mine) < most:
                mine += [(name, line, units, run) for units in sorted({seen.units for seen in line.seen})]
            else:
                left += 1
        found += mine
    return found, left


def said(line: LayerLine, units: str, about: str) -> str:
    "What a run says: yes, no, mixed, or nothing."
    sides = {side for seen in line.seen if seen.units == units and (side := _side(seen, about))}
    return sides.pop() if len(sides) == 1 else "mixed" if sides else ""


def _side(seen: Seen, about: str) -> str:
    stated = seen.offered if about == "offered" else seen.chosen
    if stated is None:
        return ""
    return "yes" if Unit.ANE in ((stated,) if isinstance(stated, str) else stated) else "no"


def finding(name: str, line: LayerLine, units: str, about: str, says: str, before: Part, after: Part) -> Finding:
    return Finding(
        file=name,
        layer=short(line.layer),
        fingerprint=line.fingerprint,
        units=units,
        about=about,
        says=says,
        kind=kind(says, before),
        basis=before.basis,
        before=before.answer,
        after=after.answer,
        probability_before=before.probability,
        probability_after=after.probability,
    )


def kind(says: str, before: Part) -> str:
    "See `Kind`: what was seen of the very configuration on the very target counts, nothing that was inferred."
    if before.basis != Basis.SAME:
        return Kind.NEW.value
    side = {"likely": "yes", "unlikely": "no"}.get(before.answer, before.answer)
    if "mixed" in (says, side) or side == "unknown":
        return Kind.UNDECIDED.value
    return (Kind.CONFIRMS if says == side else Kind.CONTRADICTS).value


def _weight(found: Finding) -> tuple[Any, ...]:
    first = (found.kind != Kind.CONTRADICTS, not found.surprise, not found.moves, list(Kind).index(Kind(found.kind)))
    return (*first, found.file, found.layer, found.units, found.about)


def _counts(found: Sequence[Finding]) -> dict[str, int]:
    kinds = Counter(each.kind for each in found)
    counts = {each.value: kinds[each.value] for each in Kind}
    return {**counts, "moves": sum(each.moves for each in found), "surprises": sum(each.surprise for each in found)}


def _run(checked: Checked, proof: Proof, name: str, copies: Sequence[str], twice: Counter[str]) -> ReviewedRun:
    header = checked.header if isinstance(checked.header, Header) else None
    lines = checked.lines if checked.ok and header else ()
    known = canaries.canaries()
    again = ("another file of this pull request",) if header and twice[header.fingerprints.result] > 1 else ()
    return ReviewedRun(
        file=name,
        status="counts" if checked.ok else "kept aside" if checked.aside else "refused",
        run=header.fingerprints.run if header and checked.ok else "",
        contributor=header.contributor if header else "",
        signature=proof.status,
        key=proof.key,
        target=checked.target,
        date=header.date if header else "",
        tool=header.environment.tool if header else "",
        layers=len(lines),
        observations=sum(len(line.seen) for line in lines),
        canaries=sum(line.fingerprint in known for line in lines),
        copies=(*copies, *again),
        problems=checked.problems,
    )


def _notes(runs: Sequence[ReviewedRun], outside: int) -> Iterator[str]:
    if not runs:
        yield "It adds no run."
    if outside:
        yield f"It also changes {outside:,} files outside {review_files.FOLDER}, which are not looked at here."
    signers = _signers()
    for run in runs:
        if run.signature == "unsigned" and run.contributor in signers:
            what = f"{run.contributor} has signed runs before; {run.file} is not signed, and so counts as a stranger's"
            yield f"{what}. Ask them."
        if run.status == "counts" and not run.canaries:
            yield f"{run.file} has no canary: nothing shows that Core ML was read rightly."
        if run.copies:
            yield f"{run.file} has the very facts of {', '.join(run.copies[:3])}. Two devices of one kind honestly may."


def _to_keep(read_runs: Sequence[tuple[Path, Checked, Proof, str]]) -> Iterator[str]:
    for path, checked, proof, name in read_runs:
        found = kept.look(path, _header(checked).contributor) if checked.ok and proof.status == "proven" else None
        if found and not found.is_kept:
            yield f"{name} is signed, and counts as unsigned until data/signers has the line: {found.line}"


def _signers() -> set[str]:
    "Contributors of data/ with a signed run."
    found = set()
    for path in (files.root() / "submissions").rglob(f"*.jsonl{ENDING}"):
        with path.with_suffix("").open("rb") as file:
            found.add(str(json.loads(file.readline()).get("contributor")))
    return found - {signing.ANONYMOUS}
