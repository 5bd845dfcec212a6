"Layers of two models are paired by what they do."

from dataclasses import replace
from time import perf_counter

from check_samples import checked, layer
from hypothesis import given
from hypothesis import strategies as st

from anedb.api.alignment import align, moved

CONV, RELU, POOL = layer("conv"), layer("relu"), layer("max_pool")


def net(*layers):
    return checked(*layers).layers


def nn(type, **more):
    return layer(type, format="neuralnetwork", **more)


def test_a_layer_put_in_between_shifts_no_other():
    pairs = align(net(CONV, RELU, CONV, RELU), net(CONV, POOL, RELU, CONV, RELU))
    assert pairs == [(0, 0), (1, 2), (2, 3), (3, 4)]


def test_of_equal_blocks_the_one_whose_shapes_fit_is_found():
    blocks = [layer(shape=[1, extent, 8, 8]) for extent in (64, 32, 16)]
    assert align(net(*blocks), net(blocks[0], blocks[2])) == [(0, 0), (2, 1)]


def test_another_shape_everywhere_is_the_same_order_of_layers():
    a = net(*[layer(type, shape=[1, 64, 32, 32]) for type in ("conv", "relu", "conv", "relu")])
    b = net(*[layer(type, shape=[8, 64, 32, 32]) for type in ("conv", "relu", "conv", "relu")])
    assert align(a, b) == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_one_layer_that_is_equal_by_chance_does_not_tear_the_rest_apart():
    a = net(*[layer(params={"n": place}) for place in range(6)])
    b = net(*[layer(params={"n": place}, shape=[8, 64, 32, 32]) for place in range(6)], layer(params={"n": 0}))
    assert align(a, b) == [(place, place) for place in range(6)]


def test_parameters_decide_between_layers_of_one_concept():
    a = net(layer(params={"groups": 1}, shape=[1]), layer(params={"groups": 64}, shape=[1]))
    b = net(layer(params={"groups": 64}, shape=[2]))
    assert align(a, b) == [(1, 0)]


def test_names_decide_where_nothing_else_does():
    a = net(*[layer(params={"pad": place}, name=f"c{place}") for place in range(3)])
    b = net(layer(params={"pad": 9}, name="c1"))
    assert align(a, b) == [(1, 0)]


def test_the_two_formats_are_paired_by_concept():
    a = net(nn("convolution"), nn("activation.relu"), nn("innerProduct"))
    b = net(layer("conv"), layer("relu"), layer("transpose"), layer("linear"))
    assert align(a, b) == [(0, 0), (1, 1), (2, 3)]


def test_a_linear_layer_is_paired_with_the_matmul_that_took_its_place():
    a = net(nn("flatten"), nn("innerProduct"), nn("softmax"))
    b = net(nn("flatten"), nn("batchedMatmul"), nn("addBroadcastable"), nn("softmax"))
    assert align(a, b) == [(0, 0), (1, 1), (2, 3)]


def test_what_stands_alone_between_the_same_neighbours_was_replaced():
    assert align(net(CONV, layer("lstm"), RELU), net(CONV, layer("gather"), RELU)) == [(0, 0), (1, 1), (2, 2)]


def test_a_layer_that_no_catalogue_has_is_paired_with_its_own_kind_only():
    a = net(layer("frobnicate"), layer("mystery"), CONV)
    assert align(a, net(layer("mystery", shape=[3]), CONV)) == [(1, 0), (2, 1)]


def test_equal_layers_out_of_order_are_found_those_of_one_name_first():
    a = net(layer("cast", name="h0"), layer("cast", name="c0"), RELU)
    b = net(RELU, layer("cast", name="c0"), layer("cast", name="h0"))
    assert moved(a, b, [(2, 0)]) == [(0, 2), (1, 1)]
    assert moved(a, b, [(0, 2), (1, 1), (2, 0)]) == []
    assert moved(net(replace(RELU, fingerprint=None)), net(replace(RELU, fingerprint=None)), []) == []


kinds = st.lists(st.sampled_from(["conv", "relu", "linear", "matmul", "lstm", "frob"]), max_size=12)


@given(kinds, kinds)
def test_pairs_rise_on_both_sides_and_turn_round_with_the_models(a, b):
    one, other = net(*map(layer, a)), net(*map(layer, b))
    pairs = align(one, other)
    assert pairs == sorted(set(pairs)) and [j for _, j in pairs] == sorted({j for _, j in pairs})
    assert len({i for i, _ in pairs}) == len(pairs)
    assert all(0 <= i < len(one) and 0 <= j < len(other) for i, j in pairs)


@given(kinds)
def test_a_model_is_paired_with_itself_layer_by_layer(found):
    layers = net(*map(layer, found))
    assert align(layers, layers) == [(place, place) for place in range(len(layers))]


@given(kinds, st.data())
def test_what_was_taken_out_is_all_that_is_left_over(found, data):
    layers = net(*[layer(type, params={"n": place}) for place, type in enumerate(found)])
    kept = data.draw(st.lists(st.booleans(), min_size=len(layers), max_size=len(layers)))
    if 2 * sum(kept) >= len(layers):
        left = [each for each, keep in zip(layers, kept, strict=True) if keep]
        assert [(layers[i].index, left[j].index) for i, j in align(layers, left)] == [
            (it.index, it.index) for it in left
        ]


def test_long_models_that_repeat_one_block_are_paired_in_little_time():
    block = [layer(type, params={"n": place}) for place, type in enumerate(("linear", "relu", "add", "softmax") * 5)]
    a = [replace(each, index=place) for place, each in enumerate(block * 180)]
    b = [each for place, each in enumerate(a) if place % 40]
    began = perf_counter()
    pairs = align(a, b)
    assert perf_counter() - began < 2
    assert len(pairs) == len(b)
