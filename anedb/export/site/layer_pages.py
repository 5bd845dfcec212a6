"A page for each layer type, and further ones for what was seen where one would be too long."

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anedb.domain.site import Site, SiteLayer
from anedb.export.site.baseline import Standing
from anedb.export.site.changes import Change
from anedb.export.site.environment import Pages
from anedb.export.site.paths import Paths
from anedb.export.site.plot import plot

FIRST = 60
"Rows of what was seen on the layer's own page."
MORE = 400
"On each further page."
FURTHER = 6
"Further pages; what is beyond is counted."
SHOWN = 40
"Rows of every other list."


def layer_pages(
    site: Site, pages: Pages, paths: Paths, changed: Sequence[Change], standings: Sequence[Standing]
) -> Iterator[tuple[str, str]]:
    for layer, standing in zip(site.layers, standings, strict=True):
        further = split(layer)
        path = paths.layer(layer.name)
        listed = [paths.layer(layer.name, number) for number in range(2, len(further) + 2)]
        yield path, pages.render(
            "layer.html", path,
            layer=layer,
            standing=standing,
            first=layer.seen[:FIRST],
            further=list(zip(listed, further, strict=True)),
            plots=[(it, plot(it)) for it in layer.plots],
            history=history(layer),
            changed=[it for it in changed if it.layer == layer.name][:SHOWN],
            limit=SHOWN,
            left=beyond(layer),
        )  # fmt: skip
        for number, rows in enumerate(further):
            yield listed[number], pages.render(
                "seen.html", listed[number], layer=layer, rows=rows, number=number + 2, first_page=path,
                start=FIRST + number * MORE + 1, before=([path, *listed])[number],
                after=listed[number + 1] if number + 1 < len(listed) else "", left=beyond(layer),
            )  # fmt: skip


def split(layer: SiteLayer) -> list[tuple[object, ...]]:
    rest = layer.seen[FIRST:]
    return [rest[at : at + MORE] for at in range(0, min(len(rest), MORE * FURTHER), MORE)]


def beyond(layer: SiteLayer) -> int:
    "Rows of what was seen that stand on no page."
    return max(0, layer.seen_total - FIRST - MORE * FURTHER)


def history(layer: SiteLayer) -> list[tuple[str, list[str]]]:
    "What became known when, the newest first: claims, and what was seen, by date and source."
    told: dict[str, dict[str, int]] = {}
    for it in layer.claims:
        line = f"{it.source} says {it.says}" + ("" if it.about == "offered" else f" to {it.about}")
        told.setdefault(it.date, {})[line] = 0
    for row in layer.seen:
        line = f"{row.sources[0] if row.sources else 'a run'} saw"
        found = told.setdefault(row.date, {})
        found[line] = found.get(line, 0) + 1
    return [
        (date, [f"{line} {n:,} {'configuration' if n == 1 else 'configurations'}" if n else line
                for line, n in sorted(lines.items())])
        for date, lines in sorted(told.items(), reverse=True)
    ]  # fmt: skip
