"""The study's direct compiles: the engine's compiler called for two targets outside Core ML, one test model to a row.

What it takes, the engine can do; whether Core ML would ask for it is another question. So the method is `private-api`,
`offered` names the engine where the compiler took the model and nothing where it refused, and nothing is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anedb.domain.model import Op
from anedb.domain.observation import ComputeUnits, Context, Method, Unit
from anedb.domain.submission import Seen
from anedb.domain.target import Target
from tools.evidence import files
from tools.evidence.collection import Collection
from tools.evidence.files import File
from tools.evidence.rebuilt import Workshop
from tools.evidence.rows import Skipped

TABLE = "arch_h16g_h18g.tsv"
M6 = Target(chip="M6", engine="H18", os="macOS", version="27.0.1", release=27, build="26A434")
"Its compiler is that of the M4's system, on which it was called."
SOURCES = {"h16g": ("751k-arch-targets", files.M4), "h18g": ("751k-arch-targets-m6", M6)}
"Compiler target -> source, and the target it is for."
NOTE = (
    "The engine's compiler called on an M4 outside Core ML: `offered` tells whether it took the model, and no setting "
    "of compute units was asked for. Parameters, shapes and types are those of the test models built again with "
    "coremltools 9.0."
)
OPSET = "iOS18"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    where: str
    model: str
    target: str
    result: str
    "`ok`, `fail(rc=1)`, `OOM`."


def read(path: Path) -> list[Compiled]:
    "Raises `ValueError` where a line is not understood."
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        model, target, result, *_ = line.split("\t")
        if target not in SOURCES or not (result in ("ok", "OOM") or result.startswith("fail(")):
            raise ValueError(f"{path.name}:{number}: {target} {result} is no result that we understand")
        found.append(Compiled(where=f"{path.name}:{number}", model=model, target=target, result=result))
    return found


def enter(found: Collection, path: Path, workshop: Workshop, wanted: set[str] | None) -> None:
    "Every row becomes one observation, or is listed as left out."
    for source, target in SOURCES.values():
        header = files.header(source, target, "751K:Mac16,12", "2026-10-05", "ANECCompile, coremltools 9.0", NOTE)
        found.files[source] = File(header)
    for row in read(path):
        if wanted is None or row.model in wanted:
            _enter_row(found, row, workshop)


def _enter_row(found: Collection, row: Compiled, workshop: Workshop) -> None:
    source, _ = SOURCES[row.target]
    ops = workshop.get(row.model).ops
    if why := _unusable(row, ops):
        found.failed[source] += 1
        found.skipped.append(Skipped(source=source, where=row.where, what=f"{row.model} {row.target}", why=why))
        return
    found.reproduced[source] += 1
    for op in ops:
        found.files[source].add(op.layer, _seen(row, op))


def _unusable(row: Compiled, ops: tuple[Op, ...]) -> str:
    if row.result == "OOM":
        return "the study's memory watchdog ended the compiler: this row answers nothing"
    if row.result != "ok" and len(ops) > 1:
        return f"refused as a whole: which of its operations ({', '.join(op.type for op in ops)}) is not told"
    return next((op.problem or f"{', '.join(op.open)} left open" for op in ops if op.problem or op.open), "")


def _seen(row: Compiled, op: Op) -> Seen:
    return Seen(
        units=ComputeUnits.CPU_AND_NE.value,
        context=Context.ISOLATED.value,
        method=Method.PRIVATE_API.value,
        offered=(Unit.ANE.value,) if row.result == "ok" else (),
        opset=OPSET,
        model=row.model,
        place=op.name,
    )
