"""Recorded plans as if Core ML had taken known rates: `plan(relu(), conv(64, 32), rates=RATES)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from work_cases import layer

from anedb.domain.model import Network, Op, Seen, Tensor
from anedb.domain.plan import RecordedPlan, Role
from anedb.domain.target import Target
from anedb.placement.learn import COMPUTED
from anedb.placement.work import work

M4 = Target(chip="M4", engine="H16", os="macOS", version="26")
Rates = Mapping[str, Mapping[str, Any]]
"""Backend -> concept, or `moved` for every other that is counted by bytes, or `computed`: a list of rates, one for each
class of `STEPS`."""
STEPS = (20.0, 60.0)


def op(type: str, shape: tuple[int, ...], params: dict[str, Any] | None = None, **operands: Any) -> Op:
    "One operation by itself; `dtype` is of all its operands and of what it gives."
    dtype = operands.pop("dtype", "fp16")
    made = layer("mlprogram", type, params or {}, operands, dtype)
    return Op("main/0", "out", type, "iOS18", ("x",), (Tensor("out", dtype, shape),), made, type)


def relu(side: int = 64, dtype: str = "fp16") -> Op:
    shape = (1, 8, side, side)
    return op("relu", shape, x=shape, dtype=dtype)


def add(side: int = 64) -> Op:
    shape = (1, 8, side, side)
    return op("add", shape, x=shape, y=shape)


def gelu(side: int = 64) -> Op:
    shape = (1, 8, side, side)
    return op("gelu", shape, x=shape)


def tanh(side: int = 64) -> Op:
    shape = (1, 8, side, side)
    return op("tanh", shape, x=shape)


def conv(channels: int, side: int = 32) -> Op:
    "One by one: about `channels / 2` FLOPs per byte where the image is large."
    shape = (1, channels, side, side)
    return op("conv", shape, x=shape, weight=(channels, channels, 1, 1))


def milliseconds(one: Op, rates: Mapping[str, Any]) -> float:
    done = work(one.layer, one.outputs)
    assert done.flops is not None and done.bytes
    if one.type in COMPUTED:
        step = sum(done.flops / done.bytes >= mark for mark in STEPS)
        own = rates.get(one.type, rates["computed"])
        return done.flops / own[step] / 1e6
    return done.bytes / rates.get(one.type, rates["moved"]) / 1e6


def plan(
    *ops: Op, rates: Rates | None = None, chosen: str = "ane", shares: bool = False, target: Target = M4,
    units: str = "cpu-and-ne", name: str = "a network", role: str = Role.NETWORK, offered: Sequence[str] = (),
    source: str = "a-source",
) -> RecordedPlan:  # fmt: skip
    "`shares`: instead of times for every backend, each operation's share on the one that `chosen` is."
    times = {backend: [milliseconds(one, each) for one in ops] for backend, each in (rates or {}).items()}
    total = sum(times["ane"]) if shares else 1.0
    network = []
    for at, one in enumerate(ops):
        runtimes = () if shares else tuple((backend, each[at]) for backend, each in times.items())
        seen = Seen(tuple(offered), chosen, runtimes, ())
        network.append(one._replace(place=f"main/{at}", seen=seen))
    return RecordedPlan(
        source=source,
        target=target,
        units=units,
        name=name,
        role=role,
        network=Network(name="main", format="mlprogram", ops=tuple(network)),
        costs_ppm=tuple(round(1e6 * each / total) for each in times["ane"]) if shares else (),
    )
