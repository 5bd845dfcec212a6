"""The tables. Every constraint has a name, every vocabulary is text: a word that is added needs no migration.

Facts are kept in `layers`, `targets`, `runs` and `observations`; whatever stands in `votes` and in the summary
columns of `cells` is computed from them and may be thrown away (`anedb.store.summary`). Ids are numbers of this
database alone and are given out by `anedb.store.writer`; what two databases share are the natural keys.

docs/schema.md explains each table and view for people who come with another SQL tool.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, MetaData, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Row(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {str: Text, int: Integer, bool: Boolean}  # noqa: RUF012 (SQLAlchemy reads it from the class)


def number() -> Mapped[int]:
    "The number of a row in this database, given out by the writer."
    return mapped_column(Integer, primary_key=True, autoincrement=False)


class MetaRow(Row):
    "What the database knows of itself: `data_version`, `data_stamp`, and `changes`, which every write increases."

    __tablename__ = "meta"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class EngineRow(Row):
    "Reference: engine architectures. Copied from data/, so that the file explains itself."

    __tablename__ = "engines"
    id: Mapped[str] = mapped_column(primary_key=True)
    isa: Mapped[str | None]
    source: Mapped[str]
    about: Mapped[str]
    "All that data/ says of it, as JSON; so in the tables below."


class ChipRow(Row):
    "Reference: chips."

    __tablename__ = "chips"
    id: Mapped[str] = mapped_column(primary_key=True)
    engine: Mapped[str | None] = mapped_column(ForeignKey("engines.id"))
    usable: Mapped[bool]
    source: Mapped[str]
    disputed: Mapped[str]
    about: Mapped[str]


class DeviceRow(Row):
    "Reference: devices by identifier."

    __tablename__ = "devices"
    identifier: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    chip: Mapped[str | None] = mapped_column(ForeignKey("chips.id"))
    "NULL: tables disagree."
    source: Mapped[str]
    disputed: Mapped[str]
    about: Mapped[str]


class ReleaseRow(Row):
    "Reference: Core ML releases, by iOS number."

    __tablename__ = "releases"
    number: Mapped[int] = number()
    opset: Mapped[str | None]
    specification_version: Mapped[int | None]
    source: Mapped[str]
    about: Mapped[str]


class OsReleaseRow(Row):
    "Reference: which version of each OS a Core ML release came with."

    __tablename__ = "os_releases"
    os: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    release: Mapped[int] = mapped_column(ForeignKey("releases.number"))
    date: Mapped[str | None]


class BuildRow(Row):
    "Reference: OS builds that evidence names."

    __tablename__ = "builds"
    id: Mapped[str] = mapped_column(primary_key=True)
    os: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    source: Mapped[str]


class SourceRow(Row):
    "Where facts come from."

    __tablename__ = "sources"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    author: Mapped[str]
    url: Mapped[str]
    date: Mapped[str]
    licence: Mapped[str]
    note: Mapped[str]


class ClaimRow(Row):
    "Sentences somebody stands behind."

    __tablename__ = "claims"
    __table_args__ = (CheckConstraint("says IN ('yes', 'no')", name="says"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    says: Mapped[str]
    strength: Mapped[str]
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    text: Mapped[str]
    date: Mapped[str]
    condition: Mapped[str]
    engines: Mapped[str]
    "JSON list."
    chips: Mapped[str]
    "JSON list."
    since_release: Mapped[int | None]
    until_release: Mapped[int | None]
    method: Mapped[str]
    reason: Mapped[str]
    feature: Mapped[str]
    bound: Mapped[str]
    "The claim's `limit`, a word SQL keeps for itself."
    about: Mapped[str]


class WorkaroundRow(Row):
    "What to use instead."

    __tablename__ = "workarounds"
    id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    condition: Mapped[str]
    replacements: Mapped[str]
    "The workaround's `use`, a JSON list."
    evidence: Mapped[str]
    "JSON list."
    strength: Mapped[str]


class LayerRow(Row):
    "Layers in canonical form; the views `layer_parameters` and `layer_inputs` have a row for each part of one."

    __tablename__ = "layers"
    __table_args__ = (Index(None, "format", "type"),)
    id: Mapped[int] = number()
    fingerprint: Mapped[str] = mapped_column(unique=True)
    format: Mapped[str]
    type: Mapped[str]
    params: Mapped[str]
    "Canonical JSON object."
    inputs: Mapped[str]
    "JSON list of [name, dtype, shape or null, 0 or 1 for a constant]."


class TargetRow(Row):
    """Chip, OS, build and device. `fingerprint` is of what was stated; `engine` and `release` follow from the catalogue
    where a chip and a version are stated, and are brought up to date with it."""

    __tablename__ = "targets"
    id: Mapped[int] = number()
    fingerprint: Mapped[str] = mapped_column(unique=True)
    chip: Mapped[str | None]
    engine: Mapped[str | None]
    os: Mapped[str | None]
    version: Mapped[str | None]
    release: Mapped[int | None]
    build: Mapped[str | None]
    device: Mapped[str | None]


class ContributorRow(Row):
    "Whoever sent a run, by the name they chose."

    __tablename__ = "contributors"
    id: Mapped[int] = number()
    name: Mapped[str] = mapped_column(unique=True)


class WitnessRow(Row):
    """The independence key: a contributor and a device, or a source's author and theirs. Counts once in a cell. What a
    contributor proved to have signed, and what merely bears the name, are two."""

    __tablename__ = "witnesses"
    id: Mapped[int] = number()
    name: Mapped[str] = mapped_column(unique=True)
    contributor_id: Mapped[int | None] = mapped_column(ForeignKey("contributors.id"))
    device_key: Mapped[str]
    "The random key made on the device; empty for a public source."
    standing: Mapped[str]
    "Computed, as all that follows: reviewed, known, new (they share one vote in a cell), or set-aside."
    trust: Mapped[int]
    "Quarters of a vote."
    yes_agreed: Mapped[int]
    "Cases in which it agrees with a reference that says yes; `yes_compared`: of so many. Repeats count once."
    yes_compared: Mapped[int]
    no_agreed: Mapped[int]
    no_compared: Mapped[int]
    telling: Mapped[int]
    "Agreements where the answer is not the usual one of the layer type."


class AnchorRow(Row):
    "References: what those who are trusted hold of a layer at a place, when standing was last learnt from everything."

    __tablename__ = "anchors"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (SQLAlchemy reads it from the class)
    place: Mapped[str] = mapped_column(primary_key=True)
    "`chip|os|major.minor`."
    layer_id: Mapped[int] = mapped_column(ForeignKey("layers.id"), primary_key=True, autoincrement=False)
    reviewed: Mapped[int]
    "Sources that say yes, less those that say no."
    yes: Mapped[int]
    "Known contributors."
    no: Mapped[int]
    telling: Mapped[bool]


class RunRow(Row):
    "One file of observations: somebody's run, or what was recorded from a public source."

    __tablename__ = "runs"
    __table_args__ = (CheckConstraint("origin IN ('data', 'user')", name="origin"),)
    id: Mapped[int] = number()
    fingerprint: Mapped[str] = mapped_column(unique=True)
    "Of the run; for a recorded source, the name of its file."
    environment_fingerprint: Mapped[str]
    result_fingerprint: Mapped[str] = mapped_column(index=True)
    origin: Mapped[str]
    "`user`: stored by `anedb submit`, and never removed by a newer data/. `data`: came with data/."
    shipped: Mapped[bool]
    "Whether data/ has it now. A run of the user's that data/ has too is one run."
    digest: Mapped[str]
    "SHA-256 of the file it was read from."
    header: Mapped[str]
    "The file's first line, JSON."
    source_id: Mapped[str | None] = mapped_column(ForeignKey("sources.id"), index=True)
    witness_id: Mapped[int] = mapped_column(ForeignKey("witnesses.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    tool: Mapped[str]
    date: Mapped[str]
    signed: Mapped[str] = mapped_column(server_default=text("''"))
    "Fingerprint of the contributor's key that the run was proven to be signed with; empty: none."


class CellRow(Row):
    "Everything seen of one layer on one target under one units setting in one context, summed."

    __tablename__ = "cells"
    __table_args__ = (UniqueConstraint("layer_id", "target_id", "units", "context"),)
    id: Mapped[int] = number()
    layer_id: Mapped[int] = mapped_column(ForeignKey("layers.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    units: Mapped[str]
    context: Mapped[str]
    observations: Mapped[int]
    "How many count; 0: all were withdrawn, or their file is gone."
    offered: Mapped[str]
    """JSON list of [method, yes, no, yes witnesses, no witnesses, split witnesses], and behind them, where any is
    on the GPU, how many of the no are, and standing and trust of these witnesses where they are not reviewed."""
    chosen: Mapped[str]
    ran: Mapped[str]
    newest: Mapped[str]
    runs: Mapped[str]
    "JSON list of [date, run number], newest first, at most 16."
    reasons: Mapped[str]
    "JSON list of [date, code, feature, value, limit, text], newest first, at most 16."


class ObservationRow(Row):
    "Facts. Never changed (a trigger refuses it); those of a file in data/ are replaced together with the file."

    __tablename__ = "observations"
    # Found by run and then cell, which a new run adds at the end; an index that begins with the cell would touch as
    # many pages as a run has layers. The newest runs of a cell are in `cells.runs`.
    __table_args__ = (
        Index(None, "run_id", "cell_id"),
        CheckConstraint("cost_ppm >= 0", name="cost_ppm"),
    )
    id: Mapped[int] = number()
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    cell_id: Mapped[int] = mapped_column(ForeignKey("cells.id"))
    "Layer, target, units and context."
    method: Mapped[str]
    offered: Mapped[str | None]
    "Units, comma-separated; empty: none; NULL: not stated."
    chosen: Mapped[str | None]
    ran: Mapped[str | None]
    reason_code: Mapped[str | None]
    reason_feature: Mapped[str | None]
    reason_value: Mapped[str | None]
    reason_limit: Mapped[str | None]
    reason_text: Mapped[str | None]
    cost_ppm: Mapped[int | None]
    opset: Mapped[str]
    model: Mapped[str]
    place: Mapped[str]


class VoteRow(Row):
    "What one witness said in one cell by one method, counted: what makes adding a run cost no more as others pile up."

    __tablename__ = "votes"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (SQLAlchemy reads it from the class)
    witness_id: Mapped[int] = mapped_column(ForeignKey("witnesses.id"), primary_key=True, autoincrement=False)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cells.id"), primary_key=True, autoincrement=False)
    method: Mapped[str] = mapped_column(primary_key=True)
    offered_yes: Mapped[int]
    offered_no: Mapped[int]
    chosen_yes: Mapped[int]
    chosen_no: Mapped[int]
    chosen_gpu: Mapped[int] = mapped_column(server_default=text("0"))
    "Of the no, those that were on the GPU."
    ran_yes: Mapped[int]
    ran_no: Mapped[int]
    ran_gpu: Mapped[int] = mapped_column(server_default=text("0"))


class RetractionRow(Row):
    "A run or a source that counts for nothing, and why. It stays visible by name."

    __tablename__ = "retractions"
    __table_args__ = (CheckConstraint("origin IN ('data', 'user')", name="origin"),)
    what: Mapped[str] = mapped_column(primary_key=True)
    "Run fingerprint or source id."
    origin: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    withdrawn_by: Mapped[str]
    date: Mapped[str]
