"Baseline, chips, conflicts, what is wanted, sources, changes, and how answers arise."

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from anedb.domain.site import Site, SiteChip
from anedb.domain.wanted import Want
from anedb.export.site import words
from anedb.export.site.baseline import OF, STANDINGS, Standing
from anedb.export.site.changes import Change
from anedb.export.site.environment import Pages
from anedb.export.site.paths import Paths
from anedb.export.site.plot import reliability

LISTED = 200
"Rows of a list that could be of any length; the rest is counted."


def other_pages(
    site: Site, pages: Pages, paths: Paths, changed: Sequence[Change], standings: Sequence[Standing]
) -> Iterator[tuple[str, str]]:
    one = pages.render
    groups = [(it, [each for each in standings if each.standing == it]) for it in STANDINGS]
    yield "baseline.html", one("baseline.html", "baseline.html", groups=groups, of=site.releases[:OF])
    yield "chips.html", one("chips.html", "chips.html", chips=site.chips)
    for chip in site.chips:
        path = paths.chip(chip.id)
        yield path, one("chip.html", path, chip=chip, **answers(site, chip), limit=LISTED)
    yield "conflicts.html", one("conflicts.html", "conflicts.html", conflicts=site.conflicts[:LISTED], limit=LISTED)
    wanted = site.wanted.wanted if site.wanted else ()
    rows = [(it, layer_text(it), command(it)) for it in wanted]
    yield "wanted.html", one("wanted.html", "wanted.html", rows=rows, wanted=site.wanted)
    yield "sources.html", one("sources.html", "sources.html", sources=site.sources)
    for source in site.sources:
        path = paths.source(source.id)
        yield path, one("source.html", path, source=source, limit=LISTED)
    yield "changes.html", one("changes.html", "changes.html", changed=changed[:LISTED], total=len(changed))
    found = site.evaluation
    yield "how.html", one(
        "how.html", "how.html",
        evaluation=found,
        diagram=reliability(found.reliability) if found else "",
        grades=list(reversed(words.GRADES)),
    )  # fmt: skip


def answers(site: Site, chip: SiteChip) -> dict[str, Any]:
    "The answers of its engine generation on the current release: how many of each, and those that are not yes."
    current = site.releases[0].number if site.releases else None
    found = [
        (layer, cell)
        for layer in site.layers
        for cell in layer.cells
        if cell.engine == chip.engine and cell.release == current
    ]
    counts = Counter(cell.offered.answer for _, cell in found)
    order = list(words.LETTER)
    refused = [it for it in found if it[1].offered.answer in ("no", "unlikely", "mixed")]
    refused.sort(key=lambda it: (-order.index(it[1].offered.answer), it[0].type, it[0].format))
    return {"counts": [(it, counts[it]) for it in order], "refused": refused}


def layer_text(it: Want) -> str:
    return " ".join(
        [it.type, *(operand(each) for each in it.inputs), *(f"{k}={words.value(v)}" for k, v in it.params.items())]
    )


def operand(each: dict[str, Any]) -> str:
    shape = each.get("shape")
    extents = "" if shape is None else "[" + ",".join(map(str, shape)) + "]"
    return f"{each['name']}={each['dtype']}{extents}" + (":const" if each.get("const") else "")


def command(it: Want) -> str:
    "What shows today's answer, ready to paste."
    return shlex.join(["anedb", *it.ask]) if it.ask else ""
