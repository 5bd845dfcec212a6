"""Reading a database. A local one without SQLAlchemy, whose import alone costs more than a query may."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import Cell, Knowledge
from anedb.domain.layer import Layer
from anedb.domain.observation import Observation, Source
from anedb.domain.target import Target
from anedb.store import connections, queries, rows
from anedb.store.connections import Select
from anedb.store.location import shown, sqlite_path
from anedb.store.trouble import NotBuiltError, explained
from anedb.store.values import Provenance, Retraction

SeenBy: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, int], ...]]
"Runs' names; witnesses' names; standing and trust of each."


def open_reader(url: str) -> Reader:
    """The database at `url` (a SQLite URL, a bare path, or a PostgreSQL URL), for reading only.

    Raises `NotBuiltError` where there is none yet or its schema is older, and another `StoreError` where it is no
    database, not anedb's, made by a newer anedb, locked, or out of reach.
    """
    with explained(shown(url)):
        connect = connections.remote if sqlite_path(url) is None else connections.local
        select, close = connect(url)
        try:
            connections.check(select, url)
        except BaseException:
            close()
            raise
        return Reader(select, close, shown(url))


def find_reader(url: str) -> Reader | None:
    "As `open_reader`, but None where `Store.open` would have something to build first."
    try:
        return open_reader(url)
    except NotBuiltError:
        return None


class Reader:
    """Answers out of one database. Every method raises `StoreError` where the database cannot.

    Not for two threads at once.
    """

    def __init__(self, select: Select, close: Callable[[], None] = lambda: None, place: str = "the database") -> None:
        self._select = select
        self._close = close
        self._place = place

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._close()

    def meta(self) -> dict[str, str]:
        "`data_version`, `data_stamp` (missing until data/ was read once), `changes`, and `revision` of the schema."
        return {**dict(self._rows(queries.META)), "revision": self._rows(queries.REVISION)[0][0]}

    def changes(self) -> int:
        "Grows with every write: whoever keeps what it read compares this first."
        found = self._rows(queries.CHANGES)
        return int(found[0][0]) if found else 0

    def types(self) -> list[tuple[str, str, int]]:
        "Format, layer type, and how many observations of it count."
        return [(format, type, int(count)) for format, type, count in self._rows(queries.TYPES)]

    def knowledge(self, format: str, type: str) -> Knowledge:
        "All cells of one layer type, and their layers. What was withdrawn is not in it."
        found = self._rows(queries.CELLS, format=format, type=type)
        if not found:
            return Knowledge(format=format, type=type)
        names, layers = self._layers(format, type)
        targets = {row[0]: rows.target(row[1:]) for row in self._rows(queries.TARGETS)}
        runs: dict[int, tuple[str, str, str, int]] = {}
        seen_by = {text: self._seen_by(text, runs) for text in {row[9] for row in found}}
        cells = tuple(_cell(row, names[row[1]], targets[row[2]], *seen_by[row[9]]) for row in found)
        return Knowledge(format=format, type=type, layers=layers, cells=cells)

    def _layers(self, format: str, type: str) -> tuple[dict[int, str], dict[str, Layer]]:
        "Fingerprints by number, and layers by fingerprint."
        found = self._rows(queries.LAYERS, format=format, type=type)
        # One long text is read in half the time of a thousand short ones.
        params = json.loads(f"[{','.join(row[2] for row in found)}]")
        names = {row[0]: row[1] for row in found}
        return names, {row[1]: rows.layer(format, type, each, row[3]) for row, each in zip(found, params, strict=True)}

    def layer(self, fingerprint: str) -> Layer | None:
        "Whether or not anything that counts was seen of it."
        found = self._rows(queries.LAYER, fingerprint=fingerprint)
        if not found:
            return None
        format, type, params, inputs = found[0]
        return rows.layer(format, type, json.loads(params), inputs)

    def claims(self, subjects: Sequence[str]) -> tuple[Claim, ...]:
        "Of each subject in turn, by id; without those of a withdrawn source."
        return tuple(rows.claim(row) for subject in subjects for row in self._rows(queries.CLAIMS, subject=subject))

    def withdrawn(self, fingerprint: str | None, subjects: Sequence[str]) -> tuple[list[Target], list[Claim]]:
        "Where a layer was seen by withdrawn runs alone, and what withdrawn sources claim of these subjects."
        if not self.retractions():
            return [], []
        seen = self._rows(queries.WITHDRAWN_CELLS, fingerprint=fingerprint) if fingerprint else []
        claims = [row for each in subjects for row in self._rows(queries.WITHDRAWN_CLAIMS, subject=each)]
        return [rows.target(row[1:]) for row in seen], [rows.claim(row) for row in claims]

    def workarounds(self, subjects: Sequence[str]) -> tuple[Workaround, ...]:
        "Of each subject in turn, by id; without those of a withdrawn source."
        return tuple(
            rows.workaround(row) for subject in subjects for row in self._rows(queries.WORKAROUNDS, subject=subject)
        )

    def evidence(self, cell_ids: Sequence[int], limit: int) -> list[tuple[int, Observation, Provenance]]:
        """At most `limit` observations of these cells that count, newest first, with their numbers and runs.

        Of a cell that many runs speak of, those of the newest 16.
        """
        texts = {id: self._rows(queries.CELL_RUNS, id=id) for id in cell_ids}
        visits = [(date, run, id) for id, found in texts.items() for row in found for date, run in rows.runs(row[0])]
        found: list[tuple[Any, ...]] = []
        for _, run, id in sorted(visits, reverse=True):
            if len(found) >= limit:
                break
            found += self._rows(queries.EVIDENCE, run=run, cell=id, limit=limit - len(found))
        return self._observations(found)

    def observation(self, id: int) -> tuple[int, Observation, Provenance] | None:
        "By its number, withdrawn or not."
        return next(iter(self._observations(self._rows(queries.OBSERVATION, id=id))), None)

    def source(self, id: str) -> Source | None:
        found = self._rows(queries.SOURCE, id=id)
        return _source(found[0]) if found else None

    def run(self, fingerprint: str) -> Provenance | None:
        "Withdrawn or not."
        found = self._rows(queries.RUN_BY_FINGERPRINT, fingerprint=fingerprint)
        return self._provenance(found[0]) if found else None

    def runs_like(self, start: str) -> list[str]:
        "Fingerprints of runs that begin so: `v1:3f09ab`."
        return [row[0] for row in self._rows(queries.RUNS_LIKE, first=start, beyond=f"{start}~")]

    def copies_of(self, result: str) -> list[str]:
        "Fingerprints of the runs with this result fingerprint, oldest first."
        return [row[0] for row in self._rows(queries.RUNS_BY_RESULT, result=result)] if result else []

    def retractions(self) -> tuple[Retraction, ...]:
        "Whatever was withdrawn, by name."
        return tuple(
            Retraction(what=what, reason=reason, by=by, date=date)
            for what, reason, by, date in self._rows(queries.RETRACTIONS)
        )

    def every_observation(self) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        "The columns of `observation_view` but its number, and its rows in an order that is the same in every database."
        return queries.OBSERVATION_COLUMNS, self._rows(queries.EVERY_OBSERVATION)

    def table(self, name: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        "All rows of a table, for a copy; the names are the schema's own."
        return self._rows(f'SELECT {", ".join(columns)} FROM "{name}"')

    def counts(self) -> dict[str, int]:
        "Rows of the tables people ask about, and runs by origin (`runs.user`, `runs.data`)."
        found = {table: int(self._rows(sql)[0][0]) for table, sql in queries.COUNTS.items()}
        return {**found, **{f"runs.{origin}": int(n) for origin, n in self._rows(queries.RUNS_BY_ORIGIN)}}

    def status(self) -> dict[str, Any]:
        "Where it is, `meta`, and `counts`."
        return {"database": self._place, **self.meta(), **self.counts()}

    def _rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        with explained(self._place):
            return self._select(sql, parameters)

    def _observations(self, found: list[tuple[Any, ...]]) -> list[tuple[int, Observation, Provenance]]:
        cells = {id: self._cell(id) for id in {row[2] for row in found}}
        runs = {id: self._provenance(self._rows(queries.RUN, id=id)[0]) for id in {row[1] for row in found}}
        return [(row[0], _observation(row, cells[row[2]], runs[row[1]]), runs[row[1]]) for row in found]

    def _cell(self, id: int) -> tuple[str, Target, str, str]:
        fingerprint, target_id, units, context = self._rows(queries.CELL, id=id)[0]
        return fingerprint, rows.target(self._rows(queries.TARGET, id=target_id)[0][1:]), units, context

    def _seen_by(self, text: str, known: dict[int, tuple[str, str, str, int]]) -> SeenBy:
        """Of the runs in a cell's column: their names, a source's once, newest first and then by name; and witnesses
        with their standing, where the column holds all runs. `known` remembers them."""
        dated = rows.runs(text)
        for _, id in dated:
            if id not in known:
                known[id] = self._rows(queries.RUN_NAME, id=id)[0]
        by_name = sorted((known[id][0], date) for date, id in dated)
        names = dict.fromkeys(name for name, _ in sorted(by_name, key=lambda item: item[1], reverse=True))
        witnesses = sorted({known[id][1:] for _, id in dated}) if len(dated) < rows.NEWEST else ()
        return tuple(names), tuple(it[0] for it in witnesses), tuple(it[1:] for it in witnesses)

    def _provenance(self, row: tuple[Any, ...]) -> Provenance:
        fingerprint, origin, date, witness, contributor, tool, result, source_id = row
        return Provenance(
            run=fingerprint,
            origin=origin,
            date=date,
            witness=witness,
            contributor=contributor,
            tool=tool,
            result=result,
            source=self.source(source_id) if source_id else None,
            retracted=tuple(item for item in self.retractions() if item.what in (fingerprint, source_id)),
        )


def _cell(
    row: tuple[Any, ...], layer: str, target: Target,
    sources: tuple[str, ...], witnesses: tuple[str, ...], kinds: tuple[tuple[str, int], ...],
) -> Cell:  # fmt: skip
    id, _, _, units, context, offered, chosen, ran, newest, _, reasons = row
    return Cell(
        id=id,
        layer=layer,
        target=target,
        units=units,
        context=context,
        offered=rows.tallies(offered),
        chosen=rows.tallies(chosen),
        ran=rows.tallies(ran),
        newest=newest,
        sources=sources,
        witnesses=witnesses,
        kinds=kinds,
        reasons=rows.reasons(reasons),
    )


def _source(row: tuple[Any, ...]) -> Source:
    id, kind, title, author, url, date, licence, note = row
    return Source(id=id, kind=kind, title=title, author=author, url=url, date=date, licence=licence, note=note)


def _observation(row: tuple[Any, ...], cell: tuple[str, Target, str, str], run: Provenance) -> Observation:
    source = run.source.id if run.source else run.run
    return rows.observation(row, cell, tool=run.tool, source=source, witness=run.witness, date=run.date)
