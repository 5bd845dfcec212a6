"""Verdicts that changed from one export to the next: kept in the site itself, told in its feed.

`verdicts.json` has each answer, `changes.json` every change since the first export; the next export reads both. Nothing
here comes from a clock: a change bears the date of the newest evidence it rests on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from anedb.domain.site import Site
from anedb.domain.value import value
from anedb.errors import BadFileError
from anedb.export.site.paths import Paths
from anedb.export.text import visible

VERDICTS, CHANGES, FEED = "verdicts.json", "changes.json", "changes.atom"
KEPT = 2_000
"Changes that are kept, the newest first."
FED = 200
"Of those in the feed."
EMPTY: dict[str, Any] = {"kind": "anedb-changes", "schema_version": "1.0.0", "changes": []}


@value
class Change:
    layer: str
    engine: str
    about: str
    "`offered` or `chosen`."
    was: str
    is_: str
    date: str
    "Of the newest evidence behind the new answer."
    data_version: str


@value
class Previous:
    "What an earlier export said."

    verdicts: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=lambda: EMPTY)


def verdicts(site: Site) -> dict[str, Any]:
    "Layer -> engine -> its two answers, whatever the release."
    return {
        "kind": "anedb-verdicts",
        "schema_version": "1.0.0",
        "data_version": site.data_version,
        "generated_from": site.generated_from,
        "layers": {
            layer.name: {it.engine: [it.offered.answer, it.chosen.answer] for it in layer.cells if it.release is None}
            for layer in site.layers
        },
    }


def changes(site: Site, previous: Previous | None) -> list[Change]:
    "Those from the previous export to this one, then all that it told of."
    if previous is None:
        return []
    told = [_read(it) for it in previous.changes.get("changes", [])]
    return [*_new(site, previous.verdicts.get("layers", {})), *told][:KEPT]


def _new(site: Site, before: Mapping[str, Mapping[str, Any]]) -> list[Change]:
    found = []
    for layer in site.layers:
        for cell in layer.cells:
            was = before.get(layer.name, {}).get(cell.engine)
            if cell.release is None and was is not None:
                for about, one, part in (("offered", was[0], cell.offered), ("chosen", was[1], cell.chosen)):
                    if one != part.answer:
                        found.append(
                            Change(
                                layer=layer.name, engine=cell.engine, about=about, was=str(one), is_=part.answer,
                                date=part.newest or site.generated_from, data_version=site.data_version,
                            )
                        )  # fmt: skip
    return found


def _read(it: Mapping[str, Any]) -> Change:
    return Change(
        layer=str(it["layer"]), engine=str(it["engine"]), about=str(it["about"]), was=str(it["was"]),
        is_=str(it["is"]), date=str(it["date"]), data_version=str(it["data_version"]),
    )  # fmt: skip


def previous(verdicts_text: str, changes_text: str) -> Previous:
    "Of an earlier export's two files. Raises `BadFileError`."
    try:
        told, changed = json.loads(verdicts_text), json.loads(changes_text)
        if not (isinstance(told, dict) and isinstance(changed, dict)):
            raise ValueError("not an object")
        found = Previous(verdicts=told, changes=changed)
        for it in found.changes["changes"]:
            _read(it)
        if not all(len(it) == 2 for engines in found.verdicts["layers"].values() for it in engines.values()):
            raise ValueError("an answer is not a pair")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFileError(f"{VERDICTS} or {CHANGES} of the previous export cannot be read: {error}") from None
    return found


def to_json(found: list[Change]) -> str:
    rows = [
        {"layer": it.layer, "engine": it.engine, "about": it.about, "was": it.was, "is": it.is_, "date": it.date,
         "data_version": it.data_version}
        for it in found
    ]  # fmt: skip
    return lines({**EMPTY, "changes": rows})


def lines(found: dict[str, Any]) -> str:
    "JSON with a line for each layer or change."
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def atom(site: Site, found: list[Change], paths: Paths) -> str:
    "An Atom feed. Its ids follow from what they name; links are relative, wherever the site lies."
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>urn:uuid:{uuid5(NAMESPACE_URL, 'anedb:changes')}</id>",
        "<title>anedb: answers that changed</title>",
        "<author><name>anedb</name></author>",
        f"<updated>{instant(max((it.date for it in found), default=site.generated_from))}</updated>",
        '<link rel="alternate" type="text/html" href="changes.html"/>',
        f'<link rel="self" type="application/atom+xml" href="{FEED}"/>',
    ]
    for it in found[:FED]:
        key = f"anedb:{it.data_version}:{it.layer}:{it.engine}:{it.about}"
        says = f"{it.layer} on {it.engine}: {it.about} was {it.was}, is {it.is_}"
        where = paths.layer(it.layer) or "index.html"
        parts.append(
            f"<entry><id>urn:uuid:{uuid5(NAMESPACE_URL, key)}</id><title>{escape(visible(says))}</title>"
            f"<updated>{instant(it.date)}</updated>"
            f'<link rel="alternate" type="text/html" href={quoteattr(where)}/>'
            f"<summary>Data {escape(visible(it.data_version))}.</summary></entry>"
        )
    return "\n".join([*parts, "</feed>"]) + "\n"


def instant(date: str) -> str:
    "`2026-10-05`, `2020-12` and `2020` as Atom has them: the first moment of it."
    parts = [it for it in date.split("T")[0].split("-") if it.isascii() and it.isdigit()][:3]
    year, month, day = (*parts, *("0001", "01", "01")[len(parts) :])
    return f"{year:0>4}-{month:0>2}-{day:0>2}T00:00:00Z"
