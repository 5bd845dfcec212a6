"""Files of observations as text: JSON Lines, a header and one line a layer (see `anedb.domain.submission`).

For our own, trusted files under data/. A stranger's file goes through `anedb.ingest` instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anedb.domain.layer import Layer, Operand
from anedb.domain.observation import Reason
from anedb.domain.plain import plain
from anedb.domain.submission import (
    SUBMISSION,
    Environment,
    Fingerprints,
    Header,
    LayerLine,
    Seen,
    SourceHeader,
    Suite,
)
from anedb.domain.target import Target


def compact(value: Any) -> Any:
    "A plain value without what is not stated: None, False, empty text and empty lists in objects say nothing."
    if isinstance(value, dict):
        return {key: compact(item) for key, item in value.items() if item is not False and item not in (None, "", [])}
    if isinstance(value, list):
        return [compact(item) for item in value]
    return value


def line_to_json(line: LayerLine) -> dict[str, Any]:
    """The plain object of one line. `params` and `shape` are kept as they are: there an empty list means something."""
    return {
        "fingerprint": line.fingerprint,
        "format": line.layer.format,
        "type": line.layer.type,
        "params": plain(line.layer.params),
        "inputs": [operand_to_json(operand) for operand in line.layer.inputs],
        "seen": [seen_to_json(seen) for seen in line.seen],
    }


def operand_to_json(operand: Operand) -> dict[str, Any]:
    found: dict[str, Any] = {"name": operand.name, "dtype": operand.dtype, "shape": plain(operand.shape)}
    return {**found, "const": True} if operand.const else found


def seen_to_json(seen: Seen) -> dict[str, Any]:
    found: dict[str, Any] = compact(plain(seen))
    if seen.offered is not None:
        found["offered"] = list(seen.offered)
    return found


def header_to_json(header: Header | SourceHeader) -> dict[str, Any]:
    found: dict[str, Any] = compact(plain(header))
    return found


def render(header: Header | SourceHeader, lines: Iterable[LayerLine]) -> str:
    "The whole file, lines sorted by layer fingerprint."
    objects = [header_to_json(header), *(line_to_json(line) for line in sorted(lines, key=lambda it: it.fingerprint))]
    return "".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in objects)


def read(path: Path) -> tuple[Header | SourceHeader, list[LayerLine]]:
    "A file of our own. Raises `ValueError`, `KeyError` or `TypeError` where it is not one."
    with path.open(encoding="utf-8") as file:
        header = header_from_json(json.loads(next(file)))
        return header, [line_from_json(json.loads(line)) for line in file]


def header_from_json(found: dict[str, Any]) -> Header | SourceHeader:
    if found["kind"] != SUBMISSION:
        return SourceHeader(**{**found, "target": Target(**found["target"])})
    return Header(
        **{
            **found,
            "environment": Environment(**found["environment"]),
            "fingerprints": Fingerprints(**found["fingerprints"]),
            "suite": Suite(**found["suite"]) if found.get("suite") else None,
        }
    )


def line_from_json(found: dict[str, Any]) -> LayerLine:
    return LayerLine(
        fingerprint=found["fingerprint"],
        layer=Layer(
            format=found["format"],
            type=found["type"],
            params={name: as_tuple(value) for name, value in found["params"].items()},
            inputs=tuple(
                Operand(
                    name=item["name"],
                    dtype=item["dtype"],
                    shape=None if item["shape"] is None else tuple(item["shape"]),
                    const=item.get("const", False),
                )
                for item in found["inputs"]
            ),
        ),
        seen=tuple(seen_from_json(item) for item in found["seen"]),
    )


def seen_from_json(found: dict[str, Any]) -> Seen:
    more: dict[str, Any] = dict(found)
    if "offered" in found:
        more["offered"] = tuple(found["offered"])
    if "reason" in found:
        more["reason"] = Reason(**found["reason"])
    return Seen(**more)


def as_tuple(value: Any) -> Any:
    return tuple(as_tuple(item) for item in value) if isinstance(value, list) else value
