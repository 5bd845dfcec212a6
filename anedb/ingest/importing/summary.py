"What a report says, counted: for a person to see that it was understood."

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from anedb.domain.foreign import ForeignReport
from anedb.domain.imported import ReadFile, Tally
from anedb.ingest.importing import registry

UNMAPPED = "unmapped"


def summary(name: str, report: ForeignReport) -> ReadFile:
    rows = report.rows
    reasons = [row.reason for row in rows if row.reason is not None]
    return ReadFile(
        file=name,
        format=report.format,
        title=registry.by_name(report.format).TITLE,
        models=len({row.model for row in rows} | {each.model for each in report.counts}),
        rows=len(rows),
        offered=tally(unit for row in rows for unit in row.offered or ()),
        chosen=tally(row.chosen for row in rows if row.chosen),
        ran=tally(row.ran for row in rows if row.ran),
        counts=_counts(report),
        refusals=tally(each.code for each in reasons if each.code != UNMAPPED),
        unmapped=tally(each.text for each in reasons if each.code == UNMAPPED),
        notes=report.notes,
    )


def _counts(report: ForeignReport) -> tuple[Tally, ...]:
    found = []
    for each in report.counts:
        of = "" if each.of is None else f" of {each.of}"
        what = f"{each.unit}{of}, {'all operations' if each.what == '*' else each.what}"
        who = ", ".join(name for name in (each.model, each.units) if name)
        found.append(Tally(what=f"{who}: {what}" if who else what, count=each.count))
    return tuple(found)


def tally(found: Iterable[str]) -> tuple[Tally, ...]:
    "The commonest first, then by name."
    counted = Counter(map(str, found))
    return tuple(
        Tally(what=what, count=count) for what, count in sorted(counted.items(), key=lambda it: (-it[1], it[0]))
    )
