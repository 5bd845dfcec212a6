"""Models of a few operations of which it is known what is said of them and what they take: for tests of plans.

On the engine everything takes a hundredth of what it takes on the CPU, and on a GPU a tenth.
"""

from __future__ import annotations

from typing import Any

from anedb.api.judged import Judge, Judged
from anedb.api.planned import Placed, Planner
from anedb.domain.check import CheckedModel
from anedb.domain.layer import Layer, Operand
from anedb.domain.model import Model, Network, Op, Seen, Tensor
from anedb.domain.observation import Reason
from anedb.domain.placement import Placement, Rate, Scheduler, TargetRates
from anedb.domain.target import Target
from anedb.domain.verdict import Advice, Part
from anedb.fingerprint import fingerprint
from anedb.placement.times import Clock

M4 = Target(chip="M4", engine="H16", os="macOS", version="26", release=26)
CHANCE = {"yes": 0.98, "likely": 0.8, "mixed": 0.5, "unlikely": 0.2, "no": 0.02, "unknown": None}
EIGHTHS = {"ane": 0.125, "gpu": 0.125}
SCHEDULER = Scheduler(launch_ms=EIGHTHS, switch_ms=0.125, output_ms=EIGHTHS, source="a-claim")
RATES = tuple(
    Rate(unit=unit, concept="*", step=None, rate=figure, operations=1, sources=("a-source",))
    for unit, figure in (("ane", 100.0), ("gpu", 10.0), ("cpu", 1.0))
)
PLACEMENT = Placement(
    scheduler=SCHEDULER,
    computed=(),
    targets=(TargetRates(chip="M4", engine="H16", steps=(), rates=RATES),),
)
BYTES_A_MS = 1_000_000
"On the CPU."


def op(ms: float | None = 1.0, said: str = "yes", type: str = "relu", block: str = "main", **more: Any) -> Op:
    """An operation that the CPU takes so many milliseconds for, of which the judge says so; None: of unknown size.

    `why`: a reason's code, and what tells a cause from others of its type.
    """
    extent: Any = "s0" if ms is None else round(ms * BYTES_A_MS / 4)
    answer = f"{said} {more.pop('why', '')}".strip()
    layer = Layer(format="mlprogram", type=type, inputs=(Operand(name="x", dtype="fp16", shape=(1, extent)),))
    mark = more.pop("fingerprint", fingerprint({**layer.hashed(), "said": answer}))
    output = Tensor(answer, "fp16", (1, extent))
    return Op(f"{block}/0", answer, type, "iOS18", ("x",), (output,), layer, mark, **more)


def seen(chosen: str, *offered: str) -> Seen:
    return Seen(offered, chosen, (), ())


def model(*ops: Op, **more: Any) -> Model:
    return networks({"main": ops}, **more)


def networks(found: dict[str, tuple[Op, ...]], **more: Any) -> Model:
    "By name, in order."
    made = tuple(
        Network(name=name, format="mlprogram" if ops else "", ops=_numbered(name, ops), note="" if ops else "no layers")
        for name, ops in found.items()
    )
    return Model(
        **{"path": "a.mlpackage", "kind": "mlpackage", "type": "mlProgram", "spec_version": 9} | more, networks=made
    )


def _numbered(name: str, ops: tuple[Op, ...]) -> tuple[Op, ...]:
    "`main/3`; those of a nested block are numbered in it."
    return tuple(
        it._replace(place=f"{it.place.rpartition('/')[0].replace('main', name, 1)}/{at}") for at, it in enumerate(ops)
    )


class Said(Judge):
    "Says what an operation was made with; equal ones get the same object, as from the judge."

    def __init__(self) -> None:
        self._kept = {}

    def _judged(self, one: Op) -> Judged:
        answer, _, why = one.outputs[0].name.partition(" ")
        return judged("unknown" if one.problem else answer, why, one)


def judged(answer: str, why: str, one: Op) -> Judged:
    part = Part(
        answer=answer,
        probability=CHANCE[answer],
        interval=None,
        state="reported",
        basis="claim",
        why=f"it is {answer}",
    )
    advice = Advice(
        id=f"instead-of-{why}", text="do without", use=(), source="s", url="", strength="stated", evidence=()
    )
    return Judged(
        offered=part,
        chosen=part,
        basis="claim",
        reasons=(Reason(code=why, text=why),) if why else (),
        workarounds=(advice,) if why else (),
        evidence=(f"c-{one.type}-{answer}", *((f"c-{why}",) if why else ())),
        params={},
        inputs=tuple(
            {"name": it.name, "dtype": it.dtype, "shape": it.shape, "const": it.const} for it in one.layer.inputs
        ),
        concept=one.type,
    )


def planner(found: Model, units: str = "cpu-and-ne", target: Target = M4, known: Placement = PLACEMENT) -> Planner:
    made = Planner(found, target, units, Said())
    made.known = known
    made.clock = Clock(known, target.chip or "", target.engine or "", made.units)
    return made


def checked(*ops: Op, units: str = "cpu-and-ne", target: Target = M4, **more: Any) -> CheckedModel:
    return planner(model(*ops, **more), units, target).checked()


def placed(found: Model, units: str = "cpu-and-ne") -> list[Placed]:
    return list(planner(found, units).placed())
