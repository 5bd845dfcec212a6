"""A sealed run takes its place whole, under its own fingerprint, inside the folder and nowhere else."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from anedb.catalog import records
from anedb.domain.submission import Fingerprints
from anedb.errors import BadFileError, StoreError
from anedb.ingest import timings, write
from anedb.ingest.check import check

from . import runs

TIMING = timings.Timing(
    layer=runs.lines()[0].fingerprint,
    units="cpu-and-ne",
    context="isolated",
    repeats=100,
    median_ns=120_000,
    least_ns=110_000,
    most_ns=400_000,
)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_what_is_sealed_passes_every_check():
    assert check(runs.good(), "run", today=runs.TODAY).ok


def test_the_order_of_lines_and_observations_does_not_matter():
    body = runs.lines()
    turned = [replace(line, seen=line.seen[::-1], fingerprint="") for line in reversed(body)]
    assert write.ordered(turned) == body


def test_lines_of_one_layer_are_joined_and_an_observation_counts_once():
    body = runs.lines()
    assert write.ordered(body + body) == body


def test_a_run_is_written_under_its_fingerprint(tmp_path):
    header, body = runs.run()
    path = write.write(tmp_path, header, body, [TIMING])
    digits = header.fingerprints.run[3:19]
    assert files(tmp_path) == [
        f"submissions/{digits[:2]}/{digits}.jsonl",
        f"submissions/{digits[:2]}/{digits}.timings.jsonl",
    ]
    assert path.read_bytes() == runs.good()
    assert records.read(path) == (header, body)
    found, problems = timings.check(
        path.with_suffix(".timings.jsonl").read_bytes(),
        "t",
        run=header.fingerprints.run,
        layers=frozenset([TIMING.layer]),
    )
    assert found == [TIMING] and problems == ()


def test_writing_again_changes_nothing(tmp_path):
    header, body = runs.run()
    first = write.write(tmp_path, header, body).read_bytes()
    assert write.write(tmp_path, header, body).read_bytes() == first
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("run", ["", "v1:../../../../etc/passwd", "v1:" + "g" * 64, "../x", "v1:" + "0" * 64 + "/.."])
def test_only_a_fingerprint_becomes_a_path(tmp_path, run):
    header, body = runs.run()
    spoilt = replace(header, fingerprints=Fingerprints(environment="", run=run, result=""))
    with pytest.raises(BadFileError):
        write.write(tmp_path, spoilt, body)
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["../up.jsonl", "a/../../up", "/etc/passwd", "", "."])
def test_a_name_that_climbs_out_is_refused(tmp_path, name):
    with pytest.raises(BadFileError):
        write.inside(tmp_path / "data", name)


def test_a_link_that_leads_out_is_refused(tmp_path):
    header, body = runs.run()
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "submissions").symlink_to(outside, target_is_directory=True)
    with pytest.raises(BadFileError):
        write.write(tmp_path / "data", header, body)
    assert files(outside) == []


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    write.put(tmp_path / "a", "old\n")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write.put(tmp_path / "a", "new\n")
    assert files(tmp_path) == ["a"] and (tmp_path / "a").read_text() == "old\n"
    header, body = runs.run()
    with pytest.raises(StoreError, match="No space"):
        write.write(tmp_path, header, body)
    assert files(tmp_path) == ["a"]


def test_a_file_where_a_folder_must_be_is_a_store_error(tmp_path):
    (tmp_path / "submissions").write_text("in the way")
    header, body = runs.run()
    with pytest.raises(StoreError):
        write.write(tmp_path, header, body)
