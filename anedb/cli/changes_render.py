"What changed between two exports, as what people see."

from __future__ import annotations

from anedb.cli.blocks import Block, answer, at_most
from anedb.cli.render import Section
from anedb.domain.exported import ExportDiff, ExportSide, VerdictChange

NAMED = 3


def blocks(found: ExportDiff, limit: int) -> list[Block]:
    "What `anedb diff` prints of two exports; `limit`: rows of each list at most."
    told = [
        Section("Two exports", [("A", about(found.a)), ("B", about(found.b)), ("", found.text)]),
        names("Layer types added", found.layers_added, limit),
        names("Layer types gone", found.layers_gone, limit),
        changed(found, limit),
    ]
    return [each for each in told if each.rows]


def about(side: ExportSide) -> str:
    return f"{side.path}: data {side.data_version}, newest evidence {side.date or 'none'}"


def names(title: str, found: tuple[str, ...], limit: int) -> Section:
    return Section(f"{title} ({len(found)})", [(at_most(found, limit),)] if found else [])


def changed(found: ExportDiff, limit: int) -> Section:
    rows = [*map(row, found.changed[:limit]), *rest(found, limit)]
    return Section(f"Answers that changed ({len(found.changed)})", rows)


def row(each: VerdictChange) -> tuple[str, ...]:
    where = each.engine + (f", release {each.release}" if each.release is not None else "")
    said = f"{told(each.a, each.a_probability)} → {told(each.b, each.b_probability)}"
    by = f"by {at_most(each.sources, NAMED)}" if each.sources else ""
    return f"{each.format}:{each.type}", where, each.about, said, by


def told(said: str, probability: float | None) -> str:
    return "nothing" if not said else answer(said) + ("" if probability is None else f" {probability:.2f}")


def rest(found: ExportDiff, limit: int) -> list[tuple[str, ...]]:
    more = len(found.changed) - limit
    return [("", f"and {more} more: --limit N lists more")] if more > 0 else []
