"The shipped observations: canonical, complete, and saying what the sources say."

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from anedb.catalog import facts, files, layers, records
from anedb.catalog.canonical import canonical
from anedb.domain.layer import Layer
from anedb.domain.observation import ComputeUnits, Context, Method, Unit
from anedb.domain.submission import OBSERVATIONS, LayerLine, Seen, SourceHeader
from anedb.fingerprint import fingerprint

FOLDER = files.root() / "observations"
PATHS = sorted(FOLDER.glob("*.jsonl"))
ISOLATED = ("751k-plan-iso-cpune", "751k-analytics")
EVIDENCE = os.environ.get("ANEDB_EVIDENCE", "")
SIZES = {
    "751k-plan-iso-cpune": 221,
    "751k-plan-iso-all": 184,
    "751k-plan-ctx-cpune": 1435,
    "751k-arch-targets": 47,
    "751k-arch-targets-m6": 47,
    "freedomtan-mobilenet-edgetpu-m1": 119,
    "erwinzhang-m4-pro-cpune": 388,
    "erwinzhang-m4-pro-all": 388,
    "erwinzhang-m5-max-cpune": 118,
}
"Rows of each dump: every one is entered or listed as left out."
files_of = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@cache
def read(path: Path) -> tuple[SourceHeader, list[LayerLine]]:
    header, lines = records.read(path)
    assert isinstance(header, SourceHeader)
    return header, lines


def observed(*sources: str) -> Iterator[tuple[Layer, Seen]]:
    for path in PATHS:
        if not sources or path.stem in sources:
            for line in read(path)[1]:
                yield from ((line.layer, seen) for seen in line.seen)


def offered(type: str, dtype: str = "fp16", source: tuple[str, ...] = ISOLATED, **wanted: object) -> set[bool]:
    "Whether the engine was offered, over all observations of a type whose parameters (and weight's kernel) fit."
    found = set()
    for layer, seen in observed(*source):
        have = {**layer.params, "kernel": kernel(layer), "x": layer.inputs[0].shape if layer.inputs else None}
        fits = layer.type == type and layer.inputs[0].dtype == dtype
        if fits and all(have.get(name) == value for name, value in wanted.items()):
            assert seen.offered is not None
            found.add(Unit.ANE in seen.offered)
    return found


def kernel(layer: Layer) -> tuple[object, ...] | None:
    weight = next((item for item in layer.inputs if item.name == "weight"), None)
    return weight.shape[2:] if weight and weight.shape else None


def test_every_source_has_its_file() -> None:
    assert sorted(path.stem for path in PATHS if path.stem.startswith(("751k", "erwinzhang", "freedomtan"))) == [
        "751k-analytics",
        "751k-arch-targets",
        "751k-arch-targets-m6",
        "751k-plan-ctx-cpune",
        "751k-plan-iso-all",
        "751k-plan-iso-cpune",
        "erwinzhang-m4-pro-all",
        "erwinzhang-m4-pro-cpune",
        "erwinzhang-m5-max-cpune",
        "erwinzhang-m5-max-shares",
        "freedomtan-mobilenet-edgetpu-m1",
    ]


@files_of
def test_layers_are_canonical_and_fingerprints_recompute(path: Path) -> None:
    for line in read(path)[1]:
        layer = line.layer
        assert canonical(layers.get(layer.format, layer.type), layer.params, layer.inputs) == (layer, ())
        assert fingerprint(layer.hashed()) == line.fingerprint


@files_of
def test_a_file_is_written_as_it_would_be_again(path: Path) -> None:
    header, lines = read(path)
    assert records.render(header, lines) == path.read_text(encoding="utf-8")
    assert header.layers == len(lines) == len({line.fingerprint for line in lines})


@files_of
def test_words_are_of_the_vocabulary(path: Path) -> None:
    header, lines = read(path)
    assert header.kind == OBSERVATIONS and header.source == path.stem
    assert header.source in facts.sources()
    for seen in (seen for line in lines for seen in line.seen):
        assert seen.units in set(ComputeUnits) and seen.context in set(Context) and seen.method in set(Method)
        if seen.method == Method.PRIVATE_API:  # a compiler takes a layer or refuses it: nobody chose
            assert seen.offered in ((), (Unit.ANE,)) and seen.chosen is None
        elif seen.offered is None:  # the source tells where a whole network was placed, and no more
            assert seen.chosen in set(Unit) and seen.reason is None
        else:
            assert seen.offered and set(seen.offered) <= set(Unit) and seen.chosen in seen.offered
        assert seen.cost_ppm is None or 0 <= seen.cost_ppm <= 1_000_000
        assert seen.reason is None or seen.reason.code in facts.reasons()
        assert seen.reason is None or Unit.ANE not in (seen.offered or ()), "a reason is for a refusal"


def test_every_row_of_a_dump_is_entered_or_listed() -> None:
    listed: dict[str, int] = defaultdict(int)
    for row in json.loads((FOLDER / "NOT_ENTERED.json").read_text())["rows"]:
        assert row["why"]
        listed[row["source"]] += not row["row"].startswith(("without_compute_plan_2.csv", "readme_"))
    for source, size in SIZES.items():
        assert sum(1 for _ in observed(source)) + listed[source] == size, source


def test_a_row_that_answers_nothing_is_not_scored() -> None:
    incomplete = [seen for _, seen in observed("751k-plan-ctx-cpune") if seen.model == "slice_dyn"]
    assert not incomplete and not [seen for _, seen in observed() if seen.model == "shape"]


@pytest.mark.parametrize("type", ["add", "mul", "matmul"])
def test_integers_are_not_offered_the_engine_of_an_m4_and_fp16_is(type: str) -> None:
    assert offered(type, "int32") == {False}
    assert True in offered(type)


def test_only_the_integer_add_of_a_gather_is_an_integer_add() -> None:
    "Entered as the fp16 add it is not, it would say that adds are refused."
    assert offered("add", "fp16") == {True}


@pytest.mark.parametrize(
    "type",
    [
        "acos",
        "asin",
        "atanh",
        "tan",
        "sinh",
        "cosh",
        "mod",
        "cumsum",
        "reduce_prod",
        "lstm",
        "gru",
        "rnn",
        "band_part",
        "one_hot",
        "non_zero",
        "random_normal",
        "scatter",
        "reduce_argmax",
        "crop_resize",
    ],
)
def test_what_an_m4_never_offers(type: str) -> None:
    found = {Unit.ANE in (seen.offered or ()) for layer, seen in observed() if layer.type == type}
    assert found == {False}


def test_a_max_pool_may_be_high_but_not_wide() -> None:
    assert offered("max_pool", kernel_sizes=(9, 1)) == {True}
    assert offered("max_pool", kernel_sizes=(8, 8)) == {True}
    assert offered("max_pool", kernel_sizes=(9, 9)) == {False}
    assert offered("max_pool", kernel_sizes=(13, 13)) == {False}


@pytest.mark.parametrize(
    ("size", "answer"),
    [((16, 16), True), ((17, 17), False), ((1, 15), True), ((1, 16), False), ((31, 1), True), ((32, 1), False)],
)
def test_where_a_convolution_becomes_too_large(size: tuple[int, int], answer: bool) -> None:
    assert offered("conv", kernel=size) == {answer}


@pytest.mark.parametrize(
    ("shape", "answer"),
    [((1, 1, 1, 16385), True), ((1, 1, 65536, 1), True), ((1, 1, 1, 65537), False), ((1, 65537, 1, 1), False)],
)
def test_where_an_axis_becomes_too_long(shape: tuple[int, ...], answer: bool) -> None:
    assert offered("relu", x=shape) == {answer}


def test_offered_does_not_depend_on_what_stands_around() -> None:
    "The same layer alone and between convolutions: what the README of the evidence says of every usable op."
    alone, inside = defaultdict(set), defaultdict(set)
    for layer, seen in observed("751k-plan-iso-cpune", "751k-plan-ctx-cpune"):
        into = alone if seen.context == Context.ISOLATED else inside
        into[fingerprint(layer.hashed())].add(Unit.ANE in (seen.offered or ()))
    both = alone.keys() & inside.keys()
    assert len(both) > 100 and all(alone[key] == inside[key] for key in both)


def test_chosen_does_depend_on_it() -> None:
    chosen: dict[str, set[str | None]] = defaultdict(set)
    for layer, seen in observed("751k-plan-iso-cpune", "751k-plan-ctx-cpune"):
        if layer.type == "tanh":
            chosen[seen.context].add(seen.chosen)
    assert chosen == {"isolated": {"cpu"}, "in-model": {"ane"}}


def test_an_m1_runs_the_network_but_for_its_fp32_edges() -> None:
    found = list(observed("freedomtan-mobilenet-edgetpu-m1"))
    off = [layer for layer, seen in found if Unit.ANE not in (seen.offered or ())]
    assert len(found) == 118 and sorted(layer.type for layer in off) == ["add", "cast", "cast", "mul"]
    assert all("fp32" in {item.dtype for item in layer.inputs} | set(layer.params.values()) for layer in off)
    counts = {name: sum(layer.type == name for layer, _ in found) for name in ("conv", "relu", "add")}
    assert counts == {"conv": 59, "relu": 36, "add": 16}


def chosen(source: str, model: str, type: str) -> list[tuple[object, str | None]]:
    "Shape of the first operand, and the unit, of each operation of one type in a network."
    return [
        (layer.inputs[0].shape, seen.chosen)
        for layer, seen in observed(source)
        if seen.model == model and layer.type == type
    ]


def test_the_same_add_goes_to_the_gpu_where_it_is_large() -> None:
    "ResNet-50 on an M4 Pro with all units: the sums of the first two stages, and no other operation."
    found = chosen("erwinzhang-m4-pro-all", "resnet50-b16", "add")
    gpu = {shape for shape, unit in found if unit == Unit.GPU}
    assert len(found) == 16 and gpu == {(16, 256, 56, 56), (16, 512, 28, 28)}
    assert not gpu & {shape for shape, unit in found if unit == Unit.ANE}


def test_only_the_look_up_of_tokens_is_off_the_engine_of_an_m4_pro() -> None:
    found = list(observed("erwinzhang-m4-pro-cpune"))
    off = sorted(layer.type for layer, seen in found if seen.chosen != Unit.ANE)
    assert off == ["add", "cast", "cast", "cast", "gather", "greater_equal", "select"]
    assert all(Unit.ANE not in (seen.offered or ()) for _, seen in found if seen.chosen != Unit.ANE)


def test_attention_goes_to_the_gpu_of_an_m4_pro_where_it_may() -> None:
    found = [(layer.type, seen.chosen) for layer, seen in observed("erwinzhang-m4-pro-all")]
    assert {unit for type, unit in found if type in ("matmul", "softmax", "transpose")} == {Unit.GPU}
    assert {unit for type, unit in found if type in ("linear", "layer_norm", "gelu", "conv")} == {Unit.ANE}


def test_the_compilers_of_an_m4_and_an_m6_take_the_same_but_for_topk() -> None:
    taken = {
        source: {(seen.model, seen.place): seen.offered for _, seen in observed(source)}
        for source in ("751k-arch-targets", "751k-arch-targets-m6")
    }
    m4, m6 = taken.values()
    assert len(m4) == 45 and m4.keys() == m6.keys()
    assert [model for (model, place), offered in m4.items() if m6[model, place] != offered] == ["topk_w"]


@pytest.fixture
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))


@pytest.mark.skipif(not EVIDENCE, reason="ANEDB_EVIDENCE names no folder with the public dumps")
@pytest.mark.usefixtures("_tools")
def test_a_sample_made_again_from_the_dumps_is_what_is_shipped() -> None:
    from tools.evidence.collect import collect

    models = {"add_i32", "gather_nd", "sw_maxpool_k9x1", "acos", "mod", "equal"}
    for source, made in collect(Path(EVIDENCE), models).files.items():
        shipped = [item for item in observed(source) if item[1].model in models]
        again = [(made.layers[key], seen) for key in sorted(made.layers) for seen in made.seen[key]]
        assert again == shipped, source


@pytest.mark.slow
@pytest.mark.skipif(not EVIDENCE, reason="ANEDB_EVIDENCE names no folder with the public dumps")
@pytest.mark.usefixtures("_tools")
def test_all_of_it_made_again_is_the_same_to_the_byte() -> None:
    from tools.evidence.__main__ import left_out
    from tools.evidence.collect import collect

    made = collect(Path(EVIDENCE))
    for source, file in made.files.items():
        assert file.render() == (FOLDER / f"{source}.jsonl").read_text(encoding="utf-8")
    for source, plans in made.plans.items():
        assert plans.render() == (FOLDER.parent / "plans" / f"{source}.jsonl").read_text(encoding="utf-8")
    assert left_out(made) == (FOLDER / "NOT_ENTERED.json").read_text(encoding="utf-8")
