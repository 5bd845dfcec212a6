"""What the judge reads of a cell, kept up to date by adding one observation after another: pure, no database.

Adding needs the cell's summary and what the same witness had said there before, nothing else. So it costs the same
however many others have spoken, and building from nothing is the same work, observation by observation. Their order
does not matter: counts are sums, and of dates, runs and reasons the newest stay.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from anedb.domain.observation import Reason, Unit
from anedb.store.rows import to_json

KEPT = 16
"Runs and reasons a cell names."

QUESTIONS = 3
"Offered, chosen, ran."

Vote = tuple[int, int, int, int, int, int]
"How often yes and no to each question: the counts of a row of `votes`, and what one observation adds to them."

SILENT: Vote = (0, 0, 0, 0, 0, 0)

Columns = tuple[int, str, str, str, str, str, str]
"The computed columns of `cells`: observations, offered, chosen, ran, newest, runs, reasons."

EMPTY: Columns = (0, "[]", "[]", "[]", "", "[]", "[]")

Heard = tuple[str, Vote, Vote, str, int, Reason | None]
"One observation: method, what its witness had said by it before, what it says, date, run number, reason."


@lru_cache(4096)
def vote(offered: tuple[str, ...] | None, chosen: str | None, ran: str | None) -> Vote:
    "What one observation says of the engine."
    answers = (
        None if offered is None else Unit.ANE in offered,
        None if chosen is None else chosen == Unit.ANE,
        None if ran is None else ran == Unit.ANE,
    )
    a, b, c = ((0, 0) if yes is None else (1, 0) if yes else (0, 1) for yes in answers)
    return (*a, *b, *c)


def plus(one: Vote, two: Vote) -> Vote:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a + g, b + h, c + i, d + j, e + k, f + m


@lru_cache(4096)
def grown(columns: Columns, heard: tuple[Heard, ...]) -> Columns:
    "The summary with these observations in it. In a sweep most cells stand alike and hear the same: worked out once."
    summary = Summary.read(columns)
    for method, before, said, date, run, reason in heard:
        summary.add(method, before, said)
        summary.note(date, run, reason)
    return summary.columns()


@dataclass(slots=True)
class Summary:
    "One cell. Tallies by method: for each question yes, no, yes witnesses, no witnesses, split witnesses."

    observations: int = 0
    tallies: dict[str, list[int]] = field(default_factory=dict)
    newest: str = ""
    runs: dict[int, str] = field(default_factory=dict)
    "Run number -> date."
    reasons: dict[tuple[str, ...], str] = field(default_factory=dict)
    "The fields of a `Reason` -> newest date."

    @classmethod
    def read(cls, columns: Columns) -> Summary:
        observations, *questions, newest, runs, reasons = columns
        found = cls(observations=observations, newest=newest)
        for question, text in enumerate(questions):
            for method, *tally in json.loads(text):
                found.tallies.setdefault(method, [0] * 5 * QUESTIONS)[5 * question : 5 * question + 5] = tally
        found.runs = {run: date for date, run in json.loads(runs)}
        found.reasons = {tuple(reason): date for date, *reason in json.loads(reasons)}
        return found

    def columns(self) -> Columns:
        methods = sorted(self.tallies)
        offered, chosen, ran = (
            to_json([(method, *tally) for method in methods if any(tally := self.tallies[method][at : at + 5])])
            for at in range(0, 5 * QUESTIONS, 5)
        )
        runs = to_json([(date, run) for run, date in newest_first(self.runs)])
        reasons = to_json([(date, *reason) for reason, date in newest_first(self.reasons)])
        return self.observations, offered, chosen, ran, self.newest, runs, reasons

    def add(self, method: str, before: Vote, said: Vote) -> None:
        "Counts what a witness says who had said `before` by this method in this cell."
        self.observations += 1
        tally = self.tallies.setdefault(method, [0] * 5 * QUESTIONS)
        for question in range(QUESTIONS):
            at, start = 2 * question, 5 * question
            yes, no = said[at], said[at + 1]
            if not (yes or no):
                continue
            tally[start] += yes
            tally[start + 1] += no
            if before[at] or before[at + 1]:
                tally[start + side(before[at], before[at + 1])] -= 1
            tally[start + side(before[at] + yes, before[at + 1] + no)] += 1

    def note(self, date: str, run: int, reason: Reason | None) -> None:
        "Remembers when, in which run and why."
        self.newest = max(self.newest, date)
        keep(self.runs, run, date)
        if reason is not None:
            keep(self.reasons, (reason.code, reason.feature, reason.value, reason.limit, reason.text), date)


def side(yes: int, no: int) -> int:
    "Where one witness stands, as a place in a tally: for yes, for no, split."
    return 2 if yes > no else 3 if no > yes else 4


def keep(newest: dict[Any, str], key: Any, date: str) -> None:
    "Enters `key`, and drops the oldest beyond `KEPT`: of any order of arrivals the same ones stay."
    if key not in newest or newest[key] < date:
        newest[key] = date
        if len(newest) > KEPT:
            del newest[newest_first(newest)[-1][0]]


def newest_first(found: dict[Any, str]) -> list[tuple[Any, str]]:
    "Of one date in the order of the keys."
    return sorted(sorted(found.items()), key=lambda item: item[1], reverse=True)
