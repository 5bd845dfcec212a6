"""Writes data/suite.jsonl anew: `python -m tools.suite`, after a change to the tables of anedb/probe."""

from __future__ import annotations

import sys

from anedb.catalog.files import root
from anedb.catalog.suite_lock import FILE, render
from anedb.probe.locking import locked


def main() -> None:
    rows = list(locked(lambda id, done, total: print(f"\r{done}/{total} {id:60.60}", end="", file=sys.stderr)))
    print(file=sys.stderr)
    (root() / FILE).write_text(render(rows), encoding="utf-8", newline="\n")
    asked = [each for each in rows if each.asked]
    print(f"{len(asked)} asked, {sum(bool(it.same_as) for it in rows)} ask the same, {sum(bool(it.why) for it in rows)} cannot be built")


main()
