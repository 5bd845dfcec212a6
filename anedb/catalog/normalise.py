"""Other tools' words for what anedb has one word for: data/normalise.toml, and the catalogue's names of layers.

A word that is not known gives empty text, never a guess; what to do about that is for who asked.
"""

from __future__ import annotations

import re
from functools import cache

from anedb.catalog import files, layers
from anedb.catalog.naming import FORMATS, bare, fold
from anedb.domain.layer import DType
from anedb.domain.observation import ComputeUnits, Unit

TABLES: dict[str, tuple[str, ...]] = {
    "units": tuple(Unit),
    "compute_units": tuple(ComputeUnits),
    "opsets": (),
    "dtypes": tuple(DType),
}
"Tables of the file, and the words each may give; (): any."

LONGEST = 256
"Characters of a word: what is longer is none."

_QUOTES = str.maketrans("", "", "\"'`\\")
_OPSET = re.compile(r"(?P<opset>(?:ios|coreml|macos)\d{1,3}(?:\.\d{1,3})?)\.(?P<type>.*)", re.IGNORECASE)


def unit(word: str) -> str:
    "A `Unit`: `mps_graph` is `gpu`, `MLNeuralEngineComputeDevice` is `ane`. Empty: no unit that we know."
    return _find("units", word)


def compute_units(word: str) -> str:
    "A `ComputeUnits`: `cpuAndNeuralEngine` is `cpu-and-ne`. Empty: none that we know."
    return _find("compute_units", word)


def dtype(word: str) -> str:
    "A `DType`: `f16` is `fp16`. Empty: none that we know."
    return _find("dtypes", word)


def operator(text: str) -> tuple[str, str]:
    """Layer type and opset: `ios18.conv` is (`conv`, `iOS18`), `Conv2d` (`conv`, ``).

    A name that the catalogue has not, or that stands for a family of layers, stays as it was printed.
    """
    text = text.strip().translate(_QUOTES)[:LONGEST]
    found = _OPSET.fullmatch(text)
    if not found:
        return _type(text), ""
    opset = _find("opsets", found["opset"])
    return _type(found["type"]) if opset else text, opset


def _find(table: str, word: str) -> str:
    return _words()[table].get(folded(word), "") if len(word) <= LONGEST else ""


def folded(word: str) -> str:
    return fold(word.strip().translate(_QUOTES)).lstrip(".")


@cache
def _words() -> dict[str, dict[str, str]]:
    "Table -> folded word -> our word. Each of ours stands for itself."
    found = files.read_toml("normalise.toml")
    return {
        table: {folded(word): ours for ours, theirs in found[table].items() for word in (ours, *theirs)}
        | {folded(ours): str(ours) for ours in TABLES[table]}
        for table in TABLES
    }


@cache
def _type(name: str) -> str:
    "An exact type of either format, else the one layer type or concept that the name is known for."
    known = layers.index()
    if any(name in known["types"][format] for format in FORMATS):
        return name
    found = known["names"].get(fold(name)) or known["names"].get(fold(bare(name)), ())
    if isinstance(found, str):
        found = tuple(known["concepts"].get(found, ()))
    return str(found[0]).partition(":")[2] if found else name
