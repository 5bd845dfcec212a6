"""What goes into the store. Apart from what comes out, so that reading a database loads none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from anedb.domain.claim import Claim, Workaround
from anedb.domain.observation import Source
from anedb.domain.submission import Header, LayerLine, SourceHeader
from anedb.domain.target import Chip, Device, Release, Target
from anedb.domain.value import value
from anedb.store.values import Retraction

if TYPE_CHECKING:
    from anedb.domain.engine import Build, Engine


@value
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
    signed: str = ""
    "Fingerprint of the contributor's key, where the signature was proven to be theirs; empty: unsigned."

    @property
    def source(self) -> str | None:
        "Source id; None for a contributor's run."
        return self.header.source if isinstance(self.header, SourceHeader) else None

    @property
    def witness(self) -> str:
        "The independence key."
        if isinstance(self.header, SourceHeader):
            return self.header.witness
        return f"{self.header.contributor}:{self.header.device_key}{':signed' if self.signed else ''}"

    @property
    def tool(self) -> str:
        return self.header.tool if isinstance(self.header, SourceHeader) else self.header.environment.tool


@value
class Data:
    "Everything of data/ that the database holds."

    version: str
    stamp: str
    weights: str = ""
    "data/weights.toml as JSON: what the answers from these data are computed with."
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
