"One layer type as data: its answers and everything they rest on."

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from anedb.api.ask import Asker
from anedb.api.telling import operand_to_json
from anedb.catalog import layers
from anedb.domain.exported import LAYER, SCHEMA_VERSION, LayerFile, Observed
from anedb.domain.observation import Source
from anedb.domain.plain import plain
from anedb.domain.table import TableRow


def layer_file(asker: Asker, row: TableRow) -> LayerFile:
    "`row`: of the tidy table."
    kind = layers.get(row.format, row.type)
    observed = tuple(sorted(seen(asker, row.format, row.type), key=_order))
    claims, workarounds = asker.said(kind)
    cited = {id for each in observed for id in each.sources}
    cited |= {each.source for each in claims} | {each.source for each in workarounds}
    cited |= {id for cell in row.cells for id in cell.sources}
    return LayerFile(
        kind=LAYER,
        schema_version=SCHEMA_VERSION,
        data_version=asker.data_version,
        concept=row.concept,
        format=row.format,
        type=row.type,
        title=row.title,
        category=row.category,
        doc=kind.doc,
        aliases=layers.aliases(kind),
        also=tuple(f"{each.format}:{each.name}" for each in layers.siblings(kind)),
        verdicts=row.cells,
        observed=observed,
        claims=claims,
        workarounds=workarounds,
        sources=tuple(known(asker, cited)),
    )


def seen(asker: Asker, format: str, type: str) -> Iterator[Observed]:
    "The cells, without their numbers: those belong to one database."
    found = asker.knowledge(format, type)
    for cell in found.cells:
        layer = found.layers[cell.layer]
        yield Observed(
            fingerprint=cell.layer,
            params=plain(layer.params),
            inputs=tuple(operand_to_json(each) for each in layer.inputs),
            target=cell.target,
            units=cell.units,
            context=cell.context,
            offered=cell.offered,
            chosen=cell.chosen,
            ran=cell.ran,
            newest=cell.newest,
            sources=cell.sources,
            reasons=cell.reasons,
        )


def _order(each: Observed) -> tuple[Any, ...]:
    where = each.target
    place = (where.chip, where.engine, where.os, where.version, where.build, where.device)
    return each.fingerprint, *(part or "" for part in place), each.units, each.context


def known(asker: Asker, ids: Iterable[str]) -> Iterator[Source]:
    "A contributor's run is named by its fingerprint and has no source of its own."
    for id in sorted(ids):
        if (found := asker.source(id)) is not None:
            yield found
