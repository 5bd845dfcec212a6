"""One thing the database or the catalogue knows, in a form that leads on to where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any

from anedb.api import telling
from anedb.api.ask import Asker
from anedb.catalog import facts, layers, targets
from anedb.domain.observation import Observation
from anedb.domain.plain import plain
from anedb.domain.value import value
from anedb.errors import UnknownNameError
from anedb.store.values import Provenance

LISTED = 50
"Observations of a cell that are shown."
CONFLICTS = "conflicts"
LAYER = "layer:"
"Before a layer's name, where something else is called so."


@value
class Thing:
    "Something with a name."

    schema_version: str = "1.0.0"
    kind: str
    """`layer`, `conflicts`, `family`, `chip`, `device`, `engine`, `source`, `claim`, `workaround`, `reason`, `run`,
    `observation(s)`."""
    id: str
    about: dict[str, Any] = field(default_factory=dict)


def show(asker: Asker, name: str) -> Thing:
    "Whatever has this name; kinds are tried from the most exact. Raises `UnknownNameError`."
    for kind in KINDS:
        found = kind(asker, name)
        if found is not None:
            return found
    known = [*facts.sources(), *(each.id for each in facts.claims())]
    raise UnknownNameError(
        f"nothing is called {name!r}",
        suggestions=tuple(each for each in known if name and each.startswith(name))[:3],
        tip="try a layer, chip, device, source, claim, a run's fingerprint, or an id of `anedb query`'s evidence",
    )


def observation(asker: Asker, name: str) -> Thing | None:
    if not (name[:1] == "o" and name[1:].isascii() and name[1:].isdigit()):
        return None
    found = asker.reader.observation(int(name[1:]))
    if found is None:
        return None
    _, seen, came = found
    layer = asker.reader.layer(seen.layer)
    about = {"layer": telling.short(layer) if layer else "", "says": telling.seen_text(seen), **stated(seen)}
    return Thing(kind="observation", id=name, about={**about, "came with": provenance(came)})


def cell(asker: Asker, name: str) -> Thing | None:
    "All that was seen of one layer on one target under one setting: the newest observations, each with its source."
    if not (name[:1] == "c" and name[1:].isascii() and name[1:].isdigit()):
        return None
    found = asker.reader.evidence([int(name[1:])], LISTED)
    if not found:
        return None
    layer = asker.reader.layer(found[0][1].layer)
    listed = {f"o{number}": observed(seen, came) for number, seen, came in found}
    return Thing(kind="observations", id=name, about={"layer": telling.short(layer) if layer else "", **listed})


def observed(seen: Observation, came: Provenance) -> dict[str, Any]:
    skipped = ("layer", "witness", "source")
    about = {name: item for name, item in stated(seen).items() if name not in skipped}
    return {"says": telling.seen_text(seen), **about, "came with": provenance(came)}


def family(asker: Asker, name: str) -> Thing | None:
    "A category: what an answer rests on where nothing is known of the layer itself."
    prefix, _, category = name.partition(":")
    members = asker.families.offered.get(category) if prefix == "family" else None
    if members is None:
        return None
    told = {type: "offered the engine" if yes else "never offered it" for type, yes in sorted(members.items())}
    about = {"layer types seen in fp16": told, "sources": [stated(it) for it in asker.family_sources(category)]}
    return Thing(kind="family", id=name, about=about)


def run(asker: Asker, name: str) -> Thing | None:
    found = asker.reader.run(name)
    return None if found is None else Thing(kind="run", id=name, about=provenance(found))


def source(asker: Asker, name: str) -> Thing | None:
    found = asker.reader.source(name)
    if found is None:
        return None
    withdrawn = [plain(each) for each in asker.reader.retractions() if each.what == name]
    claims = [each.id for each in facts.claims() if each.source == name]
    return Thing(kind="source", id=name, about={**stated(found), "withdrawn": withdrawn, "claims": claims})


def claim(asker: Asker, name: str) -> Thing | None:
    found = next((each for each in facts.claims() if each.id == name), None)
    return None if found is None else cited(asker, "claim", name, found)


def workaround(asker: Asker, name: str) -> Thing | None:
    found = next((each for each in facts.workarounds() if each.id == name), None)
    return None if found is None else cited(asker, "workaround", name, found)


def cited(asker: Asker, kind: str, name: str, found: Any) -> Thing:
    "Something with a source, and the source with it: one step, not two."
    behind = asker.reader.source(found.source)
    return Thing(kind=kind, id=name, about={**stated(found), "source": stated(behind) if behind else found.source})


def reason(_: Asker, name: str) -> Thing | None:
    found = facts.reasons().get(name)
    return None if found is None else Thing(kind="reason", id=name, about=stated(found))


def engine(_: Asker, name: str) -> Thing | None:
    found = tried(targets.engine, name)
    if found is None:
        return None
    return Thing(kind="engine", id=found.id, about={**stated(found), "chips": list(targets.chips_of(found.id))})


def chip(_: Asker, name: str) -> Thing | None:
    found = tried(targets.chip, name)
    return None if found is None else Thing(kind="chip", id=found.id, about=stated(found))


def device(_: Asker, name: str) -> Thing | None:
    found = tried(targets.device, name)
    return None if found is None else Thing(kind="device", id=found.identifier, about=stated(found))


def layer(asker: Asker, name: str) -> Thing | None:
    kind = tried(layers.find, name.removeprefix(LAYER))
    if kind is None:
        return None
    from anedb.api import show_layer

    return Thing(kind="layer", id=f"{kind.format}:{kind.name}", about=show_layer.about(asker, kind))


def conflicts(asker: Asker, name: str) -> Thing | None:
    "All that disagrees."
    if name != CONFLICTS:
        return None
    from anedb.api import show_conflicts

    return Thing(kind="conflicts", id=name, about=show_conflicts.conflicts(asker))


def tried(find: Callable[[str], Any], name: str) -> Any:
    try:
        return find(name)
    except UnknownNameError:
        return None


def provenance(came: Provenance) -> dict[str, Any]:
    "A run, and the source it was recorded from."
    about = stated(came)
    return {**about, "source": stated(came.source)} if came.source else about


def stated(value: Any) -> dict[str, Any]:
    "The fields that say something."
    return {name: item for name, item in plain(value).items() if item not in (None, "", [], {})}


KINDS = (conflicts, observation, cell, family, run, source, claim, workaround, reason, engine, chip, device, layer)
