"""What the judge reads: summaries kept by ingest, never every observation of a popular layer."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from anedb.domain.layer import Layer
from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.domain.value import value


class Standing(StrEnum):
    "How a witness's word counts. Learnt from what it says where others spoke too (`anedb.store.standing`)."

    REVIEWED = "reviewed"
    "A recorded source: a maintainer has read it."
    KNOWN = "known"
    "A contributor whom others corroborate elsewhere."
    NEW = "new"
    "Nobody corroborates it yet: all of these share one vote in a cell."
    SET_ASIDE = "set-aside"
    "Contradicts what is known so often that it counts for nothing."


TRUST = 4
"Full trust. It goes in quarters, so that it changes seldom."


@value
class Tally:
    "One question (offered? chosen?) in one cell, by one method."

    method: str
    yes: int = 0
    "Observations that say yes, repeats included."
    no: int = 0
    yes_witnesses: int = 0
    "Witnesses whose observations here say yes more often than no. One witness counts once however often it repeats."
    no_witnesses: int = 0
    split_witnesses: int = 0
    "Witnesses that said yes and no equally often."
    gpu: int = 0
    "Of the observations that say no, those that saw the GPU: it is the engine's rival only where it is allowed."
    standing: str = Standing.REVIEWED
    "Of these witnesses. A cell has a tally for each method, standing and trust."
    trust: int = TRUST
    "Quarters of a vote that each of them has, by how often it is right."


@value
class Cell:
    "Everything seen of one layer on one target under one units setting in one context, summed."

    id: int
    layer: str
    "Fingerprint."
    target: Target
    units: str
    context: str
    offered: tuple[Tally, ...] = ()
    chosen: tuple[Tally, ...] = ()
    ran: tuple[Tally, ...] = ()
    newest: str = ""
    sources: tuple[str, ...] = ()
    "Source ids, the newest first, at most 16."
    reasons: tuple[Reason, ...] = ()
    witnesses: tuple[str, ...] = ()
    """Independence keys of all who saw it, where they are few (16) and the reader has them: so that a witness counts
    once across cells too. Empty: the judge takes the cells of one source to be of one witness."""
    kinds: tuple[tuple[str, int], ...] = ()
    "Standing and trust of each in `witnesses`; empty: all are reviewed and trusted."


@value
class Knowledge:
    "All cells of one layer type, and the layers they are of by fingerprint."

    format: str
    type: str
    layers: dict[str, Layer] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()


@value
class Families:
    "Of every layer type that was seen in fp16, whether anything of it was ever offered the engine: by category."

    category: dict[str, str] = field(default_factory=dict)
    "Concept -> category."
    offered: dict[str, dict[str, bool]] = field(default_factory=dict)
    "Category -> layer type (`mlprogram:conv`) -> whether Core ML ever offered the engine for a layer of it."
    concept: dict[str, str] = field(default_factory=dict)
    "Layer type -> concept, of those seen."
    engines: dict[str, int] = field(default_factory=dict)
    "Chip -> the number of its engine architecture, of all that are known: claims name chips."


@value
class Evidence:
    "One piece an answer rests on, in a form a person can follow back to its source."

    kind: str
    """`observations`: all of one layer on one target under one setting in one context; `claim`; or `family`: what was
    seen of the other concepts of its category."""
    id: str
    "What `anedb show` takes: `c12` for observations, in this database; a claim's id."
    source: str
    "A source id or a run's fingerprint; of several the newest."
    url: str
    method: str
    "Of several methods all, the strongest first."
    date: str
    "The newest."
    target: Target
    layer: str
    "What it is about: a layer in short form, or a claim's subject."
    says: str
    "`offered: 2 yes, 0 no; chosen: 0 yes, 2 no`, or the claim in words."
    supports: str
    "`yes` or `no`."
    relation: str
    "How near it is to the question: a `Basis`."
    strength: str = ""
    "A claim's."
    sources: tuple[str, ...] = ()
    "All of them, the newest first, at most 16."
    observations: int = 0
    witnesses: int = 0
