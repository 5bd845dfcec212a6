"""The support table as Markdown: layers by engine generation, in words and counts, with links to the sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from anedb.domain.table import EngineCounts, Table, TableCell, TableRow, TableSource
from anedb.domain.verdict import Answer, Part
from anedb.export.tables import ANSWERS, counts, tidy
from anedb.export.text import visible

# A colon stays where a blank follows: elsewhere it makes addresses and `:emoji:`.
PLAIN = re.compile(r"(?:[A-Za-z0-9 .,;()%+/='\"?-]|:(?= |$))*")
CODE = re.compile(r"[^`|\\<>&\x00-\x1f\x7f-\x9f]+")
ADDRESS = re.compile(r"https?://[!-;=?-\[\]-_a-{}~]+")

LEGEND = """\
Each cell answers two questions. *Offered*: does Core ML list the Neural Engine among the devices this layer could run
on? *Chosen*: is it where Core ML then places it? A small layer is often offered the engine and placed elsewhere, and a
plan is not a run.

`yes 12/3` means: yes, from 12 observations by 3 independent witnesses. The words are yes, likely, mixed, unlikely, no
and unknown; *unknown* is no evidence, not a no. Without counts the answer rests on what stands in brackets. The answer
is for the layer type as a whole: parameters, shapes and data types flip it, so ask `anedb query` about your own layer.
"""


def render(table: Table) -> str:
    "The whole page."
    found = tidy(table)
    blocks = [*_head(found), *_counts(found), *_layers(found), *_by_release(found), *_keys(found)]
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def text(value: str) -> str:
    "A stranger's words as words: what Markdown or HTML would take for markup becomes character references."
    shown = visible(value)
    return shown if PLAIN.fullmatch(shown) and "www." not in shown.casefold() else _referenced(shown)


def name(value: str) -> str:
    "A layer's name, as code where that is safe in a table."
    shown = visible(value)
    return f"`{shown}`" if CODE.fullmatch(shown) else _referenced(shown)


def link(words: str, address: str) -> str:
    "A link, or the bare words where the address is not one of the web."
    return f"[{text(words)}](<{address}>)" if ADDRESS.fullmatch(address) else text(words)


def _referenced(value: str) -> str:
    return "".join(each if each.isalnum() or each == " " else f"&#{ord(each)};" for each in value)


def _head(table: Table) -> Iterator[str]:
    total = counts(table)
    yield "# Which Core ML layers run on the Apple Neural Engine"
    yield (
        f"{total.layers} layers on {len(table.engines)} engine generations; newest evidence "
        f"{text(table.generated_from) or 'none'}; data version {name(table.data_version)}; "
        f"table version {text(table.schema_version)}. {total.known} of {total.cells} cells are known, "
        f"{total.cells - total.known} unknown."
    )
    yield LEGEND


def _counts(table: Table) -> Iterator[str]:
    yield "## Counts"
    yield "Layers by answer on each engine generation, whatever the OS release."
    rows = (row for each in counts(table).by_engine for row in _count_rows(each))
    yield _grid(["Engine", "Question", *ANSWERS], rows)


def _count_rows(each: EngineCounts) -> Iterator[list[str]]:
    yield [text(each.engine), "offered", *(str(each.offered[answer]) for answer in ANSWERS)]
    yield [text(each.engine), "chosen", *(str(each.chosen[answer]) for answer in ANSWERS)]


def _layers(table: Table) -> Iterator[str]:
    yield "## Layers"
    marks = _marks(table)
    for category, rows in groupby(table.rows, key=lambda row: row.category):
        yield f"### {text(category) or 'Other'}"
        header = ["Layer", "Format", "What", *(text(each.id) for each in table.engines), "Newest"]
        yield _grid(header, (_layer_row(row, marks) for row in rows))


def _layer_row(row: TableRow, marks: dict[str, str]) -> list[str]:
    cells = [cell for cell in row.cells if cell.release is None]
    newest = max((cell.newest for cell in row.cells), default="")
    return [name(row.type), text(row.format), text(row.title), *(_cell(cell, marks) for cell in cells), text(newest)]


def _cell(cell: TableCell, marks: dict[str, str]) -> str:
    if cell.offered.answer == cell.chosen.answer == Answer.UNKNOWN:
        return "unknown"
    words = f"offered {_part(cell.offered)}; chosen {_part(cell.chosen)}"
    return " ".join([words, *(marks[each] for each in cell.sources)])


def _part(part: Part) -> str:
    "`yes 12/3`, `no (claim)`."
    if part.answer == Answer.UNKNOWN:
        return "unknown"
    rests_on = f"{part.observations}/{part.witnesses}" if part.observations else f"({text(part.basis)})"
    return f"**{text(part.answer)}** {rests_on}"


def _by_release(table: Table) -> Iterator[str]:
    marks = _marks(table)
    rows = [_release_row(row, cell, marks) for row in table.rows for cell in row.cells if cell.release is not None]
    if rows:
        yield "## By OS release"
        yield "Where evidence tells releases apart."
        yield _grid(["Layer", "Format", "Engine", "Release", "Answer and sources", "Newest"], rows)


def _release_row(row: TableRow, cell: TableCell, marks: dict[str, str]) -> list[str]:
    where = [text(cell.engine), str(cell.release)]
    return [name(row.type), text(row.format), *where, _cell(cell, marks), text(cell.newest)]


def _keys(table: Table) -> Iterator[str]:
    yield "## Engine generations"
    yield _grid(["Engine", "Chips"], ([text(each.id), text(", ".join(each.chips))] for each in table.engines))
    if table.releases:
        yield "## Core ML releases"
        yield _grid(["Release", "Is"], ([str(each.number), text(each.name)] for each in table.releases))
    if table.sources:
        yield "## Sources"
        yield _grid(["No.", "Source", "Licence"], (_source_row(*each) for each in enumerate(table.sources, 1)))
        yield _references(table)


def _source_row(number: int, source: TableSource) -> list[str]:
    return [str(number), link(source.title or source.id, source.url), text(source.licence)]


def _marks(table: Table) -> dict[str, str]:
    "Source id -> its number, linked by reference where it has an address: an address in every cell makes a megabyte."
    numbered = enumerate(table.sources, 1)
    return {each.id: f"[({n})][s{n}]" if ADDRESS.fullmatch(each.url) else f"({n})" for n, each in numbered}


def _references(table: Table) -> str:
    "What the marks lead to."
    numbered = enumerate(table.sources, 1)
    return "\n".join(f"[s{n}]: <{each.url}>" for n, each in numbered if ADDRESS.fullmatch(each.url))


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
