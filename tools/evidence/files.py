"Files of data/observations in the making, and what their first lines say."

from __future__ import annotations

from dataclasses import dataclass, field, replace

from anedb.catalog import records
from anedb.domain.layer import Layer
from anedb.domain.submission import OBSERVATIONS, SCHEMA_VERSION, LayerLine, Seen, SourceHeader
from anedb.domain.target import Target
from anedb.fingerprint import fingerprint

M4 = Target(chip="M4", engine="H16", os="macOS", version="27.0.1", release=27, build="26A434", device="Mac16,12")
M1 = Target(chip="M1", engine="H13", os="macOS", version="14.5", release=17, build="23F79")
REBUILT = (
    "Parameters, shapes and types are those of the test models built again with coremltools 9.0; a model is entered "
    "only where operators and output names equal the dump's."
)


@dataclass(slots=True)
class File:
    "One file of data/observations in the making."

    header: SourceHeader
    layers: dict[str, Layer] = field(default_factory=dict)
    seen: dict[str, list[Seen]] = field(default_factory=dict)
    rows: int = 0

    def add(self, layer: Layer, seen: Seen) -> None:
        key = fingerprint(layer.hashed())
        self.layers[key] = layer
        self.seen.setdefault(key, []).append(seen)
        self.rows += 1

    def render(self) -> str:
        lines = [LayerLine(fingerprint=key, layer=self.layers[key], seen=tuple(self.seen[key])) for key in self.layers]
        return records.render(replace(self.header, layers=len(lines)), lines)


def header(source: str, target: Target, witness: str, date: str, tool: str, note: str) -> SourceHeader:
    return SourceHeader(
        kind=OBSERVATIONS,
        schema_version=SCHEMA_VERSION,
        source=source,
        target=target,
        witness=witness,
        date=date,
        layers=0,
        tool=tool,
        note=note,
    )


def study(source: str, tool: str) -> SourceHeader:
    return header(source, M4, "751K:Mac16,12", "2026-10-05", f"{tool}, coremltools 9.0", REBUILT)
