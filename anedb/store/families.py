"""What was ever offered the engine, layer type by layer type: the prior of one that nobody saw.

What a private API compiled is left out: the family is of what Core ML offers. Kept when data/ are read, out of what
came with them: a run stored later moves the layers it is about, not their family.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from anedb.catalog import layers
from anedb.domain.knowledge import Families, Knowledge
from anedb.domain.layer import DType
from anedb.domain.observation import Method
from anedb.domain.plain import plain
from anedb.store.bulk import Bulk

FLOAT = frozenset({DType.FP16.value, DType.UNKNOWN.value})
"Element types in which a layer speaks for its family: what the engine computes in."
QUERY = """
SELECT layers.format, layers.type, layers.inputs, cells.offered
FROM cells JOIN layers ON layers.id = cells.layer_id
WHERE cells.observations > 0
"""


def as_json(bulk: Bulk) -> str:
    "For `meta`."
    offered: dict[str, dict[str, bool]] = {}
    concepts: dict[str, str] = {}
    of = {layer: it for it in layers.concepts().values() if not it.group for layer in it.layers}
    for format, type, inputs, tallies in bulk.rows(QUERY):
        concept = of.get(f"{format}:{type}")
        seen = [tally for tally in json.loads(tallies) if tally[0] != Method.PRIVATE_API]
        if concept is None or not seen or dtype_of(inputs) not in FLOAT:
            continue
        members, name = offered.setdefault(concept.category, {}), f"{format}:{type}"
        members[name] = members.get(name, False) or any(tally[1] for tally in seen)
        concepts[name] = concept.id
    category = {it.id: it.category for it in layers.concepts().values() if not it.group}
    chips = bulk.rows("SELECT id, engine FROM chips ORDER BY id")
    engines = {chip: int(engine[1:]) for chip, engine in chips if engine and engine[1:].isdigit()}  # H16
    ordered = {name: dict(sorted(members.items())) for name, members in sorted(offered.items())}
    return json.dumps(
        plain(Families(category=category, offered=ordered, concept=dict(sorted(concepts.items())), engines=engines)),
        separators=(",", ":"),
    )


def dtype_of(inputs: str) -> str:
    "Of the first operand that is not constant, out of a layer's stored inputs; nothing: fp16."
    first = next((each for each in json.loads(inputs) if not (len(each) > 3 and each[3])), None)
    return str(first[1]) if first else DType.FP16.value


def told(known: Knowledge) -> Iterator[bool]:
    "Likewise out of what a reader gives: of each cell that tells, whether the engine was offered."
    for cell in known.cells:
        read = [operand.dtype for operand in known.layers[cell.layer].inputs if not operand.const]
        seen = [tally for tally in cell.offered if tally.method != Method.PRIVATE_API]
        if seen and (read[0] if read else DType.FP16.value) in FLOAT:
            yield any(tally.yes for tally in seen)
