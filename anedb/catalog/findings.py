"""What is wrong with data/, collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from anedb.domain.problem import Problem

CODES = {
    "data.canonical": "A layer of an observation that is not in canonical form.",
    "data.condition": "A condition that CEL cannot read, or that names no feature.",
    "data.count": "A header's count of layers is not the number of lines.",
    "data.date": "Not a day, month or year of the calendar.",
    "data.duplicate": "Two rows with one id, or one layer on two lines.",
    "data.fingerprint": "A line's fingerprint is not that of its layer.",
    "data.form": "Not in canonical form: `anedb data fmt` would change the file.",
    "data.future": "A day that has not come yet.",
    "data.graph": "A plan whose operations do not fit together, or a layer that no plan has.",
    "data.id": "An id that is not lower-case words joined by hyphens.",
    "data.ledger": "A line of the ledger that is both entered and excused, or neither.",
    "data.missing": "A file that has to be there and is not.",
    "data.name": "A file that is not named for what is in it.",
    "data.order": "Rows or lines out of order.",
    "data.pattern": "A pattern that cannot be read, may take long, or does not find its own example first.",
    "data.placeholder": "A title with a placeholder that nothing fills.",
    "data.range": "A number, or a choice, that cannot be.",
    "data.schema": "An unknown field, a missing one, or a value of another type.",
    "data.syntax": "Not JSON, JSON Lines or TOML.",
    "data.unknown-chip": "A chip data/chips.json does not have.",
    "data.unknown-engine": "An engine data/engines.json does not have.",
    "data.unknown-evidence": "Evidence that is neither a claim nor a source.",
    "data.unknown-layer": "A layer type data/layers does not have.",
    "data.unknown-reason": "A reason data/reasons.toml does not have.",
    "data.unknown-source": "A source that is not in data/sources.json, or not in the file's own list.",
    "data.unknown-subject": "A subject that is no concept, no layer type, and not `*`.",
    "data.unknown-target": "A chip, device, OS or version that the catalogue does not have.",
    "data.unknown-word": "A word outside a closed vocabulary.",
}
"Every code, stable: tools match on them."


@dataclass
class Findings:
    today: str
    "A day, `2026-11-22`: nothing in data/ is from after it."
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, where: str, what: str, expected: str = "", tip: str = "") -> None:
        self.problems.append(Problem(code=code, where=f"data/{where}", what=what, expected=expected, tip=tip))

    def one_of(self, code: str, where: str, what: str, value: str, known: object) -> None:
        "A word that has to be among those known."
        if value not in known:  # type: ignore[operator]
            shown = ", ".join(known) if isinstance(known, tuple) and len(known) < 12 else ""
            self.add(code, where, f"there is no {what} {value!r}", expected=shown)

    def day(self, where: str, value: str) -> None:
        "A date as far as it is known: `2026-10-05`, `2020-12` or `2020`."
        full = {4: f"{value}-01-01", 7: f"{value}-01"}.get(len(value), value)
        try:
            date.fromisoformat(full)
        except ValueError:
            self.add("data.date", where, f"{value!r} is no date", expected="2026-10-05, 2020-12 or 2020")
            return
        if value > self.today[: len(value)]:
            self.add("data.future", where, f"{value} has not come yet")
