"""Everything as data: what a folder of `anedb export data` holds, one target's profile, and how two exports differ."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import Tally
from anedb.domain.observation import Reason, Source
from anedb.domain.table import TableCell, TableEngine, TableRelease
from anedb.domain.target import Target
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"
LICENCE = "CC0-1.0"
INDEX, LAYER, PROFILE, CHANGES = "anedb-data", "anedb-layer", "anedb-profile", "anedb-changes"


@value
class DataFile:
    "A file of the export."

    path: str
    "Inside the folder, with `/`."
    sha256: str
    bytes: int
    about: str


@value
class DataLayer:
    "A layer type, and where its file is."

    concept: str
    format: str
    type: str
    title: str
    category: str
    path: str
    sha256: str
    offered: dict[str, str]
    "Engine generation -> answer, whatever the release."
    observations: int
    "Behind these answers, the most of any engine."


@value
class DataIndex:
    "index.json: what the export has, and the SHA-256 of every file but this one and SHA256SUMS."

    kind: str
    schema_version: str
    data_version: str
    "Of data/, twelve hexadecimal digits."
    anedb: str
    "The version that wrote it."
    date: str
    "The newest date of its evidence: no clock is asked, so that the same data give the same bytes."
    licence: str
    counts: dict[str, int]
    engines: tuple[TableEngine, ...]
    releases: tuple[TableRelease, ...]
    layers: tuple[DataLayer, ...]
    files: tuple[DataFile, ...]


@value
class Observed:
    "All that was seen of one layer on one target under one setting in one context, summed. What was withdrawn is not."

    fingerprint: str
    "Of the layer."
    params: dict[str, Any]
    inputs: tuple[dict[str, Any], ...]
    target: Target
    units: str
    context: str
    offered: tuple[Tally, ...]
    chosen: tuple[Tally, ...]
    ran: tuple[Tally, ...]
    newest: str
    sources: tuple[str, ...]
    reasons: tuple[Reason, ...]


@value
class LayerFile:
    "One layer type: what it is, the answers, and what they rest on."

    kind: str
    schema_version: str
    data_version: str
    concept: str
    format: str
    type: str
    title: str
    category: str
    doc: str
    aliases: tuple[str, ...]
    also: tuple[str, ...]
    "Other layer types of the concept, `neuralnetwork:convolution`."
    verdicts: tuple[TableCell, ...]
    observed: tuple[Observed, ...]
    claims: tuple[Claim, ...]
    "About this layer type, its concept, or every layer (`*`)."
    workarounds: tuple[Workaround, ...]
    sources: tuple[Source, ...]
    "Those named here."


@value
class ProfileCondition:
    "Under a condition the answer is another, by a claim that speaks of this target."

    when: str
    "CEL over a layer's features (docs/answers.md)."
    says: str
    "`yes` or `no`."
    about: str
    "`offered` or `chosen`."
    strength: str
    weight: float
    "How much of a vote it has here."
    reason: str
    "A reason code; empty: none is given."
    claim: str


@value
class ProfileLimit:
    "A number that flips the answer."

    feature: str
    yes: int | None
    "The nearest value seen or stated with a yes."
    no: int | None
    text: str


@value
class ProfileOp:
    "One layer type on the profile's target."

    concept: str
    offered: str
    "An answer."
    offered_probability: float | None
    chosen: str
    chosen_probability: float | None
    basis: str
    state: str
    conditions: tuple[ProfileCondition, ...] = ()
    limits: tuple[ProfileLimit, ...] = ()


@value
class ProfileLayer:
    "One configuration that was seen on the profile's target."

    type: str
    "`mlprogram:conv`."
    offered: str
    offered_probability: float | None
    chosen: str
    chosen_probability: float | None


@value
class Profile:
    "One target's answers, for a converter or a partitioner to load."

    kind: str
    schema_version: str
    data_version: str
    anedb: str
    date: str
    licence: str
    target: Target
    units: str
    conditions: tuple[ProfileCondition, ...] = ()
    "Those of every layer type; a layer type's own stand with it."
    ops: dict[str, ProfileOp] = field(default_factory=dict)
    "By `mlprogram:conv`; every layer type is there."
    layers: dict[str, ProfileLayer] = field(default_factory=dict)
    "By layer fingerprint."


@value
class VerdictChange:
    "One cell of the table that says something else."

    format: str
    type: str
    engine: str
    release: int | None
    "None: whatever the release."
    about: str
    "`offered` or `chosen`."
    a: str
    "The answer in A; empty: A does not have the cell."
    b: str
    a_probability: float | None
    b_probability: float | None
    a_observations: int
    b_observations: int
    sources: tuple[str, ...]
    "Behind B's cell and not behind A's."


@value
class ExportSide:
    "One of the two."

    path: str
    data_version: str
    anedb: str
    date: str


@value
class ExportDiff:
    "What changed between two exports."

    kind: str
    schema_version: str
    a: ExportSide
    b: ExportSide
    layers_added: tuple[str, ...]
    layers_gone: tuple[str, ...]
    changed: tuple[VerdictChange, ...]
    "Another answer; those of new layers are not among them unless they are known."
    moved: int
    "Cells with the same word and another probability."
    same: int
    text: str
    "One sentence."
