"What the judge says of each layer of a model."

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import anedb
from anedb.api.anedb import Anedb
from anedb.api.judged import NAMED, Judge, evidence_ids, in_other_words, rest_id
from anedb.catalog import canonical, layers, targets
from anedb.domain.layer import Layer
from anedb.domain.model import Op, Tensor
from anedb.domain.observation import Reason
from anedb.domain.plain import plain
from anedb.domain.verdict import Part
from anedb.evidence.question import Judgement, Rest
from anedb.fingerprint import fingerprint

X = "x=fp16[1,64,32,32]"
WEIGHT = "weight=fp16[64,64,3,3]"


@pytest.fixture(scope="module")
def db(database: str) -> Iterator[Anedb]:
    with anedb.open(database) as found:
        yield found


@pytest.fixture(scope="module")
def judge(db: Anedb) -> Callable[..., Judge]:
    def made(chip: str | None = "M4", os: str = "macOS 27.0", units: str = "cpu-and-ne") -> Judge:
        return Judge(db._asker, targets.resolve(chip, None, os), units)

    return made


def op(type: str, *operands: str, format: str = "mlprogram", **params: object) -> Op:
    kind = layers.get(format, type)
    layer, left = canonical.canonical(kind, params, canonical.parse_operands(operands, kind))
    mark = "" if left else fingerprint(layer.hashed())
    return Op("main/0", "a", type, "iOS18", ("x",), (Tensor("a", "fp16", (1,)),), layer, mark, open=left)


CASES = {
    "seen there": op("relu", X),
    "refused": op("atanh", X),
    "with parameters": op("conv", X, WEIGHT, dilations=[2, 2], pad_type="same"),
    "never seen": op("fill_like", "ref_tensor=fp16[3,5,7]"),
    "of the other format": op("activation.relu", "x=fp16[1,64,32,32]", format="neuralnetwork"),
    "left open": op("conv", X),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("chip", ["M4", "A13", None])
def test_an_answer_is_that_of_a_query(name: str, chip: str | None, db: Anedb, judge: Callable[..., Judge]) -> None:
    one = CASES[name]
    found = judge(chip).of(one)
    verdict = db.query(
        f"{one.layer.format}:{one.type}", params=one.layer.params, inputs=one.layer.inputs, chip=chip, os="macOS 27.0"
    )
    assert (found.offered, found.chosen, found.basis) == (verdict.offered, verdict.chosen, verdict.basis)
    assert found.workarounds == verdict.workarounds and found.reasons == in_other_words(verdict.reasons)
    assert set(found.evidence) <= {each.id for each in verdict.evidence} or verdict.evidence_total > 12
    assert found.params == plain(verdict.layer.params) and found.inputs == verdict.layer.inputs
    assert found.concept == verdict.layer.concept


def test_compute_units_are_asked_about(judge: Callable[..., Judge]) -> None:
    one = CASES["seen there"]
    assert judge(units="all").of(one).chosen != judge().of(one).chosen


def test_equal_layers_are_asked_once(judge: Callable[..., Judge]) -> None:
    one = judge()
    first = one.of(CASES["seen there"])
    again = CASES["seen there"]._replace(place="main/7", name="b", outputs=())
    assert one.of(again) is first and one.of(CASES["refused"]) is not first


@pytest.mark.parametrize("change", [{"open": ("weight",)}, {"problem": "odd"}, {"problem": "odder"}])
def test_layers_without_a_fingerprint_are_told_apart_and_folded(
    change: dict[str, object], judge: Callable[..., Judge]
) -> None:
    one = judge()
    bare = CASES["left open"]._replace(fingerprint="", **change)
    assert one.of(bare) is one.of(bare._replace(name="b"))
    other = op("conv", "x=fp16[1,32,32,32]")._replace(fingerprint="", **change)
    assert one.of(bare) is not one.of(other) and one.of(bare) is not one.of(bare._replace(problem="oddest"))


def test_what_could_not_be_read_is_unknown_and_says_why(judge: Callable[..., Judge]) -> None:
    found = judge().of(CASES["seen there"]._replace(problem="mode: 7 is none of same, valid", fingerprint=""))
    assert (found.offered.answer, found.offered.probability, found.is_offered) == ("unknown", None, None)
    assert found.chosen == found.offered and found.offered.why == "mode: 7 is none of same, valid"
    assert (found.reasons, found.workarounds, found.evidence, found.basis) == ((), (), (), "none")
    assert found.inputs == ({"name": "x", "dtype": "fp16", "shape": [1, 64, 32, 32], "const": False},)


def test_what_the_catalogue_does_not_know_is_unknown(judge: Callable[..., Judge]) -> None:
    one = CASES["seen there"]
    odd = one._replace(type="frobnicate", fingerprint="", layer=Layer(format="mlprogram", type="frobnicate"))
    found = judge().of(odd)
    assert found.offered.answer == "unknown" and "catalogue" in found.offered.why and found.concept == "frobnicate"


def test_offered_is_what_is_more_likely(judge: Callable[..., Judge]) -> None:
    assert judge().of(CASES["seen there"]).is_offered is True
    assert judge().of(CASES["refused"]).is_offered is False
    half = judge().of(CASES["seen there"])
    part = Part(answer="mixed", probability=0.5, interval=None, state="contested", basis="layer")
    assert half._replace(offered=part).is_offered is True


@pytest.mark.parametrize("name", CASES)
def test_the_evidence_that_is_named_can_be_shown(name: str, db: Anedb, judge: Callable[..., Judge]) -> None:
    found = judge().of(CASES[name])
    assert len(found.evidence) <= NAMED and len(set(found.evidence)) == len(found.evidence)
    for each in found.evidence:
        if not each.startswith("family:"):
            assert db.show(each)


def test_what_is_near_comes_first_and_claims_are_not_crowded_out() -> None:
    rests = [Rest("cell", at, "near-parameters", "yes", 1.0) for at in range(9)]
    rests += [Rest("claim", "a-claim", "claim", "no", 1.0), Rest("cell", 99, "same-configuration", "yes", 1.0)]
    part = Part(answer="yes", probability=0.9, interval=None, state="reported", basis="same-configuration")
    found = Judgement(offered=part, chosen=part, basis="same-configuration", rests_on=tuple(rests))
    assert evidence_ids(found) == ("c99", "c0", "a-claim")


@pytest.mark.parametrize(
    ("rest", "id"),
    [
        (Rest("cell", 12, "layer", "yes", 1.0), "c12"),
        (Rest("claim", "hol-add", "claim", "no", 1.0), "hol-add"),
        (Rest("family", "activation", "family", "yes", 1.0), "family:activation"),
    ],
)
def test_ids_are_those_that_show_takes(rest: Rest, id: str) -> None:
    assert rest_id(rest) == id


def test_a_reason_that_reads_like_one_before_it_is_left_out() -> None:
    dtype, again, other = Reason(code="dtype", text="a"), Reason(code="dtype", text="b"), Reason(code="unsupported-op")
    assert in_other_words((dtype, other, again)) == (dtype, other)
    assert in_other_words(()) == ()
