"""What the judge reads of a cell, kept up to date by adding one observation after another: pure, no database.

Adding needs the cell's summary and what the same witness had said there before, nothing else. So it costs the same
however many others have spoken, and building from nothing is the same work, observation by observation. Their order
does not matter: counts are sums, and of dates, sources and reasons the newest stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from anedb.domain.observation import Reason, Unit
from anedb.store.rows import to_json

KEPT = 16
"Sources and reasons a cell names."

QUESTIONS = 3
"Offered, chosen, ran."

Vote = tuple[int, int, int, int, int, int]
"How often yes and no to each question: the counts of a row of `votes`, and what one observation adds to them."

SILENT: Vote = (0, 0, 0, 0, 0, 0)

Columns = tuple[int, str, str, str, str, str, str]
"The computed columns of `cells`: observations, offered, chosen, ran, newest, sources, reasons."

ReasonKey = tuple[str, str, str, str, str]
"The fields of a `Reason`."


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


def side(yes: int, no: int) -> int | None:
    "Where one witness stands, as a place in a tally: for yes, for no, split; None: it said nothing."
    return None if yes == no == 0 else 2 if yes > no else 3 if no > yes else 4


@dataclass(slots=True)
class Summary:
    "One cell. Tallies by method: for each question yes, no, yes witnesses, no witnesses, split witnesses."

    observations: int = 0
    tallies: dict[str, list[int]] = field(default_factory=dict)
    newest: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    "Source id or run fingerprint -> newest date."
    reasons: dict[ReasonKey, str] = field(default_factory=dict)

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
            if (old := side(before[at], before[at + 1])) is not None:
                tally[start + old] -= 1
            new = side(before[at] + yes, before[at + 1] + no)
            assert new is not None
            tally[start + new] += 1

    def note(self, date: str, source: str, reason: Reason | None) -> None:
        "Remembers when, from where and why."
        self.newest = max(self.newest, date)
        keep(self.sources, source, date)
        if reason is not None:
            keep(self.reasons, (reason.code, reason.feature, reason.value, reason.limit, reason.text), date)

    def columns(self) -> Columns:
        methods = sorted(self.tallies)
        offered, chosen, ran = (
            _text(
                tuple((method, *found) for method in methods if any(found := self.tallies[method][start : start + 5]))
            )
            for start in range(0, 5 * QUESTIONS, 5)
        )
        sources = _text(tuple((date, source) for source, date in newest_first(self.sources)))
        reasons = _text(tuple((date, *reason) for reason, date in newest_first(self.reasons)))
        return self.observations, offered, chosen, ran, self.newest, sources, reasons


def from_columns(row: Iterable[Any]) -> Summary:
    "The inverse of `Summary.columns`."
    observations, *questions, newest, sources, reasons = row
    found = Summary(observations=observations, newest=newest)
    for question, text in enumerate(questions):
        for method, *tally in json.loads(text):
            found.tallies.setdefault(method, [0] * 5 * QUESTIONS)[5 * question : 5 * question + 5] = tally
    found.sources = {source: date for date, source in json.loads(sources)}
    found.reasons = {tuple(reason): date for date, *reason in json.loads(reasons)}
    return found


def keep(newest: dict[Any, str], key: Any, date: str) -> None:
    "Enters `key`, and drops the oldest beyond `KEPT`: of any order of arrivals the same ones stay."
    if newest.get(key, "") < date or key not in newest:
        newest[key] = date
        if len(newest) > KEPT:
            del newest[newest_first(newest)[-1][0]]


def newest_first(found: dict[Any, str]) -> list[tuple[Any, str]]:
    "Of one date in the order of the keys."
    if len(found) < 2:
        return list(found.items())
    return sorted(sorted(found.items()), key=lambda item: item[1], reverse=True)


@lru_cache(4096)
def _text(value: tuple[Any, ...]) -> str:
    "Most cells of a batch say the same."
    return to_json(value)


EMPTY = Summary().columns()
