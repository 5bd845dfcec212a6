"""An SSH signature as `ssh-keygen -Y sign` writes it: what stands in it, before any program is asked about it.

The form is OpenSSH's PROTOCOL.sshsig: armour around `SSHSIG`, a version, the public key, the namespace, a reserved
string, the hash's name and the signature itself, each with its length before it.
"""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256

from anedb.domain.value import value
from anedb.ingest.problems import Problems, shown

NAMESPACE = "anedb"
"What our signatures are for: one made for git or for mail is no word about a run."
MOST_BYTES = 16_384
"An RSA key of 16,384 bits signs in 6 KB."
ENDING = ".sig"

_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG\0\0\0\1"
_KIND = re.compile(r"[a-z0-9@.-]{1,64}", re.ASCII)


@value
class Signature:
    "Who says what for: nothing of it is verified yet."

    kind: str
    "Of the key: `ssh-ed25519`."
    key: str
    "The public key, base64, as key files have it."
    namespace: str

    @property
    def digest(self) -> str:
        "The key's fingerprint as ssh-keygen prints it: `SHA256:…`."
        return "SHA256:" + base64.b64encode(sha256(base64.b64decode(self.key)).digest()).decode().rstrip("=")


def parse(data: bytes, problems: Problems) -> Signature | None:
    "None, and why, for what is no signature of a run."
    found = _parse(data)
    if found is None:
        tip = "Write it with `anedb sign FILE`."
        problems.add("signature.form", "it is no SSH signature", expected=_BEGIN, tip=tip)
    elif found.namespace != NAMESPACE:
        what = f"made for `{shown(found.namespace, 40)}`"
        problems.add("signature.namespace", what, expected=f"made for `{NAMESPACE}`", tip="`anedb sign FILE` does.")
    else:
        return found
    return None


def _parse(data: bytes) -> Signature | None:
    try:
        lines = data.decode("ascii").split()
        blob = base64.b64decode("".join(lines[3:-3]), validate=True)
    except (UnicodeDecodeError, binascii.Error):
        return None
    if " ".join(lines[:3]) != _BEGIN or " ".join(lines[-3:]) != _END or not blob.startswith(_MAGIC):
        return None
    strings = _strings(blob[len(_MAGIC) :])
    if strings is None or len(strings) != 5:
        return None
    kind = _strings(strings[0][: 4 + int.from_bytes(strings[0][:4], "big")])
    name = kind[0].decode("ascii", "replace") if kind else ""
    if not _KIND.fullmatch(name):
        return None
    namespace = strings[1].decode("utf-8", "replace")
    return Signature(kind=name, key=base64.b64encode(strings[0]).decode(), namespace=namespace)


def _strings(blob: bytes) -> list[bytes] | None:
    "Texts with their length in four bytes before each; None where one is cut short."
    found = []
    while blob:
        length = int.from_bytes(blob[:4], "big")
        if len(blob) < 4 + length or len(blob) < 4:
            return None
        found.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    return found
