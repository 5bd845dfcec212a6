"""Evidence and layers in a form a person can follow back to its source."""

from __future__ import annotations

from functools import cache
from typing import Any

from anedb.catalog import layers
from anedb.domain.claim import Claim
from anedb.domain.knowledge import Cell, Evidence, Families, Standing, Tally
from anedb.domain.layer import Dim, Layer, Operand
from anedb.domain.observation import Method, Observation, Source
from anedb.domain.target import Target
from anedb.domain.verdict import AskedLayer
from anedb.evidence.question import Question, Rest


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
        also=_also(kind.format, kind.name),
        aliases=layers.aliases(kind),
    )


@cache
def _also(format: str, name: str) -> tuple[str, ...]:
    return tuple(f"{each.format}:{each.name}" for each in layers.siblings(layers.get(format, name)))


def operand_to_json(operand: Operand) -> dict[str, Any]:
    shape = None if operand.shape is None else list(operand.shape)
    return {"name": operand.name, "dtype": operand.dtype, "shape": shape, "const": operand.const}


def cell_id(number: int) -> str:
    "What `anedb show` takes."
    return f"c{number}"


def cell_evidence(cell: Cell, rest: Rest, url: str, layer: str) -> Evidence:
    "From the summary alone: an answer costs the same however many observations it rests on."
    about = [each for each in (cell.offered, cell.chosen, cell.ran) if each]
    return Evidence(
        kind="observations",
        id=cell_id(cell.id),
        source=cell.sources[0],
        url=url,
        method=", ".join(dict.fromkeys(each.method for each in about[0])) if about else "",
        date=cell.newest,
        target=cell.target,
        layer=layer,
        says=says(cell),
        supports=rest.supports,
        relation=rest.relation,
        sources=cell.sources,
        observations=max((sum(each.yes + each.no for each in tallies) for tallies in about), default=0),
        witnesses=max((witnesses(tallies) for tallies in about), default=0),
    )


def witnesses(tallies: tuple[Tally, ...]) -> int:
    """By the method that has most: one witness may have used several. Those set aside count for none, and all whom
    nobody corroborates for one."""
    found: dict[str, dict[str, int]] = {}
    for each in tallies:
        if each.standing != Standing.SET_ASIDE:
            many = each.yes_witnesses + each.no_witnesses + each.split_witnesses
            kinds = found.setdefault(each.method, {})
            kinds[each.standing] = 1 if each.standing == Standing.NEW else kinds.get(each.standing, 0) + many
    return max((sum(kinds.values()) for kinds in found.values()), default=0)


def says(cell: Cell) -> str:
    "`offered: 2 yes, 0 no; chosen: 0 yes, 2 no (isolated, cpu-and-ne)`."
    said = [
        f"{word}: {sum(each.yes for each in tallies)} yes, {sum(each.no for each in tallies)} no"
        for word, tallies in (("offered", cell.offered), ("chosen", cell.chosen), ("ran", cell.ran))
        if tallies
    ]
    return f"{'; '.join(said)} ({cell.context}, {cell.units})"


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


def family_evidence(known: Families, rest: Rest, sources: tuple[Source, ...]) -> Evidence:
    "What `anedb show` lists concept by concept."
    name = str(rest.id)
    members = known.offered.get(name, {})
    refused = sorted(type.partition(":")[2] for type, offered in members.items() if not offered)
    said = f"{sum(members.values())} of {len(members)} {name} layer types were ever offered the engine in fp16"
    return Evidence(
        kind="family",
        id=f"family:{name}",
        source=sources[0].id if sources else "",
        url=address(sources[0]) if sources else "",
        method=Method.COMPUTE_PLAN.value,
        date=sources[0].date if sources else "",
        target=Target(),
        layer=name,
        sources=tuple(each.id for each in sources[:16]),
        says=said + (f"; never: {', '.join(refused)}" if refused else ""),
        supports=rest.supports,
        relation=rest.relation,
    )


def address(source: Source | None) -> str:
    return source.url if source else ""


def seen_text(seen: Observation) -> str:
    "`offered ane,cpu; chosen cpu (isolated, cpu-and-ne)`."
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
