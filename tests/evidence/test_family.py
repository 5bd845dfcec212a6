"Where the judge begins for a layer nobody saw."

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import weights
from anedb.domain.knowledge import Families
from anedb.evidence.family import family, overall
from tests.builders import cell, judged, question

WEIGHTS = weights.load()


def known(**types: bool) -> Families:
    "Of one category; `conv__nn` is the concept `conv` in the other format."
    names = {name: f"neuralnetwork:{name[:-4]}" if name.endswith("__nn") else f"mlprogram:{name}" for name in types}
    concept = {names[name]: name.removesuffix("__nn") for name in types}
    return Families(
        category=dict.fromkeys([*concept.values(), "asked"], "activation"),
        offered={"activation": {names[name]: yes for name, yes in types.items()}},
        concept=concept,
    )


def begins(families: Families, *, engine: int = 16) -> float | None:
    found = family(families, "mlprogram:asked", "asked", engine, WEIGHTS)
    return found and found.probability


def test_what_its_family_does_a_layer_is_likely_to_do():
    assert begins(known(relu=True, elu=True, selu=True)) > 0.7
    assert begins(known(lstm=False, gru=False, rnn=False)) < 0.3


def test_of_none_nothing_follows():
    assert begins(known(asked=True)) is None
    assert begins(Families()) is None


def test_one_alone_is_pulled_towards_all():
    families = known(relu=False)
    others = {"normalization": {f"mlprogram:n{n}": True for n in range(3)}}
    families = Families(category=families.category, offered={**families.offered, **others}, concept=families.concept)
    assert 0.3 < begins(families) < 0.7


def test_a_layer_is_not_of_its_own_family():
    families = known(relu=True, elu=True, asked=False)
    assert begins(families) == begins(known(relu=True, elu=True))


def test_the_same_concept_in_the_other_format_counts_more():
    one = begins(known(relu=True, elu=False, asked__nn=True))
    other = begins(known(relu=True, elu=False, selu=True))
    assert one > other


def test_an_older_engine_is_nearer_to_one_half():
    families = known(relu=True, elu=True, selu=True)
    assert 0.5 < begins(families, engine=11) < begins(families, engine=14) < begins(families, engine=16)


@given(st.lists(st.booleans(), min_size=2, max_size=12))
def test_it_lies_between_its_family_and_all(shares):
    families = known(**{f"t{n}": yes for n, yes in enumerate(shares)})
    share = sum(shares) / len(shares)
    low, high = sorted((share, overall(families, "mlprogram:asked")))
    assert low - 1e-9 <= begins(families) <= high + 1e-9


@pytest.mark.parametrize("yes", [True, False])
def test_alone_it_never_says_yes_or_no(yes):
    families = Families(category={"conv": "c"}, offered={"c": {f"mlprogram:t{n}": yes for n in range(50)}}, concept={})
    part = judged(question(), families=families).offered
    assert part.basis == "family" and part.answer == ("likely" if yes else "unlikely")
    assert part.why.startswith("nothing is known of this layer")


def test_one_observation_of_the_layer_outweighs_its_family():

    families = Families(
        category={"conv": "c"}, offered={"c": {f"mlprogram:t{n}": False for n in range(50)}}, concept={}
    )
    assert judged(question(), cell(offered=True), families=families).offered.answer == "yes"
