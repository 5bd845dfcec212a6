"""Programs in Core ML's text form, as small as a test needs them: nothing here imports coremltools.

`compiled(folder, conv("x", "a"), relu("a", "b"))` is a compiled model, `analytics(folder, ...)` Core ML's own
plan of it.
"""

from __future__ import annotations

from pathlib import Path

CHANNELS, SIDE = 64, 64
"Large enough that the engine is worth a launch for two convolutions."
SUPPORT = ("unsupported", "unsupported", "bnns", "classic_cpu", "ane")


def image(channels: int = CHANNELS, side: int | str = SIDE) -> str:
    return f"tensor<fp16, [1, {channels}, {side}, {side}]>"


def conv(x: str, out: str, channels: int = CHANNELS, side: int | str = SIDE) -> str:
    "Three by three, its weight in the weight file."
    kind = f"tensor<fp16, [{channels}, {channels}, 3, 3]>"
    file = 'BLOBFILE(path = string("@model_path/weights/weight.bin"), offset = uint64(64))'
    fixed = (
        "dilations = tensor<int32, [2]>([1, 1]), groups = int32(1), pad = tensor<int32, [4]>([0, 0, 0, 0]), "
        'pad_type = string("same"), strides = tensor<int32, [2]>([1, 1])'
    )
    return (
        f"{kind} {out}_w = const()[val = {kind}({file})];\n"
        f"{image(channels, side)} {out} = conv({fixed}, weight = {out}_w, x = {x})"
    )


def unary(type: str, x: str, out: str, channels: int = CHANNELS, side: int | str = SIDE) -> str:
    return f"{image(channels, side)} {out} = {type}(x = {x})"


def relu(x: str, out: str, **more: int) -> str:
    return unary("relu", x, out, **more)


def branch(pick: str, out: str, *branches: tuple[tuple[str, ...], str]) -> str:
    "`cond` with a layer or more in each of its two blocks: lines, and the value that each gives."
    blocks = ", ".join(f"() {{ {''.join(line + ';' for line in lines)} }} -> ({given})" for lines, given in branches)
    return f"{image()} {out} = cond(pred = {pick}) {blocks}"


def text(*lines: str, inputs: str, outputs: str) -> str:
    body = "".join(f"    {line};\n" for line in lines)
    return f"program(1.3)\n{{\n  func main<ios18>({inputs}) {{\n{body}  }} -> ({outputs});\n}}\n"


def compiled(folder: Path, *lines: str, inputs: str = "", outputs: str = "") -> Path:
    "A `.mlmodelc`; the input is `x`, and the output the last line's unless told otherwise."
    folder.mkdir(parents=True)
    last = lines[-1].rpartition("\n")[2].split(" = ")[0].split()[-1] if lines else "x"
    written = text(*lines, inputs=inputs or f"{image()} x", outputs=outputs or last)
    (folder / "model.mil").write_text(written, encoding="utf-8")
    return folder


def plan(line: str, chosen: str, *units: str) -> str:
    "The line with what Core ML's scheduler says of it: the backends offered, and the one selected."
    backends = ("bnns", *units)
    said = ", ".join(f'"{each}"' if each in backends else '"unsupported"' for each in SUPPORT)
    return f'{line}[BackendSupport = list<string, 5>([{said}]), SelectedBackend = string("{chosen}")]'


def analytics(folder: Path, *lines: str) -> Path:
    path = folder / "com.apple.e5rt.e5bundlecache" / "26A434" / "0F" / "0F.bundle" / "H16G.bundle" / "analytics.mil"
    path.parent.mkdir(parents=True)
    last = lines[-1].rpartition("\n")[2].split(" = ")[0].split()[-1]
    path.write_text(text(*lines, inputs=f"{image()} x", outputs=last), encoding="utf-8")
    return path
