"What is hidden is not there: not in an answer, nor in what it rests on. What is not hidden is."

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import anedb
from anedb.api.anedb import Anedb
from anedb.api.ask import Asker
from anedb.api.blind import Blind, of_the_same_authors
from anedb.api.evaluate import Case, answer, blinds, planned
from anedb.catalog import facts, layers
from anedb.domain.knowledge import Cell
from anedb.evidence.question import Judgement, Question

STEP = 7
"Every so many cases are looked at: all of them take too long."


@pytest.fixture(scope="module")
def db(database: str) -> Iterator[Anedb]:
    with anedb.open(database) as found:
        yield found


@pytest.fixture(scope="module")
def asker(db: Anedb) -> Asker:
    return db._asker


@pytest.fixture(scope="module")
def cases(asker: Asker) -> list[Case]:
    return list(planned(asker))


@pytest.fixture(scope="module")
def cells(asker: Asker) -> dict[int, Cell]:
    return {cell.id: cell for format, type, _ in asker.reader.types() for cell in asker.knowledge(format, type).cells}


def judged(asker: Asker, case: Case) -> Judgement:
    kind = layers.get(case.layer.format, case.layer.type)
    return asker.judgement(
        Question(layer_type=kind, layer=case.layer, fingerprint=case.fingerprint, target=case.target, units=case.units)
    )


def named(found: Judgement) -> tuple[set[int], set[str]]:
    "Cells and claims that an answer names anywhere: what it rests on, what contradicts it, what flips it."
    beside = [each for it in (*found.conflicts, *found.flips) for each in it.evidence]
    ids = {f"c{rest.id}" if rest.kind == "cell" else str(rest.id) for rest in found.rests_on if rest.kind != "family"}
    every = ids.union(beside)
    known = {claim.id for claim in facts.claims()}
    return {int(each[1:]) for each in every if each[1:].isdigit()}, every & known


def never_names(
    asker: Asker,
    cells: dict[int, Cell],
    groups: list[tuple[list[Case], Blind]],
    hidden: Callable[[Case, Cell], bool],
) -> int:
    "How many pieces of evidence were looked at."
    claims, count = {claim.id: claim for claim in facts.claims()}, 0
    for group, blind in groups:
        gone = of_the_same_authors(source for case in group for source in case.sources)
        for case in group[::STEP]:
            seen, said = named(judged(blind, case))
            assert not [cells[each] for each in seen if hidden(case, cells[each])], case
            assert not [each for each in said if claims[each].source in gone], case
            count += len(seen) + len(said)
    return count


def test_a_configuration_that_is_hidden_is_never_named(asker: Asker, cells: dict[int, Cell], cases: list[Case]) -> None:
    groups = list(blinds(asker, cases, "configuration"))[::STEP]
    assert never_names(asker, cells, groups, lambda case, cell: cell.layer == case.fingerprint) > 100


def test_a_source_that_is_hidden_is_never_named(asker: Asker, cells: dict[int, Cell], cases: list[Case]) -> None:
    groups = list(blinds(asker, cases, "source"))
    assert never_names(asker, cells, groups, lambda case, cell: bool({*cell.sources}.intersection(case.sources))) > 100


def test_a_target_that_is_hidden_is_never_named(asker: Asker, cells: dict[int, Cell], cases: list[Case]) -> None:
    groups = list(blinds(asker, cases, "target"))
    assert never_names(asker, cells, groups, lambda case, cell: cell.target.chip == case.target.chip) > 100


@pytest.mark.parametrize("left_out", ["configuration", "source", "target"])
def test_every_case_is_answered_once(asker: Asker, cases: list[Case], left_out: str) -> None:
    groups = [group for group, _ in blinds(asker, cases, left_out)]
    assert sorted(map(str, cases)) == sorted(str(case) for group in groups for case in group)


def test_who_sees_everything_knows_what_there_is(asker: Asker, cases: list[Case]) -> None:
    everything = Blind(asker, lambda _: False)
    assert everything.families == asker.families
    for case in cases[::STEP]:
        assert judged(everything, case) == judged(asker, case)


def test_who_sees_nothing_has_only_claims(asker: Asker, cases: list[Case]) -> None:
    nothing = Blind(asker, lambda _: True)
    assert nothing.families.offered == {} and nothing.families.category == asker.families.category
    for case in cases[::STEP]:
        found = judged(nothing, case)
        assert named(found)[0] == set() and {rest.kind for rest in found.rests_on} <= {"claim"}


def test_only_what_a_layer_type_loses_is_read_again(asker: Asker, cases: list[Case]) -> None:
    "The short way, for one configuration, gives what the long way gives."
    for case in cases[:: 5 * STEP]:
        gone = case.fingerprint
        short = Blind(asker, lambda cell, gone=gone: cell.layer == gone, types={case.layer.type})
        long = Blind(asker, lambda cell, gone=gone: cell.layer == gone)
        assert answer(short, case) == answer(long, case)


def test_hiding_changes_nothing_for_who_does_not_hide(asker: Asker, cases: list[Case]) -> None:
    some = cases[:: 3 * STEP]
    before = [judged(asker, case) for case in some]
    for case in some:
        gone = Blind(
            asker, lambda cell, case=case: cell.layer == case.fingerprint, types={case.layer.type}, sources=case.sources
        )
        judged(gone, case)
    asker._judged.clear()
    assert [judged(asker, case) for case in some] == before


def test_hiding_claims_hides_no_others(asker: Asker) -> None:
    kind = layers.get("mlprogram", "conv")
    claims, workarounds = asker.said(kind)
    source = claims[0].source
    found, kept = Blind(asker, lambda _: False, sources={source}).said(kind)
    assert found == tuple(claim for claim in claims if claim.source != source) != claims
    assert kept == workarounds


def test_what_nothing_is_left_of_has_no_layers(asker: Asker, cells: dict[int, Cell]) -> None:
    known = Blind(asker, lambda cell: cell.target.chip == "M4").knowledge("mlprogram", "conv")
    assert known.cells and {cell.layer for cell in known.cells} == set(known.layers)
    assert all(cell.target.chip != "M4" for cell in known.cells)


def test_an_author_s_other_sources_go_with_one() -> None:
    found = of_the_same_authors(["751k-plan-iso-all"])
    assert {"751k-analytics", "751k-plan-ctx-cpune", "751k-coreml-dispatch"} <= found
    assert {facts.source(each).author for each in found} == {facts.source("751k-plan-iso-all").author}
    assert of_the_same_authors([]) == frozenset()
    assert of_the_same_authors(["sha256 of a run"]) == {"sha256 of a run"}
