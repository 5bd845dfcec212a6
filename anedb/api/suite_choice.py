"""Which questions of the standard suite the quick one asks: those whose answers would settle most.

As `anedb wanted` chooses, on the commonest chip of each engine generation. A layer type weighs as many operations as it
has in the networks we know; one that is in none of them, what `anedb wanted` takes it for. Chosen when data/suite.jsonl
is written, and kept there: the quick suite is the same everywhere, and stays the same until somebody chooses again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from anedb.api.ask import Asker
from anedb.api.wanted import answers, commonest
from anedb.api.wanted_choice import Choice
from anedb.api.wanted_layers import Candidate, of_networks, unseen
from anedb.catalog.suite_lock import Locked
from anedb.domain.layer import Layer
from anedb.domain.observation import ComputeUnits, Context
from anedb.domain.suite import SECONDS
from anedb.domain.target import Target

QUICK = int(300 / SECONDS)
"Models: as many as five minutes have, at `SECONDS` each."
STANDARD = "standard"
ENOUGH = 4 * QUICK
"Picks of one layer type, each of one target."

Row = tuple[Locked, Layer | None]
"A question, and the layer that it comes out as."


def chosen(asker: Asker, rows: Sequence[Row], count: int = QUICK) -> dict[str, int]:
    "Id -> rank from 1, canaries left out, which are in every suite."
    where, weight, unknown = commonest(None), *_operations(asker)
    canaries = sum(bool(row.canary) for row, _ in rows)
    found: dict[str, float] = {}
    for (format, type), questions in _by_type(rows).items():
        for id, score in _best(asker, questions, where, weight[format, type] or unknown):
            found[id] = max(score, found.get(id, 0.0))
    best = sorted(found, key=lambda id: (-found[id], id))[: count - canaries]
    return {id: rank for rank, id in enumerate(best, 1)}


def applied(rows: Iterable[Row], ranks: Mapping[str, int]) -> list[Locked]:
    "The quick ones marked as such; a rank whose question is no longer asked is forgotten."
    asked = {row.id for row, _ in rows if row.asked and not row.canary}
    kept = sorted(asked & ranks.keys(), key=lambda id: ranks[id])
    order = {id: rank for rank, id in enumerate(kept, 1)}
    return [replace(row, tier="quick", rank=order[row.id]) if row.id in order else row for row, _ in rows]


def _operations(asker: Asker) -> tuple[Counter[tuple[str, str]], float]:
    "By layer type, in all networks; and what one counts for that is in none of them."
    found: Counter[tuple[str, str]] = Counter()
    layers, _ = of_networks(())
    for each in layers.values():
        found[each.layer.format, each.layer.type] += each.occurrences
    return found, unseen(asker, layers)[1]


Questions = dict[str, tuple[Layer, list[Locked]]]
"By fingerprint: a layer, and what asks about it."


def _by_type(rows: Sequence[Row]) -> dict[tuple[str, str], Questions]:
    found: dict[tuple[str, str], Questions] = defaultdict(dict)
    for row, layer in rows:
        if row.asked and layer is not None and row.tier == STANDARD:
            found[layer.format, layer.type].setdefault(row.fingerprint, (layer, []))[1].append(row)
    return found


def _best(asker: Asker, questions: Questions, where: Sequence[Target], weight: float) -> Iterable[tuple[str, float]]:
    candidates = [Candidate(layer, (), mark, {}) for mark, (layer, _) in questions.items()]
    parts = [list(answers(asker, each, where, ComputeUnits.CPU_AND_NE)) for each in candidates]
    often = [weight / len(candidates)] * len(candidates)
    for pick in Choice(candidates, where, parts, often, asker.weights).best(ENOUGH):
        _, asking = questions[candidates[pick.candidate].fingerprint or ""]
        yield _most_telling(asking).id, pick.score


def _most_telling(asking: Sequence[Locked]) -> Locked:
    "Between other layers, where there is such a question: alone, nothing is worth a launch, and *chosen* says nothing."
    return min(asking, key=lambda row: row.context != Context.IN_MODEL)
