"""Layers whose answer is known beyond doubt, and nothing else, keep a run aside."""

import pytest

from anedb.catalog import facts
from anedb.domain.submission import Seen
from anedb.domain.target import Target
from anedb.ingest import canaries
from anedb.ingest.audit import audit

from . import runs

ALL = tuple(canaries.canaries().values())


def seen(**more) -> Seen:
    return runs.seen(**more)


ANE, CPU = seen(), seen(offered=("cpu",))
RAN = seen(offered=("cpu",), ran="ane")
PRIVATE = seen(method="private-api")
SILENT = seen(offered=None, chosen="cpu")
GPU = seen(units="cpu-and-gpu", offered=("cpu", "gpu"))
EMPTY = seen(offered=(), chosen=None)


@pytest.mark.parametrize(
    ("kind", "contradicting", "agreeing"),
    [
        ("must-run", [CPU], [ANE, SILENT, GPU, EMPTY, seen(method="report", offered=("cpu",)), RAN]),
        ("must-not", [ANE, RAN, seen(chosen="ane", offered=None)], [CPU, PRIVATE, SILENT, GPU]),
        ("must-fail", [ANE, RAN, PRIVATE], [CPU, SILENT, GPU]),
    ],
)
def test_what_contradicts_a_canary(kind, contradicting, agreeing):
    assert all(canaries.contradicts(kind, one) for one in contradicting)
    assert not any(canaries.contradicts(kind, one) for one in agreeing)


def test_there_is_one_of_each_kind_with_evidence():
    assert {canary.kind for canary in ALL} == set(canaries.Kind)
    for canary in ALL:
        assert canary.sources and canary.text
        assert all(source in facts.sources() for source in canary.sources)


def test_ids_are_unique_and_data_is_clean():
    assert len({canary.id for canary in ALL}) == len(ALL)
    assert not [problem for problem in audit(today="2100-01-01") if "canaries" in problem.where]


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target(chip="M2", engine="H14", release=18), True),
        (Target(chip="M2", engine="H14", release=16), False),
        (Target(chip="A12", engine="H11", release=18), False),
        (Target(chip="M2", engine="H14"), False),
        (Target(), False),
    ],
)
def test_a_canary_is_silent_where_it_is_not_known_to_hold(target, met):
    canary = next(canary for canary in ALL if canary.id == "relu")
    assert canaries._applies(canary, target) is met


def test_the_recorded_evidence_contradicts_no_canary():
    from anedb.ingest import build, machine

    known, met = canaries.canaries(), 0
    for batch in build.batches():
        on = machine.locate(batch.target)
        for line in batch.lines():
            canary = known.get(line.fingerprint)
            if canary and canaries._applies(canary, on):
                met += 1
                assert not any(canaries.contradicts(canary.kind, one) for one in line.seen), (batch.key, canary.id)
    assert met >= 3
