"""The facts under review in data/: checked, formatted, and the catalogue made from coremltools."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from anedb.domain.problem import Problem


def check() -> list[Problem]:
    "Everything wrong with data/."
    from anedb.catalog import check as rules
    from anedb.evidence import condition
    from anedb.ingest import audit

    return [*rules.check(condition.check), *audit.audit(today=datetime.now(UTC).date().isoformat())]


def fmt(*, write: bool) -> list[Path]:
    "Files that are not in their canonical form; with `write`, they are now."
    from anedb.catalog import check as rules

    return rules.fmt(write)


def generate(*, write: bool) -> list[str]:
    "Files of data/layers that the installed coremltools would have otherwise; with `write`, they are now current."
    from anedb.catalog import layer_text
    from anedb.coreml.definitions import layer_types

    types = layer_types()
    return layer_text.write_all(types) if write else layer_text.stale(types)
