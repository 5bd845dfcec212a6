"""A check such as reports are made of: a small model with three units and a hostile author, on two targets."""

from dataclasses import replace
from itertools import groupby, pairwise

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

M1 = Target(chip="M1", engine="H13", os="macOS", version="14.5", release=17)
M4 = Target(chip="M4", engine="H16", os="macOS", version="26.0", release=26)

SCRIPT = "</script><img src=x onerror=alert(1)>"
FORMULA = "=cmd|' /C calc'!A0"
BACKWARDS = "safe\u202etxt.exe\u2066 \u200b@everyone\n# heading\n| cell"
ENDLESS = "transformer/" * 400 + "output"
LINK = "[click](https://example.org) `code` {0} #12 :tada: <b>&amp;"
HOSTILE = (SCRIPT, FORMULA, BACKWARDS, ENDLESS, LINK, "\ud800 half", "", "\x00\x1b[31m\ufffe", "--></details><!--")

CHANCE = {"yes": 0.97, "likely": 0.9, "mixed": 0.5, "unlikely": 0.1, "no": 0.02, "unknown": None}
CUT = Advice(
    id="gather-ahead",
    text="look the embeddings up before the model and pass them in as fp16",
    use=(),
    source="apple-transformers",
    url="https://example.org/ane-transformers",
    strength="stated",
    evidence=("c31",),
)
UNDILATE = Advice(
    id="phases",
    text="cut the input into phases (space to batch), convolve, and put them back",
    use=("space_to_batch", "conv", "batch_to_space"),
    source="somebody",
    url="javascript:alert(1)",
    strength="guess",
    evidence=(),
)
INDEX = Reason(code="index-dtype", feature="indices", value="int32", text="int32 indices not supported")
DILATION = Reason(code="dilation", feature="dilation_height", value="2")
SMALL = Reason(code="too-small")


def part(answer: str, why: str = "") -> Part:
    sure = CHANCE[answer]
    return Part(
        answer=answer,
        probability=sure,
        interval=None if sure is None else (max(0.0, sure - 0.1), min(1.0, sure + 0.02)),
        state="unknown" if sure is None else "reported",
        basis="none" if sure is None else "near-parameters",
        observations=0 if sure is None else 12,
        witnesses=0 if sure is None else 1,
        why=why,
    )


def layer(index: int, type: str, name: str, offered: str, placement: str, share: float, **more) -> CheckedLayer:
    shape = more.pop("shape", [1, 64, 32, 32])
    inputs = ({"name": "x", "dtype": more.pop("dtype", "fp16"), "shape": shape, "const": False},)
    given = {
        "index": index,
        "place": f"main/{index}",
        "network": "main",
        "name": name,
        "format": "mlprogram",
        "type": type,
        "opset": "iOS17",
        "params": {},
        "inputs": inputs,
        "outputs": ({"name": "out", "dtype": "fp16", "shape": shape},),
        "fingerprint": fingerprint([type, str(shape)]),
        "open": (),
        "problem": "",
        "offered": part(offered),
        "chosen": part(offered),
        "basis": "none" if offered == "unknown" else "near-parameters",
        "placement": placement,
        "placement_why": "",
        "segment": None,
        "work": Work(
            flops=int(share * 2e9), bytes=262_144, flops_share=share, milliseconds={"cpu": 0.4}, time_share=share
        ),
        "alike": index,
    }
    return CheckedLayer(**given | more)


def layers() -> tuple[CheckedLayer, ...]:
    unoffered = "the engine is not offered for it"
    return (
        layer(0, "gather", "token_embedding", "no", "cpu", 0.02, dtype="int32", shape=[1, 128], reasons=(INDEX,),
              workarounds=(CUT,), evidence=("c12", "hol-gather"), placement_why=unoffered),
        layer(1, "conv", "stem_conv", "yes", "ane", 0.30, evidence=("c6",)),
        layer(2, "relu", "stem_relu", "yes", "ane", 0.01, evidence=("c7",)),
        layer(3, "conv", SCRIPT, "unlikely", "gpu", 0.25, reasons=(DILATION,), workarounds=(UNDILATE,),
              evidence=("hol-dil",), placement_why=unoffered),
        layer(4, "batch_norm", FORMULA, "likely", "gpu", 0.02, placement_why="leaving the GPU would cost more"),
        layer(5, "add", BACKWARDS, "yes", "ane", 0.02),
        layer(6, "matmul", "attention/qk", "yes", "ane", 0.20, evidence=("c44",)),
        layer(7, "softmax", "attention/softmax", "yes", "ane", 0.01),
        layer(8, "frobnicate", LINK, "unknown", "unknown", 0.0, fingerprint=None, work=Work(), shape=None,
              problem="frobnicate is not in the catalogue"),
        layer(9, "linear", ENDLESS, "yes", "ane", 0.15),
        layer(10, "topk", "best", "mixed", "cpu", 0.01, dtype="fp32", shape=["?", 1000], evidence=("c51", "c52"),
              open=("k",), placement_why="the engine is left once rather than twice"),
        layer(11, "reshape", "", "yes", "cpu", 0.01, reasons=(SMALL,), alike=11),
    )  # fmt: skip


SEGMENTS = (("cpu", 0, 0), ("ane", 1, 2), ("gpu", 3, 4), ("ane", 5, 7), ("ane", 9, 9), ("cpu", 10, 11))


def segments(found: tuple[CheckedLayer, ...]) -> tuple[Segment, ...]:
    shares = [sum(it.work.flops_share or 0 for it in found[first : last + 1]) for _, first, last in SEGMENTS]
    return tuple(
        Segment(
            index=index, network="main", unit=unit, first=first, last=last, layers=last - first + 1,
            flops_share=round(share, 6), time_share=round(share, 6),
        )
        for index, ((unit, first, last), share) in enumerate(zip(SEGMENTS, shares, strict=True))
    )  # fmt: skip


def placed(found: tuple[CheckedLayer, ...], runs: tuple[Segment, ...]) -> tuple[CheckedLayer, ...]:
    at = {index: run.index for run in runs for index in range(run.first, run.last + 1)}
    return tuple(replace(each, segment=at.get(each.index)) for each in found)


def blocker(rank: int, changed: CheckedLayer, gain: int, share: float, after: int) -> Blocker:
    return Blocker(
        rank=rank,
        type=changed.type,
        layers=(changed.index,),
        why="indices of type int32 are not supported" if changed.type == "gather" else "dilation 2 is not supported",
        reasons=changed.reasons,
        workarounds=changed.workarounds,
        evidence=changed.evidence,
        gain_layers=gain,
        gain_flops_share=0.27,
        segments_after=after,
        together_ane_share=share,
        together_segments=after,
        text=f"changing 1 {changed.type} layer: +{gain} layers on the engine; with all before it {share:.0%} on the "
        f"engine, {after} segments",
    )


def counted(found: tuple[CheckedLayer, ...], runs: tuple[Segment, ...]) -> Summary:
    answers = [it.offered.answer for it in found]
    units = [it.placement for it in found]
    return Summary(
        layers=len(found),
        offered={each.value: answers.count(each) for each in Answer},
        placed={unit: units.count(unit) for unit in ("ane", "gpu", "cpu", "unknown")},
        ane_share=units.count("ane") / len(found),
        ane_flops_share=0.69,
        ane_time_share=0.69,
        segments=len(runs),
        ane_segments=sum(it.unit == "ane" for it in runs),
        switches=sum(one.unit != two.unit for one, two in pairwise(runs)),
        flops=2_000_000_000,
        flops_unknown=1,
        whole_model_to_cpu=False,
        text=f"{units.count('ane')} of {len(found)} layers are predicted on the Neural Engine",
    )


def model(target: Target = M1, path: str = "models/small net.mlpackage", **more) -> CheckedModel:
    found = more.pop("layers", layers())
    runs = more.pop("segments", segments(found))
    whole = layers()
    given = {
        "path": path,
        "kind": "mlpackage",
        "type": "mlProgram",
        "spec_version": 8,
        "target": target,
        "units": "all",
        "networks": (NetworkPart(name="main", format="mlprogram", layers=len(found)),),
        "notes": ("its weight file is missing",),
        "layers": placed(found, runs),
        "segments": runs,
        "switches": 4,
        "blockers": (blocker(1, whole[3], 2, 8 / 12, 4), blocker(2, whole[0], 1, 9 / 12, 3)),
        "unsettled": (
            Unsettled(
                type="frobnicate",
                layers=(8,),
                why="frobnicate is not in the catalogue",
                fingerprint=None,
                measure="nothing yet: anedb's catalogue has to know the layer first",
            ),
            Unsettled(
                type="topk",
                layers=(10,),
                why="two witnesses differ, and nothing explains it",
                fingerprint=whole[10].fingerprint,
                measure="Core ML's compute plan of topk(fp32 ?×1000) on M1 macOS 14.5 under all, or of this model",
            ),
        ),
        "summary": counted(found, runs),
    }
    return CheckedModel(**given | more)


LAYERLESS = CheckedModel(
    path="models/trees.mlmodel",
    kind="mlmodel",
    type="treeEnsembleClassifier",
    spec_version=1,
    target=M1,
    units="all",
    networks=(NetworkPart(name="0", format="", layers=0, note="treeEnsembleClassifier: no layers; runs on the CPU"),),
    notes=(),
    layers=(),
    segments=(),
    switches=0,
    blockers=(),
    unsettled=(),
    summary=Summary(
        layers=0, offered={each.value: 0 for each in Answer}, placed={}, ane_share=None, ane_flops_share=None,
        ane_time_share=None, segments=0, ane_segments=0, switches=0, flops=0, flops_unknown=0,
        whole_model_to_cpu=False, text="it has no layers",
    ),
)  # fmt: skip


def check(*models: CheckedModel, **more) -> Check:
    given = {
        "schema_version": "1.0.0",
        "data_version": "0123456789ab",
        "units": "all",
        "costs": Costs(
            launch_ms=0.125,
            switch_ms=0.125,
            source="751k-note-cost",
            text="a launch of the engine and each switch of units are taken to cost 0.125 ms; other work at the same "
            "time is left out",
        ),
        "models": models or (model(),),
    }
    return Check(**given | more)


ONE = check()
MANY = check(
    model(),
    model(M4),
    LAYERLESS,
    failed=(
        {"path": "models/broken.mlmodel", "error": "models/broken.mlmodel ends too early", "tip": "copy it again"},
    ),
)


def hostile(text: str) -> Check:
    "Everything that a stranger may have written is this."
    each = replace(
        layers()[3], name=text, type=text, problem=text, opset=text, network=text, placement_why=text, open=(text,),
        inputs=({"name": text, "dtype": text, "shape": [text], "const": False},),
        outputs=({"name": text, "dtype": text, "shape": [text]},),
        reasons=(Reason(code="dilation", text=text),), index=0, place=text,
    )  # fmt: skip
    run = Segment(index=0, network=text, unit="gpu", first=0, last=0, layers=1, flops_share=None, time_share=None)
    hidden = replace(
        model(), path=text or "x", notes=(text,), layers=(each,), segments=(run,),
        networks=(NetworkPart(name=text, format="mlprogram", layers=1, note=text),),
        blockers=(replace(blocker(1, each, 1, 1.0, 1), layers=(0,), text=text, why=text),),
        unsettled=(Unsettled(type=text, layers=(0,), why=text, fingerprint=None, measure=text),),
    )  # fmt: skip
    return check(hidden, failed=({"path": text or "x", "error": text, "tip": text},))


def large(count: int, **more) -> CheckedModel:
    "As many layers as a language model has, in segments of a dozen."
    made = []
    for index in range(count):
        base = layers()[index % 12]
        name = f"model_layers_{index // 12}_{base.type}_{index}_cast_fp16"
        made.append(replace(base, index=index, place=f"main/{index}", name=name, alike=index % 12))
    runs: list[Segment] = []
    for unit, each in groupby(made, lambda it: it.placement):
        members = list(each)
        if unit != "unknown":
            share = len(members) / count
            runs.append(
                Segment(
                    index=len(runs), network="main", unit=unit, first=members[0].index, last=members[-1].index,
                    layers=len(members), flops_share=share, time_share=share,
                )
            )  # fmt: skip
    return model(layers=tuple(made), segments=tuple(runs), switches=len(runs) - 1, **more)
