"""FluidInference's tables of Parakeet's decode loop: counts by type, all on the CPU.

The models cannot be built again, since no sizes are published, and they are small: their author holds that the joints
are on the CPU because a launch costs more than it saves, which says nothing of their operations. What is said of one
operation is said of the LSTM, and is a claim.
"""

from __future__ import annotations

from tools.evidence.collection import Collection
from tools.evidence.rows import Skipped
from tools.evidence.tables import Count

NAME = "FluidInference"
SOURCES = {"M4 Pro": "mobius-parakeet-decode", "M5": "mobius-parakeet-eou"}
CLAIMS = {"M4 Pro": ("counts-lstm-m4-pro", "counts-lstm-offered"), "M5": ("counts-lstm-m5",)}
"By chip: what the rows of the LSTM are entered as."
WHY = (
    "all of a small model is on the CPU, by its author because a launch costs more than it saves; no sizes are "
    "published, so that the layer is not known and its type is not to blame"
)


def claims(row: Count) -> tuple[str, ...]:
    return CLAIMS[row.chip] if row.op == "lstm" else ()


def enter(found: Collection, rows: list[Count]) -> None:
    for row in rows:
        if not claims(row):
            what = f"{row.model} {row.units}: {row.count} {row.op} on {row.chosen}"
            found.skipped.append(Skipped(source=SOURCES[row.chip], where=row.where, what=what, why=WHY))
