"Where each page lies. Names from data become file names that any system takes, and no two become one."

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
RESERVED = frozenset({"con", "prn", "aux", "nul", "index", *(f"{it}{n}" for it in ("com", "lpt") for n in range(10))})


def slugs(names: Iterable[str]) -> dict[str, str]:
    """Name -> file name without ending. A plain name stays itself; what else it holds becomes a hyphen and a digest of
    the name follows, as for one that differs from another in case alone."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(set(names)):
        slug = name
        if not PLAIN.fullmatch(name) or name.casefold() in taken or name.casefold().split(".")[0] in RESERVED:
            digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
            slug = f"{re.sub('[^A-Za-z0-9_]+', '-', name)[:40].strip('-')}-{digest}".lstrip("-")
        taken.add(slug.casefold())
        found[name] = slug
    return found


class Paths:
    "Of one site. All are relative to its root, with `/`."

    def __init__(self, layers: Iterable[tuple[str, str]], chips: Iterable[str], sources: Iterable[str]) -> None:
        by_format: dict[str, list[str]] = {}
        for format, type in layers:
            by_format.setdefault(format, []).append(type)
        folders = slugs(by_format)
        self._layers = {
            f"{format}:{type}": f"{folders[format]}/{slug}"
            for format, types in by_format.items()
            for type, slug in slugs(types).items()
        }
        self._chips = {name: f"chips/{slug}.html" for name, slug in slugs(chips).items()}
        self._sources = {name: f"sources/{slug}.html" for name, slug in slugs(sources).items()}

    def slug(self, layer: str) -> str:
        return self._layers[layer]

    def layer(self, name: str, page: int = 1) -> str:
        "Of `mlprogram:conv`; empty where the site has no such page. Later pages hold only what was seen."
        slug = self._layers.get(name)
        return "" if slug is None else f"layers/{slug}{'' if page == 1 else f'.seen-{page}'}.html"

    def badge(self, name: str) -> str:
        return f"badges/{self._layers[name]}.svg"

    def chip(self, name: str) -> str:
        return self._chips.get(name, "")

    def source(self, name: str) -> str:
        return self._sources.get(name, "")
