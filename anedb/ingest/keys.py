"""Whose key is whose: the public keys that a contributor's code host publishes, or a file of them somebody gives.

A stranger's header says which account to ask for, so nothing else of it reaches the address: hosts are on a list, an
account has the form of a contributor's name, and a redirection is not followed.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from anedb.domain.value import value
from anedb.errors import BadFileError, StoreError
from anedb.ingest.problems import shown
from anedb.ingest.signature import NAMESPACE

HOSTS = {
    "github": "https://github.com/{}.keys",
    "gitlab": "https://gitlab.com/{}.keys",
    "codeberg": "https://codeberg.org/{}.keys",
}
"Code hosts that publish the public keys of their accounts."
SECONDS = 10
MOST_BYTES = 65_536
"A hundred RSA keys."
MOST_KEYS = 100

ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?", re.ASCII)
_KINDS = r"(?:sk-)?(?:ssh|ecdsa-sha2)-[a-z0-9-]+(?:@openssh\.com)?"
KEY = re.compile(rf"({_KINDS})\s+([A-Za-z0-9+/]+={{0,2}})(?:\s.*)?", re.ASCII)

Fetch = Callable[[str], str]
"An address -> the text there. Raises `StoreError`."


@value
class Allowed:
    "An allowed-signers file of ssh-keygen's, and where it comes from."

    text: str
    where: str

    def owners(self, key: str) -> tuple[str, ...]:
        "The names under which this public key stands, whatever dates and options stand beside it."
        lines = (line.split() for line in self.text.splitlines() if not line.lstrip().startswith("#"))
        return tuple(line[0].strip('"') for line in lines if len(line) > 2 and key in line[1:])


def published(contributor: str, fetch: Fetch | None = None) -> Allowed:
    """The keys of `github:name` from its host. Asks the network: only when somebody asked for that.

    Raises `StoreError` where the host cannot be asked, `BadFileError` where the name has no host.
    """
    host, _, account = contributor.partition(":")
    if host not in HOSTS or not ACCOUNT.fullmatch(account):
        tip = f"Names with a host: {', '.join(f'{each}:name' for each in HOSTS)}. Or give a file with --keys."
        raise BadFileError(f"{shown(contributor)} names no account whose keys could be asked for", tip=tip)
    address = HOSTS[host].format(account)
    return Allowed(text=listed((fetch or fetched)(address), contributor), where=address)


def given(path: Path, contributor: str) -> Allowed:
    """A local file: allowed signers (names first) as they are, or bare public keys, which are then the contributor's.

    Raises `BadFileError` where it cannot be read or holds no key.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadFileError(f"{path}: the keys cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise BadFileError(f"{path}: a file of keys is at most {MOST_BYTES:,} bytes")
    text = data.decode("utf-8", "replace")
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    if not any(re.search(_KINDS + r"\s+[A-Za-z0-9+/]+", line) for line in lines):
        raise BadFileError(f"{path} holds no public key", tip="It should be a .pub file, or an allowed-signers file.")
    bare = all(KEY.fullmatch(line) for line in lines)
    return Allowed(text=listed(text, contributor) if bare else text, where=str(path))


def listed(text: str, contributor: str) -> str:
    "Bare public keys as allowed signers of one name, for our namespace alone. What is no key is left out."
    keys = [found.groups() for line in text.splitlines() if (found := KEY.fullmatch(line.strip()))]
    return "".join(f'{contributor} namespaces="{NAMESPACE}" {kind} {key}\n' for kind, key in keys[:MOST_KEYS])


class _Stay(urllib.request.HTTPRedirectHandler):
    "An account that was renamed is another account."

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def fetched(address: str) -> str:
    "At most `MOST_BYTES` of text within `SECONDS`. Raises `StoreError`, saying which it was."
    tip = "Save the keys to a file and give it with --keys."
    try:
        with urllib.request.build_opener(_Stay).open(address, timeout=SECONDS) as answer:
            data = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        what = "there is no such account" if error.code == 404 else f"the host answered {error.code}"
        raise StoreError(f"{address}: {what}", tip=tip) from None
    except (URLError, OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise StoreError(f"{address} could not be asked within {SECONDS} s: {shown(str(why))}", tip=tip) from None
    if len(data) > MOST_BYTES:
        raise StoreError(f"{address} answered more than {MOST_BYTES:,} bytes", tip=tip)
    return str(data.decode("utf-8", "replace"))
