"""Standing in the database: incremental as if learnt at once, undone by a retraction, on both databases."""

import pytest
from making import data, dump, layer, line, recorded, retract, run, seen

from anedb.domain.knowledge import Standing

YES, NO = seen(), seen(("cpu",), "cpu")
LAYERS = [layer(number=number) for number in range(16)]
TRUTH = [YES] * 10 + [NO] * 6
LIES = [NO if it is YES else YES for it in TRUTH]


def lines(said, first=0):
    return [line(found, it) for found, it in zip(LAYERS[first:], said[first:], strict=True)]


def standings(store):
    with store._transaction(keep=False) as bulk:
        return dict(bulk.rows("SELECT name, standing FROM witnesses"))


def tallies(store, number=0):
    with store.reader() as reader:
        known = reader.knowledge("mlprogram", "conv")
    found = [cell for cell in known.cells if known.layers[cell.layer] == LAYERS[number]]
    return {(it.standing, it.yes_witnesses, it.no_witnesses) for cell in found for it in cell.offered}


@pytest.fixture
def known(store):
    store.sync(data(recorded(*lines(TRUTH))))
    return store


def someone(name, said, first=0, **more):
    more = {"result": f"v1:of-{name}", **more}
    return run(*lines(said, first), name=f"v1:{name}", contributor=name, device_key=name, **more)


def test_a_newcomer_who_agrees_is_corroborated_by_its_first_run(known):
    known.add_run(someone("ann", TRUTH))
    assert standings(known)["ann:ann"] == Standing.KNOWN
    assert tallies(known) == {(Standing.REVIEWED, 1, 0), (Standing.KNOWN, 1, 0)}


def test_one_who_contradicts_what_is_known_is_set_aside_with_all_it_said(known):
    known.add_run(someone("liar", LIES))
    assert tallies(known) == {(Standing.REVIEWED, 1, 0), (Standing.SET_ASIDE, 0, 1)}


def test_a_run_sent_again_under_another_name_corroborates_nobody(known):
    known.add_run(someone("ann", TRUTH, result="v1:same"))
    known.add_run(someone("copy", TRUTH, result="v1:same"))
    assert standings(known)["ann:ann"] == Standing.KNOWN and standings(known)["copy:copy"] == Standing.NEW


def test_what_is_kept_up_run_by_run_is_what_is_learnt_from_everything(known):
    runs = [someone("ann", TRUTH), someone("bob", TRUTH, 4), someone("liar", LIES), someone("new", TRUTH, 14)]
    for each in runs:
        known.add_run(each)
    kept, before = standings(known), dump(known)
    known.sync(data(recorded(*lines(TRUTH)), version="2"))
    assert standings(known) == kept and dump(known) == before
    assert set(kept.values()) == set(Standing)


def test_a_retraction_of_the_source_takes_back_whom_it_corroborated(known):
    known.add_run(someone("ann", TRUTH))
    known.add_run(someone("liar", LIES))
    retract(known, "src")
    assert {standings(known)[it] for it in ("ann:ann", "liar:liar")} == {Standing.NEW}
    assert tallies(known) == {(Standing.NEW, 1, 1)}


def test_a_retracted_run_leaves_no_trace_in_anybodys_standing(known):
    known.add_run(someone("bob", TRUTH, 2))
    before = standings(known), dump(known)
    known.add_run(someone("ann", TRUTH))
    known.add_run(someone("liar", LIES))
    for name in ("v1:ann", "v1:liar"):
        retract(known, name)
    after = standings(known)
    assert {after.pop("ann:ann"), after.pop("liar:liar")} == {Standing.NEW}
    assert (after, dump(known)) == before
