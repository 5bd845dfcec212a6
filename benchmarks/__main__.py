"""`python -m benchmarks [--small]`: the speed table of docs/speed.md, each figure beside its floor in the same run.

Exits 1 where a figure misses its budget. `--small` stops at 100 thousand observations.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import anedb
from anedb.api.ask import Asker, Question
from anedb.catalog import layers, targets
from anedb.store.reader import Reader, open_reader
from anedb.store.store import Store
from benchmarks import checking, generated, reading
from benchmarks.measure import Figure, each, in_turn, peak_bytes, process

FEW = 10_000
MANY = 100_000 if "--small" in sys.argv else 1_000_000
QUERIES = 2_000
TARGETS = 6
BUDGET = 150e-6
SELECT = "prepared SELECT by index"
QUESTION = (
    "conv",
    "-p",
    "dilations=2,2",
    "--input",
    "x=fp16[1,64,32,32]",
    "--chip",
    "M4",
    "--os",
    "macOS 27.0",
    "--json",
)


def main() -> int:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for figure in run(Path(folder)):
            figures.append(figure)
            print(line(figure), flush=True)
    return 0 if all(figure.within is not False for figure in figures) else 1


def run(folder: Path) -> Iterator[Figure]:
    yield first_build(folder)
    yield cold(folder)
    few = filled(folder / "few.sqlite", FEW)
    yield from ingest(folder)
    few_first, few_again, floor = warm(few)
    yield query(f"one query in process, {FEW:,} observations", few_first, floor)
    yield query("the same asked again", few_again, floor)
    many = filled(folder / "many.sqlite", MANY)
    yield Figure(f"peak memory after {MANY:,} were stored", peak_bytes(), None, "", "", None, unit="B")
    first, again, floor = warm(many)
    yield query(f"one query in process, {MANY:,} observations", first, floor, few_first)
    yield query("the same asked again", again, floor, few_again)
    yield from reading.figures(folder)
    yield from checking.figures(folder)
    unseen, _, floor = warm(few, seen=False)
    yield Figure(f"{FEW:,} observations, where nobody measured it", unseen, floor, SELECT, "", None)


def query(name: str, value: float, floor: float, at_few: float | None = None) -> Figure:
    "A median against the two budgets of a question in process."
    budget = "150 µs" + (f" and 1.3 × {FEW:,} ({value / at_few:.2f} ×)" if at_few else "")
    return Figure(name, value, floor, SELECT, budget, value <= BUDGET and (not at_few or value <= 1.3 * at_few))


def first_build(folder: Path) -> Figure:
    "A fresh process that builds the database from data/, and one that only starts."
    places = (str(folder / f"first-{number}.sqlite") for number in range(100))
    build = lambda: process(["-m", "anedb", "db", "upgrade"], ANEDB_URL=next(places))  # noqa: E731
    value, floor = in_turn(build, lambda: process(["-c", "import sqlalchemy, alembic"]), 5)
    return Figure("first use: building the database", value, floor, "import sqlalchemy, alembic", "3 s", value <= 3)


def cold(folder: Path) -> Figure:
    url = str(folder / "cold.sqlite")
    anedb.open(url).close()
    ask = partial(process, ["-m", "anedb", "query", *QUESTION], ANEDB_URL=url)
    value, floor = in_turn(ask, lambda: process(["-c", "import typer"]), 15)
    return Figure("anedb query --json, a fresh process", value, floor, "import typer", "3 ×", value <= 3 * floor)


def filled(path: Path, observations: int) -> str:
    "A database built from data/ and so many generated observations."
    anedb.open(str(path)).close()
    with Store.open(str(path)) as store:
        for batch in generated.runs(observations):
            store.add_run(batch)
    return str(path)


def warm(url: str, *, seen: bool = True) -> tuple[float, float, float]:
    """Medians of questions never asked before, of the same asked again, and of a prepared SELECT by index.

    What a process learns once, the layer types' knowledge, it has learnt from as many other questions.
    """
    with open_reader(url) as reader:
        asker = Asker(reader)
        asked = questions(reader, seen)
        for question in asked[QUERIES:]:
            asker.verdict(question.layer_type.name, question)
        calls = [partial(asker.verdict, it.layer_type.name, it) for it in asked[:QUERIES]]
        first, again = each(calls), each(calls)
    connection = sqlite3.connect(url)
    marks = [question.fingerprint for question in asked]
    select = "SELECT id, format, type FROM layers WHERE fingerprint = ?"
    floor = each([lambda mark=mark: connection.execute(select, (mark,)).fetchall() for mark in marks])
    connection.close()
    return first, again, floor


def questions(reader: Reader, seen: bool) -> list[Question]:
    """Whole configurations on a few targets, as a model's layers would be asked about, no two questions alike: on
    targets where they were measured, or on others."""
    dice = random.Random(7)
    known = [reader.knowledge(format, type) for format, type, _ in reader.types()]
    cells = [
        (cell, each.layers[cell.layer])
        for each in known
        for cell in each.cells
        if cell.target.chip and cell.target.version
    ]
    places = sorted({(it.target.chip, it.target.os, it.target.version) for it, _ in cells})
    if not seen:
        places = sorted(set(generated.places()) - set(places))
    wanted = [targets.resolve(chip=chip, os=f"{os} {version}") for chip, os, version in dice.sample(places, TARGETS)]
    layers_seen = list({cell.layer: layer for cell, layer in cells}.items())
    pairs = [(mark, layer, where) for mark, layer in layers_seen for where in wanted]
    return [
        Question(layer_type=layers.get(layer.format, layer.type), layer=layer, fingerprint=mark, target=where)
        for mark, layer, where in dice.sample(pairs, 2 * QUERIES)
    ]


def ingest(folder: Path) -> Iterator[Figure]:
    "Storing runs, against executemany of the very rows that storing them wrote."
    batches = list(generated.runs(20 * generated.SUITE))
    with Store.open(str(folder / "ingest.sqlite")) as store:
        value = seconds(lambda: [store.add_run(batch) for batch in batches])
    floor = rewritten(folder / "ingest.sqlite", folder / "floor.sqlite")
    rows = sum(len(list(batch.lines())) for batch in batches)
    budget = f"4 × ({rows:,} observations)"
    yield Figure(
        "ingest, from values to stored",
        value,
        floor,
        "sqlite3.executemany of the same rows",
        budget,
        value <= 4 * floor,
    )


def rewritten(source: Path, copy: Path) -> float:
    "Seconds that plain sqlite3 takes for the rows of `source`, tables and indexes alike, in one transaction a table."
    read = sqlite3.connect(source)
    write = sqlite3.connect(copy)
    tables, indexes = [], []
    for kind, name, sql in read.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        if kind == "table" and not name.startswith("sqlite_"):
            tables.append((name, sql))
        elif kind == "index":
            indexes.append(sql)
    for _, sql in tables:
        write.execute(sql)
    for sql in indexes:
        write.execute(sql)
    contents = [(name, read.execute(f'SELECT * FROM "{name}"').fetchall()) for name, _ in tables]

    def insert() -> None:
        for name, rows in contents:
            if rows:
                write.executemany(f'INSERT INTO "{name}" VALUES ({",".join("?" * len(rows[0]))})', rows)
                write.commit()

    return seconds(insert)


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def line(figure: Figure) -> str:
    ratio = f"{figure.ratio:.2f} ×" if figure.ratio else ""
    mark = {True: "within", False: "MISSED", None: ""}[figure.within]
    floor = shown(figure.floor, figure.unit) if figure.floor is not None else ""
    value = shown(figure.value, figure.unit)
    return f"{figure.name:52} {value:>10}  {floor:>10} {ratio:>8}  {figure.floor_name} | {figure.budget} {mark}"


def shown(value: float, unit: str) -> str:
    if unit == "B":
        return f"{value / 1e6:.0f} MB"
    return f"{value * 1e6:.0f} µs" if value < 1e-3 else f"{value * 1e3:.0f} ms" if value < 10 else f"{value:.1f} s"


if __name__ == "__main__":
    os.environ.pop("ANEDB_URL", None)
    sys.exit(main())
