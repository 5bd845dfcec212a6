"""A baseline as a file: written for whoever reviews it, read as a stranger's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from anedb.api.baseline import SCHEMA_VERSION, WORSE, Baseline, KnownModel
from anedb.errors import BadFileError

MAX_BYTES = 64_000_000
"A problem takes some 200 bytes."
TIP = "write it anew with --write-baseline"


def write(found: Baseline) -> str:
    """Canonical JSON, one problem a line so that a change of it reads as what it is. ASCII only: a hostile name shows
    its hidden characters to whoever reviews the file."""
    head = f'{{\n "schema_version": {_json(found.schema_version)},\n "data_version": {_json(found.data_version)},'
    return (
        f'{head}\n "models": [' + ",".join(map(_model_text, found.models)) + ("\n ]" if found.models else "]") + "\n}\n"
    )


def _model_text(model: KnownModel) -> str:
    head = ", ".join(f'"{name}": {_json(getattr(model, name))}' for name in ("model", "target", "units"))
    lines = [
        _json({name: getattr(each, name) for name in ("answer", "fingerprint", "name", "reasons", "type")})
        for each in model.problems
    ]
    return f'\n  {{{head}, "problems": [\n   ' + ",\n   ".join(lines) + "\n  ]}"


def _json(item: object) -> str:
    return json.dumps(item)


def read(path: Path | str) -> Baseline:
    "Raises `BadFileError`."
    from pydantic import ValidationError

    from anedb.ingest.wire import closed

    data = _bytes(path)
    try:
        found: Baseline = closed(Baseline).validate_json(data)
    except ValidationError as error:
        raise _bad(path, data, error.errors(include_url=False, include_context=False)[0]) from None
    if _major(found.schema_version) != _major(SCHEMA_VERSION):
        raise _other_version(path, found.schema_version)
    for each in (problem for model in found.models for problem in model.problems):
        if each.answer not in WORSE:
            message = f"{path} is not a baseline: {each.answer[:40]!r} is not an answer that is a problem"
            raise BadFileError(message, tip=f"one of {', '.join(WORSE)}; or {TIP}")
    return found


def _bytes(path: Path | str) -> bytes:
    try:
        if not Path(path).is_file():  # a folder, or a pipe that would keep us waiting
            what = "is not a file" if Path(path).exists() else "does not exist"
            raise BadFileError(f"the baseline {path} {what}", tip=TIP)
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        why = getattr(error, "strerror", None) or error
        raise BadFileError(f"the baseline {path} cannot be read: {why}") from None
    if len(data) > MAX_BYTES:
        raise BadFileError(f"the baseline {path} is larger than {MAX_BYTES:,} bytes", tip=TIP)
    return data


def _bad(path: Path | str, data: bytes, error: Any) -> BadFileError:
    "What is wrong with it, in one line: a newer version before what is new in it."
    version = _version(data)
    if version and _major(version) != _major(SCHEMA_VERSION):
        return _other_version(path, version)
    where = "/".join(str(part)[:40] for part in error["loc"])
    return BadFileError(f"{path} is not a baseline: {where + ': ' if where else ''}{error['msg']}", tip=TIP)


def _other_version(path: Path | str, version: str) -> BadFileError:
    message = f"{path} is a baseline of version {version[:20]!r}; this anedb reads {SCHEMA_VERSION}"
    return BadFileError(message, tip=f"use the anedb that wrote it, or {TIP}")


def _major(version: str) -> str:
    return version.partition(".")[0]


def _version(data: bytes) -> str:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    version = found.get("schema_version") if isinstance(found, dict) else None
    return version if isinstance(version, str) else ""
