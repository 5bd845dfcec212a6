"""Whatever lies at a path: a problem, never a traceback, and never more than the limit in memory."""

import gzip
import io
import os
import tracemalloc

import pytest

from anedb.ingest import read
from anedb.ingest.check import check
from anedb.ingest.problems import Problems

from . import runs


def codes(data: bytes) -> set[str]:
    return set(check(data, "run.jsonl", today=runs.TODAY).codes)


def of_path(path) -> tuple[bytes | None, list[str]]:
    problems = Problems(str(path))
    return read.read(path, problems), [problem.code for problem in problems.listed]


def test_a_file_is_read_whole(tmp_path):
    (tmp_path / "run.jsonl").write_bytes(b"abc\n")
    assert of_path(tmp_path / "run.jsonl") == (b"abc\n", [])


def test_a_missing_file_is_told(tmp_path):
    assert of_path(tmp_path / "none.jsonl") == (None, ["size.missing"])


def test_a_folder_is_no_file(tmp_path):
    assert of_path(tmp_path) == (None, ["size.not-a-file"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_nobody_writes_to_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert of_path(tmp_path / "pipe") == (None, ["size.not-a-file"])


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no devices on this system")
def test_an_endless_device_is_no_file():
    assert of_path("/dev/zero") == (None, ["size.not-a-file"])


def test_a_name_no_file_can_have_is_told():
    assert of_path("run\0.jsonl") == (None, ["size.unreadable"])


def test_a_file_that_may_not_be_read_is_told(as_nobody):
    (as_nobody / "run.jsonl").write_bytes(b"abc\n")
    (as_nobody / "run.jsonl").chmod(0)
    assert of_path(as_nobody / "run.jsonl") == (None, ["size.unreadable"])


def test_a_loop_of_links_is_unreadable(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert of_path(tmp_path / "loop") == (None, ["size.unreadable"])


def test_a_sparse_file_of_ten_gigabytes_costs_no_more_than_the_limit(tmp_path):
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(10 * 10**9)
    tracemalloc.start()
    try:
        assert of_path(tmp_path / "huge") == (None, ["size.file"])
        assert tracemalloc.get_traced_memory()[1] < 2.5 * read.MAX_FILE_BYTES
    finally:
        tracemalloc.stop()


def test_an_endless_stream_is_stopped():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return b"x" * size

    problems = Problems("-")
    assert read.read_stream(Endless(), problems) is None
    assert problems.seen == {"size.file"}


def test_a_file_at_the_limit_is_read_and_one_byte_more_is_not():
    for more, expected in ((0, set()), (1, {"size.file"})):
        problems = Problems("-")
        read.read_stream(io.BytesIO(b"x" * (read.MAX_FILE_BYTES + more)), problems)
        assert problems.seen == expected


def test_a_line_and_a_file_may_be_too_long():
    header, _, rest = runs.good().partition(b"\n")
    assert codes(header + b"\n" + b'{"a":"' + b"x" * read.MAX_LINE_BYTES + b'"}\n' + rest) == {
        "size.line",
        "canonical.count",
    }
    assert codes(runs.good() + b"{}\n" * read.MAX_LINES) == {"size.lines"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "size.empty"),
        (b" \n\t\n", "size.empty"),
        (gzip.compress(b"{}\n", mtime=0), "encoding.compressed"),
        (b"PK\x03\x04rest", "encoding.compressed"),
        ('{"kind":"anedb-submission"}\n'.encode("utf-16"), "encoding.utf-16"),
        ('{"kind":"anedb-submission"}\n'.encode("utf-16-le"), "encoding.utf-16"),
        ('{"kind":"anedb-submission"}\n'.encode("utf-32-be"), "encoding.utf-16"),
    ],
)
def test_what_is_no_text_is_told_as_what_it_is(data, code):
    assert codes(data) == {code}


def test_windows_line_ends_are_taken():
    assert codes(runs.good().replace(b"\n", b"\r\n")) == set()


def test_a_missing_last_newline_is_no_mistake():
    assert codes(runs.good().rstrip(b"\n")) == set()


def test_a_file_cut_anywhere_is_noticed():
    data = runs.good().rstrip(b"\n")
    for end in range(1, len(data), 37):
        assert codes(data[:end]), f"cut at {end}"
