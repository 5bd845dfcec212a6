"""Evidence and layers in a form a person can follow back to its source."""

from __future__ import annotations

from typing import Any

from anedb.catalog import layers
from anedb.catalog.records import operand_to_json
from anedb.domain.claim import Claim
from anedb.domain.knowledge import Evidence
from anedb.domain.layer import Dim, Layer
from anedb.domain.observation import Observation, Source
from anedb.domain.target import Target
from anedb.domain.verdict import AskedLayer
from anedb.evidence.question import Question, Rest
from anedb.store.values import Provenance


def asked_layer(asked: str, question: Question) -> AskedLayer:
    kind = question.layer_type
    return AskedLayer(
        asked=asked,
        format=kind.format,
        type=kind.name,
        concept=kind.concept,
        params=dict(question.layer.params),
        inputs=tuple(operand_to_json(each) for each in question.layer.inputs),
        open=question.open,
        fingerprint=question.fingerprint,
        also=tuple(f"{each.format}:{each.name}" for each in layers.siblings(kind)),
        aliases=layers.aliases(kind),
    )


def observation_id(number: int) -> str:
    "What `anedb show` takes."
    return f"o{number}"


def observation_evidence(number: int, seen: Observation, came: Provenance, rest: Rest, layer: str) -> Evidence:
    return Evidence(
        kind="observation",
        id=observation_id(number),
        source=came.source.id if came.source else came.run,
        url=address(came.source),
        method=seen.method,
        date=seen.date,
        target=seen.target,
        layer=layer,
        says=says(seen),
        supports=rest.supports,
        relation=rest.relation,
    )


def claim_evidence(claim: Claim, rest: Rest, source: Source | None) -> Evidence:
    scope = Target(
        chip=claim.chips[0] if len(claim.chips) == 1 else None,
        engine=claim.engines[0] if len(claim.engines) == 1 else None,
        release=claim.since_release if claim.since_release == claim.until_release else None,
    )
    return Evidence(
        kind="claim",
        id=claim.id,
        source=claim.source,
        url=address(source),
        method=claim.method,
        date=claim.date,
        target=scope,
        layer=claim.subject + (f" where {claim.condition}" if claim.condition else ""),
        says=claim.text,
        supports=claim.says,
        relation=rest.relation,
        strength=claim.strength,
    )


def address(source: Source | None) -> str:
    return source.url if source else ""


def says(seen: Observation) -> str:
    "`offered ane,cpu; chosen cpu; in isolation, cpu-and-ne`."
    said = [] if seen.offered is None else [f"offered {','.join(seen.offered) or 'nothing'}"]
    said += [f"{word} {unit}" for word, unit in (("chosen", seen.chosen), ("ran on", seen.ran)) if unit]
    return f"{'; '.join(said)} ({seen.context}, {seen.units})"


def short(layer: Layer) -> str:
    "`conv x=fp16[1,64,32,32] weight=fp16[64,64,3,3] dilations=2,2`: operands, then parameters."
    inputs = [f"{each.name}={each.dtype}{extents(each.shape)}" for each in layer.inputs]
    params = [f"{name}={text(value)}" for name, value in layer.params.items()]
    return " ".join([layer.type, *inputs, *params])


def extents(shape: tuple[Dim, ...] | None) -> str:
    return "" if shape is None else f"[{','.join(map(str, shape))}]"


def text(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return ",".join(map(text, value)) or "[]"
    return str(value).lower() if isinstance(value, bool) else str(value)
