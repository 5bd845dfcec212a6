"""All of data/ as the store takes it: what first use builds the database from, and what brings one up to date.

Our own files, which CI has checked (`anedb data check`): they are read without the stages of `anedb.ingest.check`, or
first use would not keep within its seconds. Lines are read only when the store asks for a file it does not have.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from anedb.catalog import facts, files, targets
from anedb.catalog.records import header_from_json, line_from_json
from anedb.domain.submission import Header, LayerLine
from anedb.errors import DataError
from anedb.ingest import kept, machine, retractions
from anedb.store.batch import Batch, Data


def data() -> Data:
    "Everything of data/ that the database holds. Raises `DataError` for a file that is broken."
    return Data(
        version=files.version(),
        stamp=files.stamp(),
        weights=json.dumps(files.read_toml("weights.toml")),
        sources=tuple(facts.sources().values()),
        claims=facts.claims(),
        workarounds=facts.workarounds(),
        retractions=[retraction for _, retraction in retractions.known()],
        batches=batches(),
        engines=targets.engines(),
        chips=targets.chips(),
        devices=targets.devices(),
        releases=targets.releases(),
        builds=targets.builds(),
        locate=machine.locate,
    )


def batches() -> Iterator[Batch]:
    "Every file of observations, recorded from sources first, then contributors' runs."
    known = kept.signers()
    return (batch(path, known) for path in facts.observation_files())


def batch(path: Path, known: kept.Signers) -> Batch:
    "One file; only its header is read as values now. `known`: whose keys are kept. Raises `DataError`."
    content = path.read_bytes()
    name = path.relative_to(files.root()).as_posix()
    first, _, _ = content.partition(b"\n")
    try:
        header = header_from_json(json.loads(first))
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"data/{name} has no header that can be read: {error}", tip="`anedb data check` says more"
        ) from None
    return Batch(
        key=header.fingerprints.run if isinstance(header, Header) else name,
        digest=hashlib.sha256(content).hexdigest(),
        header=header,
        target=machine.locate(machine.stated(header)),
        lines=lambda: lines(path),
        signed=kept.signer(path, header.contributor, known) if isinstance(header, Header) else "",
    )


def lines(path: Path) -> Iterator[LayerLine]:
    "The lines of one of our own files. Raises `DataError`."
    with path.open("rb") as file:
        next(file)
        for number, line in enumerate(file, start=2):
            try:
                yield line_from_json(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(f"data/{path.name}:{number} cannot be read: {error}") from None
