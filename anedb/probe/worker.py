"""The child process, watched: how long it takes, how much memory it has, and what becomes of it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from anedb.probe.mac import Machine
from anedb.probe.measure import HOME

SERVICES = ("ANECompilerService",)
"Core ML compiles for the engine in a process of the system's, whose memory counts as the child's."
LOOK = 0.5
"Seconds between two looks at the memory."
SAID = 20_000
"Characters of what Core ML printed that are kept for a look at why it failed."


@dataclass(frozen=True, slots=True)
class Limits:
    seconds: float
    "A model."
    memory_bytes: int


class DiedError(Exception):
    "The child did not finish. `code`: of data/reasons.toml; `value`: the signal, or the limit."

    def __init__(self, code: str, value: str, said: str) -> None:
        super().__init__(code)
        self.code, self.value, self.said = code, value, said


class Child:
    "Started at once; `close` ends it."

    def __init__(self, machine: Machine, home: Path | None) -> None:
        self._machine = machine
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 -- as long as the child
        read, write = os.pipe()
        environment = {**os.environ, **({HOME: str(home)} if home else {})}
        self._process = subprocess.Popen(
            (sys.executable, "-m", "anedb.probe.child", str(write)),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            pass_fds=(write,),
            env=environment,
            start_new_session=True,  # Ctrl-C is the parent's to handle
        )
        os.close(write)
        self._read = read
        self._rest = b""
        self._closed = False

    def ask(self, job: dict[str, Any], limits: Limits) -> Iterator[dict[str, Any]]:
        "What it tells of one model, as it tells it. Raises `DiedError`; the child is gone then."
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.flush()
        until = monotonic() + limits.seconds
        looked = monotonic()
        while True:
            for event in self._events():
                if event is None:
                    raise self._ended()
                if "done" in event:
                    return
                yield event
            if monotonic() > until:
                raise self._stopped("time-limit", f"{limits.seconds:g} s")
            if monotonic() - looked > LOOK:
                looked = monotonic()
                if self._memory() > limits.memory_bytes:
                    raise self._stopped("memory-limit", f"{limits.memory_bytes / 2**30:.3g} GB")

    def _events(self) -> Iterator[dict[str, Any] | None]:
        "None: it has closed its end, and is no more."
        if not select.select([self._read], [], [], LOOK / 2)[0]:
            return
        found = os.read(self._read, 2**16)
        if not found:
            yield None
            return
        *lines, self._rest = (self._rest + found).split(b"\n")
        for line in lines:
            yield json.loads(line)

    def _memory(self) -> int:
        "Bytes that the child, its children and the system's compilers for the engine hold."
        family, total = {self._process.pid}, 0
        rows = [line.split(None, 3) for line in self._machine.run("ps", "-axo", "pid=,ppid=,rss=,comm=").splitlines()]
        for row in sorted((row for row in rows if len(row) == 4), key=lambda row: int(row[0])):
            if int(row[1]) in family:
                family.add(int(row[0]))
            if int(row[0]) in family or row[3].rpartition("/")[2] in SERVICES:
                total += int(row[2]) * 1024
        return total

    def _ended(self) -> DiedError:
        code = self._process.wait()
        value = f"signal {-code}" if code < 0 else f"exit {code}"
        return DiedError("crash", value, self.said())

    def _stopped(self, code: str, value: str) -> DiedError:
        said = self.said()
        self.close()
        return DiedError(code, value, said)

    def said(self) -> str:
        "What it printed as errors. Core ML's words: not to be kept as they are."
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - SAID))
        return self._said.read().decode("utf-8", "replace")

    def close(self) -> None:
        "Ends the child and whatever it started. Once is enough, twice does no harm."
        if self._closed:
            return
        self._closed = True
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        os.close(self._read)
        self._said.close()
