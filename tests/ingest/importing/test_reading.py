"""Whatever lies at the path: a report, or an error of ours that says what it is and what to do."""

import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from anedb.errors import BadFileError, UnknownNameError
from anedb.ingest.importing import reading, registry
from anedb.ingest.importing.reading import read_report
from tests.api import programs

SAMPLE = (Path(__file__).parent / "samples" / "plan_tsv.tsv").read_bytes()


def report_of(path: Path, data: bytes, tool: str = ""):
    path.write_bytes(data)
    return read_report(path, tool)


def refused(path: Path, data: bytes, tool: str = "") -> str:
    with pytest.raises(BadFileError) as caught:
        report_of(path, data, tool)
    assert path.name in caught.value.message
    return f"{caught.value.message} {caught.value.tip}"


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    plain = report_of(tmp_path / "a.tsv", SAMPLE)
    assert report_of(tmp_path / "a.tsv", b"\xef\xbb\xbf" + SAMPLE.replace(b"\n", b"\r\n")) == plain


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing in it"),
        (b" \n\n", "nothing in it"),
        (gzip.compress(SAMPLE), "gzip"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (SAMPLE.decode().encode("utf-16"), "UTF-16"),
        (SAMPLE + b"\0\n", ":10: a NUL byte"),
        (SAMPLE + b"\xff\n", ":10: a byte that is not UTF-8"),
        (b"Dear diary\n", "of no format that is known"),
    ],
)
def test_what_is_no_report_is_told_as_what_it_is(tmp_path, data, words):
    assert words in refused(tmp_path / "report.txt", data)


def test_more_than_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert "100 bytes" in refused(tmp_path / "plan.tsv", SAMPLE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_nobody_writes_to_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadFileError, match="pipe"):
        read_report(tmp_path / "pipe")


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SAMPLE)))
    assert len(read_report(Path("-")).rows) == 5


def test_two_formats_that_claim_a_file_leave_it_to_the_user(tmp_path, monkeypatch):
    monkeypatch.setattr(registry.by_name("arch_tsv"), "recognise", lambda head: True)
    assert "arch_tsv or plan_tsv --tool" not in refused(tmp_path / "plan.tsv", SAMPLE)
    assert "may be arch_tsv or plan_tsv say which: --tool" in refused(tmp_path / "plan.tsv", SAMPLE)
    assert report_of(tmp_path / "plan.tsv", SAMPLE, "plan_tsv").format == "plan_tsv"


def test_a_named_format_that_is_not_the_file_s_says_at_which_line(tmp_path):
    assert "plan.tsv:1: 7 columns by tab, not 6" in refused(tmp_path / "plan.tsv", SAMPLE, "arch-tsv")


def test_a_format_that_is_none_is_told_with_those_near():
    with pytest.raises(UnknownNameError) as caught:
        registry.by_name("plan_csv")
    assert "plan_tsv" in caught.value.suggestions


def test_a_program_without_backends_is_no_report(tmp_path):
    text = programs.text(programs.relu("x", "y"), inputs=f"{programs.image()} x", outputs="y")
    assert "without backends" in refused(tmp_path / "model.mil", text.encode())
