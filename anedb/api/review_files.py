"""Which files a pull request adds, and what may be said of them before any is read: they come from a stranger."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from anedb.domain.value import value
from anedb.errors import BadFileError, StoreError
from anedb.ingest.problems import Problems
from anedb.ingest.signature import ENDING

FOLDER = "data/submissions"
TIMINGS = ".timings.jsonl"
RUN = ".jsonl"
MOST_FILES = 60
"Of all kinds: some twenty runs with timings and signatures."
MOST_BYTES = 48_000_000
"Of all files together."
SECONDS = 60


@value
class Asked:
    "What is to be reviewed."

    top: Path
    "The folder that names are told from."
    runs: tuple[Path, ...]
    outside: int
    "Files that the pull request changes elsewhere: not our business here, and worth knowing."


def given(paths: Sequence[Path], problems: Problems) -> Asked:
    "Files by name; timings and signatures beside them belong to them."
    runs = [path for path in paths if path.name.endswith(RUN) and not path.name.endswith(TIMINGS)]
    for path in paths:
        if path not in runs and not path.name.endswith((TIMINGS, RUN + ENDING)):
            problems.add("size.not-a-file", f"{shown_name(path.name)} is no run", expected=f"a file ending in {RUN}")
    return Asked(top=Path(), runs=tuple(bounded(runs, problems)), outside=0)


def changed(base: str, problems: Problems) -> Asked:
    """What stands in the working tree's data/submissions since it left `base`, from git in this folder.

    What lies in data/ is never changed there: a run is withdrawn, not rewritten. Raises `BadFileError` where git knows
    no such revision, `StoreError` without git.
    """
    if base.startswith("-"):
        raise BadFileError(f"{base} is no revision")
    top = Path(git("rev-parse", "--show-toplevel").rstrip("\n"))
    fork = git("merge-base", base, "HEAD").strip()
    fields = git("diff", "--name-status", "--no-renames", "--no-ext-diff", "-z", fork, "HEAD").split("\0")
    pairs = list(zip(fields[::2], fields[1::2], strict=False))
    ours = [(how, name) for how, name in pairs if name.startswith(FOLDER + "/")]
    for how, name in ours:
        _fit(how, name, problems)
    runs = [top / name for how, name in ours if how == "A" and name.endswith(RUN) and not name.endswith(TIMINGS)]
    _alone(ours, top, problems)
    return Asked(top=top, runs=tuple(bounded(runs, problems)), outside=len(pairs) - len(ours))


def _fit(how: str, name: str, problems: Problems) -> None:
    if how != "A":
        done = "taken away" if how == "D" else "changed"
        tip = "Withdraw it by a file under data/retractions/, and send the right one beside it."
        problems.add("copy.changed", f"{shown_name(name)}, which is in data/ already, was {done}", tip=tip)
    elif not name.endswith((RUN, RUN + ENDING)):
        problems.add("fingerprint.name", f"{shown_name(name)} is no file of a run", expected="*.jsonl or *.jsonl.sig")


def _alone(ours: Sequence[tuple[str, str]], top: Path, problems: Problems) -> None:
    "Timings and signatures whose run is nowhere."
    for how, name in ours:
        ending = next((each for each in (TIMINGS, RUN + ENDING) if name.endswith(each)), "")
        if how == "A" and ending and not (top / (name.removesuffix(ending) + RUN)).is_file():
            code = "fingerprint.timings" if ending == TIMINGS else "signature.missing"
            problems.add(code, f"no run beside {shown_name(name)}")


def bounded(runs: Sequence[Path], problems: Problems) -> list[Path]:
    "As many as one review takes, in order of their names."
    kept: list[Path] = []
    total = 0
    for path in sorted(runs)[:MOST_FILES]:
        total += size(path)
        if total > MOST_BYTES and kept:
            break
        kept.append(path)
    if len(kept) < len(runs):
        tip = "Send the others by another pull request."
        most = f"at most {MOST_FILES} files and {MOST_BYTES:,} bytes"
        problems.add("size.files", f"{len(runs) - len(kept):,} of {len(runs):,} files left out", expected=most, tip=tip)
    return kept


def size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def shown_name(name: str) -> str:
    from anedb.ingest.problems import shown

    return shown(name, 120)


def git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=SECONDS)
    except FileNotFoundError:
        raise StoreError("this machine has no git, which --base asks", tip="Name the files instead.") from None
    except subprocess.TimeoutExpired:
        raise StoreError(f"git gave no answer within {SECONDS} s") from None
    if done.returncode:
        said = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it failed"])[-1]
        raise BadFileError(f"git {arguments[0]}: {shown_name(said)}", tip="--base wants a revision of this checkout.")
    return done.stdout.decode("utf-8", "replace")
