"A measured run, for people: what was measured, what is new, what would be sent, and how."

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from anedb.cli.render import Section, plural
from anedb.domain.imported import Tally
from anedb.domain.probed import Differs, Doctor, Part, Probed

SHOWN = 12
"Lines of a list; --json has all of them."


def blocks(found: Probed) -> list[Section]:
    sections = [
        Section(f"Measured: {found.models} {plural('model', found.models)} in {_time(found.seconds)}", _about(found)),
        Section("By setting", list(map(_part, found.parts))),
        Section("Failed", _tally(found.failures)),
        Section("Not the CPU's numbers", _few([_differs(each) for each in found.differs])),
        Section("Left out", _tally(found.notes)),
        Section("What it would move in your database", _few([(each,) for each in found.new])),
        Section("Problems", [(line,) for each in found.problems for line in str(each).splitlines()]),
    ]
    if found.header:
        sections.append(Section("What would be sent: every field", list(_sent(found))))
        sections.append(Section("How", [(each,) for each in found.send]))
    return [each for each in sections if each.rows]


def doctor(found: Doctor) -> list[Section]:
    marks = {True: "ok", False: "missing"}
    rows: list[tuple[str, ...]] = [
        (marks[each.ok] if each.needed or each.ok else "better not", each.name, each.found, each.tip)
        for each in found.checks
    ]
    can = "This machine can measure" if found.able else "This machine cannot measure"
    return [Section(can, rows)]


def _about(found: Probed) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("layers", f"{found.layers}"),
        ("observations", f"{found.observations}"),
    ]
    if found.resumed:
        rows.append(("resumed", f"{found.resumed} were measured before"))
    if found.unanswered:
        rows.append(("unanswered", f"{found.unanswered} operations for which Core ML had no answer"))
    rows.append(("submission", f"{found.status}{': ' + found.written if found.written else ''}"))
    return rows


def _part(each: Part) -> tuple[str, ...]:
    return (
        each.units,
        f"{each.observations} {plural('observation', each.observations)}",
        f"engine offered {each.offered}",
        f"chosen {each.chosen}",
        f"failed {each.failed}",
        f"timed {each.timed}",
    )


def _differs(each: Differs) -> tuple[str, ...]:
    return (each.model, each.units, each.error)


def _tally(found: tuple[Tally, ...]) -> list[tuple[str, ...]]:
    return [(str(each.count), each.what) for each in found]


def _few(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    more = len(rows) - SHOWN
    return list(rows) if more <= 0 else [*rows[:SHOWN], (f"… and {more} more (--json)",)]


def _sent(found: Probed) -> Iterator[tuple[str, ...]]:
    yield from _fields(found.header, "")
    yield ("one of the lines", json.dumps(found.example, ensure_ascii=False))
    yield from _fields(found.conditions if found.times else {}, "times.")


def _fields(what: dict[str, Any], before: str) -> Iterator[tuple[str, ...]]:
    for name, item in what.items():
        if isinstance(item, dict):
            yield from _fields(item, f"{before}{name}.")
        else:
            yield (f"{before}{name}", str(item))


def _time(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
