"""Signing a run, and asking whose word it is."""

from __future__ import annotations

from pathlib import Path

from anedb.api.submit import allowed, load, signed
from anedb.domain.problem import Problem
from anedb.domain.submission import Header
from anedb.domain.value import value
from anedb.errors import RefusedError
from anedb.ingest import signing
from anedb.ingest.signing import Proof


@value
class Signed:
    "One run and its signature."

    file: str
    contributor: str
    "As the header says; empty where the run is not in order."
    signature: Proof
    written: str | None
    "The signature that was made."
    problems: tuple[Problem, ...]


def sign(path: Path, key: Path | None = None) -> Signed:
    """Signs a run that is in order: what is refused should not carry a name.

    Raises `RefusedError` for a run that is not, and what `signing.sign` raises.
    """
    checked = load(path)
    if not checked.ok or not isinstance(checked.header, Header):
        raise RefusedError(
            f"{path} is not in order, so it was not signed", checked.problems, tip=first(checked.problems)
        )
    contributor = checked.header.contributor
    written = signing.sign(path, key, contributor=contributor)
    again, proof = signed(checked, path)
    return Signed(
        file=str(path), contributor=contributor, signature=proof, written=str(written), problems=again.problems
    )


def first(problems: tuple[Problem, ...]) -> str:
    return f"{problems[0]}\n`anedb submit --dry-run` lists everything." if problems else ""


def check(path: Path, *, file: Path | None = None, fetch: bool = False) -> Signed:
    """What the signature of a run proves: against a file of keys, or those the contributor's host publishes, or, with
    neither, those of data/signers; where its key is not there, only that it is sound.

    The network is asked with `fetch` alone. Raises `BadFileError`, `StoreError`."""
    checked = load(path)
    header = checked.header if checked.ok and isinstance(checked.header, Header) else None
    sealed = signing.beside(path).exists()
    checked, proof = signed(checked, path, allowed(checked, path, file, fetch=fetch))
    problems = checked.problems
    if header and not sealed:
        what, tip = "there is no signature", "`anedb sign FILE` makes one."
        problems = (*problems, Problem(code="signature.missing", where=str(signing.beside(path)), what=what, tip=tip))
    contributor = header.contributor if header else ""
    return Signed(file=str(path), contributor=contributor, signature=proof, written=None, problems=problems)
