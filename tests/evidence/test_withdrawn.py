"What was taken back is told apart from what was never asked."

from dataclasses import replace

from anedb.domain.verdict import State
from anedb.evidence.withdrawn import withdrawn
from tests.builders import cell, claim, conv, judged, question, target

ASKED = question()
NOTHING = judged(ASKED)


def states(found):
    return found.offered.state, found.chosen.state


def test_a_layer_of_which_every_observation_was_taken_back_is_withdrawn():
    found = withdrawn(NOTHING, ASKED, [target("M4")], ())
    assert states(found) == (State.WITHDRAWN, State.WITHDRAWN)
    assert found.offered.answer == "unknown" and "withdrawn" in found.offered.why


def test_what_was_taken_back_on_another_target_says_nothing_here():
    assert withdrawn(NOTHING, ASKED, [target("M1"), target("M4", version="26.0")], ()) == NOTHING


def test_claims_of_a_withdrawn_source_are_told_where_they_spoke_of_the_layer():
    dilated = claim("no", condition="dilated")
    assert withdrawn(NOTHING, ASKED, (), (dilated,)) == NOTHING
    asked = question(conv(dilations=(2, 2)))
    assert states(withdrawn(judged(asked), asked, (), (dilated,)))[0] == State.WITHDRAWN
    assert withdrawn(judged(asked), asked, (), (replace(dilated, chips=("M1",)),)) == judged(asked)


def test_where_other_evidence_counts_nothing_is_called_withdrawn():
    found = judged(ASKED, cell())
    assert withdrawn(found, ASKED, [target("M4")], (claim(),)) == found
