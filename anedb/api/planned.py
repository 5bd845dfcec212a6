"One model on one target, put together: layers with their work and placement, segments, blockers, what is not settled."

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from anedb.api import remedies
from anedb.api.judged import Judge, Judged
from anedb.catalog import placement
from anedb.domain.check import CheckedLayer, CheckedModel, Costs, NetworkPart, Segment, Summary, Work
from anedb.domain.layer import Format
from anedb.domain.model import Model, Network, Op
from anedb.domain.observation import Unit
from anedb.domain.placement import Scheduler
from anedb.domain.target import Target
from anedb.domain.verdict import Answer
from anedb.placement.predict import UNKNOWN, Item, predict
from anedb.placement.segments import stretches, switches
from anedb.placement.times import Clock, units_of
from anedb.placement.work import work

WORTH = "offered, and worth it with its neighbours"
RATHER = "rather offered than not, and worth it with its neighbours"
SEEN_HERE = "Core ML's own analytics says so"


class Load(NamedTuple):
    "What equal layers of a network have to do."

    work: Work
    times: tuple[float, ...] | None
    "On each unit; None: not known."


class Placed(NamedTuple):
    "One network with all that is predicted of it."

    network: Network
    first: int
    "Index of its first layer in the model."
    judged: tuple[Judged, ...]
    loads: tuple[Load, ...]
    items: tuple[Item, ...]
    units: tuple[str, ...]
    "Of each layer; `unknown` where it cannot be said."
    flops: int
    "The sum of what is known."
    milliseconds: float
    "Of all layers where they are placed, as far as known."


def time(load: Load, unit: str) -> float:
    return load.work.milliseconds.get(unit, 0.0)


class Planner:
    "One model on one target."

    def __init__(self, model: Model, target: Target, setting: str, judge: Judge) -> None:
        self.model, self.target, self.setting, self.judge = model, target, setting, judge
        self.known = placement.load()
        self.units = units_of(setting)
        self.clock = Clock(self.known, target.chip or "", target.engine or "", self.units)
        self._loads: dict[object, Load] = {}

    def checked(self) -> CheckedModel:
        placed = list(self.placed())
        layers: list[CheckedLayer] = []
        segments: list[Segment] = []
        alike: dict[object, int] = {}
        for each in placed:
            found = list(_segments(each, len(segments)))
            layers += _layers(each, found, alike)
            segments += found
        blockers = remedies.blockers(placed, self.units, self.known.scheduler)
        changes = sum(switches(each.units) for each in placed)
        return CheckedModel(
            path=self.model.path,
            kind=self.model.kind,
            type=self.model.type,
            spec_version=self.model.spec_version,
            target=self.target,
            units=self.setting,
            networks=tuple(_part(each) for each in self.model.networks),
            notes=(*self.model.notes, *self._notes()),
            layers=tuple(layers),
            segments=tuple(segments),
            switches=changes,
            blockers=blockers,
            unsettled=remedies.unsettled(layers, self.target, self.setting),
            summary=summary(placed, segments, changes),
        )

    def placed(self) -> Iterator[Placed]:
        first = 0
        for network in self.model.networks:
            yield self._placed(network, first)
            first += len(network.ops)

    def _placed(self, network: Network, first: int) -> Placed:
        judged = tuple([self.judge.of(op) for op in network.ops])
        loads = tuple([self._load(op, said) for op, said in zip(network.ops, judged, strict=True)])
        items = tuple([_item(op, said, load) for op, said, load in zip(network.ops, judged, loads, strict=True)])
        units = predict(items, self.units, self.known.scheduler)
        for at, op in enumerate(network.ops):
            if op.seen and op.seen.chosen:
                units[at] = op.seen.chosen
        return Placed(
            network=network,
            first=first,
            judged=judged,
            loads=loads,
            items=items,
            units=tuple(units),
            flops=sum([load.work.flops or 0 for load in loads]),
            milliseconds=sum([load.work.milliseconds.get(unit, 0.0) for load, unit in zip(loads, units, strict=True)]),
        )

    def _load(self, op: Op, said: Judged) -> Load:
        shapes = tuple([(each.dtype, each.shape) for each in op.outputs])
        key = (op.fingerprint or id(op.layer), shapes)
        found = self._loads.get(key)
        if found is None:
            found = self._loads[key] = self._measured(op, said)
        return found

    def _measured(self, op: Op, said: Judged) -> Load:
        done = work(op.layer, op.outputs)
        constant = any(operand.const for operand in op.layer.inputs[1:])
        times = self.clock.estimate(said.concept, done.flops, done.bytes, constant=constant)
        if times is None:
            return Load(done, None)
        shown = {unit: float(f"{each:.3g}") for unit, each in zip(self.units, times, strict=True)}
        return Load(replace(done, milliseconds=shown), times)

    def _notes(self) -> Iterator[str]:
        "What the prediction leaves open here."
        if not any(network.ops for network in self.model.networks):
            return
        if not self.target.chip:
            yield "No chip was named: answers hold for any, and the placement is that of no particular one."
        elif self.clock.learnt_from != self.target.chip:
            yield (
                f"No plan of {self.target.chip} tells what Core ML expects of its units: "
                f"{self.clock.learnt_from}'s rates stand in."
            )
        if Unit.GPU in self.units and not self.clock.has(Unit.GPU):
            yield f"No plan tells what Core ML expects of {self.target.chip or 'this'} GPU: another chip's stands in."
        if any(network.format == Format.NEURALNETWORK for network in self.model.networks):
            yield (
                "The placement model was learnt from ML Programs; that Core ML weighs the layers of a NeuralNetwork "
                "alike is assumed."
            )


def _item(op: Op, said: Judged, load: Load) -> Item:
    offered = Unit.ANE in op.seen.offered if op.seen and op.seen.offered else said.is_offered
    return Item(op.place.rpartition("/")[0], offered, load.times)


def _part(network: Network) -> NetworkPart:
    return NetworkPart(name=network.name, format=network.format, layers=len(network.ops), note=network.note)


def _segments(placed: Placed, number: int) -> Iterator[Segment]:
    flops, total = placed.flops, placed.milliseconds
    for index, (unit, first, last) in enumerate(stretches(placed.units)):
        inside = placed.loads[first : last + 1]
        timed = [each for each in inside if unit in each.work.milliseconds]
        yield Segment(
            index=number + index,
            network=placed.network.name,
            unit=unit,
            first=placed.first + first,
            last=placed.first + last,
            layers=last - first + 1,
            flops_share=share(sum(each.work.flops or 0 for each in inside), flops),
            time_share=share(sum(time(each, unit) for each in timed), total) if timed else None,
        )


def share(part: float, whole: float) -> float | None:
    return round(part / whole, 6) if whole else None


def _layers(placed: Placed, segments: Sequence[Segment], alike: dict[object, int]) -> Iterator[CheckedLayer]:
    "`alike`: the first layer of the whole model that is the same question; what is new is added."
    flops, total = placed.flops, placed.milliseconds
    on_engine = Unit.ANE in placed.units
    where = [segment.index for segment in segments for _ in range(segment.layers)]
    shared: dict[object, Work] = {}
    for offset, op in enumerate(placed.network.ops):
        said, load, unit = placed.judged[offset], placed.loads[offset], placed.units[offset]
        done = shared.get((id(load), unit))
        if done is None:
            done = shared[id(load), unit] = replace(
                load.work,
                flops_share=None if load.work.flops is None else share(load.work.flops, flops),
                time_share=share(time(load, unit), total) if unit in load.work.milliseconds else None,
            )
        index = placed.first + offset
        yield CheckedLayer(
            index=index,
            place=op.place,
            network=placed.network.name,
            name=op.name,
            format=op.layer.format,
            type=op.type,
            opset=op.opset,
            params=said.params,
            inputs=said.inputs,
            outputs=tuple([{"name": it.name, "dtype": it.dtype, "shape": it.shape} for it in op.outputs]),
            fingerprint=op.fingerprint or None,
            open=op.open,
            problem=op.problem,
            offered=said.offered,
            chosen=said.chosen,
            basis=said.basis,
            placement=unit,
            placement_why=_why(op, said, placed.items[offset], unit, on_engine),
            segment=where[offset],
            work=done,
            reasons=said.reasons,
            workarounds=said.workarounds,
            evidence=said.evidence,
            alike=alike.setdefault(id(said), index),
        )


def _why(op: Op, said: Judged, item: Item, unit: str, on_engine: bool) -> str:
    if op.seen and op.seen.chosen:
        return SEEN_HERE
    if unit == UNKNOWN:
        if item.offered is None:
            return "not known to be offered the engine, and it might be worth it"
        if item.times is None:
            return "how much work it is depends on a shape that is not known"
        return "depends on layers of which too little is known"
    if unit == Unit.ANE:
        return RATHER if said.offered.answer == Answer.MIXED else WORTH
    if item.offered is False:
        return "the engine is not offered"
    if not on_engine:
        return "what the engine would save is less than a launch and its switches cost"
    return "a switch would cost more than the engine saves here"


def summary(placed: Sequence[Placed], segments: Sequence[Segment], changes: int) -> Summary:
    offered = dict.fromkeys((str(answer.value) for answer in Answer), 0)
    units = {Unit.ANE.value: 0, Unit.GPU.value: 0, Unit.CPU.value: 0, UNKNOWN: 0}
    flops = engine_flops = missing = 0
    took = engine_took = 0.0
    for each in placed:
        # Equal layers are the same objects: a model has some hundred kinds of them, whatever its size.
        kinds = Counter(zip(map(id, each.judged), map(id, each.loads), each.units, strict=True))
        judged = {id(said): said for said in each.judged}
        loads = {id(load): load for load in each.loads}
        for (said_id, load_id, unit), count in kinds.items():
            load = loads[load_id]
            offered[judged[said_id].offered.answer] += count
            units[unit] += count
            done, ms = load.work.flops, time(load, unit) * count
            missing += (done is None) * count
            flops, took = flops + (done or 0) * count, took + ms
            if unit == Unit.ANE:
                engine_flops, engine_took = engine_flops + (done or 0) * count, engine_took + ms
    layers = sum(units.values())
    found = Summary(
        layers=layers,
        offered=offered,
        placed=units,
        ane_share=share(units[Unit.ANE], layers),
        ane_flops_share=share(engine_flops, flops),
        ane_time_share=share(engine_took, took),
        segments=len(segments),
        ane_segments=sum(segment.unit == Unit.ANE for segment in segments),
        switches=changes,
        flops=flops,
        flops_unknown=missing,
        whole_model_to_cpu=units[Unit.CPU] == layers > 0 and any(it.offered for net in placed for it in net.items),
        text="",
    )
    return replace(found, text=_sentence(found))


def _sentence(found: Summary) -> str:
    if not found.layers:
        return "No layers that Core ML could place."
    refused = found.offered[Answer.NO] + found.offered[Answer.UNLIKELY]
    undecided, unknown = found.offered[Answer.MIXED], found.offered[Answer.UNKNOWN]
    said = [f"{found.placed[Unit.ANE]} of {plural(found.layers, 'layer')} predicted on the Neural Engine"]
    if found.ane_segments:
        said[0] += f" in {plural(found.ane_segments, 'segment')}, {plural(found.switches, 'switch', 'switches')}"
    if found.placed[UNKNOWN]:
        said.append(f"where {plural(found.placed[UNKNOWN], 'goes', 'go')} cannot be said")
    if found.whole_model_to_cpu:
        said.append(
            "the whole model is likely to stay on the CPU: what the engine would save is less than it costs to start"
        )
    if refused:
        said.append(f"{refused} not offered it")
    if undecided:
        said.append(f"{undecided} of which the evidence is divided")
    if unknown:
        said.append(f"{unknown} not known")
    return "; ".join(said) + "."


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def costs(scheduler: Scheduler) -> Costs:
    launch = scheduler.launch_ms[Unit.ANE]
    return Costs(
        launch_ms=launch,
        switch_ms=scheduler.switch_ms,
        source=scheduler.source,
        text=(
            f"Placement is predicted, not measured: Core ML's scheduler is taken to weigh its estimate of each layer's "
            f"time against {launch:g} ms for every start of the engine and {scheduler.switch_ms:g} ms for every switch "
            "of units, and to choose the cheapest way through the layers in their order. Times are estimates from "
            "FLOPs and bytes moved, with rates learnt from recorded plans. Left out: memory and caching, layers that "
            "the compiler fuses or drops, what the engine's own compiler refuses later, heat and other load."
        ),
    )
