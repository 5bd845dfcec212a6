"Whole plans: what is shipped hangs together, and what is wrong with a file of plans is found."

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import prod
from pathlib import Path

import pytest

from anedb.catalog import facts, files, planned, plans, records
from anedb.catalog.findings import Findings
from anedb.domain.layer import Layer, Operand
from anedb.domain.model import Network, Op, Seen, Tensor
from anedb.domain.observation import Unit
from anedb.domain.plan import PLANS, SCHEMA_VERSION, PlanHeader, RecordedPlan, Role
from anedb.domain.target import Target
from anedb.fingerprint import fingerprint

DATA = Path(__file__).parents[2] / "data"
SOURCE = "751k-plan-ctx-cpune"
M4 = Target(chip="M4", os="macOS", version="27.0.1", build="26A434")
SHAPE = (1, 64, 32, 32)
RELU = Layer(format="mlprogram", type="relu", inputs=(Operand(name="x", dtype="fp16", shape=SHAPE),))
ANE = Seen(("ane", "cpu"), "ane", (("ane", 0.00262144), ("bnns", 0.1)), ())
SHIPPED = sorted((DATA / "plans").glob("*.jsonl"))
COUNTED = {"erwinzhang-m5-max-shares", "oruka-hifigan-a15"}
"Told by counts: not each of their operations is known for sure (tests/data/test_counts.py)."


def relu(number: int, reads: str, gives: str, seen: Seen = ANE) -> Op:
    place, key = f"main/{number}", fingerprint(RELU.hashed())
    return Op(place, gives, "relu", "iOS18", (reads,), (Tensor(gives, "fp16", SHAPE),), RELU, key, seen=seen)


def network(*ops: Op) -> Network:
    return Network(
        name="main", format="mlprogram", ops=ops, inputs=(Tensor("x0", "fp16", SHAPE),), outputs=(ops[-1].name,)
    )


TWO = network(relu(0, "x0", "a"), relu(1, "a", "b"))
PLAN = RecordedPlan(
    source=SOURCE,
    target=M4,
    units="cpu-and-ne",
    name="two",
    role=Role.WRAPPED.value,
    network=TWO,
    costs_ppm=(600_000, None),
    selected=("ane", ""),
)
HEADER = PlanHeader(
    kind=PLANS, schema_version=SCHEMA_VERSION, source=SOURCE, target=M4, witness="751K:Mac16,12", date="2026-10-05"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    "A data/ whose plans are empty; the rest is what is shipped."
    for path in DATA.iterdir():
        if path.name != "plans":
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "plans").mkdir()
    monkeypatch.setenv("ANEDB_DATA", str(tmp_path))
    files.root.cache_clear()
    yield tmp_path / "plans"
    files.root.cache_clear()


def codes(path: Path) -> set[str]:
    found = Findings("2026-11-23")
    planned.check_file(path, facts.sources(), found)
    return {problem.code for problem in found.problems}


def write(folder: Path, *found: RecordedPlan, header: PlanHeader = HEADER) -> Path:
    path = folder / f"{SOURCE}.jsonl"
    path.write_text(plans.render(header, found or (PLAN,)), encoding="utf-8")
    return path


def test_a_plan_that_is_written_is_read_as_it_was(folder: Path) -> None:
    path = write(folder)
    assert plans.read(path) == (replace(HEADER, layers=1, plans=1), [PLAN])
    assert list(plans.plans()) == [PLAN] and codes(path) == set()


@pytest.mark.parametrize("chosen", ["gpu", ""])
def test_what_a_source_does_not_state_is_left_out(folder: Path, chosen: str) -> None:
    unsaid = Seen((), chosen, (), ())
    plan = replace(PLAN, network=network(relu(0, "x0", "a", unsaid)), costs_ppm=(None,), selected=("",))
    path = write(folder, plan)
    (op,) = json.loads(path.read_text().splitlines()[-1])["ops"]
    assert op.keys() == {"layer", "reads", "outputs"} | ({"chosen"} if chosen else set())
    assert list(plans.plans()) == [plan] and codes(path) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"units": "everything"}, "data.unknown-word"),
        ({"role": "toy"}, "data.unknown-word"),
        ({"costs_ppm": (1_000_001, None)}, "data.range"),
        ({"network": network(relu(0, "x0", "a"), relu(1, "c", "b"))}, "data.graph"),
        ({"network": network(relu(0, "a", "b"), relu(1, "x0", "a"))}, "data.graph"),
        ({"network": network(relu(0, "x0", "a"), relu(1, "a", "a"))}, "data.graph"),
        (
            {"network": network(relu(0, "x0", "a"), relu(1, "a", "b", Seen(("tpu",), "tpu", (), ())))},
            "data.unknown-word",
        ),
        ({"network": network(relu(0, "x0", "a"), relu(1, "a", "b", Seen(("cpu",), "ane", (), ())))}, "data.range"),
    ],
)
def test_what_is_wrong_with_a_plan_is_found(folder: Path, change: dict[str, object], code: str) -> None:
    assert codes(write(folder, replace(PLAN, **change))) == {code}  # type: ignore[arg-type]


def test_an_output_that_nothing_gives_is_found(folder: Path) -> None:
    odd = Network(name="main", format="mlprogram", ops=TWO.ops, inputs=TWO.inputs, outputs=("z",))
    assert codes(write(folder, replace(PLAN, network=odd))) == {"data.graph"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "nobody"}, "data.unknown-source"),
        ({"date": "2027-01-01"}, "data.future"),
        ({"target": Target(chip="A99")}, "data.unknown-target"),
    ],
)
def test_what_is_wrong_with_a_header_is_found(folder: Path, change: dict[str, object], code: str) -> None:
    assert code in codes(write(folder, header=replace(HEADER, **change)))  # type: ignore[arg-type]


Lines = list[str]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda lines: lines[:-1], "data.count"),
        (lambda lines: [*lines, lines[-1]], "data.count"),
        (lambda lines: [lines[0], lines[1].replace("64,32", "65,32"), lines[2]], "data.fingerprint"),
        (lambda lines: [lines[0].replace('"layers":1', '"layers":2'), lines[1], *lines[1:]], "data.order"),
        (lambda lines: [lines[0], lines[1].replace('"relu"', '"reluu"'), lines[2]], "data.unknown-layer"),
        (lambda lines: [lines[0], lines[1], lines[2][:-9]], "data.syntax"),
        (lambda lines: ["{}", *lines[1:]], "data.syntax"),
        (lambda lines: lines[:-1], "data.graph"),
    ],
)
def test_what_is_wrong_with_a_line_is_found(folder: Path, spoil: Callable[[Lines], Lines], code: str) -> None:
    path = write(folder)
    path.write_text("\n".join(spoil(path.read_text().splitlines())) + "\n")
    assert code in codes(path)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_shipped_is_written_as_it_would_be_again(path: Path) -> None:
    header, found = plans.read(path)
    assert plans.render(header, found) == path.read_text(encoding="utf-8")
    assert header.plans == len(found) == len({plan.name + plan.units for plan in found})


@pytest.mark.parametrize("path", [path for path in SHIPPED if path.stem not in COUNTED], ids=lambda path: path.stem)
def test_every_operation_of_a_plan_is_an_observation_of_its_layer(path: Path) -> None:
    "The same dump told twice: by layer and by network."
    by_layer = Counter(
        (line.fingerprint, seen.model, seen.units, seen.chosen, seen.offered, seen.cost_ppm)
        for line in records.read(DATA / "observations" / path.name)[1]
        for seen in line.seen
    )
    by_plan = Counter(
        (op.fingerprint, plan.name, plan.units, op.seen.chosen, op.seen.offered, cost)
        for plan in plans.read(path)[1]
        for op, cost in zip(plan.network.ops, plan.costs_ppm, strict=True)
        if op.seen is not None
    )
    assert by_plan and not by_plan - by_layer


def test_costs_of_a_plan_are_of_the_whole() -> None:
    "To what their rounding allows: four decimals an operation in the study, more elsewhere."
    for plan in plans.plans():
        costs = [cost for cost in plan.costs_ppm if cost is not None]
        assert not costs or abs(sum(costs) - 1_000_000) <= 60 * len(costs), (plan.source, plan.name)


def test_equal_layers_cost_the_same_in_a_network() -> None:
    "Which a network that was rebuilt with another shape somewhere would not pass."
    for plan in plans.plans():
        if plan.role == Role.NETWORK and plan.costs_ppm[0] is not None:
            costs: dict[str, set[int]] = {}
            for op, cost in zip(plan.network.ops, plan.costs_ppm, strict=True):
                costs.setdefault(op.fingerprint, set()).add(cost or 0)
            assert all(max(found) - min(found) <= 2 for found in costs.values()), plan.source
            assert len({max(found) for found in costs.values()}) > 10


def test_a_relu_costs_by_its_elements_in_a_rebuilt_network() -> None:
    "Shapes are ours, costs are Core ML's: they agree to a part in two hundred, and rounding."
    for plan in plans.plans():
        if plan.role != Role.NETWORK or plan.costs_ppm[0] is None:
            continue
        sizes = [
            (prod(op.outputs[0].shape or ()), cost)
            for op, cost in zip(plan.network.ops, plan.costs_ppm, strict=True)
            if op.type in ("relu", "clip", "gelu") and cost is not None
        ]
        rate = sum(cost for _, cost in sizes) / sum(size for size, _ in sizes)
        assert all(abs(cost - rate * size) <= 2 + cost / 200 for size, cost in sizes), (plan.source, plan.name)


def test_units_are_those_asked_for() -> None:
    for plan in plans.plans():
        units = {unit for op in plan.network.ops if op.seen for unit in (*op.seen.offered, op.seen.chosen)}
        assert plan.units == "all" or Unit.GPU not in units, (plan.source, plan.name)


def test_four_of_five_wrapped_models_stay_whole() -> None:
    "What there is to learn from: on the engine, on the CPU, or divided."
    found = Counter(
        frozenset(op.seen.chosen for op in plan.network.ops if op.seen)
        for plan in plans.read(DATA / "plans" / f"{SOURCE}.jsonl")[1]
        if plan.role == Role.WRAPPED
    )
    assert found == {frozenset({"ane"}): 58, frozenset({"cpu"}): 54, frozenset({"ane", "cpu"}): 31}
