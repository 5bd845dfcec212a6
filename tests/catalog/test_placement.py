"data/placement.json is read as it is, hangs together with the rest of data/, and what is wrong with it is said."

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anedb.catalog import facts, files, layers, placement, plans, targets
from anedb.domain.observation import Unit
from anedb.domain.plain import plain
from anedb.errors import DataError

FOUND = placement.load()


@pytest.fixture
def shipped() -> dict[str, Any]:
    found: dict[str, Any] = files.read_json(placement.FILE)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ANEDB_DATA", str(tmp_path))
    files.root.cache_clear()
    placement.load.cache_clear()
    yield tmp_path
    files.root.cache_clear()
    placement.load.cache_clear()


def test_what_is_read_is_what_is_written(shipped: dict[str, Any]) -> None:
    assert plain(placement.parse(shipped)) == shipped


def test_its_source_is_a_claim_that_we_have() -> None:
    assert FOUND.scheduler.source in {claim.id for claim in facts.claims()}


def test_its_chips_are_those_of_the_catalogue_once_each() -> None:
    chips = [target.chip for target in FOUND.targets]
    assert len(set(chips)) == len(chips)
    for target in FOUND.targets:
        assert targets.resolve(target.chip, None, None).engine == target.engine


def test_its_sources_are_those_of_the_plans() -> None:
    known = {path.stem for path in plans.plan_files()}
    told = {source for target in FOUND.targets for rate in target.rates for source in rate.sources}
    assert told and told <= known


def test_its_concepts_are_those_of_the_catalogue() -> None:
    known = {*layers.concepts(), "*"}
    assert {rate.concept for target in FOUND.targets for rate in target.rates} <= known
    assert set(FOUND.computed) <= known


def test_rates_are_told_once_in_steps_that_there_are() -> None:
    for target in FOUND.targets:
        keys = [(rate.unit, rate.concept, rate.step) for rate in target.rates]
        assert len(set(keys)) == len(keys), target.chip
        assert list(target.steps) == sorted(target.steps)
        for rate in target.rates:
            assert rate.rate > 0 and rate.operations > 0 and rate.unit in set(Unit)
            assert rate.how in ("times", "decisions")
            assert rate.step is None or 0 <= rate.step <= len(target.steps)


def test_every_unit_has_a_rate_for_all_concepts_somewhere() -> None:
    "What `Clock` falls back on: bytes, and each class of FLOPs per byte."
    for unit in Unit:
        common = [rate for it in FOUND.targets for rate in it.rates if (rate.unit, rate.concept) == (unit, "*")]
        assert {rate.step for rate in common} == {None, 0, 1, 2}, unit


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("scheduler",), {}),
        (("scheduler",), {"launch": 1}),
        (("targets",), None),
        (("targets", 0, "rates"), [{"unit": "ane"}]),
        (("targets", 0, "rates", 0), "fast"),
        (("targets", 0, "chip"), ...),
        (("computed",), 5),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    shipped: dict[str, Any], folder: Path, path: tuple[Any, ...], wrong: Any
) -> None:
    place = shipped
    for step in path[:-1]:
        place = place[step]
    if wrong is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = wrong
    (folder / placement.FILE).write_text(json.dumps(shipped), encoding="utf-8")
    with pytest.raises(DataError, match=r"data/placement\.json") as raised:
        placement.load()
    assert "tools.placement" in raised.value.tip


def test_a_file_that_is_missing_or_no_json_is_said(folder: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        placement.load()
    (folder / placement.FILE).write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="not JSON"):
        placement.load()
