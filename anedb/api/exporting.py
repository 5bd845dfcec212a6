"""`anedb export data`: a folder with everything, the same bytes from the same data."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from anedb import __version__
from anedb.api import schemas
from anedb.api.ask import Asker
from anedb.api.folder import write
from anedb.api.layer_files import layer_file
from anedb.api.table import table
from anedb.domain.exported import INDEX, LICENCE, SCHEMA_VERSION, DataFile, DataIndex, DataLayer
from anedb.domain.table import Table, TableRow
from anedb.export import csv_table, json_table, markdown
from anedb.export.data import accessor, columns, csv_rows, layer_json, papers, parquet
from anedb.export.tables import counts, tidy

Told = Callable[[str, int, int], None]
"What is being written, which one of how many."
Files = dict[str, tuple[bytes, str]]
"Path -> bytes, and what it is."

SCHEMAS = ("data-index", "data-layer", "table", "profile", "data-changes")


def export_data(asker: Asker, folder: Path, *, with_parquet: bool | None = None, told: Told | None = None) -> DataIndex:
    """Writes the folder; what an earlier export left there and this one has not is removed.

    `with_parquet`: None where pyarrow is there. Raises `UsageError` for a folder of something else or without pyarrow
    where it is asked for, `StoreError` where it cannot be written.
    """
    found = tidy(table(asker))
    made: Files = {}
    entries = []
    for number, row in enumerate(found.rows, 1):
        if told:
            told(f"{row.format}:{row.type}", number, len(found.rows))
        path, text = f"layers/{row.format}/{row.type}.json", layer_json.render(layer_file(asker, row)).encode()
        made[path] = text, f"{row.format}:{row.type}"
        entries.append(entry(row, path, text))
    made |= tables(found) | observations(asker) | database(asker, found) | constant()
    if parquet_wanted(with_parquet):
        made |= as_parquet(asker, found)
    made |= papers_of(described(asker, found, tuple(entries), made))
    index = described(asker, found, tuple(entries), made)
    made["README.md"] = papers.readme(index).encode(), "what is here"
    index = described(asker, found, tuple(entries), made)
    made["index.json"] = layer_json.render(index).encode(), "the index"
    sums = "".join(f"{digest(text)}  {path}\n" for path, (text, _) in sorted(made.items()))
    write(folder, {**{path: text for path, (text, _) in made.items()}, "SHA256SUMS": sums.encode()})
    return index


def entry(row: TableRow, path: str, text: bytes) -> DataLayer:
    cells = [cell for cell in row.cells if cell.release is None]
    return DataLayer(
        concept=row.concept,
        format=row.format,
        type=row.type,
        title=row.title,
        category=row.category,
        path=path,
        sha256=digest(text),
        offered={cell.engine: cell.offered.answer for cell in cells},
        observations=max((cell.offered.observations for cell in cells), default=0),
    )


def tables(found: Table) -> Files:
    verdicts = csv_rows.render(columns.VERDICTS, columns.verdicts(found))
    return {
        "table.json": (json_table.render(found).encode(), "the support table"),
        "table.csv": (csv_table.render(found).encode(), "the support table with titles and addresses, a line a cell"),
        "table.md": (markdown.render(found).encode(), "the support table to read"),
        "verdicts.csv": (verdicts.encode(), "the answers, a line for each layer type, engine and release"),
    }


def observations(asker: Asker) -> Files:
    names, rows = asker.reader.every_observation()
    return {"observations.csv": (csv_rows.render(names, rows).encode(), "every observation, what was withdrawn marked")}


def as_parquet(asker: Asker, found: Table) -> Files:
    names, rows = asker.reader.every_observation()
    about = {"data_version": asker.data_version, "licence": LICENCE}
    seen = parquet.render(columns.observation_kinds(names), rows, about)
    answers = parquet.render(columns.VERDICTS, columns.verdicts(found), about)
    return {
        "observations.parquet": (seen, "the same as observations.csv"),
        "verdicts.parquet": (answers, "the same as verdicts.csv"),
    }


def parquet_wanted(said: bool | None) -> bool:
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None if said is None else said


def database(asker: Asker, found: Table) -> Files:
    from anedb.store.publish import publish

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "anedb.sqlite"
        publish(asker.reader, path, columns.VERDICTS, columns.verdicts(found))
        return {"anedb.sqlite": (path.read_bytes(), "the database, its views, and a table of verdicts: for Datasette")}


def constant() -> Files:
    "What does not depend on the data."
    return {
        **{f"schemas/{name}.schema.json": (schema(name), "JSON Schema") for name in SCHEMAS},
        "anedb_data.py": (
            Path(accessor.__file__).read_bytes(),
            "reads this folder, by Python's standard library alone",
        ),
        "index.d.ts": (papers.TYPES.encode(), "TypeScript types of index.json and layers/"),
    }


def papers_of(index: DataIndex) -> Files:
    told = {
        "package.json": (papers.package_json(index), "npm's description of this folder"),
        "CITATION.cff": (papers.citation(index, __version__), "how to cite it"),
        "metadata.json": (papers.datasette(index), "for Datasette"),
        "LICENSE": (licence(), LICENCE),
    }
    return {path: (text.encode(), about) for path, (text, about) in told.items()}


def schema(name: str) -> bytes:
    return (json.dumps(schemas.get(name), ensure_ascii=False, indent=1) + "\n").encode()


def described(asker: Asker, found: Table, layers: tuple[DataLayer, ...], made: Files) -> DataIndex:
    total, rows = counts(found), asker.reader.counts()
    return DataIndex(
        kind=INDEX,
        schema_version=SCHEMA_VERSION,
        data_version=found.data_version,
        anedb=__version__,
        date=found.generated_from,
        licence=LICENCE,
        counts={
            "layer types": total.layers,
            "answers": total.cells,
            "known answers": total.known,
            **{name: rows[name] for name in ("layers", "observations", "claims", "workarounds", "sources")},
        },
        engines=found.engines,
        releases=found.releases,
        layers=layers,
        files=tuple(sorted(listed(made), key=lambda each: each.path)),
    )


def listed(made: Files) -> Iterator[DataFile]:
    for path, (text, about) in made.items():
        yield DataFile(path=path, sha256=digest(text), bytes=len(text), about=about)


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def licence() -> str:
    from anedb.catalog import files

    return (files.root() / "LICENSE").read_text(encoding="utf-8")
