"""Lines of a file -> observations, each with its layer: what the judge talks about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from anedb.domain.layer import Layer
from anedb.domain.observation import Observation
from anedb.domain.submission import Header, LayerLine, Seen, SourceHeader
from anedb.domain.target import Target
from anedb.ingest import machine

KEY_DIGITS = 8
"Of a device key, in a witness's name: enough to tell one contributor's devices apart."


def observations(
    header: Header | SourceHeader, lines: Iterable[LayerLine], target: Target | None = None
) -> Iterator[tuple[Layer, Observation]]:
    "`target` with engine and release filled in; without it the catalogue is asked."
    on = target or machine.locate(machine.stated(header))
    return ((line.layer, observation(header, line, seen, on)) for line in lines for seen in line.seen)


def observation(header: Header | SourceHeader, line: LayerLine, seen: Seen, target: Target) -> Observation:
    return Observation(
        layer=line.fingerprint,
        target=target,
        units=seen.units,
        context=seen.context,
        method=seen.method,
        offered=seen.offered,
        chosen=seen.chosen,
        ran=seen.ran,
        reason=seen.reason,
        cost_ppm=seen.cost_ppm,
        opset=seen.opset,
        model=seen.model,
        place=seen.place,
        tool=tool(header),
        source=header.source if isinstance(header, SourceHeader) else header.fingerprints.run,
        witness=witness(header),
        date=header.date,
    )


def witness(header: Header | SourceHeader) -> str:
    "The independence key: a source's own, or the contributor and the first digits of the device's key."
    if isinstance(header, SourceHeader):
        return header.witness
    return f"{header.contributor}:{header.device_key[:KEY_DIGITS]}"


def tool(header: Header | SourceHeader) -> str:
    if isinstance(header, SourceHeader):
        return header.tool
    parts = (
        header.environment.tool,
        f"coremltools {header.environment.coremltools}" if header.environment.coremltools else "",
    )
    return ", ".join(part for part in parts if part)
