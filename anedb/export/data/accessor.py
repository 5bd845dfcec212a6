"""Reading a folder of `anedb export data`. The standard library alone: the export carries a copy, `anedb_data.py`.

import anedb_data

data = anedb_data.open("path/to/export")
data.verify()
for cell in data.layer("mlprogram:conv")["verdicts"]:
    print(cell["engine"], cell["release"], cell["offered"]["answer"])
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KIND = "anedb-data"


class Export:
    "One folder. What it reads is plain dicts and lists; index.schema.json and layer.schema.json tell their fields."

    def __init__(self, folder: Path | str) -> None:
        "Raises `ValueError` where the folder is no export."
        self.folder = Path(folder)
        try:
            found = json.loads((self.folder / "index.json").read_bytes())
        except (OSError, ValueError) as error:
            raise ValueError(f"{self.folder} is no export of anedb: {error}") from None
        if not isinstance(found, dict) or found.get("kind") != KIND:
            raise ValueError(f"{self.folder} is no export of anedb: its index.json is something else")
        self.index: dict[str, Any] = found
        self._paths = {f"{each['format']}:{each['type']}": each["path"] for each in found["layers"]}

    def __iter__(self) -> Iterator[str]:
        "Layer types, `mlprogram:conv`."
        return iter(self._paths)

    def layer(self, name: str) -> dict[str, Any]:
        "One layer type's file. Raises `KeyError`."
        return self.json(self._paths[name])

    def table(self) -> dict[str, Any]:
        "The support table."
        return self.json("table.json")

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        "`observations` or `verdicts`, by CSV: every value is text, null is empty, the apostrophe of a formula is off."
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {key: _text(item) for key, item in row.items()}

    def json(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / path).read_bytes())
        return found

    def verify(self) -> None:
        "Compares every file with its SHA-256. Raises `ValueError` that names those that are missing or differ."
        wrong = [each["path"] for each in self.index["files"] if self._digest(each["path"]) != each["sha256"]]
        if wrong:
            raise ValueError(f"not as they were exported: {', '.join(wrong)}")

    def _digest(self, path: str) -> str:
        try:
            return hashlib.sha256((self.folder / path).read_bytes()).hexdigest()
        except OSError:
            return ""


def _text(value: str) -> str:
    return value[1:] if value[:1] == "'" and value[1:].lstrip()[:1] in tuple("=+-@＝＋－＠\t\r\n") else value


def open(folder: Path | str) -> Export:
    "Raises `ValueError` where the folder is no export."
    return Export(folder)
