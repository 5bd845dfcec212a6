"Files of data/plans in the making: a rebuilt network, and the dump's row for each of its operations."

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from anedb.catalog import plans
from anedb.domain.model import Network, Seen
from anedb.domain.observation import Reason
from anedb.domain.plan import PLANS, SCHEMA_VERSION, PlanHeader, RecordedPlan
from anedb.domain.submission import SourceHeader
from tools.evidence.rows import Row


@dataclass(slots=True)
class PlanFile:
    header: PlanHeader
    plans: list[RecordedPlan] = field(default_factory=list)

    def add(self, name: str, units: str, role: str, network: Network, rows: Iterable[Row], why: Reasons) -> None:
        """A plan, unless an operation of it is in no canonical form: such a network is not ours to tell.

        `why` has one reason, or None, for each row.
        """
        found = list(rows)
        if any(op.problem or op.open for op in network.ops):
            raise ValueError(f"{name}: an operation without canonical form")
        seen = [_seen(row, reason) for row, reason in zip(found, why, strict=True)]
        ops = tuple(op._replace(seen=each) for op, each in zip(network.ops, seen, strict=True))
        plan = RecordedPlan(
            source=self.header.source,
            target=self.header.target,
            units=str(units),
            name=name,
            role=str(role),
            network=Network(
                name=network.name, format=network.format, ops=ops, inputs=network.inputs, outputs=network.outputs
            ),
            costs_ppm=tuple(row.cost_ppm for row in found),
            selected=tuple(row.selected for row in found),
        )
        self.plans.append(plan)

    def render(self) -> str:
        return plans.render(self.header, self.plans)


Reasons = Iterable[Reason | None]


def _seen(row: Row, reason: Reason | None) -> Seen:
    refusals = (("ane", reason.text),) if reason and reason.text else ()
    return Seen(offered=row.offered, chosen=row.chosen, runtimes=row.runtimes, refusals=refusals)


def header(like: SourceHeader) -> PlanHeader:
    "Of the file of observations that the same dump gives."
    return PlanHeader(
        kind=PLANS,
        schema_version=SCHEMA_VERSION,
        source=like.source,
        target=like.target,
        witness=like.witness,
        date=like.date,
        tool=like.tool,
        note=like.note,
    )
