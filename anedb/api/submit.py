"""A stranger's file: checked, previewed, stored once."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from anedb.api.ask import Asker
from anedb.domain.plain import plain
from anedb.domain.problem import Problem
from anedb.domain.submission import Header, LayerLine
from anedb.domain.value import value
from anedb.domain.verdict import Part
from anedb.ingest import kept, read, signing, timings
from anedb.ingest.check import Checked, check
from anedb.ingest.keys import Allowed, given, published
from anedb.ingest.problems import Problems
from anedb.ingest.signing import UNSIGNED, Proof
from anedb.ingest.timings import Conditions, Timing
from anedb.ingest.write import put, write
from anedb.store.batch import Batch
from anedb.store.reader import Reader
from anedb.store.store import Store

PREVIEWED = 200
"Layers of a submission whose verdicts are compared before and after; the rest are counted."


@value
class Move:
    "A verdict that this run moves."

    layer: str
    "Type and fingerprint."
    units: str
    "The compute units asked about."
    about: str
    "`offered` or `chosen`."
    before: str
    after: str
    probability_before: float | None
    probability_after: float | None


@value
class Submitted:
    "What became of one file."

    file: str
    status: str
    "`stored`, `already known`, `would be stored`, `refused`, or `kept aside` (well-formed, yet not to be believed)."
    run: str | None
    "The run's fingerprint."
    layers: int
    observations: int
    copies: tuple[str, ...]
    "Runs with the same facts under another name."
    moves: tuple[Move, ...]
    unpreviewed: int
    "Layers beyond the first that were not compared."
    written: str | None
    "Where `--to` put the file."
    problems: tuple[Problem, ...]
    signature: Proof = UNSIGNED
    "Of the file `FILE.sig` beside it. The run counts as the contributor's own if it is `proven`."


def today() -> str:
    "This day in UTC."
    return datetime.now(UTC).date().isoformat()


def load(path: Path | str, known: frozenset[str] = frozenset()) -> Checked:
    "A checked file; `-` is standard input."
    problems = Problems(str(path))
    data = read.read_stream(sys.stdin.buffer, problems) if str(path) == "-" else read.read(path, problems)
    if data is None:
        return refused(str(path), problems)
    return check(data, str(path), today=today(), known_results=known)


def refused(name: str, problems: Problems) -> Checked:
    "A file whose bytes could not even be had."
    empty = check(b"", name, today=today())
    return Checked(
        name=name,
        header=None,
        lines=empty.lines,
        target=empty.target,
        problems=problems.done(),
        codes=frozenset(problems.seen),
    )


def submit(
    url: str,
    path: Path | str,
    *,
    dry_run: bool = False,
    to: Path | None = None,
    keys: Path | None = None,
    fetch: bool = False,
) -> Submitted:
    """One file through every stage; see `Submitted`. `keys`, `fetch`: as `allowed` takes them.

    Raises `StoreError` where the database or the code host cannot, `BadFileError` for keys that cannot be read.
    """
    checked = load(path)
    checked, proof = signed(checked, path, allowed(checked, path, keys, fetch=fetch))
    if not checked.ok or not isinstance(checked.header, Header):
        aside = checked.aside and not dry_run and keep_aside(checked)
        status = "kept aside" if checked.aside else "refused"
        return told(checked, status, written=str(aside) if aside else None, signature=proof)
    run = batch_of(checked, proof)
    with Store.open(url) as store:
        copies = tuple(name for name in store.copies_of(checked.header.fingerprints.result) if name != run.key)
        with store.reader() as before:
            known = before.run(run.key) is not None
            moves, more = ((), 0) if known else preview(store, run, before, checked)
        # One that is known already may have been signed since.
        stored = not dry_run and store.add_run(run) and not known
    written = str(put_into(to, checked, path, proof)) if to is not None and not dry_run else None
    status = "already known" if known else "stored" if stored else "would be stored" if dry_run else "already known"
    return told(checked, status, copies=copies, moves=moves, unpreviewed=more, written=written, signature=proof)


def signed(checked: Checked, path: Path | str, allowed: Allowed | None = None) -> tuple[Checked, Proof]:
    "A good file with what its signature proves; one with a signature that proves nothing has that problem."
    if str(path) == "-" or not checked.ok or not isinstance(checked.header, Header):
        return checked, UNSIGNED
    problems = Problems(str(signing.beside(Path(path))))
    proof = signing.check(Path(path), checked.header.contributor, allowed, problems)
    return replace(checked, problems=problems.done(), codes=frozenset(problems.seen)), proof


def allowed(checked: Checked, path: Path | str, file: Path | None, *, fetch: bool) -> Allowed | None:
    """Whose keys to hold a run's signature against: those in a file, those the contributor's host publishes, or, with
    neither, those of data/signers. None: there is nothing to ask about, or nobody to ask.

    Asks the network with `fetch` alone. Raises `BadFileError`, `StoreError`.
    """
    header = checked.header if checked.ok and isinstance(checked.header, Header) else None
    if header is None or header.contributor == signing.ANONYMOUS:
        return None
    if str(path) == "-" or not signing.beside(Path(path)).exists():
        return None
    if file is not None:
        return given(file, header.contributor)
    return published(header.contributor) if fetch else kept.allowed(Path(path), header.contributor)


def put_into(folder: Path, checked: Checked, path: Path | str, proof: Proof) -> Path:
    "The run in its place, and its signature with it as long as it is of the same bytes."
    assert isinstance(checked.header, Header)
    written = write(folder, checked.header, checked.lines, *times_beside(checked, path))
    if proof.status != UNSIGNED.status and written.read_bytes() == checked.lines.data:
        put(signing.beside(written), signing.beside(Path(path)).read_text(encoding="ascii"))
    return written


def times_beside(checked: Checked, path: Path | str) -> tuple[list[Timing], Conditions | None]:
    "The times in the file beside the run, where they are of this run and sound; none where they are not there."
    beside = Path(path).with_suffix(".timings.jsonl")
    if str(path) == "-" or not beside.is_file() or not isinstance(checked.header, Header):
        return [], None
    layers = frozenset(line.fingerprint for line in checked.lines)
    data = read.read(beside, Problems(beside.name))
    if data is None:
        return [], None
    found, problems = timings.check(data, beside.name, run=checked.header.fingerprints.run, layers=layers)
    return ([], None) if problems else (found, timings.conditions(data))


def batch_of(checked: Checked, proof: Proof) -> Batch:
    "What the store takes. Signed is what was proven to be the contributor's."
    assert isinstance(checked.header, Header)
    return Batch(
        key=checked.header.fingerprints.run,
        digest=sha256(checked.lines.data).hexdigest(),
        header=checked.header,
        target=checked.target,
        lines=lambda: checked.lines,
        signed=proof.key.split()[-1] if proof.status == "proven" else "",
    )


def told(
    checked: Checked,
    status: str,
    *,
    copies: tuple[str, ...] = (),
    moves: tuple[Move, ...] = (),
    unpreviewed: int = 0,
    written: str | None = None,
    signature: Proof = UNSIGNED,
) -> Submitted:
    readable = checked.ok
    return Submitted(
        file=checked.name,
        status=status,
        run=checked.header.fingerprints.run if readable and isinstance(checked.header, Header) else None,
        layers=len(checked.lines) if readable else 0,
        observations=sum(len(line.seen) for line in checked.lines) if readable else 0,
        copies=copies,
        moves=moves,
        unpreviewed=unpreviewed,
        written=written,
        problems=checked.problems,
        signature=signature,
    )


def preview(store: Store, run: Batch, before: Reader, checked: Checked) -> tuple[tuple[Move, ...], int]:
    "Verdicts this run would move, on its own target, and how many of its layers were not compared."
    lines = [line for _, line in zip(range(PREVIEWED), checked.lines, strict=False)]
    asked = [(line, units) for line in lines for units in sorted({seen.units for seen in line.seen})]
    now = Asker(before)
    old = [now.of_layer(line.layer, checked.target, units) for line, units in asked]
    with store.trial(run) as after:
        then = Asker(after)
        new = [then.of_layer(line.layer, checked.target, units) for line, units in asked]
    found = [
        move(line, units, about, getattr(one, about), getattr(other, about))
        for (line, units), one, other in zip(asked, old, new, strict=True)
        for about in ("offered", "chosen")
        if getattr(one, about).answer != getattr(other, about).answer
    ]
    return tuple(found), max(0, len(checked.lines) - PREVIEWED)


def move(line: LayerLine, units: str, about: str, before: Part, after: Part) -> Move:
    return Move(
        layer=f"{line.layer.type} {line.fingerprint[:19]}",
        units=units,
        about=about,
        before=before.answer,
        after=after.answer,
        probability_before=before.probability,
        probability_after=after.probability,
    )


def keep_aside(checked: Checked) -> Path | None:
    """Well-formed, yet not to be believed as it stands: the file with its reasons, in a folder of the user's.

    None where the folder cannot be written: the problems are shown all the same.
    """
    from platformdirs import user_data_path

    folder = user_data_path("anedb", appauthor=False) / "aside"
    name = sha256(checked.lines.data).hexdigest()[:16]
    try:
        put(folder / f"{name}.problems.json", json.dumps(plain(checked.problems), ensure_ascii=False, indent=1) + "\n")
        put(folder / f"{name}.jsonl", checked.lines.data.decode())
    except OSError:
        return None
    return folder / f"{name}.jsonl"
