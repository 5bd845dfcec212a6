"""An import from the command line: what it shows, what it asks for, and its exit code."""

from pathlib import Path

import jsonschema
import pytest

from anedb.api import schemas
from tests.api import programs
from tests.api.test_importing import net, plan

SAMPLES = Path(__file__).parents[1] / "ingest" / "importing" / "samples"
MACHINE = ("--device", "Mac16,12", "--os", "macOS 26.1 (25B78)", "--units", "cpu-and-ne", "--date", "2026-11-20")


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    plan(tmp_path / "plan.tsv")
    net(tmp_path)
    return tmp_path


def test_what_is_imported_can_be_submitted(anedb, here):
    ran = anedb("import", "plan.tsv", *MACHINE, "--model", "net.mlmodelc")
    assert ran.code == 0 and "plan.submission.jsonl" in ran.out
    looked = anedb("submit", "--dry-run", "plan.submission.jsonl", "--json").json()["submissions"][0]
    assert looked["status"] == "would be stored" and looked["observations"] == 3 and looked["problems"] == []


def test_what_is_missing_is_one_message_with_a_command_to_copy(anedb, here):
    ran = anedb("import", "plan.tsv")
    assert ran.code == 2 and "Traceback" not in ran.err
    for option in ("--chip or --device", "--os", "--units", "--date", "--model"):
        assert option in ran.err
    assert "anedb import plan.tsv --chip" in ran.err
    assert "offered" in ran.out and list(here.glob("*.jsonl")) == []


def test_a_dry_run_of_an_incomplete_report_is_no_failure(anedb, here):
    ran = anedb("import", "plan.tsv", "--dry-run")
    assert ran.code == 0 and "incomplete" in ran.out and "--model" in ran.out


def test_a_build_that_no_release_is_known_for_is_told_and_names_no_target(anedb):
    ran = anedb("import", str(SAMPLES / "segmentation_analytics.txt"), "--dry-run")
    assert "build 24A335, else not known yet" in ran.out and "any target" not in ran.out


@pytest.mark.parametrize("more", [(), (*MACHINE, "--model", "net.mlmodelc", "--dry-run"), (*MACHINE, "--dry-run")])
def test_the_result_keeps_to_the_published_schema(anedb, here, more):
    jsonschema.validate(anedb("import", "plan.tsv", *more, "--json").json(), schemas.get("imported"))


def test_every_sample_can_be_looked_at(anedb):
    for path in sorted(SAMPLES.iterdir()):
        if not path.name.endswith(".expected.json"):
            ran = anedb("import", str(path), "--dry-run")
            assert ran.code == 0 and "read" in ran.out, path.name


def test_a_contradiction_exits_2_and_says_who_said_what(anedb, here):
    ran = anedb("import", str(SAMPLES / "anedb_plan_json.json"), "--chip", "M2")
    assert ran.code == 2 and "says chip M4, the option says M2" in ran.err


def test_the_formats_are_listed(anedb):
    assert "analytics_mil" in anedb("import", "--list").out
    assert {"name", "title"} == set(anedb("import", "--list", "--json").json()["formats"][0])


def test_no_file_is_wrong_usage(anedb):
    assert anedb("import").code == 2


def test_a_stranger_s_words_do_not_move_the_terminal(anedb, here):
    report = here / "evil.tsv"
    plan(report, "net\x1b[2J", (("ios18.relu", "a\x1b[2J", "ANE"),))
    model = programs.compiled(here / "evil.mlmodelc", programs.relu("x", "a"))
    ran = anedb("import", "evil.tsv", *MACHINE, "--model", str(model))
    assert "\x1b" not in ran.out + ran.err and ran.code == 2
