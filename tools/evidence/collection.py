"What is made of the dumps: files of observations, files of plans, and what is left out."

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from anedb.catalog.ledger import Entry
from anedb.domain.model import Op
from anedb.domain.observation import Context, Method, Reason
from anedb.domain.plan import Role
from anedb.domain.submission import Seen, SourceHeader
from tools.evidence import recorded
from tools.evidence.files import File
from tools.evidence.rebuilt import Rebuilt
from tools.evidence.recorded import PlanFile
from tools.evidence.rows import Row, Skipped


@dataclass(slots=True)
class Collection:
    files: dict[str, File] = field(default_factory=dict)
    "Observations, by source."
    plans: dict[str, PlanFile] = field(default_factory=dict)
    "The same dumps as whole plans, by source."
    skipped: list[Skipped] = field(default_factory=list)
    reproduced: Counter[str] = field(default_factory=Counter)
    "Models whose operators and output names are the dump's, by source."
    ledgers: dict[str, list[Entry]] = field(default_factory=dict)
    "Of files whose every row is told of: where each went."
    failed: Counter[str] = field(default_factory=Counter)

    def open(self, header: SourceHeader) -> File:
        "The files of one source: observations, which it returns, and plans."
        self.plans[header.source] = PlanFile(recorded.header(header))
        file = self.files[header.source] = File(header)
        return file

    def enter_model(
        self,
        file: File,
        model: str,
        units: str,
        rows: list[Row],
        built: Rebuilt,
        why: list[Reason | None],
        role: str = "",
    ) -> None:
        "A whole model: each row as an observation of its layer, and all of them as one plan."
        role = role or (Role.WRAPPED if built.in_model else Role.ISOLATED)
        for row, op, refusal in zip(rows, built.ops, why, strict=True):
            self.enter(file, units, row, op, role != Role.ISOLATED, refusal)
        self.plans[file.header.source].add(model, units, role, built.network, rows, why)

    def enter(self, file: File, units: str, row: Row, op: Op, in_model: bool, why: Reason | None) -> None:
        "One row, as an observation of the layer that stands at its place."
        if op.problem or op.open:
            what = op.problem or f"{', '.join(op.open)} left open"
            self.skipped.append(
                Skipped(source=file.header.source, where=row.where, what=f"{row.model} {row.op}", why=what)
            )
            return
        seen = Seen(
            units=str(units),
            context=(Context.IN_MODEL if in_model else Context.ISOLATED).value,
            method=Method.COMPUTE_PLAN.value,
            offered=row.offered,
            chosen=row.chosen,
            reason=why,
            cost_ppm=row.cost_ppm,
            opset=row.opset,
            model=row.model,
            place=op.name if row.output else op.place,
        )
        file.add(op.layer, seen)
