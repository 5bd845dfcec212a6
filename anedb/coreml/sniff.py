"What a file is that is no Core ML model: for a message that says so."

from __future__ import annotations

import stat
from pathlib import Path

from anedb.coreml.wire import Buffer

CONVERT = "convert it with coremltools, and check what that gives"
LFS = b"version https://git-lfs.github.com/spec/"

BEGINNINGS = (
    (LFS, "a Git LFS pointer", "the model itself was not downloaded: run git lfs pull"),
    (b"\x1f\x8b", "a gzip archive", "unpack it, and name the model in it"),
    (b"\x89HDF", "an HDF5 file, as Keras writes", CONVERT),
    (b"\x80\x02", "a Python pickle, as PyTorch writes", CONVERT),
    (b"GGUF", "a GGUF file", "Core ML cannot run it"),
    (b"<", "a web page or XML", "the download gave a page instead of the model: download it again"),
    (b"{", "JSON", "name the model's folder, if this is a part of it"),
    (b"[", "JSON", "name the model's folder, if this is a part of it"),
    (b"bplist", "a property list", "name a model's file or folder"),
)
"No specification begins so: its first bytes are a small version number, or the length of its description."

SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


def other(data: Buffer, path: Path) -> tuple[str, str]:
    "What it is and what to do; two empty texts: it may be a model."
    if not len(data):
        return "empty", "download or export it again"
    head = data[:64]
    if head.startswith(b"PK\x03\x04"):
        if b"/data.pkl" in data[:512] or path.suffix.lower() in (".pt", ".pth", ".ckpt", ".bin"):
            return "a PyTorch file", CONVERT
        return "a zip archive", "unzip it, and name the model in it"
    if head[4:8] == b"TFL3":
        return "a TensorFlow Lite model", "convert the TensorFlow model that it was made from with coremltools"
    if path.name == "coremldata.bin" or path.parent.suffix.lower() == ".mlmodelc":
        return "a part of a compiled model", "name the .mlmodelc folder itself"
    return next(((what, tip) for start, what, tip in BEGINNINGS if head.startswith(start)), ("", ""))


def is_mil(data: Buffer) -> bool:
    "Whether it is the text of a MIL program."
    return data[:256].lstrip().startswith(b"program") or data[:256].lstrip().startswith(b"//")


def special(mode: int) -> str:
    return next((what for test, what in SPECIAL if test(mode)), "something special")
