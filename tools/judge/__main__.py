"""`python -m tools.judge [--each]`: which numbers of data/weights.toml predict best what Core ML planned.

Every configuration, source and target is left out in turn, predicted from the rest, and scored by log-loss. Numbers are
tried one after another (`--each` shows each by itself); 0 means that a level does not listen to the more general ones:
no hierarchy. Writes nothing; half an hour, and more with `--each`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from anedb.api.anedb import Anedb
from anedb.api.blind import Blind
from anedb.api.evaluate import LEFT_OUT, Case, answer, blinds, planned
from anedb.catalog import facts, weights
from anedb.catalog.weights import Weights
from tools.judge.descent import Fold, Setting, descend, difference, folds, loss, mean

FACTORS = (0.0, 0.25, 0.5, 2.0, 4.0)
"Of today's number: what is tried beside it."
NUMBERS = (
    "strengths.layer", "strengths.elsewhere", "strengths.claim", "strengths.condition", "strengths.limit",
    "strengths.near_parameters", "strengths.near_target", "carry.near_parameters", "carry.near_target",
    "parameters.other", "parameters.number_power", "parameters.extent_power", "target.engine_lost",
    "target.release_lost", "method.vendor", "method.timing", "method.report",
)  # fmt: skip
BOUNDED = ("parameters.other", "target.", "method.")
"Likenesses, which are at most 1."


class Trial:
    "All that is left out, and the answers for one setting after another."

    def __init__(self, db: Anedb) -> None:
        asker = db._asker
        cases = list(planned(asker))
        self.base = asker
        self.parts = [(scheme, *part) for scheme in LEFT_OUT for part in blinds(asker, cases, scheme)]
        self.cases = [case for _, group, _ in self.parts for case in group]
        self.known: dict[Setting, list[float]] = {}
        self.methods: dict[str, float] = dict(asker.weights.method)

    def losses(self, setting: Setting) -> list[float]:
        found = self.known.get(setting)
        if found is None:
            print(f"  {len(self.known)} settings tried", end="\r", file=sys.stderr)
            found = self.known[setting] = list(self._losses(with_numbers(setting)))
        return found

    def _losses(self, numbers: Weights) -> Iterator[float]:
        again = numbers.method != self.methods
        self.methods = dict(numbers.method)
        for _, group, blind in self.parts:
            self._prepare(blind, numbers, again)
            yield from (loss(answer(blind, case).probability, case.was) for case in group)

    def _prepare(self, blind: Blind, numbers: Weights, again: bool) -> None:
        "What was worked out with other numbers is forgotten; the votes themselves only follow from the methods'."
        for asker in (blind, self.base):
            asker.weights = numbers
            asker._judged.clear()
            if again:
                asker._indexed.clear()
            for indexed in asker._indexed.values():
                indexed.plans.clear()

    def groups(self) -> dict[str, list[int]]:
        "Case numbers by who recorded them."
        authors = {each.id: each.author for each in facts.sources().values()}
        found: dict[str, list[int]] = defaultdict(list)
        for number, case in enumerate(self.cases):
            found[_author(case, authors)].append(number)
        return dict(found)


def _author(case: Case, authors: dict[str, str]) -> str:
    return " and ".join(sorted({authors.get(source, source) for source in case.sources}))


def today(name: str) -> float:
    table, key = name.split(".")
    return float(getattr(weights.load(), table)[key])


def grid(name: str) -> tuple[float, ...]:
    now = today(name)
    most = 1.0 if name.startswith(BOUNDED) else now * max(FACTORS)
    return tuple(dict.fromkeys([now, *(round(min(now * factor, most), 4) for factor in FACTORS)]))


def with_numbers(setting: Setting) -> Weights:
    found = weights.load()
    for name, value in zip(NUMBERS, setting, strict=True):
        table, key = name.split(".")
        changed: dict[str, Any] = {table: {**getattr(found, table), key: value}}
        found = replace(found, **changed)
    return found


def main() -> int:
    with Anedb.open() as db:
        trial = Trial(db)
        start, choices = tuple(today(name) for name in NUMBERS), [grid(name) for name in NUMBERS]
        every = range(len(trial.cases))
        if "--each" in sys.argv:
            show_each(trial, start, choices)
        best = descend(start, choices, trial.losses, every)
        show_best(trial, start, best)
        if best != start:
            show_folds(folds(start, choices, trial.losses, trial.groups()))
    return 0


def show_each(trial: Trial, start: Setting, choices: list[tuple[float, ...]]) -> None:
    every = range(len(trial.cases))
    print(
        f"{len(trial.cases)} answers; mean log-loss today {mean(trial.losses(start), every):.4f}; one number changed:"
    )
    for place, (name, values) in enumerate(zip(NUMBERS, choices, strict=True)):
        told = []
        for value in sorted(values):
            tried = (*start[:place], value, *start[place + 1 :])
            mark = "*" if value == start[place] else ""
            told.append(f"{value:g}{mark} {mean(trial.losses(tried), every):.4f}")
        print(f"  {name:28} {'  '.join(told)}", flush=True)


def show_best(trial: Trial, start: Setting, best: Setting) -> None:
    gain, error = difference(trial.losses(start), trial.losses(best))
    changed = [f"{name} {a:g} -> {b:g}" for name, a, b in zip(NUMBERS, start, best, strict=True) if a != b]
    print(f"fitted to all: {', '.join(changed) or 'nothing changes'}; gains {gain:.4f} ± {error:.4f}")


def show_folds(found: list[Fold]) -> None:
    print("fitted without a source's author, scored on what that author recorded:")
    for each in found:
        print(f"  {each.name:40} {each.cases:5} answers  today {each.before:.4f}  fitted {each.after:.4f}")
    cases = sum(each.cases for each in found)
    before, after = (sum(getattr(each, name) * each.cases for each in found) / cases for name in ("before", "after"))
    print(f"  {'all':40} {cases:5} answers  today {before:.4f}  fitted {after:.4f}")


if __name__ == "__main__":
    raise SystemExit(main())
