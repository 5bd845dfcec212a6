"""What a pull request with somebody's runs changes."""

from __future__ import annotations

from enum import StrEnum

from anedb.domain.problem import Problem
from anedb.domain.target import Target
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"


class Kind(StrEnum):
    "What a run's word is beside what was known of the same configuration on the same target."

    CONTRADICTS = "contradicts"
    UNDECIDED = "undecided"
    "What was known did not agree with itself."
    CONFIRMS = "confirms"
    NEW = "new"
    "Nothing was seen of it there yet."


@value
class Finding:
    "What one run says about one question, and what that does to the answer."

    file: str
    layer: str
    "In short form."
    fingerprint: str
    units: str
    about: str
    "`offered` or `chosen`."
    says: str
    "`yes`, `no`, or `mixed` where its observations differ."
    kind: str
    basis: str
    "What the answer rested on before."
    before: str
    after: str
    probability_before: float | None
    probability_after: float | None

    @property
    def moves(self) -> bool:
        return self.before != self.after

    @property
    def surprise(self) -> bool:
        "Nothing was seen of it, and what was expected is not what was found."
        said = {"likely": "yes", "unlikely": "no"}.get(self.before, self.before)
        return self.kind == Kind.NEW and {self.says, said} == {"yes", "no"}


@value
class ReviewedRun:
    "One file of the pull request."

    file: str
    status: str
    "`counts`, `kept aside` (readable, yet not to be believed), or `refused`."
    run: str
    "Fingerprint; empty where it is refused."
    contributor: str
    signature: str
    "`unsigned`, `proven`, `signed`, `unchecked` or `refused`: see `anedb.ingest.signing.Proof`."
    key: str
    target: Target
    date: str
    tool: str
    layers: int
    observations: int
    canaries: int
    "Layers among them whose answer is beyond doubt, all told as they are."
    copies: tuple[str, ...]
    "Runs with the very same facts."
    problems: tuple[Problem, ...]


@value
class Review:
    "What all files of a pull request change together, beside data/ without them."

    schema_version: str
    data_version: str
    ok: bool
    "Every file counts, and nothing else is wrong."
    runs: tuple[ReviewedRun, ...]
    counts: dict[str, int]
    "Findings by kind, and how many `moves` and `surprises` there are among them."
    findings: tuple[Finding, ...]
    "Those that matter most first: contradictions, moved answers, surprises."
    uncompared: int
    "Layers beyond `COMPARED`: checked and counted in, their answers not compared."
    problems: tuple[Problem, ...]
    "What is wrong with the pull request rather than with one run."
    notes: tuple[str, ...]
