"""Segments as a bar: where each begins and how wide it is, in percent of the bar.

A model of more segments than can be told apart is drawn in columns, each split by the units of what falls into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from anedb.domain.check import CheckedLayer, CheckedModel
from anedb.export.check_words import PLACES, named, plural, shown

HEIGHT = 40
MOST_RUNS = 120
"Three pixels each on a phone."
COLUMNS = 100
LABELLED = {"ane": 12.0}
NARROW = 8.0
"Percent of the bar from which on a segment has its name in it: a phone has room for it then."
THIN = 0.4
"Percent of the bar that a segment has at least."
SPOKEN = 12
EDGE = 1e-9


class Run(NamedTuple):
    "Layers that follow each other on one unit, or on one that is not known."

    unit: str
    layers: int
    share: float
    "Of the network's layers."
    time: float
    "Of its estimated time."


class Block(NamedTuple):
    unit: str
    x: str
    width: str
    y: str
    height: str
    label: str
    middle: str
    title: str


class Bar(NamedTuple):
    title: str
    spoken: str
    "All of it in words."
    blocks: list[Block]
    note: str


def bars(model: CheckedModel) -> list[Bar]:
    "For each network one by layers and, where the time of its layers is estimated, one by time."
    found = []
    for network, members in groupby(model.layers, lambda layer: layer.network):
        given = list(runs(members))
        where = f"{shown(network)}: " if len(model.networks) > 1 else ""
        found.append(bar(f"{where}segments in order, width by number of layers", given, [run.share for run in given]))
        if any(run.time for run in given):
            found.append(bar(f"{where}the same, width by estimated time", given, [run.time for run in given]))
    return found


def runs(layers: Iterable[CheckedLayer]) -> Iterator[Run]:
    members = list(layers)
    for unit, each in groupby(members, lambda layer: layer.placement):
        run = list(each)
        yield Run(unit, len(run), len(run) / len(members), sum(it.work.time_share or 0.0 for it in run))


def bar(title: str, given: Sequence[Run], widths: Sequence[float]) -> Bar:
    total = sum(widths)
    wide = [(run.unit, run.layers, 100 * width / total) for run, width in zip(given, widths, strict=True)]
    spoken = [f"{PLACES.get(unit, unit)} {plural(count, 'layer')}" for unit, count, _ in wide]
    told = f"{title}: {named(spoken, SPOKEN)}"
    if len(wide) <= MOST_RUNS:
        return Bar(title, told, list(side_by_side(wide)), "")
    note = f"{len(wide):,} stretches, too many to draw: each column is 1 % of the bar, split by unit"
    return Bar(title, told, list(columns(wide)), note)


def side_by_side(wide: Sequence[tuple[str, int, float]]) -> Iterator[Block]:
    x = 0.0
    for (unit, count, _), width in zip(wide, visible([each[2] for each in wide]), strict=True):
        name = PLACES.get(unit, unit)
        short = {"ane": "Engine", "unknown": "?"}.get(unit, name)
        label = short if width >= LABELLED.get(unit, NARROW) else ""
        title = f"{name}, {plural(count, 'layer')}"
        if width > EDGE:
            yield Block(unit, _percent(x), _percent(width), "0", f"{HEIGHT}", label, _percent(x + width / 2), title)
        x += width


def visible(widths: Sequence[float]) -> list[float]:
    "So that one layer among a thousand can be seen: what is narrower than `THIN` gets it, from the rest."
    thin = sum(EDGE < width < THIN for width in widths)
    rest = sum(width for width in widths if width >= THIN)
    scale = (100 - THIN * thin) / rest if rest else 1.0
    return [width * scale if width >= THIN else THIN if width > EDGE else 0.0 for width in widths]


def columns(wide: Iterable[tuple[str, int, float]]) -> Iterator[Block]:
    "The engine at the bottom, as in a chart of shares."
    step = 100 / COLUMNS
    for column, parts in enumerate(shares(wide)):
        y = 0.0
        for unit in reversed(PLACES):
            height = HEIGHT * parts.get(unit, 0.0) / step
            if height > EDGE:
                title = f"{PLACES[unit]}, {parts[unit] / step:.0%} of this column"
                yield Block(unit, _percent(column * step), _percent(step), f"{y:.4g}", f"{height:.4g}", "", "", title)
            y += height


def shares(wide: Iterable[tuple[str, int, float]]) -> list[dict[str, float]]:
    "For each column how much of it goes to each unit, in percent of the bar."
    step = 100 / COLUMNS
    found: list[dict[str, float]] = [{} for _ in range(COLUMNS)]
    x = 0.0
    for unit, _, width in wide:
        end = x + width
        for column in range(int(x / step), min(COLUMNS, int((end - EDGE) / step) + 1)):
            part = min(end, (column + 1) * step) - max(x, column * step)
            found[column][unit] = found[column].get(unit, 0.0) + part
        x = end
    return found


def _percent(value: float) -> str:
    return f"{round(value, 3):g}%"
