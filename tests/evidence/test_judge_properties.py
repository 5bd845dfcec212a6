"""What holds of every judgement, whatever the evidence."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anedb.domain.claim import Claim
from tests.builders import cell, claim, conv, judged, question

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

layers = st.sampled_from([conv(), conv((5, 5)), conv((1, 17)), conv(dilations=(2, 2)), conv(x=(1, 64, 56, 56))])
people = st.lists(st.sampled_from(["ann", "bob", "cy", "dee"]), min_size=1, max_size=3, unique=True).map(
    lambda names: tuple(sorted(names))
)


@st.composite
def cells(draw, method=st.sampled_from(["compute-plan", "timing", "report", "private-api"])):
    chip, version = draw(st.sampled_from([("M4", "27.0"), ("M4", "26.1"), ("M1", "14.5"), ("M5", "26.2")]))
    return cell(
        draw(layers),
        chip=chip,
        version=version,
        offered=draw(st.booleans()),
        chosen=draw(st.sampled_from([None, True, False])),
        method=draw(method),
        witnesses=draw(people),
        repeats=draw(st.integers(1, 3)),
        units=draw(st.sampled_from(["cpu-and-ne", "all"])),
        context=draw(st.sampled_from(["isolated", "in-model"])),
    )


@st.composite
def claims(draw, strength=st.sampled_from(["measured", "stated", "guess"])):
    return claim(
        draw(st.sampled_from(["yes", "no"])),
        draw(st.sampled_from(["conv", "*"])),
        draw(st.sampled_from(["", "dilated", "kernel_width > 8", "width >= 32"])),
        draw(strength),
        date=draw(st.sampled_from(["2020", "2023-06", "2026-10-05"])),
        source=draw(st.sampled_from(["one", "two", "three"])),
        id=f"c{draw(st.integers(0, 10**6))}",
    )


@QUICK
@given(st.lists(cells(), max_size=8), st.lists(claims(), max_size=3, unique_by=lambda it: it.id), st.randoms())
def test_the_order_of_evidence_does_not_matter(some, said, random):
    mixed, mixed_said = list(some), list(said)
    random.shuffle(mixed)
    random.shuffle(mixed_said)
    assert judged(question(), *some, claims=tuple(said)) == judged(question(), *mixed, claims=tuple(mixed_said))


@QUICK
@given(st.lists(cells(), min_size=1, max_size=6), st.data())
def test_repeats_of_one_witness_change_nothing_but_counts(some, data):
    one, layer = data.draw(st.sampled_from(some))
    offered = tuple(replace(it, yes=it.yes * 9, no=it.no * 9) for it in one.offered)
    again = [(replace(one, offered=offered), layer) if it is one else (it, of) for it, of in some]
    before, after = judged(question(), *some), judged(question(), *again)
    assert before.offered.probability == after.offered.probability
    assert before.offered.witnesses == after.offered.witnesses
    assert before.offered.observations <= after.offered.observations
    assert before.chosen == after.chosen or before.chosen.why == "what is not offered cannot be chosen"


@QUICK
@given(st.lists(cells(), max_size=6), st.lists(claims(), max_size=3), st.booleans(), people)
def test_adding_agreeing_direct_evidence_never_lowers_the_answer(some, said, says, names):
    def agrees(it):
        return it.target.version != "27.0" or bool(it.offered[0].yes) == says

    some = [pair for pair in some if agrees(pair[0])]
    before = judged(question(), *some, claims=tuple(said)).offered.probability
    more = cell(offered=says, witnesses=names, chosen=None)
    after = judged(question(), *some, more, claims=tuple(said)).offered.probability
    if before is not None:
        assert after >= before - 1e-9 if says else after <= before + 1e-9


@QUICK
@given(st.lists(cells(), max_size=8), st.lists(claims(), max_size=3), st.booleans(), people)
def test_unanimous_direct_evidence_is_never_contradicted(some, said, says, names):
    def elsewhere(it):
        return it.target.version != "27.0" or it.offered[0].method == "private-api"

    some = [pair for pair in some if elsewhere(pair[0])]
    part = judged(question(), *some, cell(offered=says, witnesses=names), claims=tuple(said)).offered
    assert part.answer == ("yes" if says else "no") and part.basis == "same-configuration"


@QUICK
@given(st.integers(1, 200), st.booleans())
def test_private_apis_cannot_flip_a_compute_plan(crowd, says):
    private = cell(offered=not says, method="private-api", witnesses=tuple(f"p{n}" for n in range(min(crowd, 16))))
    part = judged(question(), private, private, cell(offered=says)).offered
    assert part.answer == ("yes" if says else "no")


private_claims = st.builds(
    lambda it, number: replace(it, method="private-api", id=f"p{number}"), claims(), st.integers(0, 10**6)
)


@QUICK
@given(st.lists(cells(method=st.just("private-api")), max_size=6), st.lists(private_claims, max_size=4))
def test_private_apis_alone_never_reach_yes_or_no(some, said):
    assert judged(question(), *some, claims=tuple(said)).offered.answer not in ("yes", "no")


@QUICK
@given(
    st.lists(cells(method=st.just("private-api")), max_size=6),
    st.lists(private_claims, max_size=4),
    st.booleans(),
    st.sampled_from(["", "width > 8"]),
)
def test_private_apis_never_outvote_what_core_ml_itself_says_of_the_layer(some, said, says, condition):
    "Its plan of the layer on a near target, or a claim that reports one: whatever conditions theirs have."
    plan = cell(offered=says, version="26.1")
    answer = "yes" if says else "no"
    told = claim(answer, condition=condition, strength="measured", method="compute-plan", id="own", date="2026-10-05")
    beside_plan = judged(question(), *some, plan, claims=tuple(said)).offered.probability
    beside_claim = judged(question(), *some, claims=(*said, told)).offered.probability
    assert min(beside_plan, beside_claim) > 0.5 if says else max(beside_plan, beside_claim) < 0.5


@QUICK
@given(st.lists(claims(strength=st.just("guess")), min_size=1, max_size=6))
def test_guesses_never_reach_yes_or_no(said: list[Claim]):
    assert judged(question(), claims=tuple(said)).offered.answer not in ("yes", "no")


@QUICK
@given(st.lists(cells(), max_size=8), st.lists(claims(), max_size=3))
def test_a_probability_lies_in_its_interval_and_fits_its_answer(some, said):
    found = judged(question(), *some, claims=tuple(said))
    for part in (found.offered, found.chosen):
        if part.probability is None:
            assert part.answer == "unknown" and part.interval is None
            continue
        low, high = part.interval
        assert 0 <= low <= part.probability <= high <= 1
        assert part.answer in ("yes", "likely") if part.probability >= 0.7 else part.answer not in ("yes", "likely")


@QUICK
@given(st.lists(cells(), max_size=8))
def test_every_cell_the_answer_rests_on_was_given(some):
    found = judged(question(), *some)
    assert {it.id for it in found.rests_on} <= {it.id for it, _ in some}
    assert found.rests_total >= len(found.rests_on)
