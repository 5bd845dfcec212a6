"""Truth tables: what the judge answers, level by level."""

from dataclasses import replace

import pytest

from anedb.domain.knowledge import Families
from anedb.domain.verdict import Basis, State
from anedb.evidence.judge import judge_engines
from tests.builders import (
    WEIGHTS,
    cell,
    claim,
    conv,
    indexed,
    judged,
    max_pool,
    operand,
    question,
    relu,
    target,
    workaround,
)

DILATED = conv(dilations=(2, 2))


@pytest.mark.parametrize(
    ("asked", "seen", "basis", "answer"),
    [
        ({}, {}, Basis.SAME, "yes"),
        ({}, {"offered": False}, Basis.SAME, "no"),
        ({"version": "27.1"}, {}, Basis.NEAR_TARGET, "likely"),
        ({"version": None, "os": None}, {}, Basis.SAME, "yes"),
        ({"chip": "M4 Pro"}, {}, Basis.NEAR_TARGET, "likely"),
        ({"chip": "M5"}, {"offered": False}, Basis.NEAR_TARGET, "unlikely"),
        ({"chip": "M1", "version": "14.5"}, {"offered": False}, Basis.NEAR_TARGET, "unlikely"),
        ({"chip": "M1", "version": "14.5"}, {"offered": True}, Basis.NEAR_TARGET, "unknown"),
    ],
)
def test_the_nearest_target_decides(asked, seen, basis, answer):
    part = judged(question(**asked), cell(**seen)).offered
    assert (part.basis, part.answer) == (basis, answer)


def test_what_is_too_far_to_decide_is_unknown_and_not_mixed():
    far = cell(chip="M4", offered=True)
    part = judged(question(chip="M1", version="14.5"), far).offered
    assert part.probability is None and part.interval is None and "too far" in part.why
    assert (part.observations, part.witnesses) == (1, 1)
    both = judged(question(chip="M1", version="14.5"), far, cell(chip="M2", offered=False, witnesses=("bob",))).offered
    assert both.probability is not None, "a disagreement is told as one"


def test_nothing_known_is_unknown_and_says_why():
    found = judged(question())
    assert found.offered.answer == found.chosen.answer == "unknown"
    assert found.offered.probability is None and found.offered.interval is None
    assert found.offered.state == State.UNKNOWN and found.offered.why and found.basis == Basis.NONE
    assert {"same-configuration", "near-target", "near-parameters", "claim", "layer"} <= {it.name for it in found.steps}


def test_offered_and_chosen_are_never_mixed():
    found = judged(question(), cell(offered=True, chosen=False))
    assert found.offered.answer == "yes" and found.chosen.answer == "no"


def test_what_is_not_offered_cannot_be_chosen():
    for more in ({}, {"chosen": False, "context": "isolated"}):
        found = judged(question(), cell(offered=False, **more), claims=(claim("yes", date="2026-10"),))
        assert found.chosen.answer == "no" and "cannot be chosen" in found.chosen.why
        assert "too-small" not in [it.code for it in found.reasons]


def test_what_nobody_recorded_as_chosen_is_unknown():
    assert judged(question(), cell(offered=True)).chosen.answer == "unknown"


def test_a_lone_layer_on_the_cpu_is_marked_as_too_small():
    found = judged(question(), cell(offered=True, chosen=False, context="isolated"))
    assert found.chosen.answer in ("no", "unlikely") and "alone" in found.chosen.why
    assert [it.code for it in found.reasons] == ["too-small"]


def test_what_is_chosen_inside_models_outweighs_lone_layers():
    lone = [cell(offered=True, chosen=False, context="isolated", witnesses=(name,)) for name in "abc"]
    found = judged(question(), *lone, cell(offered=True, chosen=True, context="in-model"))
    assert found.chosen.answer == "yes" and "alone" in found.chosen.why


def test_the_units_asked_about_are_heard_first():
    cells = cell(chosen=True, units="cpu-and-ne"), cell(chosen=False, units="all", witnesses=("bob", "cy"))
    assert judged(question(), *cells).chosen.answer == "yes"
    assert judged(question(units="all"), *cells).chosen.answer == "no"


def test_the_gpu_where_it_is_allowed_says_nothing_of_a_setting_without_it():
    gpu = cell(chosen="gpu", units="all")
    assert judged(question(units="all"), gpu).chosen.answer == "no"
    found = judged(question(), gpu)
    assert found.chosen.answer == "unknown" and found.conflicts == ()
    assert judged(question(conv((5, 5))), gpu).chosen.answer == "unknown"
    assert judged(question(), gpu, cell(chosen="gpu", context="isolated", units="all")).chosen.answer == "unknown"
    assert judged(question(), cell(chosen=False, units="all")).chosen.answer == "no"


def test_a_disagreement_is_put_down_to_the_first_thing_that_tells_it_apart():
    plan = cell()
    no = {"offered": False, "witnesses": ("bob",)}
    told = {
        "os": cell(version="27.1", **no),
        "method": cell(method="timing", **no),
        "units": cell(units="all", **no),
        "context": cell(context="isolated", **no),
        "age": cell(newest="2024-02-01", **no),
        "unexplained": cell(**no),
    }
    anywhere = question(version="27")
    for why, dissent in told.items():
        found = judged(anywhere, plan, cell(witnesses=("cy",)), dissent).conflicts
        assert [it.explained_by for it in found if it.about == "offered"] == [why]


def test_a_claim_by_a_private_api_differs_in_its_method_whatever_its_age():
    claims = (claim("no", strength="measured", method="private-api", date="2026-05"),)
    (found,) = judged(question(), cell(), claims=claims).conflicts
    assert found.explained_by == "method" and "private API" in found.text


TOO_LONG = claim("no", "*", "width > 100", "measured", feature="width", limit="100", date="2026-10-05")


def test_a_claim_about_a_number_outweighs_one_about_an_element_type():
    general = claim("yes", "conv", 'dtype == "fp16"', "stated", date="2026-10-05")
    assert judged(question(conv(x=(1, 64, 1, 101))), claims=(general, TOO_LONG)).offered.answer in ("no", "unlikely")
    assert judged(question(conv(x=(1, 64, 1, 100))), claims=(general, TOO_LONG)).offered.answer in ("yes", "likely")


def test_of_a_layer_beyond_a_limit_those_within_it_say_nothing():
    within = [cell(conv(x=(1, 64, 1, width))) for width in (50, 70, 90, 100)]
    found = judged(question(conv(x=(1, 64, 1, 101))), *within, claims=(TOO_LONG,))
    assert found.offered.answer in ("no", "unlikely") and found.offered.basis == "claim"


def test_a_limit_that_was_seen_passed_on_this_engine_is_none_for_such_layers():
    longer = cell(conv(x=(1, 32, 1, 300)))
    assert judged(question(conv(x=(1, 64, 1, 200))), longer, claims=(TOO_LONG,)).offered.answer in ("yes", "likely")
    shorter = cell(conv(x=(1, 32, 1, 150)))
    assert judged(question(conv(x=(1, 64, 1, 200))), shorter, claims=(TOO_LONG,)).offered.answer not in (
        "yes",
        "likely",
    )
    kernel = cell(conv((5, 5), x=(1, 32, 1, 300)))
    assert judged(question(conv(x=(1, 64, 1, 200))), kernel, claims=(TOO_LONG,)).offered.answer not in ("yes", "likely")


def test_what_was_measured_on_a_chip_reaches_the_others_of_its_engine():
    there = claim("no", strength="measured", chips=("M4 Max",), date="2026-10-05")
    known = Families(engines={"M4 Max": 16})
    assert judged(question(), claims=(there,), families=known).offered.answer in ("no", "unlikely")
    assert judged(question(), claims=(there,)).offered.answer == "unknown"


def test_what_is_said_of_the_engine_itself_is_nearer_than_what_was_measured_on_another():
    date = {"date": "2026-10-05"}
    there = [claim("no", strength="measured", engines=("H17",), id=f"n{n}", source=f"s{n}", **date) for n in range(3)]
    here = claim("yes", engines=("H16",), id="here", **date)
    assert judged(question(), claims=(*there, here)).offered.answer in ("yes", "likely")
    assert judged(question(), claims=tuple(there)).offered.answer in ("no", "unlikely")


def test_what_another_chips_gpu_takes_is_no_word_about_this_one():
    pro = cell(chip="M4 Pro", chosen="gpu", units="all")
    assert judged(question(units="all"), pro).chosen.answer == "unknown"
    assert judged(question(units="all", chip="M4 Pro"), pro).chosen.answer == "no"


def test_settings_without_the_engine_say_nothing():
    assert judged(question(), cell(offered=False, units="cpu-only")).offered.answer == "unknown"


def test_a_private_api_cannot_outvote_core_ml():
    loud = [cell(offered=False, method="private-api", witnesses=tuple(f"w{n}" for n in range(50)))]
    alone = judged(question(), cell(offered=True)).offered
    beside = judged(question(), cell(offered=True), *loud)
    assert beside.offered.answer == alone.answer == "yes" and beside.offered.probability >= 0.95
    assert [(it.says, it.explained_by) for it in beside.conflicts] == [("no", "method")]


def test_a_private_api_alone_is_at_most_likely():
    part = judged(question(), cell(method="private-api", witnesses=("a", "b", "c"))).offered
    assert part.answer == "likely" and part.basis == Basis.SAME and "compiler" in part.why


def test_a_private_api_yields_to_a_near_target():
    near = cell(version="26.1", offered=True)
    private = cell(offered=False, method="private-api", witnesses=tuple("abcdefgh"))
    assert judged(question(), near, private).offered.probability > 0.5


@pytest.mark.parametrize("says", ["yes", "no"])
def test_guesses_alone_never_give_yes_or_no(says):
    guesses = tuple(
        claim(says, condition=condition, strength="guess", source=f"s{number}", id=f"g{number}")
        for number, condition in enumerate(("", "dilated", "", "kernel_width == 3"))
    )
    part = judged(question(DILATED, chip="M1", os="macOS", version="11.0"), claims=guesses).offered
    assert part.answer == ("likely" if says == "yes" else "unlikely") and part.basis == Basis.CLAIM


def test_a_stated_rule_says_no_in_its_day_and_fades():
    rule = claim("no", "conv", "dilated", "stated", date="2020")
    answers = [
        judged(question(DILATED, chip=None, os="iOS", version=version), claims=(rule,)).offered
        for version in ("14.0", "15.0", "18.0", "27.0")
    ]
    assert answers[0].answer == "no" and answers[-1].answer in ("mixed", "unknown")
    known = [it.probability for it in answers if it.probability is not None]
    assert known == sorted(known)
    assert answers[2].state == State.STALE


def test_a_rule_made_before_an_engine_existed_counts_less_for_it():
    rule = (claim("no", strength="stated", date="2020"),)
    old = judged(question(chip="A13", os=None, version=None), claims=rule).offered.probability
    new = judged(question(chip="M4", os=None, version=None), claims=rule).offered.probability
    assert old <= 0.05 < new


def test_an_unknown_condition_does_not_count_and_is_listed():
    found = judged(question(conv(weight=False), open=("weight",)), claims=(claim("no", condition="kernel_width > 15"),))
    assert found.offered.answer == "unknown"
    assert "conv-no-stated" in next(it.found for it in found.steps if it.name == "claim")


def test_a_claim_about_other_chips_does_not_count():
    rule = claim("no", "*", chips=("A11",))
    assert judged(question(), claims=(rule,)).offered.answer == "unknown"
    assert judged(question(chip=None, os=None, version=None), claims=(rule,)).offered.answer == "unknown"


def test_a_claim_about_the_other_format_counts_less():
    rule = claim("no", "neuralnetwork:convolution", strength="stated", date="2026-09")
    from anedb.domain.knowledge import Knowledge
    from anedb.evidence.index import index

    other = index(Knowledge(format="neuralnetwork", type="convolution"), WEIGHTS)
    near = judged(question(), claims=(replace(rule, subject="conv"),), siblings=(other,)).offered
    far = judged(question(), claims=(rule,), siblings=(other,)).offered
    assert near.probability < far.probability < 0.5
    assert judged(question(), claims=(rule,)).offered.answer == "unknown"  # no such sibling


def test_newer_evidence_that_contradicts_a_claim_shows_both():
    found = judged(question(DILATED), cell(DILATED), claims=(claim("no", condition="dilated", strength="guess"),))
    assert found.offered.answer == "yes" and found.basis == Basis.SAME
    assert [(it.says, it.explained_by, it.evidence) for it in found.conflicts] == [("no", "age", ("conv-no-guess",))]
    assert [it.kind for it in found.rests_on] == ["cell", "claim"]


def test_far_from_all_evidence_the_claim_decides_and_the_evidence_is_the_dissent():
    found = judged(
        question(DILATED, chip="A12", os="iOS", version="13.0"),
        cell(DILATED),
        claims=(claim("no", condition="dilated", strength="guess", reason="dilation", feature="dilated"),),
    )
    assert found.offered.answer == "unlikely" and found.basis == Basis.CLAIM
    assert [(it.says, it.explained_by) for it in found.conflicts if it.about == "offered"] == [("yes", "os")]
    assert [it.code for it in found.reasons] == ["dilation"]


def test_int32_is_never_answered_by_fp16():
    rows = [cell(conv(kernel)) for kernel in ((1, 1), (3, 3), (5, 5))]
    int32 = question(conv(dtype="int32"))
    assert judged(int32, *rows).offered.answer == "unknown"
    rule = claim("no", "*", 'dtype == "int32"', "measured", reason="dtype", feature="dtype", date="2026-10-05")
    found = judged(int32, *rows, claims=(rule,))
    assert found.offered.answer == "no" and found.basis == Basis.CLAIM
    assert [(it.code, it.value) for it in found.reasons] == [("dtype", "int32")]


def test_fp32_is_not_answered_by_fp16_either():
    assert judged(question(conv(dtype="fp32")), cell(conv())).offered.answer == "unknown"


def test_a_pattern_agrees_with_what_leaves_its_statements_standing():
    found = judged(
        question(conv(weight=False), open=("weight",)), cell(conv((3, 3))), cell(conv((5, 5))), cell(DILATED)
    )
    assert found.offered.answer == "yes" and found.basis == Basis.SAME and found.offered.observations == 2
    assert "weight" in found.steps[0].found


def test_a_pattern_whose_members_disagree_is_not_decided_and_shows_what_tells_them_apart():
    rows = [cell(conv((k, k)), offered=k < 17) for k in (3, 5, 15, 17, 19)]
    found = judged(question(conv(weight=False), open=("weight",)), *rows)
    assert found.offered.answer in ("mixed", "likely")
    assert [(it.feature, it.yes, it.no) for it in found.flips] == [("kernel_width", 15, 17)]
    assert {it.explained_by for it in found.conflicts} == {"parameters"}


def test_defaults_nobody_stated_give_way():
    asked = max_pool((1, 9), x=None, pad_type="valid")
    found = judged(
        question(asked, open=("x",), stated=("kernel_sizes",)), cell(max_pool((1, 9), strides=(2, 2)), offered=False)
    )
    assert found.basis == Basis.NEAR_PARAMETERS and found.offered.answer in ("no", "unlikely")
    assert "strides" in found.steps[0].found


def test_per_engine_each_answer_is_its_own():
    rows = cell(chip="M1", version="14.5", offered=False), cell(chip="M4")
    asked = question(chip=None, os=None, version=None)
    found = list(judge_engines(asked, (("H13", ("M1",)), ("H16", ("M4",))), indexed(*rows), (), (), (), WEIGHTS))
    assert [(it.engine, it.offered.answer) for it in found] == [("H13", "no"), ("H16", "yes")]
    whole = judged(asked, *rows)
    assert whole.offered.answer == "mixed" and whole.offered.state in (State.CONTESTED, State.REPORTED)


def test_states_follow_independent_witnesses():
    def state(*cells):
        return judged(question(), *cells).offered.state

    assert state(cell()) == State.REPORTED
    assert state(cell(), cell(units="all")) == State.REPORTED  # the same witness
    assert state(cell(), cell(units="all", witnesses=("bob",))) == State.VERIFIED
    assert state(cell(), cell(offered=False, units="all", witnesses=("bob",))) == State.CONTESTED
    assert state(cell(version="14.5", chip="M4")) == State.STALE
    assert state(cell(chip="M4 Pro"), cell(chip="M4 Pro", units="all", witnesses=("bob",))) == State.CORROBORATED


def of(standing, found, trust=4):
    "The same cell, its witnesses of this standing."
    it, layer = found
    offered = tuple(replace(tally, standing=standing, trust=trust) for tally in it.offered)
    return replace(it, offered=offered, chosen=(), kinds=((standing, trust),) * len(it.witnesses)), layer


def crowd(many, **said):
    return cell(witnesses=tuple(f"{number}" for number in range(many)), source="crowd", **said)


def test_strangers_share_one_vote_however_many():
    one, many = (of("new", crowd(many, offered=False)) for many in (1, 12))
    honest = cell(), cell(units="all", witnesses=("bob",))
    assert judged(question(), *honest, one).offered.probability == judged(question(), *honest, many).offered.probability
    alone = judged(question(), many).offered
    assert (alone.answer, alone.state, alone.witnesses) == ("no", State.REPORTED, 1)


def test_no_crowd_turns_what_a_reviewed_source_saw():
    found = judged(question(), cell(), of("known", crowd(15, offered=False, units="all"))).offered
    assert found.probability >= 0.5 and found.state == State.CONTESTED


def test_what_was_set_aside_counts_for_nothing():
    noise = of("set-aside", crowd(9, offered=False, units="all"), trust=0)
    assert judged(question(), cell(), noise).offered.probability == judged(question(), cell()).offered.probability


def test_contributors_alone_verify_only_what_is_no_surprise():
    known = of("known", crowd(2))
    assert judged(question(), known).offered.state == State.CORROBORATED
    assert judged(question(), known, cell(chip="M4 Pro")).offered.state == State.VERIFIED
    assert judged(question(), known, cell(chip="M4 Pro", offered=False)).offered.state == State.CORROBORATED


def test_a_crowd_does_not_verify_what_two_known_ones_deny():
    denial = of("known", cell(offered=False, units="all", witnesses=("ann", "bob"), source="ann"))
    near = cell(chip="M4 Pro")
    for many, state in ((2, State.CONTESTED), (15, State.CORROBORATED)):
        assert judged(question(), of("known", crowd(many)), denial, near).offered.state == state
    wide = of("known", cell(witnesses=tuple(map(str, range(200))), source="crowd"))
    assert judged(question(), wide, near).offered.state == State.VERIFIED
    assert judged(question(), wide, denial, near).offered.state == State.CORROBORATED


def test_a_vote_weighs_by_trust():
    no = cell(offered=False, units="all", witnesses=("bob",), source="b")
    full, half = (of("known", no, trust) for trust in (4, 2))
    yes = of("known", cell())
    assert judged(question(), yes, full).offered.probability < judged(question(), yes, half).offered.probability


def test_witnesses_without_names_may_all_be_one():
    nameless = [(replace(it, witnesses=()), layer) for it, layer in (cell(), cell(units="all", source="other"))]
    assert judged(question(), *nameless).offered.witnesses == 1


def test_observations_elsewhere_of_the_concept_count_with_format_as_the_reason():
    from anedb.domain.knowledge import Knowledge
    from anedb.domain.layer import Layer
    from anedb.evidence.index import index
    from anedb.fingerprint import fingerprint

    old = Layer(
        format="neuralnetwork",
        type="convolution",
        params={"kernelSize": (3, 3), "dilationFactor": (1, 1), "stride": (1, 1), "nGroups": 1},
        inputs=(operand("x", "fp32", 64, 32, 32),),
    )
    seen, _ = cell(old, offered=False)
    known = Knowledge(
        format="neuralnetwork", type="convolution", layers={fingerprint(old.hashed()): old}, cells=(seen,)
    )
    found = judged(question(), siblings=(index(known, WEIGHTS),))
    assert found.offered.basis == Basis.LAYER and found.offered.answer == "unknown", "one, and far away"
    assert [it.supports for it in found.rests_on] == ["no"]
    both = judged(question(), cell(), siblings=(index(known, WEIGHTS),))
    assert both.offered.answer == "yes" and [it.explained_by for it in both.conflicts] == ["format"]


def test_a_cell_that_says_only_what_was_chosen_implies_the_offer():
    assert judged(question(), cell(offered=None, chosen=True)).offered.answer == "yes"
    assert judged(question(), cell(offered=None, chosen=False)).offered.answer == "unknown"


def test_an_ios_and_a_macos_of_one_release_are_near_but_not_the_same():
    part = judged(question(relu(), chip="A17 Pro", os="iOS", version="17.4"), cell(relu(), version="14.4")).offered
    assert part.basis == Basis.NEAR_TARGET and part.answer in ("likely", "yes")
    assert target("M4", "macOS", "14.4").release == target("A17 Pro", "iOS", "17.4").release


def test_private_votes_beside_a_direct_one_weigh_nothing():
    alone = judged(question(), cell()).offered
    private = cell(offered=False, method="private-api", witnesses=("bob",), units="all")
    assert judged(question(), cell(), private).offered.probability == alone.probability


def test_a_refusal_says_nothing_of_what_is_chosen_where_the_engine_is_offered():
    refused = cell(conv((31, 31)), offered=False, chosen=False, context="isolated")
    taken = [cell(conv((k, k)), offered=True, chosen=False, context="isolated") for k in (3, 5, 7)]
    found = judged(question(conv((5, 3))), refused, *taken)
    assert found.offered.answer == "likely" and found.chosen.answer == "unknown"


def test_a_limit_of_what_is_chosen_is_no_limit_of_what_is_offered():
    rule = claim(
        "no", "max_pool", "kernel_width > 8", feature="kernel_width", limit="8", about="chosen", date="2026-10"
    )
    found = judged(question(max_pool((1, 9))), cell(max_pool((1, 9))), claims=(rule,))
    assert found.offered.answer == "yes" and found.chosen.answer == "no" and found.flips == ()
    assert judged(question(max_pool((1, 7))), claims=(rule,)).flips == ()


@pytest.mark.parametrize(("offered", "expected"), [(True, []), (False, ["a", "z"])])
def test_workarounds_are_for_answers_that_are_not_yes(offered, expected):
    some = (
        workaround(id="z", subject="*"),
        workaround(id="a"),
        workaround(id="b", condition="dilated"),
        workaround(id="c", condition="inner > 2"),
        workaround(id="d", subject="relu"),
    )
    assert [it.id for it in judged(question(), cell(offered=offered), workarounds=some).advice] == expected


def test_a_general_workaround_is_not_given_to_somebody_who_may_not_need_one():
    some = workaround(id="z", subject="*"), workaround(id="a")
    assert [it.id for it in judged(question(), workarounds=some).advice] == ["a"]


def test_the_same_question_twice_has_the_same_answer():
    from anedb.evidence.judge import judge

    known, rules = indexed(cell(DILATED), cell(version="26.1")), (claim("no", condition="dilated"),)
    asked = [question(), question(DILATED), question(chip="M1"), question(conv(weight=False), open=("weight",))]
    first = [judge(it, known, (), rules, (), WEIGHTS) for it in asked]
    assert [judge(it, known, (), rules, (), WEIGHTS) for it in asked] == first
    other = [judge(it, known, (), (claim("yes"),), (), WEIGHTS) for it in asked]
    assert other != first and [judge(it, known, (), rules, (), WEIGHTS) for it in asked] == first


def test_a_piece_of_evidence_is_named_once_and_the_nearest_first():
    rows = [cell(), cell(version="26.1"), cell(conv((5, 5))), cell(chip="M1", version="14.5")]
    found = judged(question(version="27.4"), *rows, claims=(claim("yes"),)).rests_on
    assert len({(it.kind, it.id) for it in found}) == len(found) == 5
    order = ["near-target", "near-target", "near-target", "near-parameters", "claim"]
    assert [it.relation for it in found] == order and found[0].weight >= found[1].weight
