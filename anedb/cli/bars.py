"""Segments as a bar across the terminal: which layers go where, in order.

A segment starts with its unit's letter, `A####C-A##`, so that it can be read without colour; none is left out for
being small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from anedb.domain.check import CheckedLayer

Run = tuple[str, int]
"A unit (`ane`, `gpu`, `cpu`, `unknown`) and how many layers, or cells, in a row."

LETTERS = {"ane": "A", "gpu": "G", "cpu": "C", "unknown": "?"}
GLYPHS = {"ane": "█", "gpu": "▓", "cpu": "░", "unknown": "·"}
COLOURS = {"ane": "green", "gpu": "blue", "cpu": "yellow", "unknown": "bright_black"}
NAMES = {"ane": "Neural Engine", "gpu": "GPU", "cpu": "CPU", "unknown": "unknown"}
WORST = ("cpu", "gpu", "unknown", "ane")
"Which unit a cell shows that stands for several segments: what is off the engine must not disappear."
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Bars:
    "Bars under each other, each with a label, and what the letters mean."

    title: str
    bars: tuple[tuple[str, tuple[Run, ...]], ...]


def runs(layers: Iterable[CheckedLayer]) -> tuple[Run, ...]:
    return tuple((unit, sum(1 for _ in each)) for unit, each in groupby(layers, lambda it: it.placement))


def bar(found: Sequence[Run], width: int) -> list[list[Run]]:
    "Cells in lines of `width`: one line, or up to `MOST_LINES` where there are more segments than cells."
    lines = min(MOST_LINES, -(-len(found) // width))
    cells = width * lines
    return _lines(spread(found, cells) if len(found) <= cells else squeezed(found, cells), width)


def spread(found: Sequence[Run], cells: int) -> list[Run]:
    "One cell for every run, the rest by length."
    total = sum(number for _, number in found)
    free = cells - len(found)
    spans, before, given = [], 0, 0
    for unit, number in found:
        before += number
        upto = round(free * before / total)
        spans.append((unit, 1 + upto - given))
        given = upto
    return spans


def squeezed(found: Sequence[Run], cells: int) -> list[Run]:
    "More runs than cells: a cell shows the worst of the layers it stands for."
    units = [unit for unit, number in found for _ in range(number)]
    ends = [round(len(units) * place / cells) for place in range(cells + 1)]
    worst = [min(units[first:last], key=WORST.index) for first, last in pairwise(ends)]
    return [(unit, sum(1 for _ in each)) for unit, each in groupby(worst)]


def _lines(spans: Sequence[Run], width: int) -> list[list[Run]]:
    "Spans cut at the width; what goes on in the next line keeps its unit."
    lines: list[list[Run]] = [[]]
    left = width
    for unit, number in spans:
        while number:
            if not left:
                lines.append([])
                left = width
            take = min(number, left)
            lines[-1].append((unit, take))
            number, left = number - take, left - take
    return lines


def plain(line: Iterable[Run]) -> str:
    return "".join(LETTERS[unit] + GLYPHS[unit] * (number - 1) for unit, number in line)


def legend(found: Bars) -> str:
    "`A Neural Engine, C CPU`: the units that occur."
    units = {unit for _, each in found.bars for unit, _ in each}
    said = ", ".join(f"{letter} {NAMES[unit]}" for unit, letter in LETTERS.items() if unit in units)
    return f"{said}; layers in order, by number"
