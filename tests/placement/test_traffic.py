"Bytes moved: each tensor once, by the width of its type."

import pytest
from work_cases import layer, mil, nn

from anedb.catalog import layers
from anedb.domain.layer import DType
from anedb.domain.model import Tensor
from anedb.placement.formulae.moves import NO_FORMULA
from anedb.placement.traffic import BITS, LOOKED_UP, NOTHING_GIVEN, UNREAD, UNTOLD
from anedb.placement.work import work

X = (1, 8, 4, 4)


def test_activations_and_weights_count_once_each():
    done = mil("conv", (1, 16, 4, 4), x=X, weight=(16, 8, 3, 3), bias=(16,))
    assert done.bytes == 2 * (128 + 16 * 8 * 9 + 16 + 256)


@pytest.mark.parametrize(
    ("dtype", "size"),
    [("fp32", 512), ("fp16", 256), ("int8", 128), ("int32", 512), ("bool", 128), ("uint4", 64), ("uint1", 16)],
)
def test_a_tensor_is_as_wide_as_its_type(dtype, size):
    assert mil("identity", X, dtype=dtype, x=X).bytes == 2 * size


@pytest.mark.parametrize(("dtype", "size"), [("uint4", 4), ("uint6", 6), ("uint1", 1), ("int4", 4), ("uint3", 3)])
def test_compressed_weights_count_as_they_are_stored(dtype, size):
    params = {"inputChannels": 8, "outputChannels": 1}
    assert nn("innerProduct", (1, 1), params, x=(1, 8), weights=(dtype, (1, 8))).bytes == 16 + size + 2


def test_bits_are_packed_into_whole_bytes():
    assert mil("identity", (3,), dtype="uint3", x=(3,)).bytes == 2 * 2


def test_a_neural_networks_untold_type_is_what_the_engine_computes_in():
    assert nn("copy", X, x=X).bytes == 2 * 256


def test_an_ml_programs_untold_type_is_unknown():
    assert mil("identity", X, dtype="unknown", x=X).bytes is None


def test_text_has_no_width():
    assert nn("copy", X, x=("string", X)).bytes is None
    assert mil("identity", (2,), dtype="string", x=(2,)).bytes is None


def test_every_type_has_a_width_but_text_and_the_unknown():
    assert set(DType) - BITS.keys() == {"string", "unknown"}


def test_a_view_counts_as_moved():
    assert mil("reshape", (8, 16), {"shape": (8, 16)}, x=X).bytes == 512
    assert mil("expand_dims", (1, *X), {"axes": 0}, x=X).bytes == 512


def test_only_the_rows_looked_up_are_read():
    done = mil("gather", (5, 64), x=(30522, 64), indices=("int32", (5,)))
    assert done.bytes == 2 * 5 * 64 + 4 * 5 + 2 * 5 * 64


def test_no_more_is_read_of_a_table_than_there_is():
    assert mil("gather", (500, 4), x=(3, 4), indices=("int32", (500,))).bytes == 2 * 12 + 2000 + 4000


def test_a_slice_reads_what_it_gives():
    params = {"begin": (0, 0), "end": (2, 8)}
    assert mil("slice_by_index", (2, 8), params, x=(100, 8)).bytes == 2 * 2 * 16


def test_an_operand_wanted_for_its_shape_is_not_read():
    assert mil("shape", (4,), dtype="int32", x=X).bytes == 16
    assert nn("broadcastToLike", X, x=(1, 8, 1, 1), like=X).bytes == 2 * (8 + 128)
    assert mil("reshape_like", (128,), {"begins": 0, "ends": 1}, x=X, ref_tensors=[(9, 9)]).bytes == 512


def test_constants_are_counted_where_they_are_used():
    done = mil("constexpr_lut_to_dense", (8, 8), indices=("uint4", (8, 8)), lut=(16,))
    assert (done.flops, done.bytes) == (0, 0)


def test_every_output_counts():
    split = layer("mlprogram", "split", {"num_splits": 2, "axis": 1}, {"x": X}, "fp16")
    halves = [Tensor(name, "fp16", (1, 4, 4, 4)) for name in "ab"]
    assert work(split, halves).bytes == 512
    assert work(split, halves[:1]).bytes == 384


@pytest.mark.parametrize("type", sorted(UNTOLD))
def test_blocks_and_lists_move_what_nobody_knows(type):
    format = "mlprogram" if type in layers.all_types("mlprogram") else "neuralnetwork"
    made = layer(format, type, {}, {}, "fp16")
    assert type in NO_FORMULA
    assert work(made, (Tensor("out", "fp16", (1,)),)).bytes is None


@pytest.mark.parametrize("type", NOTHING_GIVEN)
def test_leaving_a_loop_moves_nothing(type):
    done = work(layer("neuralnetwork", type, {}, {}, "unknown"), ())
    assert (done.flops, done.bytes) == (0, 0)


def test_the_exceptions_name_inputs_that_there_are():
    for table in (UNREAD, LOOKED_UP):
        for type, name in table.items():
            kinds = [it for it in (layers.lookup("mlprogram", type), layers.lookup("neuralnetwork", type)) if it]
            assert any(item.name == name for kind in kinds for item in kind.inputs), (type, name)
