"""What changed between two exports of `anedb export data`: the changelog of verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anedb.domain.exported import CHANGES, SCHEMA_VERSION, ExportDiff, ExportSide, VerdictChange
from anedb.domain.verdict import Answer
from anedb.errors import BadFileError, UsageError
from anedb.export.data.accessor import Export

Key = tuple[str, str, str, int | None, str]
"Format, type, engine, release, and which question."
Place = tuple[dict[str, Any], frozenset[str]]
"A part of the table, and its cell's sources."


def is_export(path: Path | str) -> bool:
    return (Path(path) / "SHA256SUMS").is_file() and (Path(path) / "index.json").is_file()


def compare(a: Path | str, b: Path | str) -> ExportDiff:
    "Raises `UsageError` where one is no export, `BadFileError` where it is broken."
    one, other = _open(a), _open(b)
    before, after = _cells(one), _cells(other)
    keys = sorted(before.keys() | after.keys(), key=_sortable)
    told = [found for key in keys if (found := change(key, before.get(key), after.get(key)))]
    shared = [key for key in keys if key in before and key in after]
    moved = sum(
        before[key][0]["answer"] == after[key][0]["answer"]
        and before[key][0]["probability"] != after[key][0]["probability"]
        for key in shared
    )
    differ = sum(before[key][0]["answer"] != after[key][0]["answer"] for key in shared)
    added, gone = sorted({*other} - {*one}), sorted({*one} - {*other})
    return ExportDiff(
        kind=CHANGES,
        schema_version=SCHEMA_VERSION,
        a=_side(a, one),
        b=_side(b, other),
        layers_added=tuple(added),
        layers_gone=tuple(gone),
        changed=tuple(told),
        moved=moved,
        same=len(shared) - differ - moved,
        text=sentence(len(told), moved, len(added), len(gone)),
    )


def change(key: Key, before: Place | None, after: Place | None) -> VerdictChange | None:
    "None: the same word, or a place that only one has and that says unknown."
    a, b = (place[0] if place else {} for place in (before, after))
    words = [part.get("answer", "") for part in (a, b)]
    if words[0] == words[1] or set(words) <= {"", Answer.UNKNOWN.value}:
        return None
    format, type, engine, release, about = key
    return VerdictChange(
        format=format,
        type=type,
        engine=engine,
        release=release,
        about=about,
        a=words[0],
        b=words[1],
        a_probability=a.get("probability"),
        b_probability=b.get("probability"),
        a_observations=a.get("observations", 0),
        b_observations=b.get("observations", 0),
        sources=tuple(sorted((after[1] if after else frozenset()) - (before[1] if before else frozenset()))),
    )


def sentence(changed: int, moved: int, added: int, gone: int) -> str:
    parts = [(changed, "answer", "changed"), (moved, "probability", "moved under the same word")]
    parts += [(added, "layer type", "added"), (gone, "layer type", "gone")]
    said = [f"{number} {_plural(word, number)} {what}" for number, word, what in parts if number]
    return ", ".join(said) or "The same: no answer differs"


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _open(path: Path | str) -> Export:
    if not is_export(path):
        raise UsageError(f"{path} is no export", tip="`anedb export data DIR` writes one; compare two of them")
    try:
        return Export(path)
    except ValueError as error:
        raise BadFileError(str(error), tip="export it again") from None


def _cells(export: Export) -> dict[Key, Place]:
    try:
        return dict(_parts(export.table()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFileError(f"{export.folder}/table.json cannot be read: {error}", tip="export it again") from None


def _parts(table: dict[str, Any]) -> Iterator[tuple[Key, Place]]:
    for row in table["rows"]:
        for cell in row["cells"]:
            for about in ("offered", "chosen"):
                key = row["format"], row["type"], cell["engine"], cell["release"], about
                yield key, (cell[about], frozenset(cell["sources"]))


def _sortable(key: Key) -> tuple[str, str, str, int, str]:
    return key[0], key[1], key[2], key[3] or 0, key[4]


def _side(path: Path | str, export: Export) -> ExportSide:
    found = export.index
    return ExportSide(path=str(path), data_version=found["data_version"], anedb=found["anedb"], date=found["date"])
