"Checks of invented models, as small as a test needs them: `checked(layer('conv'), layer('gather', 'no', 'cpu'))`."

from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import Any

from anedb.domain.check import (
    Blocker,
    Check,
    CheckedLayer,
    CheckedModel,
    Costs,
    NetworkPart,
    Segment,
    Summary,
    Unsettled,
    Work,
)
from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.domain.verdict import Advice, Answer, Part
from anedb.fingerprint import fingerprint

CHANCE = {"yes": 0.97, "likely": 0.9, "mixed": 0.5, "unlikely": 0.1, "no": 0.02, "unknown": None}
A15 = Target(chip="A15", engine="H14", os="iOS", version="18", release=18)
M4 = Target(chip="M4", engine="H16", os="macOS", version="26.0", release=26)


def part(answer: str = "yes", why: str = "") -> Part:
    sure = CHANCE[answer]
    return Part(
        answer=answer,
        probability=sure,
        interval=None if sure is None else (max(0, sure - 0.1), min(1, sure + 0.02)),
        state="unknown" if sure is None else "reported",
        basis="none" if sure is None else "near-parameters",
        why=why,
    )


def layer(type: str = "conv", offered: str = "yes", placement: str = "ane", **more: Any) -> CheckedLayer:
    "Index, place and segment are given by `checked`."
    shape = more.pop("shape", [1, 64, 32, 32])
    dtype = more.pop("dtype", "fp16")
    codes = more.pop("reasons", ())
    given: dict[str, Any] = {
        "index": 0,
        "place": "",
        "network": "main",
        "name": "",
        "format": "mlprogram",
        "type": type,
        "opset": "iOS17",
        "params": {},
        "inputs": ({"name": "x", "dtype": dtype, "shape": shape, "const": False},),
        "outputs": ({"name": "out", "dtype": dtype, "shape": shape},),
        "open": (),
        "problem": "",
        "offered": part(offered, "nothing is known of it" if offered == "unknown" else ""),
        "chosen": part(offered),
        "basis": "none" if offered == "unknown" else "near-parameters",
        "placement": placement,
        "placement_why": "not offered" if placement == "cpu" else "",
        "segment": None,
        "work": Work(flops=1_000_000, bytes=262_144, flops_share=0.1, milliseconds={"ane": 0.01, "cpu": 0.1}),
        "reasons": tuple(Reason(code=code) for code in codes),
        "evidence": ("c12",) if offered == "no" else (),
    } | more
    hashed = {key: given[key] for key in ("format", "type", "params", "inputs")}
    return CheckedLayer(**{"fingerprint": fingerprint(hashed)} | given)


def checked(
    *layers: CheckedLayer, path: str = "models/net.mlpackage", target: Target = A15, **more: Any
) -> CheckedModel:
    "The layers numbered, named where they have no name, and put into segments."
    numbered = _numbered(layers)
    segments = _segments(numbered)
    given: dict[str, Any] = {
        "path": path,
        "kind": "mlpackage",
        "type": "mlProgram",
        "spec_version": 8,
        "target": target,
        "units": "cpu-and-ne",
        "networks": (NetworkPart(name="main", format="mlprogram", layers=len(layers)),),
        "notes": (),
        "layers": tuple(_in_segments(numbered, segments)),
        "segments": tuple(segments),
        "switches": max(0, len(segments) - 1),
        "blockers": (),
        "unsettled": (),
        "summary": _summary(numbered, segments),
    }
    return CheckedModel(**given | more)


def check(*models: CheckedModel, **more: Any) -> Check:
    costs = Costs(launch_ms=0.125, switch_ms=0.125, source="751k-costs", text="a launch and a switch take 0.125 ms")
    given = {"schema_version": "1.0.0", "data_version": "0123456789ab", "units": "cpu-and-ne", "costs": costs}
    return Check(**given | {"models": models} | more)


def blocker(type: str = "gather", layers: tuple[int, ...] = (1,), rank: int = 1, **more: Any) -> Blocker:
    given: dict[str, Any] = {
        "rank": rank,
        "type": type,
        "layers": layers,
        "why": f"{type} is not offered the engine",
        "reasons": (),
        "workarounds": (advice(),),
        "evidence": ("c12", "hol-gather"),
        "gain_layers": len(layers),
        "gain_flops_share": 0.1,
        "segments_after": 1,
        "together_ane_share": 1.0,
        "together_segments": 1,
        "text": f"change {len(layers)} {type} and 100 % is one segment",
    }
    return Blocker(**given | more)


def advice(text: str = "look it up before the model") -> Advice:
    return Advice(
        id="ahead", text=text, use=(), source="somebody", url="https://example.org", strength="stated", evidence=()
    )


def unsettled(type: str = "frob", layers: tuple[int, ...] = (1,)) -> Unsettled:
    why, measure = "nothing is known of it", "load the model on an A15 and read its compute plan"
    return Unsettled(type=type, layers=layers, why=why, fingerprint=None, measure=measure)


def _numbered(layers: tuple[CheckedLayer, ...]) -> list[CheckedLayer]:
    first: dict[str, int] = {}
    numbered = []
    for index, each in enumerate(layers):
        same = f"{each.fingerprint or index} {each.offered.answer}"
        alike = first.setdefault(same, index)
        name = each.name or f"{each.type}_{index}"
        numbered.append(replace(each, index=index, place=f"{each.network}/{index}", name=name, alike=alike))
    return numbered


def _segments(layers: list[CheckedLayer]) -> list[Segment]:
    found: list[Segment] = []
    for (network, unit), each in groupby(layers, lambda it: (it.network, it.placement)):
        run = list(each)
        if unit == "unknown":
            continue
        share = len(run) / len(layers)
        made = Segment(
            index=len(found), network=network, unit=unit, first=run[0].index, last=run[-1].index, layers=len(run),
            flops_share=share, time_share=share,
        )  # fmt: skip
        found.append(made)
    return found


def _in_segments(layers: list[CheckedLayer], segments: list[Segment]) -> list[CheckedLayer]:
    at = {index: each.index for each in segments for index in range(each.first, each.last + 1)}
    return [replace(each, segment=at.get(each.index)) for each in layers]


def _summary(layers: list[CheckedLayer], segments: list[Segment]) -> Summary:
    offered = Counter(each.offered.answer for each in layers)
    placed = Counter(each.placement for each in layers)
    share = placed["ane"] / len(layers) if layers else None
    text = f"{placed['ane']} of {len(layers)} layers are predicted on the Neural Engine"
    return Summary(
        layers=len(layers),
        offered={each.value: offered[each] for each in Answer},
        placed={unit: placed[unit] for unit in ("ane", "gpu", "cpu", "unknown")},
        ane_share=share,
        ane_flops_share=share,
        ane_time_share=share,
        segments=len(segments),
        ane_segments=sum(each.unit == "ane" for each in segments),
        switches=max(0, len(segments) - 1),
        flops=len(layers) * 1_000_000,
        flops_unknown=0,
        whole_model_to_cpu=False,
        text=text,
    )
