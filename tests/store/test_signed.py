"""A name that signs: what bears it unsigned has none of its standing, on both databases."""

import pytest
from making import changed, data, dump, recorded
from test_learning import LIES, TRUTH, lines, someone, standings, tallies

from anedb.domain.knowledge import Standing
from anedb.store.standing import impostors

KEY = "SHA256:ann"
OWN, UNSIGNED = "ann:ann:signed", "ann:ann"


@pytest.fixture
def known(store):
    store.sync(data(recorded(*lines(TRUTH))))
    return store


def signed(batch):
    return changed(batch, signed=KEY)


def under(name, run, said, first=0):
    "Another run with this name in its header, from the same device."
    found = someone(name, said, first, result=f"v1:of-{run}")
    return changed(found, key=f"v1:{run}", digest=run)


def test_an_unsigned_run_under_a_signed_name_is_a_newcomers(known):
    known.add_run(signed(someone("ann", TRUTH)))
    known.add_run(under("ann", "impostor", TRUTH, 2))
    found = standings(known)
    assert (found[OWN], found[UNSIGNED]) == (Standing.KNOWN, Standing.NEW)
    assert tallies(known, 2) == {(Standing.REVIEWED, 1, 0), (Standing.KNOWN, 1, 0), (Standing.NEW, 1, 0)}


def test_a_liar_under_a_signed_name_does_its_owner_no_harm(known):
    known.add_run(signed(someone("ann", TRUTH)))
    before = standings(known)[OWN]
    known.add_run(under("ann", "impostor", LIES))
    found = standings(known)
    assert found[OWN] == before == Standing.KNOWN and found[UNSIGNED] == Standing.SET_ASIDE


def test_the_first_signature_takes_the_name_from_what_bore_it_unsigned(known):
    known.add_run(under("ann", "earlier", TRUTH, 2))
    assert standings(known)[UNSIGNED] == Standing.KNOWN
    known.add_run(signed(someone("ann", TRUTH)))
    assert standings(known)[UNSIGNED] == Standing.NEW


def test_where_nobody_of_a_name_signs_the_name_is_all_there_is(known):
    known.add_run(someone("ann", TRUTH))
    known.add_run(signed(someone("bob", TRUTH, 2)))
    assert standings(known)[UNSIGNED] == Standing.KNOWN


def test_an_unsigned_namesake_does_not_vouch(store):
    "The reviewed source does not speak of the first four layers: there it takes two who are known to make a reference."
    store.sync(data(recorded(*lines(TRUTH, 4))))
    store.add_run(signed(someone("ann", TRUTH)))
    store.add_run(under("ann", "namesake", TRUTH))
    assert vouched(store, "2") == 0
    store.add_run(someone("bob", TRUTH, result="v1:others"))
    assert vouched(store, "3") == 4


def vouched(store, version):
    "References that contributors alone make, when all is learnt anew."
    store.sync(data(recorded(*lines(TRUTH, 4)), version=version))
    with store._transaction(keep=False) as bulk:
        return bulk.rows("SELECT count(*) FROM anchors WHERE reviewed = 0 AND yes + no >= 2")[0][0]


def test_what_is_kept_up_run_by_run_is_what_is_learnt_from_everything(known):
    known.add_run(under("ann", "earlier", TRUTH, 2))
    known.add_run(signed(someone("ann", TRUTH)))
    known.add_run(under("ann", "later", TRUTH, 3))
    known.add_run(signed(under("ann", "again", TRUTH, 1)))
    kept, before = standings(known), dump(known)
    known.sync(data(recorded(*lines(TRUTH)), version="2"))
    assert (standings(known), dump(known)) == (kept, before)


def test_a_run_of_datas_whose_signature_comes_or_goes_changes_hands_and_keeps_its_facts(known):
    run = changed(someone("ann", TRUTH), signed="")
    for number, each in enumerate((run, signed(run), run), start=2):
        known.sync(data(recorded(*lines(TRUTH)), each, version=str(number)))
        with known._transaction(keep=False) as bulk:
            sql = (
                "SELECT r.signed, w.name FROM runs r JOIN witnesses w ON w.id = r.witness_id WHERE r.source_id IS NULL"
            )
            assert bulk.rows(sql) == [(each.signed, OWN if each.signed else UNSIGNED)]
        assert tallies(known) == {(Standing.REVIEWED, 1, 0), (Standing.KNOWN, 1, 0)}


def test_a_run_that_is_known_may_be_signed_later_and_other_bytes_are_not_it(known):
    run = someone("ann", TRUTH)
    assert known.add_run(run) and not known.add_run(run)
    assert not known.add_run(signed(changed(run, digest="other")))
    assert known.add_run(signed(run)) and not known.add_run(signed(run))
    with known._transaction(keep=False) as bulk:
        assert bulk.rows("SELECT signed FROM runs WHERE fingerprint = 'v1:ann'") == [(KEY,)]


def test_a_withdrawn_signed_run_gives_the_name_to_nobody(known):
    known.add_run(signed(someone("ann", TRUTH)))
    known.add_run(under("ann", "impostor", TRUTH, 2))
    known.retract("v1:ann", reason="T", by="t", date="2026-11-22")
    assert standings(known)[UNSIGNED] == Standing.NEW


def test_impostors_are_the_unsigned_of_a_name_that_signs():
    assert impostors({1: "ann", 2: "ann", 3: "bob"}, {1}) == {2}
    assert impostors({1: "ann", 2: "ann"}, ()) == set()
