"The table: layer types down, engine generations across, one page for each question and Core ML release."

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from anedb.domain.site import Site, SiteCell, SiteLayer, SiteRelease
from anedb.export.site import words
from anedb.export.site.environment import Pages
from anedb.export.site.paths import Paths
from anedb.export.text import encodable, visible

NAMES = "names.js"
"Other names of layers, which the search loads when it is first used."


class Row(NamedTuple):
    id: str
    link: str
    name: str
    format: str
    classes: str
    cells: list[tuple[str, str, str]]
    "Class, answer, and what it rests on in a word."


class View(NamedTuple):
    "One table: a question, and a release or any."

    question: str
    release: SiteRelease | None

    @property
    def path(self) -> str:
        if self.release is None:
            return "index.html" if self.question == "offered" else "chosen.html"
        return f"os-{self.release.number}{'' if self.question == 'offered' else '-chosen'}.html"

    @property
    def label(self) -> str:
        return "any release" if self.release is None else short(self.release)


def short(release: SiteRelease) -> str:
    "`iOS 18, macOS 15`; one number where all systems share it."
    numbers = {it.rsplit(" ", 1)[-1] for it in release.name.split(", ")}
    if len(numbers) == 1 and release.name:
        return f"OS {numbers.pop()}"
    return ", ".join(release.name.split(", ")[:2])


def views(site: Site) -> list[View]:
    return [View(question, it) for question in words.QUESTIONS for it in (None, *site.releases)]


def table_pages(site: Site, pages: Pages, paths: Paths) -> Iterator[tuple[str, str]]:
    every = views(site)
    for view in every:
        found = groups(site, view, paths)
        yield view.path, pages.render(
            "table.html", view.path,
            view=view,
            views=[it for it in every if it.question == view.question],
            other=[it for it in every if it.release == view.release],
            groups=found,
            total=sum(len(rows) for _, rows in found),
            names=NAMES,
        )  # fmt: skip


def groups(site: Site, view: View, paths: Paths) -> list[tuple[str, list[Row]]]:
    "By category, then concept."
    layers = sorted(site.layers, key=lambda it: (it.category, it.concept, it.format, it.type))
    release = view.release.number if view.release else None
    return [
        (category, [row(it, view.question, release, paths) for it in found])
        for category, found in groupby(layers, key=lambda it: it.category)
    ]


def row(layer: SiteLayer, question: str, release: int | None, paths: Paths) -> Row:
    return Row(
        id=paths.slug(layer.name).replace("/", "."),
        link=paths.layer(layer.name),
        name=visible(layer.type),
        format=words.FORMATS.get(layer.format, visible(layer.format)),
        classes=f"{layer.format[:1]}{' w' if layer.workarounds else ''}",
        cells=[cell(it, question) for it in layer.cells if it.release == release],
    )


def cell(found: SiteCell, question: str) -> tuple[str, str, str]:
    return words.css(found, question), words.part(found, question).answer, words.detail(found, question)


def names(site: Site) -> str:
    "A script that hands the search every layer's other names, in the order of the table's rows."
    layers = sorted(site.layers, key=lambda it: (it.category, it.concept, it.format, it.type))
    told = [" ".join(dict.fromkeys((it.title, it.concept, *it.aliases))) for it in layers]
    # The two separators end a line in older scripts, and `<` could end a script elsewhere.
    text = json.dumps([visible(it) for it in told], ensure_ascii=True, separators=(",\n", ":")).replace("<", "\\u003c")
    return encodable(f"anedbNames({text});\n")
