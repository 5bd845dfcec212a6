"""What the judge reads of a cell, kept up to date by adding one observation after another: pure, no database.

Adding needs the cell's summary and what the same witness had said there before, nothing else. So it costs the same
however many others have spoken, and building from nothing is the same work, observation by observation. Their order
does not matter: counts are sums, and of dates, runs and reasons the newest stay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from anedb.domain.observation import Reason, Unit
from anedb.store.rows import NEWEST, to_json
from anedb.store.standing import TRUSTED, Kind

KEPT = NEWEST
"Runs and reasons a cell names."

Said = tuple[int, int, int]
"How often yes and no, and how many of these no because it was on the GPU: under other units that is no no."

Vote = tuple[Said, Said, Said]
"To each question."

NEITHER: Said = (0, 0, 0)
SILENT: Vote = (NEITHER, NEITHER, NEITHER)

Columns = tuple[int, str, str, str, str, str, str]
"The computed columns of `cells`: observations, offered, chosen, ran, newest, runs, reasons."

EMPTY: Columns = (0, "[]", "[]", "[]", "", "[]", "[]")

Voice = tuple[str, str, int]
"Method, and standing and trust of whoever speaks by it: what a tally is kept for."

Heard = tuple[Voice, Vote, Vote, str, int, Reason | None]
"One observation: voice, what its witness had said by it before, what it says, date, run number, reason."


@lru_cache(4096)
def vote(offered: tuple[str, ...] | None, chosen: str | None, ran: str | None) -> Vote:
    "What one observation says of the engine."
    return (
        NEITHER if offered is None else (1, 0, 0) if Unit.ANE in offered else (0, 1, 0),
        on(chosen),
        on(ran),
    )


def on(unit: str | None) -> Said:
    if unit is None:
        return NEITHER
    return (1, 0, 0) if unit == Unit.ANE else (0, 1, int(unit == Unit.GPU))


def plus(one: Vote, two: Vote) -> Vote:
    (a, b, c), (d, e, f), (g, h, i) = one
    (k, m, n), (o, p, q), (r, s, t) = two
    return (a + k, b + m, c + n), (d + o, e + p, f + q), (g + r, h + s, i + t)


def grown(columns: Columns, heard: Sequence[Heard]) -> Columns:
    "The summary with these observations in it."
    count, offered, chosen, ran, newest, runs, reasons = columns
    return (
        count + len(heard),
        tallied(offered, tuple([(it[0], it[1][0], it[2][0]) for it in heard])),
        tallied(chosen, tuple([(it[0], it[1][1], it[2][1]) for it in heard])),
        tallied(ran, tuple([(it[0], it[1][2], it[2][2]) for it in heard])),
        max(newest, *[it[3] for it in heard]) if heard else newest,
        remembered(runs, tuple([(it[3], it[4]) for it in heard])),
        remembered(reasons, tuple([(it[3], *fields(it[5])) for it in heard if it[5] is not None])),
    )


# In a sweep most cells stand alike and hear the same. Each column by itself: together they differ far more often.
@lru_cache(16384)
def tallied(text: str, heard: tuple[tuple[Voice, Said, Said], ...]) -> str:
    "The tallies of one question, after each witness who had said `before` by a method says something more."
    tallies = opened(text)
    for voice, before, said in heard:
        if said == NEITHER:
            continue
        tally = tallies.setdefault(voice, [0] * 6)
        tally[0] += said[0]
        tally[1] += said[1]
        tally[5] += said[2]
        if before != NEITHER:
            tally[side(before)] -= 1
        tally[side((before[0] + said[0], before[1] + said[1], 0))] += 1
    return closed(tallies)


def moved(columns: Columns, changes: Sequence[tuple[str, Vote]], old: Kind, new: Kind) -> Columns:
    "The summary after a witness who said so (method, votes) has another standing. What was seen stays."
    count, *questions, newest, runs, reasons = columns
    offered, chosen, ran = (
        shifted(text, tuple([(method, said[number]) for method, said in changes]), old, new)
        for number, text in enumerate(questions)
    )
    return count, offered, chosen, ran, newest, runs, reasons


@lru_cache(16384)
def shifted(text: str, said: tuple[tuple[str, Said], ...], old: Kind, new: Kind) -> str:
    tallies = opened(text)
    for method, counts in said:
        if counts == NEITHER:
            continue
        here, there = tallies[(method, *old)], tallies.setdefault((method, *new), [0] * 6)
        for place, number in ((0, counts[0]), (1, counts[1]), (side(counts), 1), (5, counts[2])):
            here[place] -= number
            there[place] += number
    return closed(tallies)


def opened(text: str) -> dict[Voice, list[int]]:
    return {(method, *(kind or TRUSTED)): counts for method, *counts, kind in map(_whole, json.loads(text))}


def closed(tallies: dict[Voice, list[int]]) -> str:
    kept = sorted((voice, tally) for voice, tally in tallies.items() if any(tally))
    return to_json([_short(voice, tally) for voice, tally in kept])


def _short(voice: Voice, tally: list[int]) -> tuple[Any, ...]:
    "What is as almost always is left out at the end: nobody chose the GPU, and all are reviewed sources."
    kind = () if voice[1:] == TRUSTED else voice[1:]
    return voice[0], *(tally if tally[5] or kind else tally[:5]), *kind


def _whole(row: list[Any]) -> list[Any]:
    method, a, b, c, d, e, *more = row
    return [method, a, b, c, d, e, more[0] if more else 0, more[1:]]


def side(stand: Said) -> int:
    "Where one witness counts, as a place in a tally: for yes, for no, split."
    yes, no, _ = stand
    return 2 if yes > no else 3 if no > yes else 4


@lru_cache(16384)
def remembered(text: str, dated: tuple[tuple[Any, ...], ...]) -> str:
    "Runs or reasons, each behind its date: the newest are kept, and of whatever order they came in the same ones."
    if not dated:
        return text
    newest: dict[tuple[Any, ...], str] = {}
    for date, *key in (*json.loads(text), *dated):
        newest[tuple(key)] = max(date, newest.get(tuple(key), ""))
    found = sorted(((date, *key) for key, date in newest.items()), reverse=True)
    return to_json(found[:KEPT])


def fields(reason: Reason) -> tuple[str, ...]:
    return reason.code, reason.feature, reason.value, reason.limit, reason.text
