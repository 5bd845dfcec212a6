"""The static support table: the judge's answer for each layer type as a whole, on every engine generation."""

from __future__ import annotations

from collections.abc import Iterator

from anedb.api.ask import Asker
from anedb.catalog import canonical, layers, targets
from anedb.domain.layer import LayerType
from anedb.domain.table import SCHEMA_VERSION, Table, TableCell, TableEngine, TableRelease, TableRow, TableSource
from anedb.domain.target import Target
from anedb.errors import UsageError
from anedb.evidence.question import Judgement, Question
from anedb.export import FORMATS

WHOLE = ("parameters", "operands")
"What a question about a layer type without required inputs leaves open all the same."


def export(asker: Asker, format: str) -> str:
    "The table as text. Raises `UsageError` for a format there is none of."
    if format not in FORMATS:
        raise UsageError(f"there is no export {format!r}", tip=f"use {', '.join(FORMATS)}")
    return FORMATS[format](table(asker))


def table(asker: Asker) -> Table:
    "Every layer type but the internal ones; whatever the release, and on each release it was seen on."
    rows = tuple(row(asker, layers.get(*name.split(":", 1))) for name in layers.all_types())
    cited = {id for each in rows for cell in each.cells for id in cell.sources}
    told = {cell.release for each in rows for cell in each.cells if cell.release is not None}
    return Table(
        schema_version=SCHEMA_VERSION,
        data_version=asker.data_version,
        generated_from=max((cell.newest for each in rows for cell in each.cells), default=""),
        engines=tuple(TableEngine(id=each.id, chips=targets.chips_of(each.id)) for each in targets.engines()),
        releases=tuple(release(number) for number in sorted(told)),
        sources=tuple(table_source(asker, id) for id in sorted(cited)),
        rows=rows,
    )


def row(asker: Asker, kind: LayerType) -> TableRow:
    about = layers.concept_of(kind)
    return TableRow(
        concept=about.id,
        format=kind.format,
        type=kind.name,
        title=about.title,
        category=about.category,
        cells=tuple(cells(asker, kind)),
        link=f"{kind.format}:{kind.name}",
    )


def cells(asker: Asker, kind: LayerType) -> Iterator[TableCell]:
    layer, left_open = canonical.canonical(kind, {}, ())
    seen = asker.reader.knowledge(kind.format, kind.name).cells
    cited = cited_by(asker, kind)
    for engine in targets.engines():
        numbers = {each.target.release for each in seen if each.target.engine == engine.id}
        for number in [None, *sorted(each for each in numbers if each is not None)]:
            where = Target(engine=engine.id, release=number)
            asked = Question(layer_type=kind, layer=layer, open=left_open or WHOLE, target=where, stated=())
            yield cell(engine.id, number, kind, asker.judgement(asked), cited)


def cell(
    engine: str, release: int | None, kind: LayerType, found: Judgement, cited: dict[str, tuple[str, ...]]
) -> TableCell:
    return TableCell(
        engine=engine,
        release=release,
        offered=found.offered,
        chosen=found.chosen,
        observations=found.offered.observations,
        witnesses=found.offered.witnesses,
        newest=max(found.offered.newest, found.chosen.newest),
        sources=tuple(sorted({id for rest in found.rests_on for id in cited[f"{rest.kind}:{rest.id}"]})),
        link=f"{kind.format}:{kind.name}",
    )


def cited_by(asker: Asker, kind: LayerType) -> dict[str, tuple[str, ...]]:
    "What an answer about this layer may rest on -> the sources behind it."
    kinds = (kind, *layers.siblings(kind))
    seen = (each for one in kinds for each in asker.reader.knowledge(one.format, one.name).cells)
    return {
        **{f"cell:{each.id}": each.sources for each in seen},
        **{f"claim:{each.id}": (each.source,) for each in asker.said(kind)[0]},
        **{f"family:{name}": tuple(it.id for it in asker.family_sources(name)) for name in asker.families.offered},
    }


def release(number: int) -> TableRelease:
    found = targets.release(number)
    return TableRelease(
        number=number, name=", ".join(f"{system} {version}" for system, version in found.versions.items())
    )


def table_source(asker: Asker, id: str) -> TableSource:
    found = asker.source(id)
    if found is None:
        return TableSource(id=id, title="a contributor's run", url="")
    return TableSource(id=id, title=found.title, url=found.url, licence=found.licence)
