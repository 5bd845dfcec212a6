"""A cell's summary: counted by adding, the same in any order, one witness once."""

from hypothesis import given
from hypothesis import strategies as st

from anedb.domain.observation import Reason
from anedb.store import rows
from anedb.store.standing import TRUSTED
from anedb.store.summary import EMPTY, KEPT, SILENT, grown, plus, vote

units = st.sampled_from([None, "ane", "gpu", "cpu"])
observations = st.lists(
    st.tuples(
        st.integers(0, 3),  # witness
        st.sampled_from(["compute-plan", "timing"]),
        st.sampled_from([None, (), ("ane", "cpu"), ("cpu",)]),
        units,
        units,
        st.sampled_from(["2020", "2020-12", "2026-10-05"]),
        st.integers(1, 40),  # run
        st.sampled_from([None, *(Reason(code=code, value=str(n)) for code in ("dtype", "rank") for n in range(12))]),
    ),
    max_size=30,
)


def summed(found, start=EMPTY, votes=None):
    heard, votes = [], {} if votes is None else votes
    for witness, method, offered, chosen, ran, date, run, reason in found:
        said, before = vote(offered, chosen, ran), votes.get((witness, method), SILENT)
        votes[witness, method] = plus(before, said)
        heard.append(((method, *TRUSTED), before, said, date, run, reason))
    return grown(start, tuple(heard))


def tallies(found, answer) -> dict[str, list[int]]:
    "The same counts, the slow and obvious way; `answer`: observation -> unit(s) or None."
    result = {}
    for method in {row[1] for row in found}:
        said = [(row[0], "ane" in answer(row)) for row in found if row[1] == method and answer(row) is not None]
        balance = [sum(1 if yes else -1 for who, yes in said if who == witness) for witness in {who for who, _ in said}]
        votes = [sum(b > 0 for b in balance), sum(b < 0 for b in balance), sum(b == 0 for b in balance)]
        if said:
            gpu = sum(answer(row) == ["gpu"] for row in found if row[1] == method)
            result[method] = [sum(yes for _, yes in said), sum(not yes for _, yes in said), *votes, gpu]
    return result


@given(observations)
def test_the_counts_are_those_of_a_recount(found):
    _, *columns = summed(found)
    asked = (lambda row: row[2], lambda row: row[3] and [row[3]], lambda row: row[4] and [row[4]])
    for text, answer in zip(columns, asked, strict=False):
        got = {
            t.method: [t.yes, t.no, t.yes_witnesses, t.no_witnesses, t.split_witnesses, t.gpu]
            for t in rows.tallies(text)
        }
        assert got == tallies(found, answer)


@given(observations, st.randoms())
def test_the_order_does_not_matter(found, random):
    shuffled = random.sample(found, len(found))
    assert summed(found) == summed(shuffled)


@given(observations, st.integers(0, 30))
def test_a_summary_that_was_stored_goes_on_where_it_stood(found, cut):
    votes = {}
    assert summed(found[cut:], summed(found[:cut], votes=votes), votes) == summed(found)


def test_one_witness_counts_once_however_often_it_repeats():
    summary = summed([(1, "compute-plan", ("ane",), None, None, "2026", 1, None)] * 50)
    (tally,) = rows.tallies(summary[1])
    assert (tally.yes, tally.yes_witnesses) == (50, 1)


def test_a_witness_of_two_minds_is_split():
    both = [(1, "timing", (unit,), None, None, "2026", 1, None) for unit in ("ane", "cpu")]
    (tally,) = rows.tallies(summed(both)[1])
    assert (tally.yes_witnesses, tally.no_witnesses, tally.split_witnesses) == (0, 0, 1)


def test_offered_nothing_is_a_no_and_not_stated_is_silence():
    assert vote((), None, None) == ((0, 1, 0), (0, 0, 0), (0, 0, 0))
    assert vote(None, None, None) == SILENT


def test_only_the_newest_runs_are_kept():
    many = [(1, "timing", ("ane",), None, None, f"2026-01-{day:02}", day, None) for day in range(1, 25)]
    kept = [run for _, run in rows.runs(summed(many)[5])]
    assert len(kept) == KEPT and kept[0] == 24 and kept[-1] == 9


def test_nothing_heard_changes_nothing():
    assert grown(EMPTY, ()) == EMPTY
