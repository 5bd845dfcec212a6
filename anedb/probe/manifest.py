"""`suite.json`: what lies in a folder of built models, and which of their layers each is about.

The folder can be taken to a Mac, and measured there, by whoever has no suite of this version installed.
"""

from __future__ import annotations

import json
from dataclasses import field
from pathlib import Path
from typing import Any

from anedb.domain.plain import plain
from anedb.domain.value import value
from anedb.errors import BadFileError

NAME = "suite.json"
SCHEMA_VERSION = "1.0.0"


@value
class Member:
    "One model of the folder."

    id: str
    "Of the ask; of a model of the user's own, its file's name without the ending."
    file: str
    "Inside the folder."
    format: str = ""
    type: str = ""
    "The layer type that is asked about; empty where the whole model is: one of the user's own."
    fingerprint: str = ""
    "Of the layer that is asked about; empty where something in it is left open, as a flexible axis may be."
    place: str = ""
    "Of that layer in the file, as `anedb check` names it."
    context: str = ""
    canary: str = ""
    target: str = ""
    "Opset, or spec version, it was built for."
    axis: str = ""
    value: str = ""
    sha256: str = ""
    "Of its bytes: of a package, of its files' names and digests."


@value
class Manifest:
    name: str
    "`quick`, `standard`, `full`, `wanted`, or `own`."
    version: str
    digest: str
    "64 hexadecimal digits: of what is asked."
    coremltools: str = ""
    models: tuple[Member, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    "Id -> why it could not be built."
    schema_version: str = SCHEMA_VERSION


def read(path: Path) -> Manifest:
    "From the folder or the file itself. Raises `BadFileError`."
    file = path / NAME if path.is_dir() else path
    try:
        found: Any = json.loads(file.read_bytes())
        models = tuple(Member(**each) for each in found.pop("models"))
        return _inside(Manifest(**found, models=models), file)
    except OSError as error:
        raise BadFileError(f"{file}: {error.strerror or error}", tip="anedb suite build makes such a folder") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadFileError(f"{file} is no list of a suite's models") from None


def _inside(found: Manifest, file: Path) -> Manifest:
    "A list from elsewhere names no file outside its folder."
    for each in found.models:
        if Path(each.file).name != each.file or each.file in ("", ".", ".."):
            raise BadFileError(f"{file}: {each.file!r} is not the name of a file beside it")
    return found


def write(manifest: Manifest, path: Path) -> Path:
    "Into the folder, or to the file. Raises `OSError`."
    file = path / NAME if path.is_dir() else path
    file.write_text(json.dumps(plain(manifest), ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return file
