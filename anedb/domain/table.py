"""The static support table: layers by engine generation and Core ML release, with what each cell rests on."""

from __future__ import annotations

from anedb.domain.value import value
from anedb.domain.verdict import Part

SCHEMA_VERSION = "1.0.0"
TABLE = "anedb-table"


@value
class TableSource:
    "A source that a cell names."

    id: str
    title: str
    url: str
    "Empty: it has no address."
    licence: str = ""


@value
class TableEngine:
    "A column: one engine generation."

    id: str
    chips: tuple[str, ...] = ()


@value
class TableRelease:
    "A Core ML release that cells speak of."

    number: int
    name: str
    "`iOS 17, macOS 14, tvOS 17, watchOS 10, visionOS 1`."


@value
class TableCell:
    "The answer for one layer on one engine generation, on one Core ML release or on any."

    engine: str
    release: int | None
    "By its iOS number; None: whatever the release."
    offered: Part
    chosen: Part
    observations: int = 0
    witnesses: int = 0
    newest: str = ""
    sources: tuple[str, ...] = ()
    "Ids of the table's `sources`."
    link: str = ""
    "What `anedb show` follows, or an anchor."


@value
class TableRow:
    "One layer type of one format."

    concept: str
    format: str
    type: str
    title: str
    category: str
    cells: tuple[TableCell, ...] = ()
    "Engines without one are filled in as unknown when the table is written."
    link: str = ""


@value
class Table:
    """What an export is made of. The order of engines, releases, sources, rows and cells does not matter."""

    schema_version: str
    data_version: str
    generated_from: str
    "The newest date of its evidence; never the clock's, so that the same data give the same bytes."
    engines: tuple[TableEngine, ...]
    releases: tuple[TableRelease, ...] = ()
    sources: tuple[TableSource, ...] = ()
    rows: tuple[TableRow, ...] = ()


@value
class EngineCounts:
    "How many layers have which answer on one engine generation, whatever the release; unknowns too."

    engine: str
    offered: dict[str, int]
    "Answer -> layers."
    chosen: dict[str, int]


@value
class TableCounts:
    layers: int
    cells: int
    "Unknown ones too."
    known: int
    "Cells whose `offered` or `chosen` is known."
    by_engine: tuple[EngineCounts, ...]


@value
class TableFile:
    "The JSON export. docs/schemas/table.schema.json is generated from it."

    kind: str
    schema_version: str
    data_version: str
    generated_from: str
    counts: TableCounts
    engines: tuple[TableEngine, ...]
    releases: tuple[TableRelease, ...]
    sources: tuple[TableSource, ...]
    rows: tuple[TableRow, ...]
