"""From someone's words to the closed vocabulary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import facts
from anedb.domain.layer import Layer, Operand
from anedb.domain.observation import Reason
from anedb.ingest.importing.refusals import LONGEST, reason


def told(text, layer=None):
    found = reason(text, layer)
    return found.code, found.feature, found.value, found.limit


SAID = [
    ('Unsupported MIL operation "cosh".', "unsupported-op", "", "cosh", ""),
    ("Unsupported tensor data type: int32", "dtype", "dtype", "int32", ""),
    ("Unsupported tensor format: fp32.", "dtype", "dtype", "fp32", ""),
    ("Invalid input tensor format: fp32", "dtype", "dtype", "fp32", ""),
    ("Invalid output tensor format: fp32", "output-dtype", "dtype", "fp32", ""),
    ("Output type int32 is not supported.", "output-dtype", "dtype", "int32", ""),
    (
        'Op "slice_0_@cast" is connected to an invalid live-in "x1": Unsupported tensor data type: int32',
        "live-in-dtype",
        "dtype",
        "int32",
        "",
    ),
    ("Tensor buffer live-in not created: Unsupported tensor data type: bool", "live-in-dtype", "dtype", "bool", ""),
    ('type int32 for "boxes" is not supported. only support UInt16.', "index-dtype", "boxes", "int32", "uint16"),
    ("Unsupported gather index type", "index-dtype", "indices", "", ""),
    ("Error: conv with large kernel does not meet decomposition preconditions", "kernel-too-large", "", "", ""),
    ("Error: Invalid Pool kernel width (9), must be [1-8] or 32", "kernel-too-large", "kernel_width", "9", "8"),
    ("Unsupported: (dilated)kernel width = 28 > 13", "kernel-too-large", "kernel_width", "28", "13"),
    ("Unsupported: stride_x = 4 > 2", "stride-too-large", "stride_width", "4", "2"),
    ("only scaling factor of 2 is supported, getting (28, 28)", "scale-factor", "scale_height", "28, 28", "2"),
    (
        "elementwise with channel broadcast supported only with constant vector or transplant input",
        "broadcast",
        "broadcast",
        "channel",
        "",
    ),
    (
        "Inner product (is_lookup = True) requires nB to be bounded by 32768. More.",
        "extent-too-large",
        "table_rows",
        "",
        "32768",
    ),
    ("Output blob dimensions exceed ANE limit.", "extent-too-large", "", "", ""),
    (
        "Tensor dimensions N1D1C1H1W65537 are not within supported range, "
        "N[1-65536]D[1-65536]C[1-65536]H[1-65536]W[1-65536].",
        "extent-too-large",
        "width",
        "65537",
        "65536",
    ),
    (
        "Invalid layer: Tensor dimensions N1D1C1H1W240000 are not within supported range, "
        "N[1-65536] D[1-16384] C[1-65536] H[1-16384] W[1-16384].",
        "extent-too-large",
        "width",
        "240000",
        "16384",
    ),
    (
        "'anec.not_equal_zero' op Invalid configuration for the following reasons: Tensor dimensions N1D1C1H20000W3 "
        "are not within supported range, N[1-65536]D[1-16384]C[1-65536]H[1-16384]W[1-16384].",
        "extent-too-large",
        "height",
        "20000",
        "16384",
    ),
    (
        "Tensor dimensions N1D1C70000H1W1 (incoming) and N1D1C70000H1W1 (liveout) are not within supported range, "
        "N[1-65536]D[1-16384]C[1-65536]H[1-16384]W[1-16384].",
        "extent-too-large",
        "channels",
        "70000",
        "65536",
    ),
    (
        "'anec.gain_offset_control' op result #0 must be 4D/5D memref of 16-bit float or 8-bit signed integer or 8-bit "
        "unsigned integer values, but got 'memref<1x5x1x5xi1>'",
        "output-dtype",
        "dtype",
        "bool",
        "",
    ),
    (
        "Error: the output channel of input A (80000 kB) can not fit the Kmem (65536 kB)",
        "memory",
        "",
        "80000 kB",
        "65536 kB",
    ),
    ("Cannot support standalone slice_update", "state-update", "", "slice_update", ""),
    ('Unable to resolve operation input "y".', "operand", "y", "", ""),
    ('Failed to extract constant value "add"', "operand", "", "add", ""),
    (
        "error: 'anec.padding' op Invalid configuration for the following reasons: Invalid background padding value. "
        "It should be in [-65504.00, 65504.00] for fp16 format",
        "parameter",
        "constant_val",
        "",
        "65504",
    ),
    ("'anec.matmul' op attribute 'bias' failed to satisfy constraint: 16-bit float", "parameter", "bias", "", ""),
    ("ANECompiler: Too many operations in the procedure", "model-size", "", "", ""),
    ("_ANECompiler : ANECCompile() FAILED (11)", "compile-failed", "", "11", ""),
    ("_ANECompiler : ANECCompile() FAILED.", "compile-failed", "", "", ""),
    ("ANECCompile() failed: status=4, statusdict=", "compile-failed", "", "4", ""),
    ("ANECCompileOffline() failed: OSStatus=0", "compile-failed", "", "", ""),
    ("ANECCompile(/x/y/) FAILED: err=(\n    CompilationFailure\n)", "compile-failed", "", "CompilationFailure", ""),
    ("fail(rc=22)", "compile-failed", "", "22", ""),
    (
        "ANECCompile() FAILED: Layer 3: Unsupported tensor data type: int32",
        "dtype",
        "dtype",
        "int32",
        "",
    ),
    ("scatter MIL op is currently only supported on uANE targets (u1-u4)", "no-engine-target", "", "scatter", ""),
]


@pytest.mark.parametrize(("text", "code", "feature", "value", "limit"), SAID, ids=lambda it: it[:40])
def test_a_refusal_becomes_a_reason_with_its_numbers(text, code, feature, value, limit):
    assert told(text) == (code, feature, value, limit)


@pytest.mark.parametrize(
    ("kernel", "feature", "value"),
    [
        ((64, 64, 17, 3), "kernel_height", "17"),
        ((64, 64, 1, 16), "kernel_width", "16"),
        ((8, 8, 9), "kernel_width", "9"),
    ],
)
def test_a_message_without_numbers_takes_them_from_the_layer(kernel, feature, value):
    layer = Layer(format="mlprogram", type="conv", inputs=(Operand(name="weight", dtype="fp16", shape=kernel),))
    text = "Error: conv with large kernel does not meet decomposition preconditions"
    assert told(text, layer) == ("kernel-too-large", feature, value, "")


def test_an_extent_within_its_limit_names_no_axis():
    text = "Tensor dimensions N1D1C1H1W5 are not within supported range, N[1-9]D[1-9]C[1-9]H[1-9]W[1-9]."
    assert told(text) == ("extent-too-large", "", "", "")


def test_what_no_wording_fits_is_kept_as_it_is():
    assert reason(" the engine is on holiday ") == Reason(code="unmapped", text="the engine is on holiday")


@given(st.text(max_size=3 * LONGEST))
def test_any_text_is_a_reason_of_the_vocabulary_and_no_longer_than_is_kept(text):
    found = reason(text)
    assert found.code in facts.reasons()
    assert len(found.text) <= LONGEST
