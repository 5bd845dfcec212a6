"What is left out, predicted and compared: on databases small enough to work out by hand."

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import anedb
from anedb.api import evaluate_placement
from anedb.api.anedb import Anedb
from anedb.api.evaluate import Answered, Case, _miss, baselines, evaluate, planned
from anedb.api.evaluate_placement import FOLDS, placements
from anedb.catalog import facts, files, placement, plans
from anedb.domain.layer import Layer
from anedb.domain.observation import Unit
from anedb.domain.placement import Placement
from anedb.domain.plain import plain
from anedb.domain.plan import RecordedPlan, Role
from anedb.domain.target import Target
from anedb.errors import UsageError
from anedb.placement.replay import agreement, replay
from tests.api import tiny
from tests.api.tiny import Line, add, layer, relu, seen

STUDY, OTHER, M1_STUDY = "751k-analytics", "erwinzhang-m4-pro-cpune", "freedomtan-mobilenet-edgetpu-m1"
SCHEMA = Path(__file__).parents[2] / "docs/schemas/evaluation.schema.json"
Opened = Callable[..., Anedb]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    "A database of these observations, and of files of plans."
    found: list[Anedb] = []

    def made(*lines: Line, **more: Any) -> Anedb:
        folder = tmp_path / str(len(found))
        folder.mkdir()
        monkeypatch.setenv("ANEDB_DATA", str(tiny.data(folder, *lines, **more)))
        forget()
        found.append(anedb.open(str(folder / "anedb.sqlite")))
        return found[-1]

    yield made
    for each in found:
        each.close()
    monkeypatch.undo()
    forget()


def forget() -> None:
    "What is kept of data/: it is another folder now."
    files.root.cache_clear()
    facts.claims.cache_clear()
    facts._claims_by_subject.cache_clear()


def told(db: Anedb) -> list[tuple[str, str | None, bool]]:
    return sorted((case.layer.type, case.target.chip, case.was) for case in planned(db._asker))


# what is scored


def test_what_plans_say_is_scored_once_for_each_layer_and_target(opened: Opened) -> None:
    db = opened(
        seen(STUDY, relu(8), True, True, True), seen(STUDY, add(8), False), seen(OTHER, relu(8), True),
        seen(OTHER, relu(8), True, units="all"), seen(M1_STUDY, relu(8), False), targets={M1_STUDY: tiny.M1},
    )  # fmt: skip
    assert told(db) == [("add", "M4", False), ("relu", "M1", False), ("relu", "M4", True)]
    assert {case.sources for case in planned(db._asker) if case.was} == {(STUDY, OTHER)}


def test_where_plans_disagree_nothing_is_scored(opened: Opened) -> None:
    assert told(opened(seen(STUDY, relu(8), True, False), seen(OTHER, add(8), True), seen(STUDY, add(8), False))) == []


def test_what_no_plan_says_is_not_scored(opened: Opened) -> None:
    db = opened(seen(STUDY, relu(8), True, method="report"), seen(STUDY, relu(16), True, method="profiler"))
    assert told(db) == []


# the baselines


def test_baselines_are_those_of_a_list_that_is_always_sure(opened: Opened) -> None:
    """relu: yes, yes, no; add: no; gather: no. By the majority of the others of its type: the two are yes, the third is
    taken for yes, and who has no others is too. The list of 2020 has gather only, the sweep too; the catalogue has it
    on an M4, as its author predicts."""
    gather = layer("gather", "x=fp16[8,4]", "indices=int32[2]", axis=0)
    db = opened(
        seen(STUDY, relu(8), True), seen(STUDY, relu(16), True), seen(STUDY, relu(32), False),
        seen(STUDY, add(8), False), seen(STUDY, gather, False),
    )  # fmt: skip
    found = list(baselines(db._asker, list(planned(db._asker))))
    assert [(it.name, it.cases, it.answered, it.right) for it in found] == [
        ("always yes", 5, 5, 2),
        ("majority of the layer type", 5, 5, 2),
        ("seed list of 2020, all else yes", 5, 5, 3),
        ("aneforge's catalogue by engine, all else yes", 5, 5, 2),
        ("aneforge's sweep of an M5, all else yes", 5, 5, 3),
    ]
    assert [it.brier for it in found] == [0.6, 0.6, 0.4, 0.6, 0.4]


def test_a_majority_leaves_out_the_case_itself(opened: Opened) -> None:
    "Two of each: every case sees one of its own kind and two of the other."
    lines = [seen(STUDY, relu(8 + number), number < 2) for number in range(4)]
    db = opened(*lines)
    _, majority, *_ = baselines(db._asker, list(planned(db._asker)))
    assert majority.right == 0


def _lists(opened: Opened, one: Layer, **more: Any) -> list[bool]:
    "What the catalogue and the sweep say of one layer."
    db = opened(seen(STUDY, one, True), **more)
    *_, catalogue, sweep = baselines(db._asker, list(planned(db._asker)))
    return [bool(it.right) for it in (catalogue, sweep)]


def test_the_catalogue_is_read_in_the_column_of_the_engine(opened: Opened) -> None:
    "No sine before H15; the sweep is of one machine, and is taken for all."
    sine = layer("sin", "x=fp16[1,8,4,4]")
    assert _lists(opened, sine, targets={STUDY: tiny.M1}) == [False, True]


@pytest.mark.parametrize(
    ("target", "says"), [(tiny.M4, True), ({**tiny.M4, "chip": "M6", "engine": "H18"}, True)], ids=["H16", "H18"]
)
def test_a_later_engine_has_a_column_or_is_taken_for_yes(opened: Opened, target: dict[str, Any], says: bool) -> None:
    assert _lists(opened, layer("sin", "x=fp16[1,8,4,4]"), targets={STUDY: target}) == [says, True]


def test_without_the_claims_there_are_no_lists(opened: Opened) -> None:
    "They are read from the data that an answer is given from, and from nowhere else."
    assert _lists(opened, layer("reduce_prod", "x=fp16[1,8,4,4]")) == [False, False]
    assert _lists(opened, layer("reduce_prod", "x=fp16[1,8,4,4]"), claims=False) == [True, True]


def test_a_list_is_of_operations_and_not_of_their_concepts(opened: Opened) -> None:
    "Both refuse MIL's reduce_prod; NeuralNetwork's layer that does the same is on neither."
    assert _lists(opened, layer("reduceProd", "x=fp16[1,8,4,4]", format="neuralnetwork")) == [True, True]


# what is left out


def test_a_lone_configuration_says_nothing_of_itself(opened: Opened) -> None:
    "Without claims one plan alone speaks of `sign`; with it left out nothing is known."
    db = opened(seen(STUDY, layer("sign", "x=fp16[1,8,4,4]"), False), claims=False)
    for left_out in ("configuration", "source", "target"):
        found = db.evaluate(left_out)
        assert (found.offered.cases, found.offered.answered, found.misses) == (1, 0, ())
        assert found.offered.brier is None and found.offered.brier_all == 0.25


def test_what_is_near_answers_unless_it_is_left_out_too(opened: Opened) -> None:
    "Twelve extents of `sign` on an M4, by one study: hidden one at a time the others tell; hidden together none does."
    lines = [seen(STUDY, layer("sign", f"x=fp16[1,{extent},4,4]"), False) for extent in range(8, 20)]
    db = opened(*lines, claims=False)
    one = db.evaluate("configuration")
    assert (one.offered.cases, one.offered.answered, one.offered.right) == (12, 12, 12)
    assert {it.name for it in one.by_basis} <= {"near-parameters", "layer"}
    assert db.evaluate("source").offered.answered == db.evaluate("target").offered.answered == 0


def test_another_source_or_target_answers_for_what_is_left_out(opened: Opened) -> None:
    lines = [
        seen(source, layer("sign", f"x=fp16[1,{extent},4,4]"), False)
        for source in (STUDY, M1_STUDY)
        for extent in range(8, 20)
    ]
    found = opened(*lines, targets={M1_STUDY: tiny.M1}).evaluate("target")
    assert (found.offered.cases, found.offered.right) == (24, found.offered.answered)
    assert found.offered.answered > 0 and "near-target" in {it.name for it in found.by_basis}


def test_what_is_missed_is_told(opened: Opened) -> None:
    lines = [seen(STUDY, layer("sign", f"x=fp16[1,{extent},4,4]"), True) for extent in range(8, 20)]
    found = opened(*lines, seen(STUDY, layer("sign", "x=fp16[1,14,5,4]"), False)).evaluate()
    (miss,) = found.misses
    assert (miss.type, miss.target, miss.was) == ("sign", "M4 macOS 27.0.1", "no")
    assert miss.said in ("yes", "likely") and miss.probability > 0.5 and miss.layer.startswith("v1:")
    assert found.offered.right == found.offered.answered - 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [("yes", True), ("likely", True), ("unlikely", False), ("no", False), ("mixed", None), ("unknown", None)],
)
def test_mixed_and_unknown_are_no_answers(answer: str, said: bool | None) -> None:
    assert answered(answer).said is said


def answered(answer: str) -> Answered:
    case = Case(relu(8), "v1:0", Target(chip="M4", os="macOS"), "cpu-and-ne", True, (STUDY,))
    return Answered(case, None if answer == "unknown" else 0.5, answer, "none")


def test_a_miss_without_a_version_names_what_there_is() -> None:
    assert _miss(answered("no")).target == "M4 macOS"


def test_what_cannot_be_left_out_is_refused(opened: Opened) -> None:
    with pytest.raises(UsageError, match="author"):
        opened().evaluate("author")


def test_an_evaluation_is_as_its_schema_says_and_adds_up(opened: Opened) -> None:
    told: list[tuple[str, int, int]] = []
    db = opened(
        seen(STUDY, relu(8), True), seen(STUDY, relu(16), True), seen(STUDY, add(8), False), plans=["751k-analytics"]
    )
    found = evaluate(db._asker, "configuration", lambda *each: told.append(each))
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(json.loads(json.dumps(plain(found))))
    assert found.data_version == db._asker.data_version and found.left_out == "configuration"
    for groups in (found.by_basis, found.by_type):
        assert sum(it.cases for it in groups) == found.offered.cases == 3
        assert sum(it.right for it in groups) == found.offered.right
    assert len(found.misses) == found.offered.answered - found.offered.right
    assert told == [("add", 0, 3), ("relu", 1, 3), ("relu", 2, 3)]
    assert found == db.evaluate()


def test_an_empty_database_has_nothing_to_score(opened: Opened) -> None:
    found = opened().evaluate()
    assert (found.offered.cases, found.misses, found.placement, found.reliability) == (0, (), (), ())


# placement


def test_placements_are_replayed_and_counted(opened: Opened) -> None:
    "The figures that no rates have to be learnt for, worked out from the plans themselves."
    db = opened(seen(STUDY, relu(8), True), plans=["751k-analytics", "freedomtan-mobilenet-edgetpu-m1"])
    known = list(plans.plans())
    found = {(it.source, it.units, it.name): it for it in placements(db._asker)}
    for (source, units, name), one in found.items():
        members = [it for it in known if (it.source, it.units) == (source, units) and of(it) == name]
        chosen = [op.seen for it in members for op in it.network.ops if op.seen and op.seen.chosen]
        assert one.operations == len(chosen) > 0
        assert one.operations_before_last == one.operations - len(members)
        expected = sum((Unit.ANE if Unit.ANE in it.offered else Unit.CPU) == it.chosen for it in chosen)
        assert one.baseline == expected
        assert one.agreed_as_shipped == sum(agreement(replay(it, placement.load()))[0] for it in members)
        assert one.agreed_before_last <= one.agreed <= one.operations
        assert sum(one.misses.values()) == one.operations - one.agreed
    assert {name for _, _, name in found} == {"isolated operations", "wrapped operations", "MobilenetEdgeTPU"}
    assert sum(it.operations for it in found.values()) == sum(len(it.network.ops) for it in known)


def of(plan: RecordedPlan) -> str:
    return plan.name if plan.role == Role.NETWORK else f"{plan.role} operations"


def test_where_nothing_is_known_of_offers_nothing_is_placed_from_answers(opened: Opened) -> None:
    "The only study is the one whose plans are scored: without it most of what its networks hold is unknown."
    db = opened(seen("751k-plan-iso-cpune", relu(8), True), plans=["751k-analytics"], claims=False)
    wrapped = next(it for it in placements(db._asker) if it.name == "wrapped operations")
    assert wrapped.agreed_from_answers == 0 < wrapped.agreed


@pytest.fixture
def learnt_from(monkeypatch: pytest.MonkeyPatch) -> list[list[RecordedPlan]]:
    "The plans that rates are learnt from, each time they are."
    found: list[list[RecordedPlan]] = []

    def learn(known: Sequence[RecordedPlan], told: object = None) -> tuple[()]:
        found.append(list(known))
        return ()

    def with_inferred(known: Placement, given: Sequence[RecordedPlan]) -> Placement:
        assert given == found[-1], "what is inferred is inferred without them too"
        return known

    monkeypatch.setattr(evaluate_placement, "learn", learn)
    monkeypatch.setattr(evaluate_placement, "with_inferred", with_inferred)
    return found


def test_rates_are_learnt_without_the_plans_that_are_scored(learnt_from: list[list[RecordedPlan]]) -> None:
    everything = list(plans.plans())
    learnt = evaluate_placement._Learnt(placement.load(), everything)
    for plan in everything:
        before = len(learnt_from)
        learnt.without(plan)
        if len(learnt_from) == before:
            continue
        rest = learnt_from[-1]
        assert plan not in rest and plan.name not in {it.name for it in rest if it.role == plan.role}
        if plan.role == Role.NETWORK:
            assert [it for it in everything if it not in rest] == [it for it in everything if it.name == plan.name]
        else:
            assert [it for it in rest if it.role == Role.NETWORK] == [
                it for it in everything if it.role == Role.NETWORK
            ]
    networks = {it.name for it in everything if it.role == Role.NETWORK}
    assert len(learnt_from) == len(networks) + FOLDS, "each network, and each tenth of the test models, once"


def test_every_test_model_is_in_one_tenth_wherever_it_was_seen(learnt_from: list[list[RecordedPlan]]) -> None:
    everything = list(plans.plans())
    learnt = evaluate_placement._Learnt(placement.load(), everything)
    models = {it.name for it in everything if it.role != Role.NETWORK}
    sizes = [sum(learnt.fold[name] == fold for name in models) for fold in range(FOLDS)]
    assert sum(sizes) == len(models) and max(sizes) - min(sizes) <= 1
    for plan in everything[:: len(everything) // 20]:
        left = {it.name for it in everything if learnt._left_out(it, plan)}
        assert plan.name in left
        for other in everything:
            if other.name == plan.name and (other.role == Role.NETWORK) == (plan.role == Role.NETWORK):
                assert learnt._left_out(other, plan)


def test_a_network_s_answers_do_not_know_of_its_own_author(opened: Opened) -> None:
    "Its other dumps have the same layers on the same machine."
    lines = seen("751k-plan-iso-cpune", relu(8), True), seen(M1_STUDY, relu(8), True)
    db = opened(*lines, targets={M1_STUDY: tiny.M1})
    gone = evaluate_placement._without(db._asker, STUDY)
    known = gone.knowledge("mlprogram", "relu")
    assert [cell.sources for cell in known.cells] == [(M1_STUDY,)]
