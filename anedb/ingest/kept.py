"""The keys that are kept, data/signers: by them the database knows whose runs are whose, off line and on every machine
alike. docs/signing.md says how a key comes in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from anedb.catalog import files
from anedb.domain.problem import Problem
from anedb.domain.value import value
from anedb.ingest import keys, signing
from anedb.ingest.problems import Problems, shown
from anedb.ingest.signature import MOST_BYTES, NAMESPACE, Signature, parse
from anedb.ingest.words import CONTRIBUTOR

NAME = "signers"
FORM = f'contributor namespaces="{NAMESPACE}" kind key'
LINE = re.compile(rf'(\S+) namespaces="{NAMESPACE}" (\S+ \S+)')
"No dates: what they say changes from day to day, and the database shall not. No word behind the key."

Signers = Mapping[str, Collection[str]]
"Contributor -> public keys, base64."


@value
class Kept:
    "Key of a signature, and whether it stands in data/signers for the contributor."

    digest: str
    is_kept: bool
    line: str
    "What would keep it."


def signers() -> Signers:
    "What data/signers says; a line that `check` complains of says nothing."
    found: dict[str, set[str]] = defaultdict(set)
    for _, line in _lines():
        if not _wrong(line):
            name, _, _, key = line.split()
            found[name].add(key)
    return dict(found)


def signer(path: Path, contributor: str, known: Signers) -> str:
    """The fingerprint of the kept key that signed a run of data/; empty: unsigned, or by a key that is not kept.

    That the signature is sound is what `anedb data check` asks ssh-keygen, once and for all; here it would cost each
    machine a process a run, and one without ssh-keygen would hold another database.
    """
    found = _beside(path) if contributor in known else None
    return found.digest if found and found.key in known[contributor] else ""


def look(path: Path, contributor: str) -> Kept | None:
    "None: there is no signature that could be read."
    found = _beside(path)
    if found is None:
        return None
    line = f'{contributor} namespaces="{NAMESPACE}" {found.kind} {found.key}'
    return Kept(digest=found.digest, is_kept=found.key in signers().get(contributor, ()), line=line)


def allowed(path: Path, contributor: str) -> keys.Allowed | None:
    "What to hold a run's signature against without asking anybody; None where the key in it is not kept."
    found = look(path, contributor)
    if found is None or not found.is_kept:
        return None
    text = "".join(f"{line}\n" for _, line in _lines() if not _wrong(line))
    return keys.Allowed(text=text, where=f"data/{NAME}")


def check() -> Iterator[Problem]:
    "Each line is one key of one contributor, and each key one contributor's."
    owners: dict[str, str] = {}
    for number, line in _lines():
        where = f"data/{NAME}:{number}"
        if wrong := _wrong(line):
            yield Problem(code="signature.signers", where=where, what=wrong, expected=FORM)
        elif owners.setdefault(key := line.split()[3], name := line.split()[0]) != name:
            yield Problem(code="signature.signers", where=where, what=f"this key is {shown(owners[key])}'s already")


def _wrong(line: str) -> str:
    found = LINE.fullmatch(line)
    if not found or not keys.KEY.fullmatch(found[2]):
        return "no key in this form"
    if not CONTRIBUTOR.fullmatch(found[1]) or found[1] == signing.ANONYMOUS:
        return f"{shown(found[1])} is no name that could sign"
    return ""


def _lines() -> Iterator[tuple[int, str]]:
    path = files.root() / NAME
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _beside(path: Path) -> Signature | None:
    beside = signing.beside(path)
    if beside.is_symlink() or not beside.is_file() or beside.stat().st_size > MOST_BYTES:
        return None
    return parse(beside.read_bytes(), Problems(beside.name))
