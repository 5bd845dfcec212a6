"""What Core ML leaves in its cache when it plans a model: `analytics.mil`, with the words in which the engine refused.

The cache is under `Library/Caches/<process>/com.apple.e5rt.e5bundlecache/<OS build>/…` of the home folder that Core
Foundation takes for the user's. It is nobody's promise: where there is none, there are no reasons and all else holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from anedb.coreml import analytics
from anedb.errors import AnedbError

PLACES = "Library/Caches/*/com.apple.e5rt.e5bundlecache"
NAME = "analytics.mil"
ENGINE = "ane"
MOST = 64
"Files that are looked at after one plan; a model has one a function."


def files(homes: Iterable[Path]) -> dict[Path, int]:
    "Every one there is, with the time it was written."
    found = {}
    for home in homes:
        for cache in home.glob(PLACES):
            for path in cache.rglob(NAME):
                try:
                    found[path] = path.stat().st_mtime_ns
                except OSError:
                    continue
    return found


def refusals(paths: Iterable[Path]) -> dict[str, str]:
    "Operation's name -> why not the engine, in Core ML's words. A file that cannot be read says nothing."
    found: dict[str, str] = {}
    for path, _ in zip(paths, range(MOST), strict=False):
        try:
            model = analytics.read(path)
        except (AnedbError, OSError):
            continue
        for network in model.networks:
            for op in network.ops:
                said = dict(op.seen.refusals) if op.seen is not None else {}
                if ENGINE in said:
                    found[op.name] = said[ENGINE]
    return found
