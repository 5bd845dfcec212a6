"""The baseline: what runs everywhere. Computed from the answers, and dated by the evidence behind them.

A layer is in it where the engine is offered on every engine generation, on the current and on the previous Core ML
release. `yes` needs a yes everywhere; `likely` is in it too and says so; one no or unlikely keeps a layer out, and what
is mixed or unknown somewhere is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anedb.domain.site import Site, SiteCell, SiteLayer
from anedb.domain.value import value

OF = 2
"Releases that count: the current one and the previous one."
STANDINGS = ("yes", "likely", "unknown", "no")


@value
class Exception_:
    "One place that keeps a layer out, or leaves it open."

    engine: str
    releases: tuple[int, ...]
    answer: str


@value
class Standing:
    "Of one layer."

    layer: SiteLayer
    standing: str
    "One of `STANDINGS`."
    date: str
    "The newest evidence behind it."
    seen_on: int
    "Engine generations it was seen on."
    exceptions: tuple[Exception_, ...]

    @property
    def text(self) -> str:
        "What its badge says."
        count = len({it.engine for it in self.exceptions})
        return {
            "yes": "yes",
            "likely": "likely",
            "no": f"no: {count} {'generation' if count == 1 else 'generations'}",
            "unknown": "open",
        }[self.standing]


def baseline(site: Site) -> list[Standing]:
    "Of every layer, in the site's order."
    numbers = [it.number for it in site.releases[:OF]]
    return [standing(it, numbers) for it in site.layers]


def standing(layer: SiteLayer, releases: Sequence[int]) -> Standing:
    cells = [it for it in layer.cells if it.release in releases]
    answers = {it.offered.answer for it in cells}
    found = (
        "no" if answers & {"no", "unlikely"}
        else "unknown" if answers & {"mixed", "unknown"} or not answers
        else "likely" if "likely" in answers else "yes"
    )  # fmt: skip
    shown = {"no": ("no", "unlikely"), "unknown": ("mixed", "unknown"), "likely": ("likely",), "yes": ()}[found]
    return Standing(
        layer=layer,
        standing=found,
        date=max((it.offered.newest for it in cells), default=""),
        seen_on=len({it.engine for it in layer.cells if it.seen or it.placed}),
        exceptions=tuple(exceptions(cells, shown)),
    )


def exceptions(cells: Sequence[SiteCell], answers: Sequence[str]) -> Iterator[Exception_]:
    "By engine generation and answer, with the releases that share it."
    found: dict[tuple[str, str], list[int]] = {}
    for it in cells:
        if it.offered.answer in answers and it.release is not None:
            found.setdefault((it.engine, it.offered.answer), []).append(it.release)
    for (engine, answer), releases in found.items():
        yield Exception_(engine=engine, releases=tuple(sorted(releases)), answer=answer)
