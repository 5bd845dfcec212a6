"""The values of the static site, gathered from an open database: `anedb.export.site` makes files of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from anedb.api import show_conflicts, telling
from anedb.api.ask import Asker
from anedb.api.evaluate import evaluate
from anedb.api.show_layer import named
from anedb.api.site_layer import claim, layer
from anedb.api.wanted import wanted
from anedb.catalog import facts, layers, targets
from anedb.domain.evaluation import Evaluation
from anedb.domain.knowledge import Cell
from anedb.domain.site import (
    SCHEMA_VERSION,
    Site,
    SiteChip,
    SiteConflict,
    SiteEngine,
    SiteLayer,
    SiteRelease,
    SiteSide,
    SiteSource,
)
from anedb.domain.target import Chip

Told = Callable[[str, int, int], None]
"What is being done, how many are done, how many there are."
WANTED = 100
SIDE = 6
"Pieces of evidence that stand on one side of a disagreement; all are counted."


def site(
    asker: Asker, *, evaluated: bool = True, evaluation: Evaluation | None = None, on_step: Told | None = None
) -> Site:
    """Everything the pages say. `evaluated=False`: the page on how right the answers are says that it was left out;
    `evaluation`: one computed before stands in for it."""
    told = on_step or (lambda what, done, total: None)
    names = layers.all_types()
    releases = told_releases(asker)
    conflicts = tuple(disagreements(asker))
    pages = []
    for number, name in enumerate(names):
        told("answers", number, len(names))
        kind = layers.get(*name.split(":", 1))
        about = tuple(it for it in conflicts if it.layer == name)
        pages.append(layer(asker, kind, [it.number for it in releases], about))
    told("what is wanted", 0, 1)
    measure = wanted(asker, limit=WANTED)
    if evaluated and evaluation is None:
        evaluation = evaluate(asker, "configuration", lambda what, done, total: told(f"evaluating {what}", done, total))
    return Site(
        schema_version=SCHEMA_VERSION,
        data_version=asker.data_version,
        generated_from=newest(pages),
        engines=tuple(engines()),
        releases=releases,
        chips=tuple(chips(asker)),
        sources=tuple(sources(asker)),
        layers=tuple(pages),
        conflicts=conflicts,
        wanted=measure,
        evaluation=evaluation if evaluated else None,
        counts=asker.reader.counts(),
    )


def newest(pages: list[SiteLayer]) -> str:
    "The newest date of any evidence, in full where one is."
    seen = (it.date for page in pages for it in page.seen)
    said = (it.date for page in pages for it in page.claims)
    return max((*seen, *said), default="")


def told_releases(asker: Asker) -> tuple[SiteRelease, ...]:
    "From the oldest release anything was seen on to the newest; the newest two in any case."
    seen = {cell.target.release for cell in all_cells(asker)} - {None}
    known = targets.releases()
    oldest = min((it for it in seen if it is not None), default=known[-1].number)
    kept = [it for it in known if it.number >= oldest or it in known[-2:]]
    return tuple(
        SiteRelease(
            number=it.number,
            name=", ".join(f"{system} {version}" for system, version in it.versions.items()),
            date=min(it.dates.values(), default=""),
        )
        for it in reversed(kept)
    )


def all_cells(asker: Asker) -> Iterator[Cell]:
    for format, type, _ in asker.reader.types():
        asker.indexed(format, type)
        yield from asker.knowledge(format, type).cells


def engines() -> Iterator[SiteEngine]:
    for it in targets.engines():
        yield SiteEngine(
            id=it.id,
            chips=targets.chips_of(it.id),
            isa=it.isa or "",
            compiler_targets=it.compiler_targets,
            limits=tuple((limit.axis, limit.largest) for limit in it.limits),
            note=it.note,
            source=it.source,
        )


def chips(asker: Asker) -> Iterator[SiteChip]:
    seen: dict[str, dict[str, list[Cell]]] = {}
    for format, type, _ in asker.reader.types():
        for cell in asker.knowledge(format, type).cells:
            if cell.target.chip:
                seen.setdefault(cell.target.chip, {}).setdefault(f"{format}:{type}", []).append(cell)
    for each in targets.chips():
        yield chip(each, seen.get(each.id, {}))


def chip(each: Chip, seen: dict[str, list[Cell]]) -> SiteChip:
    return SiteChip(
        id=each.id,
        engine=each.engine,
        usable=each.usable,
        names=each.names,
        products=each.products,
        devices=tuple(dict.fromkeys(it.name for it in targets.devices() if it.chip == each.id)),
        cores=each.cores,
        tops=each.tops or "",
        basis=each.engine_basis,
        note=each.note,
        disputed=each.disputed,
        source="; ".join(dict.fromkeys(it for it in (each.source, each.engine_source or "") if it)),
        seen=tuple(
            (name, len({it.layer for it in cells}), sum(observations(it) for it in cells))
            for name, cells in sorted(seen.items(), key=lambda it: (-len(it[1]), it[0]))
        ),
    )


def observations(cell: Cell) -> int:
    return max((sum(it.yes + it.no for it in told) for told in (cell.offered, cell.chosen, cell.ran)), default=0)


def sources(asker: Asker) -> Iterator[SiteSource]:
    "Those of data/, and each contributor's run that an answer may rest on."
    seen: dict[str, dict[str, int]] = {}
    for format, type, _ in asker.reader.types():
        for cell in asker.knowledge(format, type).cells:
            for id in cell.sources:
                layers_of = seen.setdefault(id, {})
                layers_of[f"{format}:{type}"] = layers_of.get(f"{format}:{type}", 0) + 1
    said: dict[str, list[Any]] = {}
    for each in facts.claims():
        said.setdefault(each.source, []).append(each)
    withdrawn = {it.what: f"{it.reason} ({it.date})" for it in asker.reader.retractions()}
    for id in sorted({*facts.sources(), *seen, *said}):
        found = asker.source(id)
        yield SiteSource(
            id=id,
            kind=found.kind if found else "submission",
            title=found.title if found else "a contributor's run",
            author=found.author if found else "",
            url=found.url if found else "",
            date=found.date if found else "",
            licence=found.licence if found else "",
            note=found.note if found else "",
            withdrawn=withdrawn.get(id, ""),
            claims=tuple(claim(it) for it in said.get(id, ())),
            seen=tuple(sorted(seen.get(id, {}).items(), key=lambda it: (-it[1], it[0]))),
        )


def disagreements(asker: Asker) -> Iterator[SiteConflict]:
    "As `anedb show conflicts` finds them, each side with its words and not only its ids."
    cells = {telling.cell_id(it.id): it for it in all_cells(asker)}
    texts = {mark: telling.short(layer) for name in asker.reader.types()
             for mark, layer in asker.knowledge(*name[:2]).layers.items()}  # fmt: skip
    said = {it.id: it for it in facts.claims()}

    def side(id: str) -> SiteSide:
        if (cell := cells.get(id)) is not None:
            where = f"{texts[cell.layer]} · {named(cell.target)}"
            return SiteSide(id=id, says=telling.says(cell), where=where, source=cell.sources[0], date=cell.newest)
        it = said[id]
        scope = claim(it)
        where = " · ".join(part for part in (scope.scope, scope.condition) if part)
        return SiteSide(id=id, says=it.text, where=where, source=it.source, date=it.date)

    for rows in show_conflicts.conflicts(asker).values():
        for it in rows:
            yield SiteConflict(
                against=it["against"],
                layer=it["layer"],
                about=it["about"],
                answers=tuple(str(each) for each in it["answers"]),
                why=it["why"],
                unexplained=it["explained by"] == "unexplained",
                dissent_says=it["dissent says"],
                example=it["example"],
                on=tuple(it["on"]),
                configurations=it["configurations"],
                answer=tuple(side(id) for id in it["answer rests on"][:SIDE] if id in cells or id in said),
                dissent=tuple(side(id) for id in it["dissent"][:SIDE] if id in cells or id in said),
                dissent_total=len(it["dissent"]),
            )
