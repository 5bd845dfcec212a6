"""The facts under review in data/: checked, formatted, and the catalogue made from coremltools."""

from __future__ import annotations

from datetime import UTC, datetime

from anedb.api.reports import Changed, Problems


def check() -> Problems:
    "Everything wrong with data/."
    from anedb.catalog import check as rules
    from anedb.evidence import condition
    from anedb.ingest import audit

    today = datetime.now(UTC).date().isoformat()
    return Problems(problems=(*rules.check(condition.check), *audit.audit(today=today)))


def fmt(*, write: bool) -> Changed:
    "Files that are not in their canonical form; with `write`, they are now."
    from anedb.catalog import check as rules
    from anedb.catalog import files

    return Changed(written=write, files=tuple(path.relative_to(files.root()).as_posix() for path in rules.fmt(write)))


def generate(*, write: bool) -> Changed:
    "Files of data/layers that the installed coremltools would have otherwise; with `write`, they are now current."
    from anedb.catalog import layer_text
    from anedb.coreml.definitions import layer_types

    types = layer_types()
    found = layer_text.write_all(types) if write else layer_text.stale(types)
    return Changed(written=write, files=tuple(found))
