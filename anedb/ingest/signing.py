"""Signing a run, and checking whose word it is: `ssh-keygen -Y`, which every Mac has. docs/signing.md says why so.

The signature stands beside the file, `run.jsonl.sig`, and is of its bytes. The contributor's name in the header is the
identity it is checked for. Nobody has to sign.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from anedb.domain.value import value
from anedb.errors import StoreError, UsageError
from anedb.ingest import read
from anedb.ingest.keys import Allowed
from anedb.ingest.problems import Problems, shown
from anedb.ingest.signature import ENDING, MOST_BYTES, NAMESPACE, Signature, parse
from anedb.ingest.write import put

SECONDS = 60
"To verify; signing may wait for a passphrase or a finger."
KEYS = ("id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_ecdsa_sk", "id_rsa")
"In ~/.ssh, tried in this order, as ssh does."
ANONYMOUS = "anonymous"


@value
class Proof:
    "What a signature proves of a run."

    status: str
    """`unsigned`; `proven`: the key is the contributor's; `signed`: sound, and nobody asked whose key it is;
    `unchecked`: this machine has no ssh-keygen; `refused`: see the problems."""
    key: str = ""
    "Kind and fingerprint of the public key."
    where: str = ""
    "Where it was looked up whose key it is."


UNSIGNED = Proof(status="unsigned")


def beside(path: Path) -> Path:
    "Where the signature of a file stands."
    return path.with_name(path.name + ENDING)


def sign(path: Path, key: Path | None = None, *, contributor: str) -> Path:
    """Signs a file's bytes; the signature's path. `key`: a private key, or a public one whose other half an agent has.

    Raises `UsageError` for an anonymous run or without a key, `StoreError` where the machine cannot.
    """
    if contributor == ANONYMOUS:
        tip = "Set the contributor to a name, such as github:you, and seal the run anew; or send it unsigned."
        message = f"{path} says it is anonymous; a signature holds your public key, which tells who you are"
        raise UsageError(message, tip=tip)
    own = key or default_key()
    if not own.is_file():
        raise UsageError(f"there is no key {own}", tip="`ssh-keygen -t ed25519` makes one.")
    try:
        data = path.read_bytes()
        done = subprocess.run(
            [tool(), "-Y", "sign", "-n", NAMESPACE, "-f", str(own)], input=data, stdout=subprocess.PIPE, stderr=_words()
        )
        if done.returncode or parse(done.stdout, Problems(path.name)) is None:
            raise StoreError(f"{path} was not signed: {_said(done.stderr)}", tip=f"The key was {own}.")
        put(beside(path), done.stdout.decode("ascii"))
    except OSError as error:
        raise StoreError(f"{path} cannot be signed: {error.strerror or error}") from None
    return beside(path)


def _words() -> int | None:
    "On a terminal ssh-keygen speaks for itself: it may ask for a finger on a security key."
    return None if sys.stderr.isatty() else subprocess.PIPE


def _said(text: bytes | None) -> str:
    lines = (text or b"").decode("utf-8", "replace").strip().splitlines()
    return shown(lines[-1], 200) if lines else "ssh-keygen says no more than that it failed"


def default_key() -> Path:
    "The first of `KEYS` there is. Raises `UsageError` where there is none."
    folder = Path.home() / ".ssh"
    found = next((folder / name for name in KEYS if (folder / name).is_file()), None)
    if found is None:
        tip = "Name one with --key, or make one: ssh-keygen -t ed25519. Its public half goes to your code host."
        raise UsageError(f"there is no SSH key in {folder}", tip=tip)
    return found


def tool() -> str:
    "The path of ssh-keygen. Raises `StoreError` where the machine has none."
    found = shutil.which("ssh-keygen")
    if found is None:
        tip = "It is part of OpenSSH (openssh-client on Debian). A run may be sent without a signature."
        raise StoreError("this machine has no ssh-keygen, which signatures are made and checked with", tip=tip)
    return found


def check(path: Path, contributor: str, allowed: Allowed | None, problems: Problems) -> Proof:
    """What the signature beside a run proves, and what is wrong with it among the problems.

    `allowed`: whose keys are whose; None: that the signature is sound is all that can be said. Never asks the network.
    """
    found = _read(beside(path), problems)
    if found is None:
        return Proof(status="refused") if problems.seen else UNSIGNED
    data, signature = found
    proof = Proof(status="signed", key=f"{signature.kind} {signature.digest}")
    if contributor == ANONYMOUS:
        tip = "Take the signature away, or put a name into the header."
        problems.add("signature.anonymous", "signed, and the header says anonymous", tip=tip)
        return Proof(status="refused", key=proof.key)
    if shutil.which("ssh-keygen") is None:
        return Proof(status="unchecked", key=proof.key)
    if not _sound(path, data):
        tip = "Sign the file as it is now: `anedb sign FILE`."
        problems.add("signature.tampered", "the signature is not of this text", tip=tip)
        return Proof(status="refused", key=proof.key)
    return proof if allowed is None else _whose(path, data, contributor, signature, allowed, problems)


def _read(path: Path, problems: Problems) -> tuple[bytes, Signature] | None:
    if not path.exists() and not path.is_symlink():
        return None
    data = read.read(path, problems, most=MOST_BYTES)
    signature = None if data is None else parse(data, problems)
    return None if data is None or signature is None else (data, signature)


def _sound(path: Path, signature: bytes) -> bool:
    "Whether the key in the signature signed these bytes, whosever it is."
    return _asked("check-novalidate", path, signature)


def _whose(
    path: Path, data: bytes, contributor: str, signature: Signature, allowed: Allowed, problems: Problems
) -> Proof:
    key = f"{signature.kind} {signature.digest}"
    if _asked("verify", path, data, allowed=allowed.text, identity=contributor):
        return Proof(status="proven", key=key, where=allowed.where)
    owners = allowed.owners(signature.key)
    if contributor in {name for owner in owners for name in owner.split(",")}:
        what = f"{signature.digest} is not valid today"
        problems.add("signature.expired", what, expected=f"a valid key of {contributor}", tip=f"See {allowed.where}.")
    elif owners:
        what = f"{signature.digest} is the key of {shown(', '.join(owners))}, and the header names {shown(contributor)}"
        problems.add("signature.foreign", what, expected=f"a key of {shown(contributor)}")
    else:
        what = f"{signature.digest} is not among the keys in {allowed.where}"
        tip = "Add the public key to the account, or sign with one that is there: --key."
        problems.add("signature.unknown-key", what, expected=f"a key of {shown(contributor)}", tip=tip)
    return Proof(status="refused", key=key, where=allowed.where)


def _asked(question: str, path: Path, signature: bytes, *, allowed: str = "", identity: str = "") -> bool:
    "Whether ssh-keygen says yes. The signature is read once by us, so that it cannot be another one by now."
    with tempfile.TemporaryDirectory() as folder, path.open("rb") as text:
        sig, signers = Path(folder) / "sig", Path(folder) / "signers"
        sig.write_bytes(signature)
        signers.write_text(allowed, encoding="utf-8")
        more = ["-f", str(signers), "-I", identity] if question == "verify" else []
        command = [tool(), "-Y", question, "-n", NAMESPACE, "-s", str(sig), *more]
        try:
            done = subprocess.run(command, stdin=text, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise StoreError(f"ssh-keygen gave no answer about {path} within {SECONDS} s") from None
    return done.returncode == 0
