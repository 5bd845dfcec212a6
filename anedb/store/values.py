"""What goes into the store and what comes out beside the domain's own values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anedb.domain.claim import Claim, Workaround
from anedb.domain.observation import Source
from anedb.domain.submission import Header, LayerLine, SourceHeader
from anedb.domain.target import Chip, Device, Release, Target

if TYPE_CHECKING:
    from anedb.domain.engine import Build, Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    "One file of observations, its lines read only when they are wanted."

    key: str
    "The run's fingerprint; for a recorded source a name of its own in data/, the file's."
    digest: str
    "SHA-256 of the file: the same digest under the same key is not read again."
    header: Header | SourceHeader
    target: Target
    "What the header states, with engine and release from the catalogue."
    lines: Callable[[], Iterable[LayerLine]]

    @property
    def source(self) -> str | None:
        "Source id; None for a contributor's run."
        return self.header.source if isinstance(self.header, SourceHeader) else None

    @property
    def witness(self) -> str:
        "The independence key."
        if isinstance(self.header, SourceHeader):
            return self.header.witness
        return f"{self.header.contributor}:{self.header.device_key}"

    @property
    def tool(self) -> str:
        return self.header.tool if isinstance(self.header, SourceHeader) else self.header.environment.tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    "A run or a source withdrawn: visible by name, counts for nothing."

    what: str
    "Run fingerprint or source id."
    reason: str
    by: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    "Everything of data/ that the database holds."

    version: str
    stamp: str
    sources: Sequence[Source] = ()
    claims: Sequence[Claim] = ()
    workarounds: Sequence[Workaround] = ()
    retractions: Sequence[Retraction] = ()
    batches: Iterable[Batch] = ()
    "One after another: what is in memory is one file, however many there are."
    engines: Sequence[Engine] = ()
    chips: Sequence[Chip] = ()
    devices: Sequence[Device] = ()
    releases: Sequence[Release] = ()
    builds: Sequence[Build] = ()
    locate: Callable[[Target], Target] | None = None
    "Fills in engine and release from the catalogue: brings the targets of earlier runs up to date."


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    "The run an observation came with, and its source."

    run: str
    "Fingerprint, or the name of a recorded source's file."
    origin: str
    "`data` or `user`."
    date: str
    witness: str
    contributor: str
    "Empty for a public source."
    tool: str
    result: str
    "Result fingerprint; empty for a public source."
    source: Source | None = None
    "None for a contributor's run."
    retracted: tuple[Retraction, ...] = field(default=())
    "Of the run or of its source; empty: it counts."
