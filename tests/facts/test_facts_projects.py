"""What projects found on their own machines, asked as questions: the answer, and the evidence shown with it.

Numbers are those of the list of thirty facts in the public evidence. Where a fact is a plan's row, the layer is the one
of the rebuilt network; where it is one report's, the question is put so that the report's condition holds.
"""

from collections.abc import Iterator

import pytest

import anedb
from anedb.api.anedb import Anedb
from anedb.catalog import files, records
from anedb.fingerprint import fingerprint

X = "x=fp16[1,64,32,32]"
YES, NO = {"yes", "likely"}, {"no", "unlikely"}
M1, M2, M4, M4_PRO, M4_MAX, M5_MAX = (
    {"chip": "M1", "os": "macOS 14.5"},
    {"chip": "M2", "os": "macOS 26.5"},
    {"chip": "M4", "os": "macOS 27.0"},
    {"chip": "M4 Pro", "os": "macOS 26.5.1"},
    {"chip": "M4 Max", "os": "macOS 26.0"},
    {"chip": "M5 Max", "os": "macOS 26.6"},
)
IPHONE = {"chip": "A19 Pro", "os": "iOS 26.0"}


@pytest.fixture(scope="module")
def db(database: str) -> Iterator[Anedb]:
    with anedb.open(database) as found:
        yield found


@pytest.fixture(scope="module")
def ask(db):
    def asked(layer, *inputs, units="cpu-and-ne", chip, os, **params):
        return db.query(layer, params=params, inputs=inputs, chip=chip, os=os, units=units, limit=99)

    return asked


def recorded(source, model=""):
    "Every layer that a source tells of, with what it saw, and its target."
    header, lines = records.read(files.root() / f"observations/{source}.jsonl")
    return [(line.layer, seen, header.target) for line in lines for seen in line.seen if model in seen.model]


def judged(db, layer, seen, target):
    return db._asker.of_layer(layer, target, seen.units)


def codes(verdict):
    return {reason.code for reason in verdict.reasons}


def said(verdict):
    return {piece.id for piece in verdict.evidence}


def against(verdict):
    return {id for conflict in verdict.conflicts for id in conflict.evidence}


# ------------------------------------------------------------------------------------------------- 3: fp32 is refused


@pytest.mark.parametrize("op", ["relu", "add", "conv", "tanh", "mul", "linear"])
@pytest.mark.parametrize(("where", "claim"), [(M1, "ft-m1-fp32"), (M2, "mob-fp32")])
def test_fp32_is_refused_by_an_m1_and_an_m2_and_the_author_is_named(ask, op, where, claim):
    found = ask(op, "x=fp32[1,64,32,32]", **where)
    assert found.offered.answer == "no" and found.chosen.answer in NO
    assert "dtype" in codes(found) and claim in said(found)


# ------------------------------------------------------------- 14, 15, 18: whole networks, operation by operation


@pytest.mark.parametrize(("op", "count"), [("conv", 59), ("relu", 36), ("add", 15), ("avg_pool", 1), ("softmax", 1)])
def test_a_mobilenet_is_all_on_the_engine_of_an_m1(db, op, count):
    rows = [row for row in recorded("freedomtan-mobilenet-edgetpu-m1") if row[0].type == op and row[1].chosen == "ane"]
    assert len(rows) == count
    for layer, seen, target in rows:
        found = judged(db, layer, seen, target)
        assert (found.offered.answer, found.chosen.answer) == ("yes", "yes")


@pytest.mark.parametrize("op", ["squeeze", "transpose"])
def test_so_are_its_changes_of_shape(db, op):
    ((layer, seen, target),) = [row for row in recorded("freedomtan-mobilenet-edgetpu-m1") if row[0].type == op]
    assert judged(db, layer, seen, target).chosen.answer == "yes"


def test_its_fp32_edges_are_not(db):
    rows = [row for row in recorded("freedomtan-mobilenet-edgetpu-m1") if row[1].chosen == "cpu"]
    assert {layer.type for layer, _, _ in rows} == {"cast", "mul", "add"}
    assert {judged(db, *row).offered.answer for row in rows} == {"no"}


TOKENS = {"cast", "greater_equal", "add", "select", "gather"}


def test_the_token_look_up_of_bert_is_the_cpus_and_all_else_the_engines(db):
    rows = recorded("erwinzhang-m4-pro-cpune", "bert")
    cpu = [row for row in rows if row[1].chosen == "cpu"]
    assert len(rows) == 148 and len(cpu) == 7 and {layer.type for layer, _, _ in cpu} == TOKENS
    for row in rows:
        found = judged(db, *row)
        wanted = "no" if row[1].chosen == "cpu" else "yes"
        assert (found.offered.answer, found.chosen.answer) == (wanted, wanted), row[0]


@pytest.mark.parametrize(
    ("op", "x"),
    [
        ("linear", "x=fp16[16,128,768]"),
        ("matmul", "x=fp16[16,12,128,64]"),
        ("softmax", "x=fp16[16,12,128,128]"),
        ("layer_norm", "x=fp16[16,128,768]"),
        ("gelu", "x=fp16[16,128,3072]"),
        ("reshape", "x=fp16[16,128,768]"),
        ("transpose", "x=fp16[16,128,12,64]"),
    ],
)
def test_what_bert_is_made_of_runs_on_an_m4_pro(ask, op, x):
    found = ask(op, x, **M4_PRO)
    assert found.offered.answer == "yes" and found.chosen.answer in YES


def test_a_mobilenet_is_all_on_the_engine_of_an_m5_max_depthwise_convolutions_too(db):
    rows = recorded("erwinzhang-m5-max-cpune")
    assert len(rows) == 118
    assert {judged(db, *row).chosen.answer for row in rows} == {"yes"}
    assert max(layer.params.get("groups", 1) for layer, _, _ in rows) == 960


# ------------------------------------------------------------------------ 16, 17: the same operation, another device

EARLY, LATE = ((16, 256, 56, 56), (16, 512, 28, 28)), ((16, 1024, 14, 14), (16, 2048, 7, 7))


def residual(ask, shape, where, units):
    operands = [f"{name}=fp16[{','.join(map(str, shape))}]" for name in "xy"]
    return ask("add", *operands, units=units, **where)


@pytest.mark.parametrize("shape", EARLY + LATE)
def test_with_all_units_only_the_large_residual_additions_leave_the_engine(ask, shape):
    found = residual(ask, shape, M4_PRO, "all")
    assert found.offered.answer == "yes"
    assert found.chosen.answer == ("no" if shape in EARLY else "yes")
    assert found.chosen.basis == "same-configuration"


@pytest.mark.parametrize("shape", EARLY + LATE)
def test_without_the_gpu_they_all_stay(ask, shape):
    assert residual(ask, shape, M4_PRO, "cpu-and-ne").chosen.answer == "yes"


@pytest.mark.parametrize("shape", EARLY + LATE)
def test_all_units_mean_the_gpu_on_an_m5_max_whatever_the_size(ask, shape):
    assert residual(ask, shape, M5_MAX, "all").chosen.answer == "no"
    assert residual(ask, shape, M5_MAX, "cpu-and-ne").chosen.answer == "yes"


@pytest.mark.parametrize("network", ["mobilenet", "resnet50", "bert"])
def test_so_do_they_for_whole_networks_that_an_m4_pro_mixes_or_keeps(db, network):
    there = [row for row in recorded("erwinzhang-m5-max-shares", network) if row[1].units == "all"]
    assert {seen.chosen for _, seen, _ in there} == {"gpu"}
    assert {judged(db, *row).chosen.answer for row in there} == {"no"}
    pro = [row for row in recorded("erwinzhang-m4-pro-all", network) if row[1].chosen == "ane"]
    assert len(pro) > 80 and {judged(db, *row).chosen.answer for row in pro} <= YES


ATTENTION = {"transpose": 24, "matmul": 12, "mul": 6, "softmax": 6, "reshape": 6}
"Operations of BERT that an M4 Pro gives to the GPU where it may."


def test_with_all_units_the_core_of_attention_goes_to_the_gpu(db):
    gpu = [row for row in recorded("erwinzhang-m4-pro-all", "bert") if row[1].chosen == "gpu"]
    assert {op: sum(layer.type == op for layer, _, _ in gpu) for op in ATTENTION} == ATTENTION and len(gpu) == 54
    found = [judged(db, *row) for row in gpu]
    assert {(it.offered.answer, it.chosen.answer) for it in found} <= {("yes", "no"), ("yes", "unlikely")}


# --------------------------------------------------------------------------------------- 26: states; plan and run time


def test_states_on_an_iphone_are_planned_and_fail_at_run_time_and_both_are_told(ask):
    found = ask("read_state", "input=fp16[1,8,512,256]", **IPHONE)
    assert found.offered.answer in YES
    (three,) = [piece for piece in found.evidence if piece.id == "jr-3state"]
    assert "predicting fails" in three.says and "jr-2state-ok" in said(found)


def test_that_an_update_of_a_state_was_refused_is_a_conflict(ask):
    found = ask("write_state", "input=fp16[1,8,512,256]", **IPHONE)
    assert found.offered.answer == "mixed" and "jr-reject-state" in against(found) and "state" in codes(found)


def test_one_state_works_on_a_mac_and_that_two_do_not_is_told(ask):
    found = ask("read_state", "input=fp16[1,8,512,256]", chip="M4", os="macOS 26.0")
    (one,) = [piece for piece in found.evidence if piece.id == "jr-1state"]
    assert found.offered.answer in YES and "second state" in one.says


def test_a_beta_that_refuses_a_state_speaks_of_its_chip_and_release_only(ask):
    state = "input=fp16[1,8,512,256]"
    beta, before = ask("read_state", state, chip="M5 Max", os="macOS 27.0"), ask("read_state", state, **M5_MAX)
    assert "vox-15" in against(beta) | said(beta) and beta.offered.answer == "mixed"
    assert "vox-15" not in said(before) and before.offered.answer in YES


def test_nothing_is_known_of_where_a_state_is_placed(ask):
    assert ask("read_state", "input=fp16[1,8,512,256]", **IPHONE).chosen.answer == "unknown"


# ------------------------------------------------------------------------------------------------ 28: tile, two sides


def test_a_bool_tile_stops_an_m2_and_a_float_one_is_the_way_out(ask):
    found = ask("tile", "x=bool[2,1,128,1]", **M2)
    assert found.offered.answer == "no" and "dtype" in codes(found) and "mob-tile" in said(found)
    assert "mob-tile-float" in {way.id for way in found.workarounds}


def test_a_float_tile_is_fine_there_and_on_an_m4_whatever_an_m3_refused_outside_core_ml(ask):
    there = ask("tile", "x=fp16[2,1,128,1]", **M2)
    assert there.offered.answer in YES and "mob-tile-fp16" in said(there) and "sk-tile" in against(there)
    assert ask("tile", X, **M4).offered.answer == "yes"


# ---------------------------------------------------------------------------------- 29, 30: quantised activations, int4


@pytest.mark.parametrize(("op", "no", "yes"), [
    ("quantize", "jr-w8a8", "jr-w8a8-mac"),
    ("dequantize", "jr-w8a8-dequantize", "jr-w8a8-mac-dequantize"),
])  # fmt: skip
def test_quantised_activations_run_on_an_m4_max_and_are_doubted_on_an_iphone(ask, op, no, yes):
    mac, phone = ask(op, **M4_MAX), ask(op, **IPHONE)
    assert mac.offered.answer == "yes" and yes in said(mac)
    assert no in said(phone) and "quantisation" in codes(phone)
    assert phone.offered.probability < mac.offered.probability - 0.3


def test_int4_by_blocks_is_disputed_and_both_sides_are_shown(ask):
    found = ask("constexpr_blockwise_shift_scale", "data=int4[64,64]", **M4_MAX)
    assert found.chosen.answer == "mixed" and "quantisation" in codes(found)
    assert {"vid-int4-block", "vid-int4-stateful"} <= said(found) and "vid-int4-block" in against(found)


def test_int8_is_not_what_the_dispute_is_about(ask):
    found = ask("constexpr_blockwise_shift_scale", "data=int8[64,64]", **M4_MAX)
    assert not {"vid-int4-block", "vid-int4-stateful"} & said(found)


def test_palettes_of_four_bits_stay(ask):
    found = ask("constexpr_lut_to_dense", "indices=uint4[64,64]", **M4_MAX)
    assert found.chosen.answer in YES and "vid-pal" in said(found)


# ------------------------------------------------------------------------- what plans in context add: 1, 2 and 6


@pytest.mark.parametrize(
    ("op", "params"),
    [
        ("reduce_mean", {"axes": (1,)}),
        ("avg_pool", {"kernel_sizes": (2, 2)}),
        ("l2_pool", {"kernel_sizes": (2, 2)}),
        ("split", {"axis": 1}),
        ("slice_by_index", {}),
        ("depth_to_space", {}),
        ("pixel_shuffle", {}),
        ("topk", {}),
        ("squeeze", {}),
    ],
)
def test_what_is_offered_the_engine_and_left_on_the_cpu_all_the_same(ask, op, params):
    found = ask(op, X, **params, **M4)
    assert found.offered.answer == "yes" and found.chosen.answer not in YES


def test_so_is_attention(ask):
    found = ask("scaled_dot_product_attention", *[f"{it}=fp16[1,8,128,64]" for it in ("query", "key", "value")], **M4)
    assert (found.offered.answer, found.chosen.answer) == ("yes", "no")


def test_what_is_offered_does_not_depend_on_what_stands_around(db):
    "Layers that were planned alone and between convolutions: both plans offer the same."
    alone, around = (
        {(fingerprint(layer.hashed()), "ane" in seen.offered) for layer, seen, _ in recorded(source) if seen.offered}
        for source in ("751k-plan-iso-cpune", "751k-plan-ctx-cpune")
    )
    both = {layer for layer, _ in alone} & {layer for layer, _ in around}
    assert len(both) > 40
    assert {it for it in alone if it[0] in both} == {it for it in around if it[0] in both}


@pytest.mark.parametrize("width", [192, 1000, 8192, 49152])
def test_linear_at_batch_1_stays_on_the_cpu_of_an_m1_at_every_width(ask, width):
    found = ask("linear", "x=fp16[1,576]", f"weight=fp16[{width},576]", units="all", **M1)
    assert found.offered.answer == "yes" and found.chosen.answer in NO and "torchnative-linear-batch-1" in said(found)


def test_linear_at_batch_128_does_not(ask):
    found = ask("linear", "x=fp16[128,1024]", "weight=fp16[1024,1024]", units="all", **M1)
    assert found.chosen.answer in YES


@pytest.mark.parametrize("width", [8192, 16384])
def test_the_same_product_as_a_convolution_goes_to_the_engine_from_4_7_million_weights(ask, width):
    found = ask("conv", "x=fp16[1,576,1,1]", f"weight=fp16[{width},576,1,1]", units="all", **M1)
    assert found.chosen.answer in YES and "torchnative-conv-many-weights" in said(found)


def test_fewer_weights_are_too_little_for_a_program_and_that_the_program_counts_is_told(ask):
    found = ask("conv", "x=fp16[1,576,1,1]", "weight=fp16[4096,576,1,1]", units="all", **M1)
    (few,) = [piece for piece in found.evidence if piece.id == "torchnative-conv-few-weights"]
    assert "too-small" in codes(found) and "whole program" in few.says


def test_a_convolution_in_chains_is_on_either_side_and_both_are_kept(ask):
    "The same layer was left on the CPU in chains of 1 to 8 and put on the engine in a chain of 64."
    rows = [row for row in recorded("torchnative-anedecode", "chain_") if row[0].type == "conv"]
    assert {(seen.model, seen.chosen) for _, seen, _ in rows} == {
        *((f"chain_{count}_conv1x1_576_576", "cpu") for count in (1, 2, 4, 8)),
        ("chain_64_conv1x1_576_576", "ane"),
    }
    spelt = {"strides": (1, 1), "pad_type": "custom", "pad": (0, 0, 0, 0), "dilations": (1, 1), "groups": 1}
    operands = "x=fp16[1,576,1,1]", "weight=fp16[576,576,1,1]", "bias=fp16[576]"
    found = ask("conv", *operands, units="all", **spelt, **M1)
    assert found.offered.answer == "yes" and found.chosen.answer in NO
    assert any("chosen: 1 yes" in piece.says for piece in found.evidence)


@pytest.mark.parametrize("batch", [1, 128])
def test_fp32_takes_the_engine_from_what_is_offered(ask, batch):
    found = ask("linear", f"x=fp32[{batch},1024]", "weight=fp32[1024,1024]", units="all", **M1)
    assert found.offered.answer == "no" and found.chosen.answer == "no"


# ------------------------------------------------------------------------------------------------- where sources differ


def test_a_depthwise_convolution_of_1024_groups_is_the_exception(ask):
    wide = ask("conv", "x=fp16[1,1024,1,8]", "weight=fp16[1024,1,1,3]", chip="M4", os="macOS 26.0", groups=1024)
    assert wide.offered.answer == "yes" and wide.chosen.answer in NO and "jr-dw" in said(wide)
    usual = ask("conv", "x=fp16[16,192,28,28]", "weight=fp16[192,1,3,3]", groups=192, **M5_MAX)
    assert usual.chosen.answer in YES and "jr-dw" not in said(usual)


def test_products_of_five_axes_are_offered_and_tend_to_the_cpu(ask):
    found = ask("matmul", "x=fp16[1,2,8,16,16]", chip="M4", os="macOS 26.0")
    assert found.offered.answer in YES and found.chosen.answer in NO and "jr-5dmm" in said(found)


def test_scores_of_all_positions_stay_on_the_cpu_and_those_of_one_do_not(ask):
    weight, where = "weight=fp16[50257,768]", {"chip": "M1 Max", "os": "macOS 13.0"}
    assert ask("linear", "x=fp16[1,512,768]", weight, **where).chosen.answer in NO
    assert ask("linear", "x=fp16[1,1,768]", weight, **where).chosen.answer in YES
