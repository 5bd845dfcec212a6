"""A stranger's file -> bytes that are a submission's size and encoding. The first two stages: `size`, `encoding`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from anedb.ingest.problems import Problems, shown

MAX_FILE_BYTES = 8_000_000
"A sweep of 2,000 layers takes some 0.8 MB."
MAX_LINE_BYTES = 256_000
"A layer that a large model repeats 1,500 times, each time told apart by its place."
MAX_LINES = 20_000

_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"(\xb5/\xfd": "zstd",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_LFS = b"version https://git-lfs.github.com/spec/"


def read(path: Path | str, problems: Problems, *, most: int = MAX_FILE_BYTES) -> bytes | None:
    "A file's bytes, or None and the reason among the problems. Never reads more than the limit and a byte."
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        problems.add("size.missing", "there is no such file")
        return None
    except IsADirectoryError:
        problems.add("size.not-a-file", "it is a folder", expected="a file of JSON Lines")
        return None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        problems.add("size.unreadable", f"it cannot be read: {getattr(error, 'strerror', None) or error}")
        return None
    try:
        mode = os.fstat(number).st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a pipe or device"
            problems.add("size.not-a-file", f"it is {kind}", expected="a file of JSON Lines")
            return None
        with os.fdopen(number, "rb", buffering=0, closefd=False) as file:
            return read_stream(file, problems, most=most)
    finally:
        os.close(number)


def read_stream(file: BinaryIO, problems: Problems, *, most: int = MAX_FILE_BYTES) -> bytes | None:
    "What is left of an open file or of standard input, under the same limit."
    pieces: list[bytes] = []
    left = most + 1
    while left and (piece := file.read(min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    if not left:
        too_large(problems, most)
        return None
    return b"".join(pieces)


def too_large(problems: Problems, most: int = MAX_FILE_BYTES) -> None:
    problems.add(
        "size.file",
        f"larger than {most:,} bytes",
        expected=f"at most {most:,} bytes",
        tip="Send a long run as several files.",
    )


def usable(data: bytes, problems: Problems) -> bool:
    "Whether it is worth reading line by line: text of a size, neither packed nor wide."
    before = len(problems.seen)
    if len(data) > MAX_FILE_BYTES:
        too_large(problems)
    elif not data or data.isspace():
        problems.add("size.empty", "nothing in it", expected="a header line, then one line a layer")
    elif packed(data, problems):
        pass
    elif (lines := data.count(b"\n")) > MAX_LINES:
        problems.add("size.lines", f"{lines:,} lines", expected=f"at most {MAX_LINES:,}", tip="Send several files.")
    return len(problems.seen) == before


def packed(data: bytes, problems: Problems) -> bool:
    "Whether it is something else than text as it should be: packed, a pointer to the file, wide characters."
    if kind := next((name for magic, name in _COMPRESSED.items() if data.startswith(magic)), None):
        problems.add("encoding.compressed", f"it is a {kind} file", expected="plain text", tip="Unpack it first.")
    elif data.startswith(_LFS):
        tip = "Run `git lfs pull`, then send the file itself."
        problems.add("encoding.lfs-pointer", "it is a Git LFS pointer, not the file", tip=tip)
    elif data.startswith(_WIDE) or b"\x00" in data[:64]:
        problems.add("encoding.utf-16", "it is UTF-16 or UTF-32 text", expected="UTF-8", tip="Save it as UTF-8.")
    else:
        return False
    return True


def spans(data: bytes) -> Iterator[tuple[int, int, int]]:
    "Line number from 1, and where that line starts and ends, its newline left out."
    start, number = 0, 1
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        yield number, start, end - (data[end - 1 : end] == b"\r" and end > start)
        start, number = end + 1, number + 1


def text_of(raw: bytes, number: int, problems: Problems) -> str | None:
    "One line as text, or None and the reason among the problems. Empty text is a blank line, which is a problem too."
    if len(raw) > MAX_LINE_BYTES:
        expected = f"at most {MAX_LINE_BYTES:,}"
        problems.add("size.line", f"a line of {len(raw):,} bytes", line=number, expected=expected)
        return None
    if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
        problems.add("encoding.bom", "a byte order mark stands before the text", line=1, tip="Save it without a BOM.")
        raw = raw[3:]
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        bad = shown(raw[error.start : error.start + 1].hex())
        problems.add("encoding.utf-8", f"byte {error.start + 1} of the line (0x{bad}) is not UTF-8", line=number)
        return None
    if not text.strip():
        problems.add("json.blank-line", "an empty line", line=number, tip="Delete it.")
        return ""
    return text
