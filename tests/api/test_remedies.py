"What to change in a model, and what to measure."

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.api import remedies
from anedb.domain.check import CheckedModel
from anedb.domain.model import Op
from anedb.domain.target import Target
from tests.api.invented import M4, checked, networks, op, placed, planner, seen

REFUSED = st.builds(
    op,
    st.sampled_from((0.0, 0.5)),
    st.sampled_from(("no", "unlikely")),
    st.sampled_from(("gather", "cast")),
    why=st.sampled_from(("dtype", "unsupported-op")),
)
OFFERED = st.builds(op, st.sampled_from((0.1, 0.5, 2.0)), st.sampled_from(("yes", "likely")))


def told(found: CheckedModel) -> list[tuple[str, tuple[int, ...], int]]:
    return [(it.type, it.layers, it.gain_layers) for it in found.blockers]


def test_a_refused_layer_between_others_is_a_blocker() -> None:
    found = checked(op(2.0), op(0.1, "no", "gather", why="dtype"), op(2.0))
    (blocker,) = found.blockers
    assert (blocker.rank, blocker.type, blocker.layers, blocker.gain_layers) == (1, "gather", (1,), 1)
    assert (blocker.segments_after, blocker.together_segments, blocker.together_ane_share) == (1, 1, 1.0)
    assert blocker.reasons == found.layers[1].reasons and blocker.workarounds == found.layers[1].workarounds
    assert blocker.evidence == ("c-gather-no", "c-dtype")
    assert (
        blocker.text
        == "changing 1 gather layer: +1 layer on the engine; with all before it 100 % on the engine, 1 segment"
    )


def test_what_comes_with_it_is_gained_too() -> None:
    found = checked(
        op(2.0), op(0.0, "no", "gather", why="dtype"), op(0.2), op(0.0, "no", "gather", why="dtype"), op(2.0)
    )
    (blocker,) = found.blockers
    assert (blocker.layers, blocker.gain_layers) == ((1, 3), 3)
    assert blocker.gain_flops_share == pytest.approx(0.2 / 4.2, abs=1e-6)
    assert "2 gather layers: +3 layers" in blocker.text


def test_layers_are_changed_together_that_share_type_reason_and_remedy() -> None:
    sure = op(2.0)
    found = checked(
        sure, op(0.1, "no", "gather", why="dtype"), sure, op(0.2, "unlikely", "gather", why="dtype"), sure,
        op(0.1, "no", "gather", why="rank"), sure, op(0.1, "no", "cast", why="dtype"), sure,
    )  # fmt: skip
    assert told(found) == [("gather", (1, 3), 2), ("cast", (7,), 1), ("gather", (5,), 1)]
    assert [it.rank for it in found.blockers] == [1, 2, 3]
    assert [it.together_segments for it in found.blockers] == [5, 3, 1]


def test_a_layer_that_is_only_not_worth_it_is_no_blocker() -> None:
    assert checked(op(2.0), op(0.0, "no", why="dtype"), op(0.1)).blockers[0].layers == (1,)
    assert checked(op(0.1), op(0.1)).blockers == ()


def test_what_is_not_known_is_no_blocker() -> None:
    assert checked(op(2.0), op(2.0, "unknown"), op(2.0)).blockers == ()


def test_what_core_ml_put_on_the_engine_is_no_blocker() -> None:
    assert checked(op(2.0), op(0.1, "no", why="dtype", seen=seen("ane"))).blockers == ()


def test_no_change_that_gains_nothing_is_proposed() -> None:
    assert checked(op(0.01), op(0.01, "no", why="dtype")).blockers == ()


def test_what_helps_only_together_says_so() -> None:
    found = checked(op(0.1), op(0.0, "no", "gather", why="dtype"), op(0.1), op(0.0, "no", "cast", why="rank"), op(0.1))
    first, second = found.blockers
    assert "nothing by itself" in first.text and first.gain_layers == second.gain_layers == 0
    assert (first.together_ane_share, second.together_ane_share) == (0.0, 1.0)


def test_why_is_the_reason_in_words_or_what_the_judge_said() -> None:
    (known,) = checked(op(2.0), op(0.0, "no", "gather", why="unsupported-op"), op(2.0)).blockers
    assert known.why and known.why != "unsupported-op"
    (unknown,) = checked(op(2.0), op(0.0, "no"), op(2.0)).blockers
    assert unknown.why == "it is no" and unknown.workarounds == ()


def test_a_network_s_blockers_name_layers_of_the_model() -> None:
    "Those of the network with most to gain come first."
    small = (op(2.0), op(0.1, "no", "gather", why="dtype"), op(2.0))
    large = (*small, *small[1:], op(0.1, "no", "cast", why="dtype"), op(2.0))
    found = planner(networks({"0": small, "1": large})).checked()
    assert told(found) == [("gather", (4, 6), 2), ("cast", (8,), 1), ("gather", (1,), 1)]
    assert [it.rank for it in found.blockers] == [1, 2, 3]
    assert found.blockers[1].together_segments == 1 and found.blockers[2].together_segments == 1


@given(st.lists(st.one_of(OFFERED, REFUSED), max_size=12), st.sampled_from(("cpu-and-ne", "all")))
def test_blockers_hang_together(ops: list[Op], setting: str) -> None:
    found = checked(*ops, units=setting)
    assert [it.rank for it in found.blockers] == list(range(1, len(found.blockers) + 1))
    used: set[int] = set()
    reached = found.summary.ane_share or 0.0
    for blocker in found.blockers:
        assert blocker.layers and not used.intersection(blocker.layers)
        used.update(blocker.layers)
        for index in blocker.layers:
            layer = found.layers[index]
            assert layer.type == blocker.type and layer.reasons == blocker.reasons and layer.placement != "ane"
        assert reached - 1e-9 <= blocker.together_ane_share <= 1
        reached = blocker.together_ane_share
        assert blocker.gain_flops_share is None or 0 <= blocker.gain_flops_share <= 1
    assert not found.blockers or reached > (found.summary.ane_share or 0.0)


def test_the_evidence_of_some_of_its_layers_is_named() -> None:
    kinds = [op(0.1 + at / 10, "no", "gather", why="dtype") for at in range(9)]
    (blocker,) = checked(*[each for kind in kinds for each in (op(2.0), kind)]).blockers
    assert blocker.evidence == ("c-gather-no", "c-dtype") and len(blocker.layers) == 9


def test_causes_are_told_in_the_network_s_own_positions() -> None:
    (_, second) = placed(networks({"0": (op(2.0),), "1": (op(2.0), op(0.0, "no", "cast", why="dtype"))}))
    assert remedies.causes(second) == {("cast", ("dtype",), ("instead-of-dtype",)): [1]}


# what is not settled


def test_what_has_no_answer_is_to_be_measured_once_for_equal_layers() -> None:
    found = checked(op(1.0), op(1.0, "unknown", "gather"), op(2.0, "mixed", "cast"), op(1.0, "unknown", "gather"))
    gather, cast = found.unsettled
    assert (gather.type, gather.layers, gather.why) == ("gather", (1, 3), "it is unknown")
    assert gather.fingerprint == found.layers[1].fingerprint
    assert gather.measure == (
        "Core ML's compute plan of gather(fp16 1×250000) on M4 macOS 26 under cpu-and-ne, or of this model"
    )
    assert (cast.type, cast.layers) == ("cast", (2,))


def test_it_is_one_question_in_two_networks_too() -> None:
    found = planner(networks({"0": (op(1.0, "unknown"),), "1": (op(1.0, "unknown"),)})).checked()
    assert [it.layers for it in found.unsettled] == [(0, 1)]


def test_what_is_answered_is_settled() -> None:
    assert checked(*(op(1.0, said) for said in ("yes", "likely", "unlikely", "no"))).unsettled == ()


@pytest.mark.parametrize(
    ("target", "where"),
    [
        (Target(), "on any chip under"),
        (Target(os="iOS", version="18"), "on any chip iOS 18 under"),
        (Target(chip="A15", engine="H14"), "on A15 under"),
        (M4, "on M4 macOS 26 under"),
    ],
)
def test_where_to_measure_is_what_was_asked(target: Target, where: str) -> None:
    (found,) = checked(op(1.0, "unknown"), target=target).unsettled
    assert where in found.measure


def test_an_unknown_shape_is_told_as_such() -> None:
    (found,) = checked(op(None, "unknown", "gather")).unsettled
    assert "gather(fp16 1×s0)" in found.measure


def test_what_could_not_be_read_cannot_be_measured_yet() -> None:
    (found,) = checked(op(1.0, problem="the catalogue has no operation", fingerprint="")).unsettled
    assert found.why == "the catalogue has no operation" and found.fingerprint is None
    assert "catalogue has to know" in found.measure
