"What is shown of a layer is what its answers rest on; what disagrees is listed once, with the judge's explanation."

import pytest
from builders import cell, conv, relu

import anedb
from anedb.api import show_conflicts, show_layer
from anedb.catalog import layers, targets
from anedb.domain.knowledge import Knowledge
from anedb.fingerprint import fingerprint


@pytest.fixture(scope="module")
def db(database):
    with anedb.open(database) as found:
        yield found


@pytest.fixture(scope="module")
def conflicts(db):
    return db.show("conflicts").about


@pytest.mark.parametrize("name", ["conv", "layer:conv", "layer:Conv2d", "mlprogram:conv"])
def test_a_layer_is_found_by_each_of_its_names(db, name):
    assert db.show(name).id == "mlprogram:conv"


def test_a_layer_has_an_answer_for_each_generation_and_each_release_it_was_seen_on(db):
    rows = db.show("conv").about["answers"]
    assert [it["engine"] for it in rows if it["release"] is None] == [each.id for each in targets.engines()]
    seen = {(it.target.engine, it.target.release) for it in db._asker.knowledge("mlprogram", "conv").cells}
    assert any(release is None for _, release in seen), "a source that does not name its system speaks of no release"
    seen = {(engine, release) for engine, release in seen if release is not None}
    assert {(it["engine"], it["release"]) for it in rows if it["release"] is not None} == seen


def test_a_layer_s_answer_is_the_table_s(db):
    row = next(it for it in db.table().rows if (it.format, it.type) == ("mlprogram", "gather"))
    shown = db.show("gather").about["answers"]
    assert [(it["engine"], it["release"], it["offered"]) for it in shown] == [
        (it.engine, it.release, it.offered.answer) for it in row.cells
    ]


def test_every_flip_leads_to_evidence(db):
    found = db.show("conv").about["flips"]
    assert len({it["text"] + it["about"] for it in found}) == len(found) > 3
    for each in found:
        assert each["evidence"] and all(db.show(id) for id in each["evidence"])


def test_configurations_are_counted_by_what_was_seen(db):
    known = db._asker.knowledge("mlprogram", "conv")
    rows = {it["target"]: it for it in db.show("conv").about["seen on"]}
    refused = {it.layer for it in known.cells if it.target.chip == "M4" and any(t.no for t in it.offered)}
    assert sum(it["offered: no"] for name, it in rows.items() if name.startswith("M4 mac")) == len(refused) > 0


def test_a_configuration_that_a_newer_generation_takes_is_told():
    layer = conv()
    mark = fingerprint(layer.hashed())
    old, new = cell(layer, offered=False, chip="M1"), cell(layer, offered=True, chip="M4")
    known = Knowledge(format="mlprogram", type="conv", layers={mark: layer}, cells=(old[0], new[0]))
    (turn,) = show_layer.turns(known)
    assert turn["yes"][0].startswith("M4") and turn["no"][0].startswith("M1") and len(turn["evidence"]) == 2


def test_one_answer_everywhere_is_no_turn():
    layer = relu(1, 8, 4, 4)
    cells = [cell(layer, offered=True, chip=chip)[0] for chip in ("M1", "M4")]
    mark = fingerprint(layer.hashed())
    assert not list(
        show_layer.turns(Knowledge(format="mlprogram", type="relu", layers={mark: layer}, cells=tuple(cells)))
    )


@pytest.mark.parametrize("name", layers.all_types("neuralnetwork")[::40] + layers.all_types("mlprogram")[::40])
def test_any_layer_can_be_shown(db, name):
    assert db.show(f"layer:{name}").about["answers"]


def test_every_disagreement_leads_to_evidence_of_both_sides(db, conflicts):
    rows = [it for found in conflicts.values() for it in found]
    assert len(rows) > 5
    for each in rows:
        assert each["dissent"] and all(db.show(id) for id in (*each["dissent"], *each["answer rests on"]))
        assert each["why"] and each["configurations"] > 0
        assert not set(each["dissent"]) & set(each["answer rests on"])


def test_a_claim_that_was_refuted_is_listed_with_its_age(conflicts):
    found = [it for it in conflicts["claims"] if it["dissent"] == ["hol-gather"]]
    assert [(it["layer"], it["explained by"]) for it in found] == [("mlprogram:gather", "age")]


def test_the_judge_s_explanation_is_kept(db, conflicts):
    for each in conflicts["claims"]:
        assert each["explained by"] in show_conflicts.TEXTS


def test_placements_under_other_units_are_no_riddle(conflicts):
    rows = [it for it in conflicts["observations"] if it["explained by"] == "units"]
    assert rows and all(it["about"] == "chosen" for it in rows)


def test_a_disagreement_is_listed_once_whichever_side_is_asked(conflicts):
    sides = [
        (it["layer"], it["about"], frozenset((*it["dissent"], *it["answer rests on"])))
        for it in conflicts["observations"]
    ]
    assert len(sides) == len(set(sides))


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ({"units": "all"}, {"units": "cpu-and-ne"}, "units"),
        ({"context": "isolated"}, {"context": "network"}, "context"),
        ({}, {}, "unexplained"),
    ],
)
def test_what_stands_around_a_layer_is_tried_in_order(mine, theirs, expected):
    one, other = cell(conv(), chosen=True, **mine)[0], cell(conv(), chosen=False, **theirs)[0]
    assert one.id != other.id
    assert show_conflicts.beside([one], [other]) == expected
    assert show_conflicts.beside([one], [one]) == "place"
