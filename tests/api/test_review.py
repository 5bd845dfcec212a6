"""What a pull request with runs changes: in a checkout of the test's own, by git and by name."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from anedb.api import review, review_files, schemas
from anedb.domain.plain import plain
from anedb.domain.review import Finding, Kind
from anedb.domain.verdict import Part
from anedb.errors import BadFileError
from anedb.export import review_markdown
from anedb.ingest import signing, timings
from anedb.ingest.problems import Problems
from anedb.ingest.write import place, write
from tests.ingest import runs

GOOD = Path(__file__).parents[1] / "samples" / "good" / "m2-macos-15.1.jsonl"
BAD = Path(__file__).parents[1] / "samples" / "bad"


def git(folder: Path, *arguments: str) -> None:
    name = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *name, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    "A repository with one run on `main`, and a branch for a pull request."
    if shutil.which("git") is None:
        pytest.skip("no git here")
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    write(folder / "data", *runs.run(date="2026-11-18", device_key="0" * 31 + "1"))
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "data")
    git(folder, "checkout", "-qb", "mine")
    monkeypatch.chdir(folder)
    return folder


def send(folder: Path, **more) -> Path:
    "A run as `anedb submit --to data` puts it, committed."
    path = write(folder / "data", *runs.run(**more))
    commit(folder)
    return path


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "a run")


def codes(found) -> set[str]:
    return {each.code for each in (*found.problems, *(one for run in found.runs for one in run.problems))}


@pytest.fixture(scope="module")
def good():
    return review.review([GOOD])


def test_a_good_run_counts_and_says_what_it_moves(good):
    assert good.ok and [run.status for run in good.runs] == ["counts"]
    assert good.counts["new"] and good.counts["moves"] == sum(each.moves for each in good.findings) > 0
    assert good.runs[0].canaries and not good.uncompared


def test_a_review_keeps_to_its_published_schema(good):
    jsonschema.validate(json.loads(json.dumps(plain(good))), schemas.get("review"))


def test_the_users_own_database_has_no_say(good, tmp_path, monkeypatch):
    import anedb

    monkeypatch.setenv("ANEDB_URL", str(tmp_path / "own.sqlite"))
    with anedb.open() as db:
        db.submit(GOOD)
    assert review.review([GOOD]) == good


def test_a_pull_request_is_what_it_adds_since_the_base(checkout):
    path = send(checkout)
    found = review.review(base="main")
    assert found.ok and [run.file for run in found.runs] == [path.relative_to(checkout).as_posix()]


def test_two_runs_are_compared_together_and_one_run_again_is_a_copy(checkout):
    send(checkout)
    send(checkout, device_key="1" * 32)
    found = review.review(base="main")
    assert found.ok and all("another file" in run.copies[0] for run in found.runs)


def test_a_run_that_lies_in_data_already_is_never_rewritten(checkout):
    there = next((checkout / "data").rglob("*.jsonl"))
    there.write_text(there.read_text().replace("github:someone", "github:another"))
    commit(checkout)
    assert codes(review.review(base="main")) == {"copy.changed"}
    there.unlink()
    commit(checkout)
    assert codes(review.review(base="main")) == {"copy.changed"}


def test_a_link_in_a_pull_request_is_not_followed(checkout):
    path = checkout / "data" / "submissions" / "ab" / "abababababababab.jsonl"
    path.parent.mkdir(parents=True)
    path.symlink_to("/etc/passwd")
    commit(checkout)
    found = review.review(base="main")
    assert codes(found) == {"size.not-a-file"} and "root" not in json.dumps(plain(found))


def test_a_folder_that_links_elsewhere_is_not_followed(checkout, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(GOOD, outside / "x.jsonl")
    asked = review_files.Asked(top=checkout, runs=(checkout / "data" / "submissions" / "zz" / "x.jsonl",), outside=0)
    (checkout / "data" / "submissions" / "zz").symlink_to(outside)
    assert review._leads_away(asked.runs[0], checkout)


def test_what_is_no_file_of_a_run_and_what_stands_alone_is_told(checkout):
    folder = checkout / "data" / "submissions"
    (folder / "run.sh").write_text("echo\n")
    (folder / "lone.timings.jsonl").write_text("{}\n")
    (folder / "lone2.jsonl.sig").write_text("x\n")
    (checkout / "Makefile").write_text("all:\n")
    commit(checkout)
    found = review.review(base="main")
    assert codes(found) == {"fingerprint.name", "fingerprint.timings", "signature.missing"} and not found.ok
    assert any("outside data/submissions" in note for note in found.notes)


def test_a_file_under_another_name_than_its_runs_is_told(checkout):
    path = send(checkout)
    path.rename(path.with_name("0123456789abcdef.jsonl"))
    commit(checkout)
    assert codes(review.review(base="main")) == {"fingerprint.name"}


def test_the_times_of_another_run_are_told(checkout):
    for key in ("1" * 32, "2" * 32):
        header, lines = runs.run(device_key=key)
        one = timings.Timing(
            layer=lines[0].fingerprint, units="all", context="isolated", repeats=9, median_ns=5, least_ns=4, most_ns=6
        )
        write(checkout / "data", header, lines, [one])
    commit(checkout)
    found = review.review(base="main")
    assert codes(found) == {"copy.timings"} and sorted(run.status for run in found.runs) == ["counts", "kept aside"]


def test_a_signature_that_proves_nothing_keeps_a_run_aside(checkout):
    signing.beside(send(checkout)).write_text("x\n")
    commit(checkout)
    found = review.review(base="main")
    assert codes(found) == {"signature.form"} and found.runs[0].status == "kept aside" and not found.findings


def test_an_unknown_base_is_said_to_be(checkout):
    for name in ("nosuch", "--output=x"):
        with pytest.raises(BadFileError):
            review.review(base=name)


def test_a_heap_of_files_stays_bounded(tmp_path, monkeypatch):
    for number in range(5):
        (tmp_path / f"{number}.jsonl").write_text("{}\n")
    monkeypatch.setattr(review_files, "MOST_FILES", 3)
    problems = Problems("x")
    assert len(review_files.given(sorted(tmp_path.iterdir()), problems).runs) == 3 and problems.seen == {"size.files"}


def test_fifty_megabytes_from_a_stranger_are_refused_unread(tmp_path):
    huge = tmp_path / "huge.jsonl"
    with huge.open("wb") as file:
        file.truncate(50_000_000)
    problems = Problems("x")
    assert review_files.given([huge, GOOD], problems).runs  # one of them at least is always looked at
    found = review.review([huge])
    assert found.runs[0].status == "refused" and found.runs[0].problems[0].code == "size.file"


@pytest.mark.parametrize(
    ("basis", "answer", "says", "expected"),
    [
        ("same-configuration", "yes", "yes", Kind.CONFIRMS),
        ("same-configuration", "unlikely", "no", Kind.CONFIRMS),
        ("same-configuration", "likely", "no", Kind.CONTRADICTS),
        ("same-configuration", "mixed", "no", Kind.UNDECIDED),
        ("same-configuration", "yes", "mixed", Kind.UNDECIDED),
        ("near-parameters", "yes", "no", Kind.NEW),
        ("claim", "no", "no", Kind.NEW),
        ("none", "unknown", "yes", Kind.NEW),
    ],
)
def test_only_what_was_seen_of_the_very_same_can_be_contradicted(basis, answer, says, expected):
    assert review.kind(says, Part(answer=answer, probability=None, interval=None, state="", basis=basis)) == expected


NASTY = "<script>alert(1)</script> @everyone ![x](https://example.org/x.png) | `a` www.example.org #1\n# head -->"


def test_whatever_a_stranger_wrote_is_text_in_the_comment(good):
    run = replace(good.runs[0], file=NASTY, contributor=NASTY, tool=NASTY, date=NASTY, copies=(NASTY,), problems=())
    bad = replace(run, status="refused", problems=(problem(NASTY),))
    row = replace(good.findings[0], layer=NASTY, file=NASTY, units=NASTY, before="no", after="yes")
    text = review_markdown.markdown(
        replace(good, runs=(run, bad), findings=(row,), notes=(NASTY,), problems=(problem(NASTY),))
    )
    outside_code = "".join(part for number, part in enumerate(text.split("`")) if number % 2 == 0)
    for mark in ("<script", "![x]", "](http", "@everyone", "\n# head"):
        assert mark not in outside_code, mark
    assert "<script" not in text.replace("<!--", "") and text.startswith(review_markdown.MARK)


def problem(text: str):
    from anedb.domain.problem import Problem

    return Problem(code="schema.type", where=text, what=text, expected=text, tip=text)


def test_a_comment_is_never_longer_than_a_comment_may_be(good):
    rows = tuple(
        replace(good.findings[0], layer=f"layer {n} " + "x" * 300, before="no", after="yes") for n in range(3000)
    )
    many = tuple(replace(good.runs[0], problems=tuple(problem("y" * 500) for _ in range(200))) for _ in range(60))
    text = review_markdown.markdown(replace(good, findings=rows, runs=many, notes=("z" * 900,) * 300))
    assert len(text) <= review_markdown.MOST and text.startswith(review_markdown.MARK)


def test_an_empty_pull_request_says_that_it_adds_nothing(checkout):
    found = review.review(base="main")
    assert not found.ok and "no run" in found.notes[0] and "No run" in review_markdown.markdown(found)


def test_the_command_line_exits_1_for_a_run_that_does_not_count(tmp_path, monkeypatch, capsys):
    from anedb.cli.main import run

    def ran(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["anedb", "review", *map(str, arguments)])
        try:
            run()
        except SystemExit as left:
            return int(left.code or 0)
        return 0

    assert ran(GOOD) == 0 and "counts" in capsys.readouterr().out
    assert ran(GOOD, "--json") == 0 and json.loads(capsys.readouterr().out)["ok"]
    out = tmp_path / "comment.md"
    assert ran(BAD / "canary.must-run.jsonl", "--markdown", "--out", out) == 1
    assert "canary.must-run" in out.read_text()
    assert ran() == 2 and ran(GOOD, "--base", "main") == 2 and ran(GOOD, "--json", "--markdown") == 2


def test_a_contradiction_stands_before_everything_else(good):
    first = replace(good.findings[-1], kind=Kind.CONTRADICTS.value)
    ordered = sorted([*good.findings, first], key=review._weight)
    assert isinstance(ordered[0], Finding) and ordered[0].kind == "contradicts"


def test_place_is_where_submit_writes(checkout):
    header, _ = runs.run()
    assert send(checkout).as_posix().endswith(place(header.fingerprints.run))
