"""The key that tells a contributor's devices apart in what they import.

It is derived from a secret made at random here, once, and from which device a report is of: the same for all reports of
that device, another for the next one, and nobody else can compute it. Deleting the secret makes new keys.
"""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from anedb.domain.submission import Environment
from anedb.errors import StoreError

BYTES = 32
DIGITS = 32


def key_for(environment: Environment) -> str:
    "32 hexadecimal digits. Raises `StoreError` where the secret cannot be kept."
    machine = f"{environment.device or environment.chip}"
    return hmac.new(_secret(secret_path()), machine.encode(), "sha256").hexdigest()[:DIGITS]


def secret_path() -> Path:
    from platformdirs import user_data_path

    return user_data_path("anedb", appauthor=False) / "device-secret"


def _secret(path: Path) -> bytes:
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(BYTES) + "\n", encoding="ascii")
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        tip = "It tells your devices apart. Give a key of 32 hexadecimal digits with --device-key to do without."
        raise StoreError(f"the secret in {path} cannot be kept or read: {error}", tip=tip) from None
    if len(found) != 2 * BYTES:
        raise StoreError(f"{path} is damaged", tip="Delete it: a new one is made, and with it new device keys.")
    return bytes(found, "ascii")
