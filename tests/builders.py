"""Small evidence for tests: `cell(chip="M1", offered=True)`. Everything has a default; say what the test is about."""

from itertools import count
from typing import Any

from anedb.catalog import weights
from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import Cell, Families, Knowledge, Tally
from anedb.domain.layer import InputSpec, Layer, LayerType, Operand
from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.evidence.case import NO_FAMILIES
from anedb.evidence.index import Indexed, index
from anedb.evidence.judge import judge
from anedb.evidence.question import Judgement, Question
from anedb.fingerprint import fingerprint

WEIGHTS = weights.load()
ENGINES = {"A12": "H11", "A13": "H12", "M1": "H13", "A15": "H14", "M2": "H14", "M3": "H15", "A17 Pro": "H16"}
ENGINES |= {"M4": "H16", "M4 Pro": "H16", "M5": "H17"}
RELEASES = {"macOS": {"11": 14, "12": 15, "13": 16, "14": 17, "15": 18, "26": 26, "27": 27}}
_ids = count(1)

CONV = LayerType(
    format="mlprogram",
    name="conv",
    concept="conv",
    inputs=(
        InputSpec(name="x", kind="operand", types=("fp16", "fp32"), required=True),
        InputSpec(name="weight", kind="operand", types=("fp16", "fp32"), required=True),
        InputSpec(name="strides", kind="param", types=("int",), is_list=True, rank_default="ones"),
        InputSpec(name="pad_type", kind="param", types=("valid|same|custom",), default="valid"),
        InputSpec(name="dilations", kind="param", types=("int",), is_list=True, rank_default="ones"),
        InputSpec(name="groups", kind="param", types=("int",), default=1),
    ),
)
MAX_POOL = LayerType(
    format="mlprogram",
    name="max_pool",
    concept="max_pool",
    inputs=(
        InputSpec(name="x", kind="operand", types=("fp16", "fp32"), required=True),
        InputSpec(name="kernel_sizes", kind="param", types=("int",), is_list=True, required=True),
        InputSpec(name="strides", kind="param", types=("int",), is_list=True, rank_default="ones"),
        InputSpec(name="pad_type", kind="param", types=("valid|same|custom",), default="valid"),
    ),
)
RELU = LayerType(
    format="mlprogram",
    name="relu",
    concept="relu",
    inputs=(InputSpec(name="x", kind="operand", types=("fp16", "fp32"), required=True),),
)
KINDS = {"conv": CONV, "max_pool": MAX_POOL, "relu": RELU}


def operand(name: str = "x", dtype: str = "fp16", *shape: int | str, const: bool = False) -> Operand:
    return Operand(name=name, dtype=dtype, shape=shape, const=const)


def conv(
    kernel: tuple[int, ...] = (3, 3),
    *,
    dtype: str = "fp16",
    x: tuple[int | str, ...] = (1, 64, 32, 32),
    out: int = 64,
    weight: bool = True,
    **params: Any,
) -> Layer:
    "A MIL convolution; without `weight` it is partial."
    spatial = len(x) - 2
    given = {"strides": (1,) * spatial, "pad_type": "same", "dilations": (1,) * spatial, "groups": 1, **params}
    operands = [operand("x", dtype, *x)]
    if weight:
        operands.append(operand("weight", dtype, out, int(x[1]) // given["groups"], *kernel, const=True))
    return Layer(format="mlprogram", type="conv", params=given, inputs=tuple(operands))


def max_pool(kernel: tuple[int, int], *, x: tuple[int, ...] | None = (1, 64, 32, 32), **params: Any) -> Layer:
    given = {"kernel_sizes": kernel, "strides": (1, 1), "pad_type": "same", **params}
    return Layer(
        format="mlprogram", type="max_pool", params=given, inputs=() if x is None else (operand("x", "fp16", *x),)
    )


def relu(*shape: int | str, dtype: str = "fp16") -> Layer:
    return Layer(format="mlprogram", type="relu", inputs=(operand("x", dtype, *(shape or (1, 64, 32, 32))),))


def target(chip: str | None = "M4", os: str | None = "macOS", version: str | None = "27.0") -> Target:
    release = RELEASES.get(os or "", {}).get(version.split(".")[0]) if version else None
    if os == "iOS" and version:
        release = int(version.split(".")[0])
    return Target(chip=chip, engine=ENGINES.get(chip or ""), os=os, version=version, release=release)


def cell(
    layer: Layer | None = None,
    *,
    chip: str | None = "M4",
    os: str | None = "macOS",
    version: str | None = "27.0",
    offered: bool | None = True,
    chosen: bool | str | None = None,
    method: str = "compute-plan",
    witnesses: tuple[str, ...] = ("ann",),
    repeats: int = 1,
    units: str = "cpu-and-ne",
    context: str = "in-model",
    reasons: tuple[Reason, ...] = (),
    source: str = "",
    newest: str = "2026-10-05",
    id: int | None = None,
) -> tuple[Cell, Layer]:
    "One cell and its layer, in which all witnesses agree."
    layer = conv() if layer is None else layer
    return (
        Cell(
            id=next(_ids) if id is None else id,
            layer=fingerprint(layer.hashed()),
            target=target(chip, os, version),
            units=units,
            context=context,
            offered=tally(offered, method, len(witnesses), repeats),
            chosen=tally(chosen, method, len(witnesses), repeats),
            newest=newest,
            sources=(source or f"source-of-{witnesses[0]}",),
            reasons=reasons,
            witnesses=witnesses,
        ),
        layer,
    )


def tally(says: bool | str | None, method: str, witnesses: int, repeats: int) -> tuple[Tally, ...]:
    "`says` of a choice may be `gpu`."
    count = witnesses * repeats
    if says is None:
        return ()
    if says is True:
        return (Tally(method=method, yes=count, yes_witnesses=witnesses),)
    return (Tally(method=method, no=count, no_witnesses=witnesses, gpu=count if says == "gpu" else 0),)


def knowledge(*cells: tuple[Cell, Layer], type: str = "conv") -> Knowledge:
    layers = {it.layer: layer for it, layer in cells}
    return Knowledge(format="mlprogram", type=type, layers=layers, cells=tuple(it for it, _ in cells))


def indexed(*cells: tuple[Cell, Layer], type: str = "conv") -> Indexed:
    return index(knowledge(*cells, type=type), WEIGHTS)


def claim(says: str = "no", subject: str = "conv", condition: str = "", strength: str = "stated", **more: Any) -> Claim:
    given = {"id": f"{subject}-{says}-{strength}", "source": "somebody", "text": "", "date": "2020", **more}
    return Claim(subject=subject, says=says, condition=condition, strength=strength, **given)


def workaround(subject: str = "conv", condition: str = "", **more: Any) -> Workaround:
    given = {"id": f"instead-of-{subject}", "text": "use another", "source": "somebody", **more}
    return Workaround(subject=subject, condition=condition, **given)


def question(
    layer: Layer | None = None,
    *,
    chip: str | None = "M4",
    os: str | None = "macOS",
    version: str | None = "27.0",
    open: tuple[str, ...] = (),
    stated: tuple[str, ...] | None = None,
    units: str = "cpu-and-ne",
    kind: LayerType | None = None,
) -> Question:
    layer = conv() if layer is None else layer
    return Question(
        layer_type=kind or KINDS[layer.type],
        layer=layer,
        open=open,
        fingerprint=None if open else fingerprint(layer.hashed()),
        target=target(chip, os, version),
        units=units,
        stated=stated,
    )


def judged(
    asked: Question,
    *cells: tuple[Cell, Layer],
    claims: tuple[Claim, ...] = (),
    workarounds: tuple[Workaround, ...] = (),
    siblings: tuple[Indexed, ...] = (),
    families: Families = NO_FAMILIES,
) -> Judgement:
    "The judgement of a question from these cells and claims."
    known = indexed(*cells, type=asked.layer.type)
    return judge(asked, known, siblings, claims, workarounds, WEIGHTS, families)
