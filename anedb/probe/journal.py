"""What is finished of a run, one line a model, so that a run that was broken off goes on where it was.

The first line says which run it is. A last line that breaks off is no line: the model is measured again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anedb.domain.plain import plain
from anedb.domain.value import value
from anedb.errors import BadFileError, StoreError, UsageError
from anedb.probe import outcome
from anedb.probe.outcome import Measured

KIND = "anedb-journal"
ENDING = ".journal"


@value
class Run:
    "What two parts of one run must share."

    suite: str
    "Name and digest, or the digest of what was named."
    units: tuple[str, ...]
    timed: bool
    chip: str
    device: str
    version: str
    build: str
    coremltools: str
    tool: str
    nonce: str
    "Made anew for each run; a resumed one keeps it."


class Journal:
    def __init__(self, path: Path, run: Run, done: dict[str, Measured]) -> None:
        self.path, self.run, self.done = path, run, done

    def add(self, found: Measured) -> None:
        "Safe on disk when it returns. Raises `StoreError`."
        self.done[found.id] = found
        self._write("a", outcome.to_json(found))

    def begin(self) -> None:
        self._write("w", {"kind": KIND, **plain(self.run)})

    def _write(self, mode: str, what: dict[str, Any]) -> None:
        try:
            with self.path.open(mode, encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(what, ensure_ascii=False, separators=(",", ":")) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror or error}") from None

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def start(path: Path, run: Run) -> Journal:
    "Raises `UsageError` where a run was broken off there, `StoreError` where nothing can be written."
    if path.exists():
        tip = f"--resume goes on with it; delete {path} to begin again"
        raise UsageError(f"a run into {path.with_suffix('')} was broken off", tip=tip)
    journal = Journal(path, run, {})
    journal.begin()
    return journal


def resume(path: Path, run: Run) -> Journal:
    """The journal of the run that was broken off, its nonce kept; a new one where there is none. Raises `UsageError`
    where it is of another run: its lines would be told of a machine or a suite they are not of."""
    if not path.exists():
        return start(path, run)
    lines = _lines(path)
    head = next(lines, {})
    if head.pop("kind", None) != KIND:
        raise BadFileError(f"{path} is no journal of a run", tip="delete it, or choose another --out")
    try:
        before = Run(**{**head, "units": tuple(head.get("units", ()))})
        done = {each["id"]: outcome.from_json(each) for each in lines}
    except (TypeError, KeyError) as error:
        raise BadFileError(f"{path} is damaged: {error}", tip="delete it, and measure again") from None
    now = plain(run)
    apart = [name for name, item in plain(before).items() if name != "nonce" and item != now[name]]
    if apart:
        raise UsageError(f"{path} is of another run: {', '.join(apart)} differ", tip="delete it, or give another --out")
    journal = Journal(path, before, done)
    _mend(path)
    return journal


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}") from None
    for line in text[: text.rfind(b"\n") + 1].splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            raise BadFileError(f"{path} is damaged", tip="delete it, and measure again") from None
        if not isinstance(found, dict):
            raise BadFileError(f"{path} is damaged", tip="delete it, and measure again")
        yield found


def _mend(path: Path) -> None:
    "Cuts off a line that breaks off, so that the next one is a line of its own."
    whole = path.read_bytes()
    end = whole.rfind(b"\n") + 1
    if end != len(whole):
        os.truncate(path, end)
