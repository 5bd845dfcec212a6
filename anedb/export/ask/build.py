"""The page's scripts: the judge, translated, and its knowledge, a file at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from anedb.export.ask.modules import Code
from anedb.export.ask.translate import translate
from anedb.export.site.paths import slugs
from anedb.export.text import encodable

HERE = Path(__file__).parent
ANSWERING = "anedb.api.answering"
ROOTS = [Code(ANSWERING, "open_export"), Code(ANSWERING, "answer"), Code(ANSWERING, "reason_text")]
FOLDER = "ask"
SCRIPTS = ("ask.js", "ask.css")


@cache
def engine() -> str:
    "One script: what Python does, what its library does, the judge, and how it is called. Raises `TranslateError`."
    parts = [_js("runtime.js"), _js("library.js"), translate(ROOTS) + "\n", _js("entry.js")]
    body = "".join(part.replace('"use strict";\n', "", 1) for part in parts)
    head = "/* The judge of anedb, made from its Python by anedb.export.ask.translate. Not written by hand. */\n"
    return f'{head}const anedbAsk = (() => {{\n"use strict";\n{body}}})();\n'


def files(knowledge: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    "Path and text of everything below `ask/`, but the page itself."
    yield f"{FOLDER}/engine.js", engine()
    yield f"{FOLDER}/cel.js", (HERE / "vendor" / "cel.js").read_text(encoding="utf-8")
    yield f"{FOLDER}/LICENCES.txt", (HERE / "vendor" / "LICENCES.txt").read_text(encoding="utf-8")
    for name in SCRIPTS:
        yield f"{FOLDER}/{name}", _js(name)
    found = dict(knowledge)
    places = paths(found)
    # What `ask.js` cannot tell from a name alone.
    found["places"] = {name: path for name, path in places.items() if path != plain_path(name)}
    for path, names in by_path({**places, "places": "core.js"}).items():
        yield f"{FOLDER}/{path}", "".join(script(name, found[name]) for name in names)


def paths(names: Iterable[str]) -> dict[str, str]:
    """Name -> file. A layer type's definition and knowledge lie together; names that some file system would not tell
    apart, or not take, get a digest."""
    types: dict[str, list[str]] = {}
    for name in names:
        if ":" in name:
            format, type = name.split(":", 1)
            types.setdefault(format, []).append(type)
    found = {}
    for format, inside in types.items():
        for type, slug in slugs(inside).items():
            found[f"{format}:{type}"] = found[f"layers/{format}/{type}.json"] = f"{format}/{slug}.js"
    rest = [name for name in names if name not in found]
    return {**found, **{name: plain_path(name) for name in rest}}


def plain_path(name: str) -> str:
    "As `ask.js` works it out."
    if ":" in name:
        return name.replace(":", "/", 1) + ".js"
    inside = name.removeprefix("layers/").removesuffix(".json")
    return f"{inside}.js" if name.startswith(("layers/mlprogram/", "layers/neuralnetwork/")) else f"{_flat(name)}.js"


def _flat(name: str) -> str:
    return name.replace("/", "-").removesuffix(".json").removesuffix(".toml")


def by_path(places: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, path in places.items():
        found.setdefault(path, []).append(name)
    return found


def script(name: str, value: Any) -> str:
    "A value as a script that hands it over. `<` could end a script, and two separators end a line in older ones."
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    return encodable(f"anedbAsk.have({json.dumps(name)},{text});\n")


def stamp(texts: Iterable[str]) -> str:
    "Changes with anything that the page loads, so that no browser mixes two exports."
    digest = sha256()
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()[:8]


@cache
def _js(name: str) -> str:
    return (HERE / "js" / name).read_text(encoding="utf-8")
