"""An `.mlpackage`: a folder whose Manifest.json names the specification among the files in its folder Data.

The weight file is never opened; whether it is there is looked up.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

from anedb.errors import BadFileError

MANIFEST = "Manifest.json"
DATA = "Data"
USUAL = f"{DATA}/com.apple.CoreML/model.mlmodel"
LARGEST_MANIFEST = 2**20
WEIGHTS = b"@model_path/"
"How a specification names a file beside it."

AGAIN = "save the package again with coremltools, or copy the whole folder again"


def find_spec(package: Path) -> Path:
    "The specification that the manifest names as the root model. Raises `BadFileError`."
    manifest = _manifest(package)
    entries, root = manifest.get("itemInfoEntries"), manifest.get("rootModelIdentifier")
    item = entries.get(root) if isinstance(entries, dict) and isinstance(root, str) else None
    path = item.get("path") if isinstance(item, dict) else None
    if not isinstance(path, str) or not path:
        raise BadFileError(f"{package}: {MANIFEST} does not say which file is the model", tip=AGAIN)
    found = _inside(package, path)
    if found.is_dir():
        raise BadFileError(f"{package}: {DATA}/{path} is a folder, where {MANIFEST} has the model", tip=AGAIN)
    if not found.exists():
        raise BadFileError(f"{package}: {DATA}/{path}, which {MANIFEST} names as the model, is missing", tip=AGAIN)
    return found


def _manifest(package: Path) -> dict[str, Any]:
    path = package / MANIFEST
    if not path.is_file():
        tip = f"name {package / USUAL} itself" if (package / USUAL).is_file() else AGAIN
        raise BadFileError(f"{package} is a folder without {MANIFEST}, so it is no .mlpackage", tip=tip)
    try:
        if path.stat().st_size > LARGEST_MANIFEST:
            raise ValueError(f"it has more than {LARGEST_MANIFEST // 2**20} MB")
        found = json.loads(path.read_bytes())
    except RecursionError:
        raise BadFileError(f"{path} is nested too deep", tip=AGAIN) from None
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror}", tip="check its permissions") from None
    except ValueError as error:
        raise BadFileError(f"{path} is no manifest: {error}", tip=AGAIN) from None
    if not isinstance(found, dict):
        raise BadFileError(f"{path} is no manifest: it holds no JSON object", tip=AGAIN)
    return found


def _inside(package: Path, path: str) -> Path:
    "A path below Data, wherever its symbolic links lead. Raises `BadFileError` where that is out of the package."
    pure = PurePosixPath(path)
    found = package / DATA / pure
    stays = not (pure.is_absolute() or ".." in pure.parts or "\\" in path)
    try:
        stays = stays and found.resolve().is_relative_to(package.resolve())
        found.is_dir()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a null byte, a name too long for the system
        raise BadFileError(f"{package}: {MANIFEST} names {path[:200]!r}, which cannot be opened", tip=AGAIN) from None
    if not stays:
        raise BadFileError(
            f"{package}: {MANIFEST} leads out of the package, to {path[:200]!r}",
            tip="do not use this package, unless you know who made it so; a model's files are inside it",
        )
    return found


def missing_weights(data: Any, folder: Path) -> str:
    "The first file beside the specification that it refers to, if that is not there; else empty."
    at = data.find(WEIGHTS)
    if at < 1:
        return ""
    size = data[at - 1]
    name = data[at + len(WEIGHTS) : at + size].decode(errors="replace")
    pure = PurePosixPath(name)
    try:
        there = not pure.is_absolute() and ".." not in pure.parts and (folder / pure).exists()
    except (OSError, ValueError):
        there = False
    return "" if there else name
