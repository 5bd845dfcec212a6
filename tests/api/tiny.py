"""A database of a handful of layers, worked out by hand: `data(folder, seen("a-source", relu(8), True))`.

The rest of data/ is as it is shipped, claims among it unless told otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anedb.catalog import canonical, layers
from anedb.domain.layer import Layer
from anedb.fingerprint import fingerprint

DATA = Path(__file__).parents[2] / "data"
KEPT_OUT = ("observations", "plans")
M4 = {"chip": "M4", "engine": "H16", "os": "macOS", "version": "27.0.1", "release": 27}
M1 = {"chip": "M1", "engine": "H13", "os": "macOS", "version": "14.5", "release": 17}
Line = tuple[str, dict[str, Any]]
"A source, and what its file says of one layer."


def layer(type: str, *operands: str, format: str = "mlprogram", **params: Any) -> Layer:
    kind = layers.get(format, type)
    return canonical.canonical(kind, params, canonical.parse_operands(operands, kind))[0]


def relu(extent: int) -> Layer:
    return layer("relu", f"x=fp16[1,{extent},4,4]")


def add(extent: int) -> Layer:
    return layer("add", f"x=fp16[1,{extent},4,4]", f"y=fp16[1,{extent},4,4]")


def seen(source: str, one: Layer, *offered: bool, method: str = "compute-plan", units: str = "cpu-and-ne") -> Line:
    "The same layer as often as is told."
    told = [
        {
            "units": units,
            "context": "in-model",
            "method": method,
            "offered": ["ane", "cpu"] if yes else ["cpu"],
            "chosen": "ane" if yes else "cpu",
            "model": f"{source} {number}",
        }
        for number, yes in enumerate(offered)
    ]
    return source, {"fingerprint": fingerprint(one.hashed()), **one.hashed(), "seen": told}


def data(
    folder: Path,
    *lines: Line,
    targets: dict[str, dict[str, Any]] | None = None,
    plans: Iterable[str] = (),
    claims: bool = True,
) -> Path:
    """A data/ of these observations, everything on an M4 unless told otherwise, and of these files of plans.

    `claims`: those that are shipped; else nobody says anything, and what was not seen is unknown.
    """
    left_out = KEPT_OUT if claims else (*KEPT_OUT, "claims")
    for path in DATA.iterdir():
        if path.name not in left_out:
            (folder / path.name).symlink_to(path)
    for name in left_out:
        (folder / name).mkdir()
    for source in dict.fromkeys(source for source, _ in lines):
        own = [line for name, line in lines if name == source]
        header = {
            "kind": "anedb-observations",
            "schema_version": "1.0.0",
            "source": source,
            "target": (targets or {}).get(source, M4),
            "witness": source,
            "date": "2026-10-05",
            "layers": len(own),
            "tool": "a test",
        }
        text = "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in (header, *own))
        (folder / "observations" / f"{source}.jsonl").write_text(text, encoding="utf-8")
    for name in plans:
        (folder / "plans" / f"{name}.jsonl").symlink_to(DATA / "plans" / f"{name}.jsonl")
    return folder
