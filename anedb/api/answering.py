"""Answers out of an export instead of a database: what the page *Ask* runs, translated, in a browser.

Everything but reading is `anedb.api.ask`. This file is translated too, so it keeps to what anedb.export.ask.translate
knows.
"""

from __future__ import annotations

from typing import Any

from anedb.api.ask import Asker, question
from anedb.catalog import facts
from anedb.domain.observation import ComputeUnits, Reason, Source
from anedb.domain.verdict import Verdict
from anedb.export.ask.reader import ExportReader


class ExportAsker(Asker):
    "As `Asker`; what it would have to read of a whole category of layers is in the export."

    def family_sources(self, category: str) -> tuple[Source, ...]:
        told = [self.source(id) for id in self.reader.family_sources(category)]  # type: ignore[attr-defined]
        return tuple(source for source in told if source is not None)


def open_export(files: Any) -> ExportAsker:
    "`files`: name -> what JSON says; it raises where a file is not there."
    return ExportAsker(ExportReader(files))  # type: ignore[arg-type]


def answer(asker: ExportAsker, asked: dict[str, Any]) -> Verdict:
    "As `Anedb.query`, of one dict: layer, params, inputs, format, chip, device, os, units, limit."
    found = question(
        asked["layer"],
        params=asked.get("params", []),
        inputs=asked.get("inputs", []),
        format=asked.get("format"),
        chip=asked.get("chip"),
        device=asked.get("device"),
        os=asked.get("os"),
        units=asked.get("units", ComputeUnits.CPU_AND_NE),
    )
    return asker.verdict(asked["layer"], found, limit=asked.get("limit", 12))


def reason_text(reason: Reason) -> str:
    "Title with its numbers, Core ML's own words where it gave any, and what usually helps."
    said = f' (Core ML: "{reason.text}")' if reason.text else ""
    return f"{facts.reason_title(reason)}{said}: {facts.reasons()[reason.code].fix}"
