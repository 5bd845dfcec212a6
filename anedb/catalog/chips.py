"""Chips and engine generations, from data/chips.json and data/engines.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from anedb.catalog import files
from anedb.domain.target import Chip
from anedb.errors import UnknownNameError

if TYPE_CHECKING:
    from anedb.domain.engine import Engine

CHIPS = "chips.json"
ENGINES = "engines.json"


def fold(name: str) -> str:
    "A name without what people vary: case, spaces, hyphens, a leading `Apple`. `m4-pro` and `Apple M4 Pro` are one."
    kept = "".join(letter for letter in name.casefold() if letter.isalnum())
    return kept.removeprefix("apple")


def chip(name: str) -> Chip:
    "The chip of that id or other name. Raises `UnknownNameError`, with suggestions: never another chip."
    found = _by_name().get(fold(name))
    if found is None:
        known = [each.id for each in chips()]
        tip = f"known are {', '.join(known)}"
        raise UnknownNameError(f'there is no chip "{name}"', tip=tip, suggestions=suggestions(name, known))
    return found


@cache
def chips() -> tuple[Chip, ...]:
    "Every chip, oldest generation first as data/chips.json has them."
    data = files.read_json(CHIPS)
    return tuple(_chip(row, data["sources"]) for row in data["chips"])


def engine_of(name: str) -> str | None:
    "`H16` for `M4`; None: not known, or closed to Core ML. Raises `UnknownNameError`."
    return chip(name).engine


def chips_of(engine: str) -> tuple[str, ...]:
    "Ids of the chips that have this engine generation. Raises `UnknownNameError`."
    found = tuple(each.id for each in chips() if each.engine == engine)
    return found or _engine(engine).chips


@cache
def engines() -> tuple[Engine, ...]:
    "Every engine generation, oldest first."
    data = files.read_json(ENGINES)
    return tuple(_read_engine(row, data["sources"]) for row in data["engines"])


def engine(name: str) -> Engine:
    "`H16`, or one of its compiler targets, `h16g`. Raises `UnknownNameError`."
    return _engine(name)


def suggestions(name: str, known: Iterable[str]) -> tuple[str, ...]:
    "The names nearest to a misspelt one, best first, at most five."
    import difflib

    folded = {fold(each): each for each in sorted(set(known))}
    return tuple(folded[each] for each in difflib.get_close_matches(fold(name), folded, n=5, cutoff=0.5))


def cite(ids: Iterable[str], sources: Mapping[str, Mapping[str, str]]) -> str:
    "Sources by id as text that can be followed: title and address."
    return "; ".join(" ".join(part for part in (sources[each]["title"], sources[each]["url"]) if part) for each in ids)


@cache
def _by_name() -> dict[str, Chip]:
    return {fold(name): each for each in chips() for name in (each.id, *each.names)}


def _chip(row: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]) -> Chip:
    return Chip(
        **{
            **row,
            "names": tuple(row.get("names", ())),
            "products": tuple(row.get("products", ())),
            "source": cite(row["source"], sources),
            "engine_source": cite(row["engine_source"], sources) if "engine_source" in row else None,
        }
    )


def _engine(name: str) -> Engine:
    wanted = name.casefold()
    for each in engines():
        if wanted in (each.id.casefold(), *each.compiler_targets):
            return each
    known = ", ".join(each.id for each in engines())
    raise UnknownNameError(f'there is no engine "{name}"', tip=f"the engine generations are {known}")


def _read_engine(row: Mapping[str, Any], sources: Mapping[str, Mapping[str, str]]) -> Engine:
    from anedb.domain.engine import ArchString, Engine, ExtentLimit

    return Engine(
        **{
            **row,
            "chips": tuple(each.id for each in chips() if each.engine == row["id"]),
            "compiler_targets": tuple(row.get("compiler_targets", ())),
            "limits": tuple(
                ExtentLimit(**{**limit, "source": cite(limit["source"], sources)}) for limit in row.get("limits", ())
            ),
            "measured": tuple(
                ArchString(**{**seen, "source": cite(seen["source"], sources)}) for seen in row.get("measured", ())
            ),
            "source": cite(row["source"], sources),
        }
    )
