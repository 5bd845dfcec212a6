import json

import pytest

from anedb.catalog import facts, files
from anedb.domain.observation import Reason
from anedb.errors import DataError, UnknownNameError


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    "A data/ of the test's own; what was read of the real one is forgotten, before and after."
    monkeypatch.setenv("ANEDB_DATA", str(tmp_path))
    caches = (files.root, facts.sources, facts.claims, facts.workarounds, facts.reasons, facts._claims_by_subject)
    for each in caches:
        each.cache_clear()
    yield tmp_path
    for each in caches:
        each.cache_clear()


def test_a_source_is_found_by_its_id():
    found = facts.source("hollance-unsupported-layers")
    assert found.author == "hollance" and "d0bb5305" in found.url


def test_an_unknown_source_is_never_answered_as_another():
    with pytest.raises(UnknownNameError, match="hollance-unsupported"):
        facts.source("hollance-unsupported")


def test_claims_about_a_layer_are_those_of_its_concept_its_type_and_of_every_layer():
    found = facts.claims_about("add", "neuralnetwork:addBroadcastable", "*")
    subjects = {claim.subject for claim in found}
    assert subjects == {"add", "neuralnetwork:addBroadcastable", "*"}
    assert {"oruka-add-a15", "hol-addBroadcastable", "751k-note-int32"} <= {claim.id for claim in found}


def test_a_subject_asked_twice_is_answered_once():
    assert facts.claims_about("gru", "gru") == facts.claims_about("gru")
    assert len(facts.claims_about("gru")) == 1


def test_a_subject_nobody_speaks_of_has_no_claims():
    assert facts.claims_about("nosuchlayer") == ()


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        (
            Reason(code="kernel-too-large", feature="kernel_width", value="15", limit="13"),
            "kernel width 15, at most 13",
        ),
        (
            Reason(code="kernel-too-large", feature="kernel_width"),
            "the window is larger than the engine's kernels allow",
        ),
        (Reason(code="dtype", value="int32"), "the engine does not take int32 tensors"),
        (Reason(code="dtype"), "the engine does not take this element type"),
        (Reason(code="nosuchreason", text="Kernel 17 too large"), "Kernel 17 too large"),
        (Reason(code="nosuchreason"), "nosuchreason"),
    ],
)
def test_a_reason_reads_well_with_and_without_its_numbers(reason, title):
    assert facts.reason_title(reason) == title


def test_timings_are_no_observations(elsewhere):
    for name in ("observations/b.jsonl", "observations/a.jsonl", "submissions/H16/r.jsonl"):
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text("{}\n")
    (elsewhere / "submissions/H16/r.timings.jsonl").write_text("{}\n")
    (elsewhere / "retractions").mkdir()
    (elsewhere / "retractions/r.json").write_text("{}\n")
    assert [path.name for path in facts.observation_files()] == ["a.jsonl", "b.jsonl", "r.jsonl"]
    assert [path.name for path in facts.retraction_files()] == ["r.json"]


def test_without_any_observations_there_are_no_files(elsewhere):
    assert facts.observation_files() == () == facts.retraction_files()


def test_a_row_that_is_wrong_names_its_file_and_id(elsewhere):
    (elsewhere / "sources.json").write_text(json.dumps([{"id": "someone", "surprise": 1}]))
    with pytest.raises(DataError, match=r"data/sources\.json: someone: .*surprise"):
        facts.sources()
