"""One number varied, all else alike: where the answer flips, and what the points on both sides say of one between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from anedb.domain.verdict import Flip
from anedb.evidence.columns import Column, members
from anedb.evidence.features import FEATURES
from anedb.evidence.index import Indexed
from anedb.evidence.match import Match
from anedb.evidence.plan import Plan

PAIRS = (
    ("kernel_height", "kernel_width"),
    ("stride_height", "stride_width"),
    ("dilation_height", "dilation_width"),
    ("height", "width"),
)
"Numbers that are often varied together, as squares."

Point = tuple[int, str, int]
"Value, `yes` or `no`, and a layer that shows it."


class Line(NamedTuple):
    "Points along one feature, by rising value."

    feature: str
    points: tuple[Point, ...]
    asked: int | None
    layers: int
    "The layers on it, as a set."
    square: bool = False
    "Height and width vary together."
    loose: bool = False
    "The other extent of the pair varies as well: less certain."


def lines(found: Match, indexed: Indexed, plan: Plan, *, both: bool) -> Iterator[Line]:
    """A line for each number along which known layers differ from the question and agree in all else.

    `both`: only those with a yes and a no on it.
    """
    shown = plan.yes | plan.no
    missed = {column.name: miss for column, miss in found.misses}
    squares = _open_squares(found, indexed, shown)
    for column in indexed.columns.values():
        if column.number and len(column.bits) > 1 and column.name not in squares:
            miss = missed.get(column.name)
            on = found.none if miss is None else found.one & miss | found.none
            if on & shown and (not both or (on & plan.yes and on & plan.no)):
                yield _line(column, on & shown, plan, found.asked.get(column.name))
    yield from _squares(found, indexed, plan, missed, shown, both)


def _open_squares(found: Match, indexed: Indexed, shown: int) -> frozenset[str]:
    "Heights that a question leaves open together with a width they are equal to wherever it was seen: told once."
    return frozenset(
        high
        for high, wide in PAIRS
        if high not in found.asked
        and wide not in found.asked
        and high in indexed.columns
        and not found.none & shown & ~_square(indexed, high, wide)
    )


def _square(indexed: Indexed, high: str, wide: str) -> int:
    "The layers whose two extents are equal, as a set."
    tall, broad = indexed.columns[high].bits, indexed.columns[wide].bits
    square = 0
    for value, bits in broad.items():
        square |= bits & tall.get(value, 0)
    return square


def _squares(
    found: Match, indexed: Indexed, plan: Plan, missed: dict[str, int], shown: int, both: bool
) -> Iterator[Line]:
    for high, wide in PAIRS:
        if high not in missed or wide not in missed or found.asked.get(high) != found.asked.get(wide):
            continue
        broad = indexed.columns[wide]
        on = (found.two & missed[high] & missed[wide] | found.none) & _square(indexed, high, wide) & shown
        if on and (not both or (on & plan.yes and on & plan.no)):
            yield _line(broad, on, plan, found.asked.get(wide))._replace(square=True)


def loose_lines(found: Match, indexed: Indexed, plan: Plan) -> Iterator[Line]:
    "As `lines` with a yes and a no, but the other extent of a pair may differ too: where nothing stricter was seen."
    missed = {column.name: miss for column, miss in found.misses}
    for pair in PAIRS:
        misses = [missed.get(name, 0) for name in pair]
        on = found.none | found.one & (misses[0] | misses[1]) | found.two & misses[0] & misses[1]
        if not (on & plan.yes and on & plan.no):
            continue
        for name in pair:
            if name in indexed.columns and len(indexed.columns[name].bits) > 1 and name in found.asked:
                yield _line(indexed.columns[name], on, plan, found.asked[name])._replace(loose=True)


def _line(column: Column, on: int, plan: Plan, asked: object) -> Line:
    points: dict[int, list[tuple[str, int]]] = {}
    for layer in members(on & (plan.yes | plan.no)):
        value = column.values[layer]
        if type(value) is int:
            points.setdefault(value, []).append(("yes" if plan.yes >> layer & 1 else "no", layer))
    clear = tuple((value, at[0][0], at[0][1]) for value, at in sorted(points.items()) if len({it[0] for it in at}) == 1)
    return Line(column.name, clear, asked if type(asked) is int else None, on)


def bracket(line: Line) -> tuple[str, tuple[Point, ...]] | None:
    """What a line says of the value asked about, read as if the answer flipped at most once on each side.

    Between two yes's: yes. Between two no's: no. Beyond a no that has a yes on its other side: no.
    """
    if line.asked is None:
        return None
    below = [point for point in line.points if point[0] < line.asked]
    above = [point for point in line.points if point[0] > line.asked]
    if any(point[0] == line.asked for point in line.points):
        return None
    if below and above:
        return (below[-1][1], (below[-1], above[0])) if below[-1][1] == above[0][1] else None
    nearest, rest = (below[-1], below[:-1]) if below else (above[0], above[1:]) if above else (None, [])
    if nearest is None or nearest[1] == "yes":
        return None
    return ("no", (nearest,)) if any(point[1] == "yes" for point in rest) else None


def flips(line: Line) -> list[tuple[Point, Point]]:
    "Neighbouring points that differ, the nearest to the value asked about on each side; all of them where none is."
    found = [(one, two) for one, two in zip(line.points, line.points[1:], strict=False) if one[1] != two[1]]
    if line.asked is None:
        return found[:2]
    asked = line.asked
    around = [it for it in found if it[0][0] <= asked <= it[1][0]]
    lower = [it for it in found if it[1][0] < asked][-1:]
    upper = [it for it in found if it[0][0] > asked][:1]
    if around:
        return around[:1] + [it for it in (*lower, *upper) if it not in around][: 2 - len(around[:1])]
    return lower + upper


def flip(line: Line, pair: tuple[Point, Point], evidence: tuple[str, ...]) -> Flip:
    yes, no = (pair[0][0], pair[1][0]) if pair[0][1] == "yes" else (pair[1][0], pair[0][0])
    title = line.feature.replace("_", " ")
    how = " (square)" if line.square else " (the other extent differs too)" if line.loose else ""
    return Flip(
        feature=line.feature,
        unit=FEATURES[line.feature].unit,
        about="offered",
        yes=yes,
        no=no,
        asked=line.asked,
        text=f"{title} {yes} yes, {no} no{how}",
        evidence=evidence,
    )
