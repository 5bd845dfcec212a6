"""What a child told of one model, made into lines: offered, chosen, cost and reasons of each operation, and failures.

A model of a suite asks about one operation, and only that one is told. Of a model of the user's own every operation is,
and what fails is told of the model alone: nobody knows which of its layers did it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anedb.catalog import refused
from anedb.coreml import plan_structure
from anedb.coreml.plan_structure import Planned
from anedb.domain.model import Model, Op
from anedb.domain.observation import Context, Method, Reason, Unit
from anedb.domain.submission import LayerLine, Seen
from anedb.probe import measure
from anedb.probe.outcome import Failure, Measured, Time
from anedb.probe.private import Private
from anedb.probe.worker import DiedError

CODES = {measure.COMPILE: "rejected", measure.PLAN: "no-answer", "device": "no-answer"}
"Step -> code of what fails there in words that nobody knows; `run-failed` for the others."
RUNS = (measure.LOAD, measure.PREDICT)
TEXT = 500
"Characters of a text that a submission takes."
CAST = "cast"
NUMBERS = ("repeats", "median_ns", "least_ns", "most_ns", "first_ns", "outputs", "error")
"Of a run, as `measure` tells them."


@dataclass(frozen=True, slots=True)
class Job:
    "A model to measure."

    id: str
    "What it is called in the submission."
    path: Path
    context: str = ""
    "A `Context`; empty: by what is in the model."
    asked: str = ""
    "Fingerprint of the layer it asks about; empty: all of it."
    place: str = ""
    """Of that operation, as `Op.place`: where several are equal, or something is left open, so that it has no
    fingerprint and nothing can be told of it."""


@dataclass(slots=True)
class Heard:
    job: Job
    model: Model
    private: Private
    step: str = ""
    "The last that began and has not ended."
    units: str = ""
    plans: dict[str, list[Planned] | None] = field(default_factory=dict)
    refusals: dict[str, dict[str, str]] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    note: str = ""

    def take(self, event: dict[str, Any], said: str = "") -> None:
        "`said`: what Core ML printed, looked at only where a step failed."
        name = event.get("begin") or event.get("end") or event.get("failed")
        self.step, self.units = (str(name), event["units"]) if "begin" in event else ("", "")
        if "end" in event:
            self._ended(str(name), event)
        elif "failed" in event and event.get("unasked"):
            self.note = event["what"]
        elif "failed" in event:
            why = self._why(f"{event['what']}\n{said}", CODES.get(str(name), "run-failed"), str(name))
            self.failures.append(Failure(units=event["units"], step=str(name), reason=why))

    def _ended(self, step: str, event: dict[str, Any]) -> None:
        units = event["units"]
        if step == measure.PLAN:
            ops = event["ops"]
            self.plans[units] = None if ops is None else [_planned(each) for each in ops]
            self.refusals[units] = event["refusals"]
            if ops is None:
                self.failures.append(Failure(units=units, step=step, reason=Reason(code="no-answer", feature=step)))
        elif step == measure.LOAD:
            self.loads[units] = event["ns"]
        elif step == measure.PREDICT:
            self.runs[units] = event

    def died(self, error: DiedError) -> None:
        "In the step that had begun."
        reason = Reason(code=error.code, feature=self.step or "start", value=error.value)
        self.failures.append(Failure(units=self.units, step=self.step or "start", reason=reason))

    def _why(self, said: str, otherwise: str, step: str) -> Reason:
        "The first line in words that are known; else the step alone, since other words may name a folder."
        for line in said.splitlines():
            found = refused.reason(line)
            if found.code != refused.UNMAPPED:
                return self._told(found)
        return Reason(code=otherwise, feature=step)

    def _told(self, found: Reason) -> Reason:
        return Reason(
            code=found.code,
            feature=self.private.told(found.feature)[:100],
            value=self.private.told(found.value)[:100],
            limit=self.private.told(found.limit)[:100],
            text=self.private.told(found.text)[:TEXT],
        )

    def measured(self, units: tuple[str, ...]) -> Measured:
        "`units`: those that were asked for."
        lines: list[LayerLine] = []
        unanswered = 0
        for each in units:
            pairs, _ = plan_structure.matched(self.model, self.plans.get(each) or [])
            told = [pair for pair in pairs if self._asked(pair[0])]
            unanswered += sum(planned.offered is None and planned.chosen is None for _, planned in told)
            lines += [line for op, planned in told for line in self._line(op, planned, each)]
        lines += [line for each in units for line in self._failed(each)]
        return Measured(
            id=self.job.id,
            lines=tuple(lines),
            times=tuple(self._times(units)),
            failures=tuple(self.failures),
            ops=sum(len(network.ops) for network in self.model.networks),
            unanswered=unanswered,
            note=self.note,
        )

    def _asked(self, op: Op) -> bool:
        if not op.fingerprint:
            return False
        return not self._about_one() or self._first() == op

    def _about_one(self) -> bool:
        return bool(self.job.asked or self.job.place)

    def _first(self) -> Op | None:
        "The operation that the model asks about."
        ops = (op for network in self.model.networks for op in network.ops)
        if self.job.place:
            return next((op for op in ops if op.place == self.job.place and op.fingerprint), None)
        return next((op for op in ops if op.fingerprint and op.fingerprint == self.job.asked), None)

    def _line(self, op: Op, planned: Planned, units: str) -> Iterator[LayerLine]:
        if planned.offered is None and planned.chosen is None:
            return
        seen = Seen(
            units=units,
            context=self._context(),
            method=Method.COMPUTE_PLAN.value,
            offered=planned.offered,
            chosen=planned.chosen,
            reason=self._refusal(op, planned, units),
            cost_ppm=planned.cost_ppm,
            opset=op.opset,
            model=self.job.id,
            place=op.name,
        )
        yield LayerLine(fingerprint=op.fingerprint, layer=op.layer, seen=(seen,))

    def _refusal(self, op: Op, planned: Planned, units: str) -> Reason | None:
        said = self.refusals.get(units, {}).get(planned.name)
        if said is None or planned.chosen == Unit.ANE:
            return None
        return self._told(refused.reason(said, op.layer))

    def _failed(self, units: str) -> Iterator[LayerLine]:
        "What failed, told of the layer: only where the model asks about one."
        op = self._single()
        if op is None:
            return
        for each in self.failures:
            if each.units not in ("", units) or each.step not in (measure.COMPILE, measure.PLAN, *RUNS):
                continue
            method = Method.TIMING if each.step in RUNS else Method.COMPUTE_PLAN
            seen = Seen(
                units=units, context=self._context(), method=method.value, reason=each.reason, opset=op.opset,
                model=self.job.id, place=op.name,
            )  # fmt: skip
            yield LayerLine(fingerprint=op.fingerprint, layer=op.layer, seen=(seen,))

    def _single(self) -> Op | None:
        if self._about_one():
            return self._first()
        ops = [op for network in self.model.networks for op in network.ops if op.type != CAST]
        return ops[0] if len(ops) == 1 and ops[0].fingerprint else None

    def _context(self) -> str:
        if self.job.context:
            return self.job.context
        counted = Counter(op.type != CAST for network in self.model.networks for op in network.ops)
        return (Context.ISOLATED if counted[True] <= 1 else Context.IN_MODEL).value

    def _times(self, units: tuple[str, ...]) -> Iterator[Time]:
        op = self._single()
        for each in units:
            run = self.runs.get(each)
            if op is not None and run is not None:
                numbers = {name: run[name] for name in NUMBERS}
                load = self.loads.get(each, 0)
                yield Time(layer=op.fingerprint, units=each, context=self._context(), model=self.job.id, load_ns=load,
                           **numbers)  # fmt: skip


def _planned(row: list[Any]) -> Planned:
    network, name, operator, offered, chosen, cost = row
    return Planned(network, name, operator, None if offered is None else tuple(offered), chosen, cost)
