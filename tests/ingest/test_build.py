"""All of data/ as the store takes it."""

import shutil
from pathlib import Path

import pytest

from anedb.catalog import files
from anedb.domain.submission import SourceHeader
from anedb.errors import DataError
from anedb.ingest import audit, build, retractions, write
from anedb.store.values import Retraction

from . import runs
from .test_write import TIMING


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    "A data/ of its own: the catalogue, and nothing that was observed."
    place = tmp_path / "data"
    shutil.copytree(files.root(), place, ignore=shutil.ignore_patterns("observations", "submissions", "retractions"))
    monkeypatch.setattr(files, "root", lambda: place)
    return place


def test_every_recorded_file_is_a_batch_with_its_source():
    found = list(build.batches())
    assert found and all(isinstance(batch.header, SourceHeader) for batch in found[:1])
    for batch in found:
        assert len(list(batch.lines())) == batch.header.layers
        assert len(batch.digest) == 64 and batch.target.engine
    assert len({batch.key for batch in found}) == len(found)


def test_a_submission_comes_back_as_it_was_sent(folder):
    header, body = runs.run()
    write.write(folder, header, body, [TIMING])
    (batch,) = build.batches()
    assert (batch.key, batch.header, list(batch.lines())) == (header.fingerprints.run, header, body)
    assert (batch.target.engine, batch.target.release) == ("H14", 18)


def test_lines_can_be_read_twice(folder):
    write.write(folder, *runs.run())
    (batch,) = build.batches()
    assert list(batch.lines()) == list(batch.lines())


def test_a_broken_file_of_our_own_is_a_data_error(folder):
    path = write.write(folder, *runs.run())
    text = path.read_text()
    path.write_text("{\n" + text)
    with pytest.raises(DataError, match="header"):
        list(build.batches())
    path.write_text(text + "{}\n")
    (batch,) = build.batches()
    with pytest.raises(DataError, match="cannot be read"):
        list(batch.lines())


def test_data_holds_what_was_withdrawn(folder):
    gone = Retraction(what="751k-analytics", reason="r", by="b", date="2026-11-20")
    retractions.write(folder, gone)
    assert list(build.data().retractions) == [gone]


def test_a_clean_data_has_no_problems(folder):
    write.write(folder, *runs.run(), [TIMING])
    retractions.write(folder, Retraction(what="751k-analytics", reason="r", by="b", date="2026-11-20"))
    assert audit.audit(today=runs.TODAY) == []


def test_the_audit_finds_what_a_merge_let_through(folder):
    path = write.write(folder, *runs.run(), [TIMING])
    path.rename(path.with_name("0123456789abcdef.jsonl"))
    assert [problem.code for problem in audit.audit(today=runs.TODAY)] == ["fingerprint.name", "fingerprint.timings"]


def test_the_audit_finds_a_bad_line_a_bad_time_and_a_bad_retraction(folder):
    path = write.write(folder, *runs.run(), [TIMING])
    path.write_bytes(path.read_bytes().replace(b'"chip":"M2"', b'"chip":"M99"'))
    beside = path.with_suffix(".timings.jsonl")
    beside.write_bytes(beside.read_bytes().replace(b'"repeats":100', b'"repeats":0'))
    retractions.write(folder, Retraction(what="nobody", reason="r", by="b", date="2026-11-20"))
    found = {problem.code for problem in audit.audit(today=runs.TODAY)}
    assert {"vocabulary.chip", "plausible.time", "vocabulary.source"} <= found


def test_the_same_times_under_another_name_are_a_copy(folder):
    "The same facts are not: two people with one kind of device see the same."
    write.write(folder, *runs.run(), [TIMING])
    write.write(folder, *runs.run(device_key="0123456789abcdef" * 2, contributor="other"), [TIMING])
    assert [problem.code for problem in audit.audit(today=runs.TODAY)] == ["copy.timings"]
