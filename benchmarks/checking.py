"""Checking whole models: a fresh process against `import coremltools`, in process against protobuf parsing the file.
By itself: `python -m benchmarks.checking`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import anedb
from benchmarks import programs
from benchmarks.measure import Figure, in_turn, process
from benchmarks.reading import BLOCKS, LAYERS, PARSE, convolutions, parsing, peak_of, written

IMPORT = "import coremltools"
COLD, WARM, MEMORY = 0.6, 10, 2
CHECK = (
    "import anedb; db = anedb.open(); found = db.check([sys.argv[1]], chips=['M4']); "
    "from anedb.cli.check_json import text; text(found)"
)
OPEN = "import anedb; db = anedb.open()"


def figures(folder: Path) -> Iterator[Figure]:
    os.environ["ANEDB_URL"] = str(folder / "checking.sqlite")
    program = written(folder / "program.mlmodel", programs.transformer(BLOCKS).SerializeToString())
    network = written(folder / "network.mlmodel", convolutions(LAYERS).SerializeToString())
    with anedb.open() as db:
        for name, spec in (("an ML Program of 3,692 operations", program), (f"{LAYERS} NeuralNetwork layers", network)):
            yield cold(name, spec)
            yield warm(db, name, spec)
            yield memory(name, spec)


def cold(name: str, spec: Path) -> Figure:
    command = ["-m", "anedb", "check", str(spec), "--chip", "M4", "--json"]
    value, floor = in_turn(partial(process, command), partial(process, ["-c", IMPORT]), 7)
    return Figure(
        f"anedb check --json, a fresh process: {name}", value, floor, IMPORT, f"{COLD} ×", value <= COLD * floor
    )


def warm(db: anedb.Anedb, name: str, spec: Path) -> Figure:
    value, floor = in_turn(partial(checking, db, spec), partial(parsing, spec), 11)
    return Figure(f"check in process: {name}", value, floor, PARSE, f"{WARM} ×", value <= WARM * floor)


def checking(db: anedb.Anedb, spec: Path) -> float:
    start = time.perf_counter()
    db.check([spec], chips=["M4"])
    return time.perf_counter() - start


def memory(name: str, spec: Path) -> Figure:
    "What the check of this file takes beyond a process that only opens the database."
    size = spec.stat().st_size
    grown = peak_of(CHECK, spec) - peak_of(OPEN, spec)
    return Figure(
        f"check: {name}, memory beyond opening the database", grown, float(size), "the file", f"{MEMORY} ×",
        grown <= MEMORY * size, unit="B",
    )  # fmt: skip


def main() -> int:
    from benchmarks.__main__ import line

    found = []
    with tempfile.TemporaryDirectory() as folder:
        for figure in figures(Path(folder)):
            found.append(figure)
            print(line(figure), flush=True)
    return 0 if all(figure.within is not False for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
