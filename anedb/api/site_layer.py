"What the page of one layer type says."

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from anedb.api import show_layer, telling
from anedb.api.ask import UNITS, Asker
from anedb.api.show_layer import named
from anedb.api.table import WHOLE
from anedb.catalog import canonical, facts, layers
from anedb.domain.claim import Claim
from anedb.domain.knowledge import Cell, Knowledge, Standing, Tally
from anedb.domain.layer import LayerType
from anedb.domain.site import SiteCell, SiteClaim, SiteConflict, SiteLayer, SitePlot, SitePoint, SiteSeen
from anedb.domain.target import Target
from anedb.domain.verdict import Flip
from anedb.evidence.features import FEATURES, features
from anedb.evidence.question import Question
from anedb.evidence.votes import says

KEPT = 5_000
"Cells whose rows are listed, newest first; all are counted."
PLOTS = 6
"Features that are drawn, those that turn the most configurations first."


def layer(
    asker: Asker, kind: LayerType, releases: Sequence[int], conflicts: tuple[SiteConflict, ...] = ()
) -> SiteLayer:
    concept = layers.concept_of(kind)
    known = asker.knowledge(kind.format, kind.name)
    claims, workarounds = asker.said(kind)
    flips = list(show_layer.flips(asker, known))
    counts = {(of, type): n for of, type, n in asker.reader.types()}
    return SiteLayer(
        format=kind.format,
        type=kind.name,
        concept=concept.id,
        title=concept.title,
        category=concept.category,
        doc=kind.doc or concept.doc,
        since=kind.since,
        aliases=layers.aliases(kind),
        related=tuple(f"{it.format}:{it.name}" for it in layers.siblings(kind)),
        inputs=tuple(show_layer.spec(it) for it in kind.inputs),
        cells=tuple(cells(asker, kind, known, releases)),
        configurations=len(known.layers),
        observations=counts.get((kind.format, kind.name), 0),
        plots=tuple(plots(known, flips)),
        flips=tuple(flips),
        turns=tuple(show_layer.turns(known)),
        reasons=tuple((it["reason"], it["cells"]) for it in show_layer.reasons(known)),
        claims=tuple(claim(it) for it in claims if it.subject != "*"),
        workarounds=tuple(show_layer.advised(it) for it in workarounds if it.subject != "*"),
        conflicts=conflicts,
        seen=tuple(seen(it, known) for it in newest(known.cells)[:KEPT]),
        seen_total=len(known.cells),
    )


def cells(asker: Asker, kind: LayerType, known: Knowledge, releases: Sequence[int]) -> Iterator[SiteCell]:
    "Whatever the release first, then each; the engine generations oldest first."
    about, left_open = canonical.canonical(kind, {}, ())
    here = counted(known)
    for release in (None, *releases):
        where = Target(release=release)
        asked = Question(layer_type=kind, layer=about, open=left_open or WHOLE, target=where, stated=())
        for it in asker.engines(asked):
            offered, chosen = (here.get((it.engine, release, of), (0, 0)) for of in ("offered", "chosen"))
            yield SiteCell(
                engine=it.engine,
                release=release,
                offered=it.offered,
                chosen=it.chosen,
                seen=offered[0],
                seen_by=offered[1],
                placed=chosen[0],
                placed_by=chosen[1],
            )


def counted(known: Knowledge) -> dict[tuple[str | None, int | None, str], tuple[int, int]]:
    """Observations and independent witnesses by engine generation, release (None: any) and question, where the engine
    could be had: an answer counts those of near targets too, a cell of the table must not."""
    found: dict[tuple[str | None, int | None, str], list[tuple[Cell, tuple[Tally, ...]]]] = {}
    for cell in known.cells:
        for of, tallies in (("offered", cell.offered), ("chosen", cell.chosen)):
            if tallies and cell.units in UNITS:
                for release in {None, cell.target.release}:
                    found.setdefault((cell.target.engine, release, of), []).append((cell, tallies))
    return {
        place: (sum(it.yes + it.no for _, told in each for it in told), witnesses(each))
        for place, each in found.items()
    }


def witnesses(found: Sequence[tuple[Cell, tuple[Tally, ...]]]) -> int:
    "By name where the reader knows them; all whom nobody corroborates are one, those set aside none."
    names: set[str] = set()
    unnamed = 0
    for cell, tallies in found:
        if cell.witnesses:
            kinds = cell.kinds or ((Standing.REVIEWED.value, 4),) * len(cell.witnesses)
            for name, (standing, _) in zip(cell.witnesses, kinds, strict=True):
                if standing != Standing.SET_ASIDE:
                    names.add("new" if standing == Standing.NEW else f"w {name}")
        else:
            unnamed = max(unnamed, telling.witnesses(tallies))
    return max(len(names), unnamed)


def newest(found: Sequence[Cell]) -> list[Cell]:
    return sorted(found, key=lambda it: (it.newest, -it.id), reverse=True)


def seen(cell: Cell, known: Knowledge) -> SiteSeen:
    told = (cell.offered, cell.chosen, cell.ran)
    first = next((it for it in told if it), ())
    return SiteSeen(
        id=telling.cell_id(cell.id),
        layer=telling.short(known.layers[cell.layer]),
        target=named(cell.target),
        units=cell.units,
        context=cell.context,
        offered=votes(cell.offered),
        chosen=votes(cell.chosen),
        ran=votes(cell.ran),
        method=", ".join(dict.fromkeys(it.method for it in first)),
        date=cell.newest,
        sources=cell.sources,
        witnesses=max((telling.witnesses(it) for it in told), default=0),
        reasons=tuple(dict.fromkeys(facts.reason_title(it) for it in cell.reasons)),
    )


def votes(tallies: tuple[Tally, ...]) -> tuple[int, int]:
    return sum(it.yes for it in tallies), sum(it.no for it in tallies)


def claim(it: Claim) -> SiteClaim:
    since, until = it.since_release, it.until_release
    span = "" if since is None and until is None else f"releases {since or ''}–{until or ''}"
    return SiteClaim(
        id=it.id,
        subject=it.subject,
        says=it.says,
        about=it.about,
        text=it.text,
        condition=it.condition,
        scope=", ".join((*it.engines, *it.chips, *([span] if span else []))),
        strength=it.strength,
        method=it.method,
        date=it.date,
        source=it.source,
    )


def plots(known: Knowledge, flips: Sequence[dict[str, Any]]) -> Iterator[SitePlot]:
    "For each number that turns what is offered: every configuration that was seen, along that number."
    turning = [it for it in flips if it["about"] == "offered" and it["feature"] in FEATURES]
    told = answers(known)
    values = {mark: features(it) for mark, it in known.layers.items() if mark in told}
    for name in list(dict.fromkeys(it["feature"] for it in turning))[:PLOTS]:
        counts = Counter((values[mark][name], word) for mark, word in told.items()
                         if isinstance(values[mark].get(name), int))  # fmt: skip
        if counts:
            yield SitePlot(
                feature=name,
                unit=FEATURES[name].unit,
                points=tuple(SitePoint(value=at, says=word, count=n) for (at, word), n in sorted(counts.items())),
                bounds=tuple(bound(it) for it in turning if it["feature"] == name),
            )


def answers(known: Knowledge) -> dict[str, str]:
    "Configuration -> what it was offered wherever the engine could be had: `yes`, `no`, or `both`."
    found: dict[str, set[str]] = {}
    for cell in known.cells:
        if cell.units in UNITS and (word := says(cell.offered)):
            found.setdefault(cell.layer, set()).add(word)
    return {mark: words.pop() if len(words) == 1 else "both" for mark, words in sorted(found.items())}


def bound(it: dict[str, Any]) -> Flip:
    return Flip(
        feature=it["feature"], unit="", about=it["about"], yes=it["yes"], no=it["no"], asked=None, text=it["text"],
        evidence=tuple(it["evidence"]),
    )  # fmt: skip
