"""Withdrawing a run or a source."""

from __future__ import annotations

from datetime import UTC, datetime

from anedb.errors import UnknownNameError, UsageError
from anedb.store.store import Store
from anedb.store.values import Retraction

SHORTEST = 12
"Hexadecimal digits of a run's fingerprint that name it, at least."


def retract(url: str, name: str, *, reason: str, by: str) -> Retraction:
    "Withdrawn once and for all; a second time changes nothing."
    if not reason.strip():
        raise UsageError("a retraction needs a reason", tip="it stays visible beside the run")
    found = Retraction(what=name, reason=reason.strip(), by=by, date=datetime.now(UTC).date().isoformat())
    with Store.open(url) as store:
        what = whole(store, name)
        store.retract(what, reason=found.reason, by=found.by, date=found.date)
        with store.reader() as reader:
            return next(each for each in reader.retractions() if each.what == what)


def whole(store: Store, name: str) -> str:
    "The full fingerprint of a run named by its first digits; any other name as it is."
    digits = name.removeprefix("v1:")
    if len(digits) < SHORTEST or not set(digits) <= set("0123456789abcdef"):
        return name
    with store.reader() as reader:
        found = reader.runs_like(f"v1:{digits}")
    if len(found) > 1:
        raise UsageError(f"{name} fits {len(found)} runs: give more digits")
    if not found:
        raise UnknownNameError(f"there is no run {name}", tip="`anedb db status` counts what is stored")
    return found[0]
