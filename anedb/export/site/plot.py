"Points along a number, drawn: what was offered the engine and what was not. SVG without a style of its own."

from __future__ import annotations

from collections.abc import Iterable
from math import log2, sqrt
from typing import TYPE_CHECKING

from anedb.domain.evaluation import Bin
from anedb.domain.site import SitePlot
from anedb.export.text import visible

if TYPE_CHECKING:
    from markupsafe import Markup

WIDTH, LEFT, RIGHT = 400, 52, 14
LANES = {"yes": 22, "both": 48, "no": 74}
AXIS = 92
HEIGHT = 112
WIDE = 12
"From this ratio of the largest to the smallest value on, the axis is logarithmic."
GAP = 30
"Between two labels on the axis."
SQUARE = 220
INSET = 34


def plot(found: SitePlot) -> Markup:
    "Lanes for yes and no; a band within which the answer turns; text for those who do not see it."
    from markupsafe import Markup, escape

    place = Scale([it.value for it in found.points] + [it for b in found.bounds for it in (b.yes, b.no) if it])
    both = any(it.says == "both" for it in found.points)
    lanes = [it for it in LANES if it != "both" or both]
    name = found.feature.replace("_", " ")
    parts = [
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(visible(told(found)))}">'
    ]
    for it in lanes:
        y = LANES[it]
        parts.append(f'<line class="lane" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{it}</text>')
    for low, high in sorted(bands(found)):
        x, wide = place(low), max(place(high) - place(low), 2)
        parts.append(f'<rect class="band" x="{x}" width="{wide:.1f}" y="8" height="{AXIS - 8}"/>')
    parts += [mark(place(it.value), LANES[it.says], it.says, it.count) for it in found.points]
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{AXIS}" y2="{AXIS}"/>')
    parts += [
        f'<text x="{x:.1f}" y="{AXIS + 15}" text-anchor="middle">{value:,}</text>' for value, x in labels(found, place)
    ]
    parts.append(f'<text class="quiet" x="0" y="{AXIS + 15}">{escape(visible(name.split(" ")[-1][:9]))}</text></svg>')
    return Markup("".join(parts))


def bands(found: SitePlot) -> set[tuple[int, int]]:
    "Between a yes and a no with nothing seen in between; one that spans other points is told in words alone."
    ends = {(min(b.yes, b.no), max(b.yes, b.no)) for b in found.bounds if b.yes and b.no}
    return {(low, high) for low, high in ends if not any(low < it.value < high for it in found.points)}


class Scale:
    "Value -> x."

    def __init__(self, values: Iterable[int]) -> None:
        found = list(values) or [1]
        self.low, self.high = min(found), max(found)
        self.log = self.low > 0 and self.high / self.low >= WIDE

    def __call__(self, value: int | None) -> float:
        at = self.low if value is None else value
        if self.high == self.low:
            share = 0.5
        elif self.log:
            share = log2(max(at, self.low) / self.low) / log2(self.high / self.low)
        else:
            share = (at - self.low) / (self.high - self.low)
        return round(LEFT + 8 + share * (WIDTH - RIGHT - LEFT - 16), 1)


def labels(found: SitePlot, place: Scale) -> list[tuple[int, float]]:
    "The values where it turns, then the ends, as far as they have room."
    turns = [it for b in found.bounds for it in (b.yes, b.no) if it is not None]
    kept: list[tuple[int, float]] = []
    for value in dict.fromkeys((*turns, place.low, place.high, *(it.value for it in found.points))):
        x = place(value)
        if all(abs(x - at) >= GAP + 3 * len(str(value)) for _, at in kept):
            kept.append((value, x))
    return sorted(kept)


def mark(x: float, y: int, says: str, count: int) -> str:
    r = round(min(3 + sqrt(count), 9), 1)
    if says == "yes":
        return f'<circle class="p-yes" cx="{x}" cy="{y}" r="{r}"/>'
    if says == "no":
        arm = f"{2 * r:.1f}"
        return f'<path class="p-no" d="M{x - r:.1f} {y - r:.1f}l{arm} {arm}m0 -{arm}l-{arm} {arm}"/>'
    return f'<path class="p-both" d="M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z"/>'


def told(found: SitePlot) -> str:
    counts = {says: sum(it.count for it in found.points if it.says == says) for says in LANES}
    said = ", ".join(f"{n} {says}" for says, n in counts.items() if n)
    turns = "; ".join(it.text for it in found.bounds)
    return f"Configurations along {found.feature.replace('_', ' ')}: {said}. {turns}"


def reliability(bins: Iterable[Bin]) -> Markup:
    "What was said against what was: on the diagonal the two are one."
    from markupsafe import Markup

    found = [it for it in bins if it.cases]
    most = max((it.cases for it in found), default=1)
    span = SQUARE - 2 * INSET

    def at(share: float) -> float:
        return round(INSET + share * span, 1)

    end = SQUARE - INSET
    parts = [
        f'<svg class="plot reliability" viewBox="0 0 {SQUARE + 30} {SQUARE}" role="img" '
        'aria-label="Reliability diagram; the table beside it has its numbers">',
        f'<path class="axis" d="M{INSET} {INSET}V{end}H{end}" fill="none"/>',
        f'<line class="turn" x1="{INSET}" y1="{end}" x2="{end}" y2="{INSET}"/>',
    ]
    for share in (0.0, 0.5, 1.0):
        parts.append(f'<text x="{at(share)}" y="{end + 16}" text-anchor="middle">{share:g}</text>')
        parts.append(f'<text x="{INSET - 7}" y="{SQUARE - at(share) + 4}" text-anchor="end">{share:g}</text>')
    for it in found:
        r = round(3 + 7 * sqrt(it.cases / most), 1)
        parts.append(f'<circle class="p-yes" cx="{at(it.said)}" cy="{round(SQUARE - at(it.was), 1)}" r="{r}"/>')
    parts.append(f'<text class="quiet" x="{at(0.5)}" y="{SQUARE - 3}" text-anchor="middle">said</text>')
    parts.append(f'<text class="quiet" x="{INSET}" y="{INSET - 12}" text-anchor="middle">was</text></svg>')
    return Markup("".join(parts))
