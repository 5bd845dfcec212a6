"""Whose word counts: learnt from references alone, whatever the order, and no crowd makes itself one."""

from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog.weights import load
from anedb.domain.knowledge import TRUST, Standing
from anedb.store.standing import Anchor, Record, kind, learn, place, quarters, record

NUMBERS = load().witness
CASES = [("M4|macOS|27.0", number) for number in range(40)]
TRUTH = {case: 1 if number < 24 else -1 for number, case in enumerate(CASES)}
"Yes is the usual answer, so agreeing with a no is telling."


def flipped(cases, *wrong):
    return {case: -TRUTH[case] if case in wrong else TRUTH[case] for case in cases}


def standings(said, reviewed=(0,), identity=None):
    who = identity or {id: id for id in said}
    _, records = learn(said, who, set(reviewed), lambda case: "conv", NUMBERS)
    return {id: kind(it, NUMBERS)[0] for id, it in records.items()}


def test_who_agrees_where_it_takes_knowledge_is_corroborated():
    assert standings({0: TRUTH, 1: flipped(CASES[10:35])}) == {1: Standing.KNOWN}


def test_agreeing_with_the_usual_answer_alone_corroborates_nobody():
    assert standings({0: TRUTH, 1: flipped(CASES[:24])}) == {1: Standing.NEW}


def test_who_always_says_no_is_set_aside():
    assert standings({0: TRUTH, 1: dict.fromkeys(CASES, -1)}) == {1: Standing.SET_ASIDE}


def test_accounts_that_agree_with_one_another_alone_stay_new():
    said = {0: {}, **{id: flipped(CASES) for id in range(1, 30)}}
    assert set(standings(said).values()) == {Standing.NEW}


def test_two_that_are_corroborated_vouch_for_a_third_and_devices_of_one_contributor_do_not():
    "The third measured only what no reviewed source did."
    half, rest = CASES[:12] + CASES[24:32], CASES[12:24] + CASES[32:]
    said = {0: flipped(half), 1: TRUTH, 2: TRUTH, 3: flipped(rest)}
    assert standings(said)[3] == Standing.KNOWN
    one = standings(said, identity={0: "s", 1: "ann", 2: "ann", 3: "bob"})
    assert one == {1: Standing.KNOWN, 2: Standing.KNOWN, 3: Standing.NEW}


def test_what_a_reviewed_source_says_stays_a_reference_against_any_crowd():
    assert Anchor(reviewed=1, yes=0, no=1000, telling=False).side(NUMBERS) == 1


def test_what_two_deny_is_no_reference_however_many_say_it():
    assert Anchor(reviewed=0, yes=1000, no=1, telling=False).side(NUMBERS) == 1
    assert Anchor(reviewed=0, yes=1000, no=2, telling=False).side(NUMBERS) == 0


def test_nobody_is_a_reference_for_itself():
    anchor = {CASES[0]: Anchor(reviewed=0, yes=2, no=0, telling=True)}
    assert record({CASES[0]: 1}, anchor, NUMBERS).telling == 1
    assert record({CASES[0]: 1}, anchor, NUMBERS, mine={CASES[0]: 1}) == Record()


@given(st.data(), st.randoms())
def test_the_order_of_witnesses_does_not_matter(data, random):
    said = {
        id: data.draw(st.dictionaries(st.sampled_from(CASES), st.sampled_from([1, -1])), label=str(id))
        for id in range(6)
    }
    shuffled = dict(random.sample(sorted(said.items()), len(said)))
    assert standings(said, (0, 1)) == standings(shuffled, (0, 1))


@given(st.integers(0, 60), st.integers(0, 60))
def test_one_agreement_more_never_lowers_trust(agreed, wrong):
    before = kind(Record(agreed, agreed + wrong), NUMBERS)[1]
    assert kind(Record(agreed + 1, agreed + wrong + 1), NUMBERS)[1] >= before


def test_trust_is_in_quarters_and_half_right_is_worth_nothing():
    assert [quarters(right, 0.95) for right in (0.3, 0.5, 0.8, 0.9, 0.95, 1)] == [0, 0, 2, 3, TRUST, TRUST]


def test_builds_and_devices_are_one_place_and_no_chip_is_none():
    assert place("M4", "macOS", "27.0.1") == place("M4", "macOS", "27.0") == "M4|macOS|27.0"
    assert place(None, "macOS", "27.0") == ""
