"What a run measured, counted; what it would move; and how to send it."

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from anedb.api import database
from anedb.api.submit import submit
from anedb.domain.imported import Tally
from anedb.domain.observation import ComputeUnits, Unit
from anedb.domain.probed import Differs, Part, Probed
from anedb.domain.submission import LayerLine, Seen
from anedb.probe.outcome import Measured

TOLERANCE = 0.01
"Share of the CPU's largest value. fp16 keeps three digits, and sums of it lose one."
ENGINE = (ComputeUnits.ALL, ComputeUnits.CPU_AND_NE)
"Settings under which there is a question."
STATUS = {"refused": "refused", "kept aside": "kept aside"}


def counted(found: Sequence[Measured], models: int, resumed: int, seconds: int, lines: Sequence[LayerLine]) -> Probed:
    seen = [each for line in lines for each in line.seen]
    return Probed(
        status="nothing to send",
        models=models,
        resumed=resumed,
        seconds=seconds,
        layers=len(lines),
        observations=len(seen),
        parts=tuple(_parts(found, seen)),
        failures=tally(f"{each.reason.code} ({each.step})" for one in found for each in one.failures),
        unanswered=sum(each.unanswered for each in found),
        differs=tuple(_differs(found)),
        notes=tally(each.note for each in found if each.note),
        header={},
        conditions={},
        example={},
        new=(),
        problems=(),
        run="",
        written="",
        times="",
        send=(),
    )


def tally(what: Iterable[str]) -> tuple[Tally, ...]:
    return tuple(Tally(what=name, count=count) for name, count in Counter(what).most_common())


def _parts(found: Sequence[Measured], seen: Sequence[Seen]) -> Iterator[Part]:
    timed = Counter(each.units for one in found for each in one.times)
    for units in dict.fromkeys(each.units for each in seen):
        these = [each for each in seen if each.units == units]
        yield Part(
            units=units,
            observations=len(these),
            offered=sum(Unit.ANE in (each.offered or ()) for each in these),
            chosen=sum(each.chosen == Unit.ANE for each in these),
            failed=sum(each.offered is None and each.chosen is None for each in these),
            timed=timed[units],
        )


def _differs(found: Sequence[Measured]) -> Iterator[Differs]:
    for one in found:
        for each in one.times:
            if each.error and float(each.error) > TOLERANCE:
                yield Differs(model=one.id, units=each.units, error=each.error)


def previewed(told: Probed, url: str, written: str, times: str) -> Probed:
    "As `anedb submit --dry-run` sees the file that was written."
    database.ready(url)
    looked = submit(url, written, dry_run=True)
    moves = tuple(
        f"{each.layer}, {each.units}: {each.about} {each.before} -> {each.after}"
        for each in looked.moves
        if each.units in ENGINE
    )
    status = STATUS.get(looked.status, "written")
    send = _send(written, times) if status == "written" else ()
    return replace(told, status=status, new=moves, problems=looked.problems, written=written, times=times, send=send)


def _send(written: str, times: str) -> tuple[str, ...]:
    also = f" and {times}" if times else ""
    return (
        f"look at {written}{also}: that is all that would be sent",
        f"anedb submit {written}: into your own database",
        f"anedb submit {written} --to data: into a checkout, named for the run, ready for a pull request",
    )
