"""Writes data/suite.jsonl anew: `python -m tools.suite`, after a change to the tables of anedb/probe.

`--choose`: the quick suite is chosen again too, by what the database knows today.
"""

from __future__ import annotations

import sys

from anedb.api import database
from anedb.api.ask import Asker
from anedb.api.suite_choice import Row, applied, chosen
from anedb.catalog.files import root
from anedb.catalog.suite_lock import FILE, lock, render
from anedb.probe.locking import locked


def main(arguments: list[str]) -> None:
    rows = list(locked(tell if sys.stderr.isatty() else None))
    ranks = choose(rows) if "--choose" in arguments else kept()
    found = applied(rows, ranks)
    (root() / FILE).write_text(render(found), encoding="utf-8", newline="\n")
    same, cannot = sum(bool(each.same_as) for each in found), sum(bool(each.why) for each in found)
    quick = sum(each.tier == "quick" and each.asked for each in found)
    asked = len(found) - same - cannot
    print(f"{asked} asked, {quick} of them in the quick suite; {same} ask the same, {cannot} cannot be built")


def tell(id: str, done: int, total: int) -> None:
    print(f"\r{done}/{total} {id:60.60}", end="", file=sys.stderr)


def kept() -> dict[str, int]:
    return {each.id: each.rank for each in lock().values() if each.rank}


def choose(rows: list[Row]) -> dict[str, int]:
    return chosen(Asker(database.ready()), rows)


if __name__ == "__main__":
    main(sys.argv[1:])
