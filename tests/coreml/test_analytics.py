from __future__ import annotations

from pathlib import Path

import pytest

from anedb.coreml import analytics
from anedb.domain.model import Kind, Model
from anedb.errors import BadFileError

SUPPORT = 'BackendSupport = list<string, 5>(["unsupported", "{gpu}", "bnns", "classic_cpu", "{ane}"])'


def said(ane: str = "ane", chosen: str = "bnns", gpu: str = "unsupported", more: str = "") -> str:
    return f'{SUPPORT.format(ane=ane, gpu=gpu)}, SelectedBackend = string("{chosen}"), {more}milId = uint64(1)'


RUNTIMES = 'EstimatedRuntime = dict<string, fp64>({{"ane", 0x1p-3}, {"bnns", 0.5}}), '
REFUSAL = r'ValidationMessage = dict<string, string>({{"ane", "Unsupported \"int32\""}}), '
BUFFER = "tensor_buffer<fp16, shape=[1, 64], strides=[64, 1], interleave_factors=[1, 1]>"
OPERATIONS = (
    f"tensor<fp16, [1, 64]> x0_4D454D5F4F5054 = tensor_buffer_to_tensor<ios17>(input = x0)[{said()}];",
    f"tensor<fp16, [1, 3, 8, 8]> seen = pixel_buffer_to_tensor<ios17>(input = picture)[{said()}];",
    f"tensor<fp16, [1, 64]> r = relu(x = x0_4D454D5F4F5054)[{said('ane', 'ane', 'mps_graph', RUNTIMES)}];",
    'tensor<int32, [1, 64]> c = cast(dtype = string("int32"), x = r)'
    f"[{said('unsupported', 'classic_cpu', more=REFUSAL)}];",
    f"tensor<fp16, [1, 3, 8, 8]> p = relu(x = seen)[{said('future_npu', 'future_npu')}];",
    f"tensor<fp16, [1, 64]> last_4D454D5F4F5054 = add(x = r, y = r)[{said()}];",
    f"{BUFFER} last = tensor_to_tensor_buffer<ios17>(input = last_4D454D5F4F5054)[{said('unsupported')}];",
    f"{BUFFER} again = tensor_to_tensor_buffer<ios17>(input = r)[{said('unsupported')}];",
)
PROGRAM = f"""program(1.3)
{{
    func main<ios18>({BUFFER} x0, pixel_buffer<BGRA> picture) [Launch_ane_ms = fp64(0x1p-3)] {{
        {" ".join(OPERATIONS)}
    }} -> (last, c, again, p);
}}
"""


@pytest.fixture
def model(tmp_path: Path) -> Model:
    folder = tmp_path / "com.apple.e5rt.e5bundlecache" / "26A434" / "0F" / "0F.bundle" / "H16G.bundle"
    folder.mkdir(parents=True)
    (folder / "analytics.mil").write_text(PROGRAM, encoding="utf-8")
    return analytics.read(folder / "analytics.mil")


def _bound(inputs: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in inputs.items())


def test_what_only_the_compiler_says_aloud_makes_no_other_layer(tmp_path):
    known = {"align_corners": "bool(true)", "coordinates": "c", "coordinates_mode": 'string("unnormalized")', "x": "x"}
    known |= {"padding_mode": 'string("border")', "padding_value": "fp16(0)", "sampling_mode": 'string("nearest")'}
    aloud = known | {"coordinates_format": 'string("xy")', "coordinates_type": 'string("absolute")'}
    inputs = "tensor<fp16, [1, 64, 32, 32]> x, tensor<fp16, [1, 8, 8, 2]> c"
    path = tmp_path / "analytics.mil"
    rows = (
        f"tensor<fp16, [1, 64, 8, 8]> y{number} = resample({_bound(row)})[{said()}];"
        for number, row in enumerate((known, aloud))
    )
    path.write_text(f"program(1.3) {{ func main<ios18>({inputs}) {{ {' '.join(rows)} }} -> (y0, y1); }}")
    plain, spoken = analytics.read(path).networks[0].ops
    assert (spoken.problem, spoken.open, spoken.layer) == ("", (), plain.layer)
    assert spoken.fingerprint == plain.fingerprint != ""


def test_copies_of_buffers_are_no_layers(model):
    ops = model.networks[0].ops
    assert [(op.place, op.name, op.type) for op in ops] == [
        ("main/0", "r", "relu"),
        ("main/1", "c", "cast"),
        ("main/2", "p", "relu"),
        ("main/3", "last", "add"),
    ]
    assert any("(4)" in note for note in model.notes)


def test_the_graph_goes_by_the_names_of_the_buffers(model):
    network = model.networks[0]
    assert [op.inputs for op in network.ops] == [("x0",), ("r",), ("picture",), ("r",)]
    assert network.outputs == ("last", "c", "r", "p")


def test_the_type_of_an_image_is_that_of_its_copy(model):
    assert [(each.name, each.dtype, each.shape) for each in model.networks[0].inputs] == [
        ("x0", "fp16", (1, 64)),
        ("picture", "fp16", (1, 3, 8, 8)),
    ]


def test_backends_are_units(model):
    seen = [op.seen for op in model.networks[0].ops]
    assert [(each.offered, each.chosen) for each in seen] == [
        (("ane", "gpu", "cpu"), "ane"),
        (("cpu",), "cpu"),
        (("cpu",), ""),
        (("ane", "cpu"), "cpu"),
    ]
    assert any("future_npu" in note for note in model.notes)


def test_estimates_and_refusals_are_core_mls_own(model):
    relu, cast = model.networks[0].ops[:2]
    assert relu.seen.runtimes == (("ane", 0.125), ("bnns", 0.5)) and relu.seen.refusals == ()
    assert cast.seen.refusals == (("ane", 'Unsupported "int32"'),)


def test_layers_are_as_everywhere(model):
    relu = model.networks[0].ops[0]
    assert relu.opset == "iOS18" and relu.fingerprint.startswith("v1:")
    assert [(each.name, each.dtype, each.shape) for each in relu.layer.inputs] == [("x", "fp16", (1, 64))]


def test_engine_and_build_come_from_the_folders(model):
    assert (model.kind, model.engine, model.os_build) == (Kind.ANALYTICS, "H16", "26A434")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/tmp/analytics.mil", ("", "")),
        ("/c/com.apple.e5rt.e5bundlecache/analytics.mil", ("", "")),
        ("/c/com.apple.e5rt.e5bundlecache/23F79/a/a.bundle/H13.bundle/analytics.mil", ("H13", "23F79")),
    ],
)
def test_where_the_path_says_nothing_nothing_is_said(path, found):
    assert analytics.place(Path(path)) == found


def test_a_program_without_backends_is_a_compiled_models(tmp_path):
    path = tmp_path / "model.mil"
    path.write_text(
        "program(1.0) { func main<ios16>(tensor<fp16, [1]> x) { tensor<fp16, [1]> y = relu(x = x); } -> (y); }"
    )
    found = analytics.read(path)
    assert found.kind == Kind.MLMODELC and found.networks[0].ops[0].seen is None
    assert "without backends" in found.notes[0]


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "analytics.mil"
    path.write_text("{}")
    with pytest.raises(BadFileError, match=r"analytics\.mil:1:1"):
        analytics.read(path)
