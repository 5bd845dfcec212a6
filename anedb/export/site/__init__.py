"""The static site: values -> files. Nothing is opened, no clock is asked, and the same values give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from anedb.domain.plain import plain
from anedb.domain.site import SITE, Site
from anedb.export.site import badge, baseline, changes, environment, layer_pages, other_pages, table_pages, words
from anedb.export.site.paths import Paths
from anedb.export.text import encodable

if TYPE_CHECKING:
    from anedb.export.site.changes import Previous

__all__ = ["MARKER", "files"]
MARKER = "anedb-site.json"
"By this file a folder is known for an export of ours."
ASSETS = ("site.css", "table.js")


def files(site: Site, previous: Previous | None = None, extra: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Path and text of every file of the site. `extra`: pages that others add (`ask.html`), so that the navigation
    names them."""
    paths = Paths(
        ((it.format, it.type) for it in site.layers), (it.id for it in site.chips), (it.id for it in site.sources)
    )
    changed = changes.changes(site, previous)
    standings = baseline.baseline(site)
    pages = shared(site, paths, extra)
    yield from table_pages.table_pages(site, pages, paths)
    yield from layer_pages.layer_pages(site, pages, paths, changed, standings)
    yield from other_pages.other_pages(site, pages, paths, changed, standings)
    for it in standings:
        yield paths.badge(it.layer.name), badge.badge(it.layer.name, it.standing, it.text)
    for name in ASSETS:
        yield f"assets/{name}", environment.asset(name)
    yield f"assets/{table_pages.NAMES}", table_pages.names(site)
    yield changes.VERDICTS, encodable(changes.lines(changes.verdicts(site)))
    yield changes.CHANGES, encodable(changes.to_json(changed))
    yield changes.FEED, encodable(changes.atom(site, changed, paths))
    yield MARKER, changes.lines(marker(site))


def shared(site: Site, paths: Paths, extra: tuple[str, ...] = ()) -> environment.Pages:
    "What every page is rendered with; a page of another room too."
    made = {it for it, _ in environment.NAVIGATION if it != "ask.html"} | set(extra)
    return environment.Pages(
        site=replace(site, layers=(), wanted=None, evaluation=None),
        paths=paths,
        navigation=[it for it in environment.NAVIGATION if it[0] in made],
        engines=site.engines,
        releases=site.releases,
        named={it.id: it for it in site.sources},
        chips_of={it.id: words.chips(it) for it in site.engines},
    )


def marker(site: Site) -> dict[str, object]:
    about = {"schema_version": site.schema_version, "data_version": site.data_version}
    return {"kind": SITE, **about, "generated_from": site.generated_from, "counts": plain(site.counts)}
