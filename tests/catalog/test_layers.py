"""Finding layers, and the rules data/layers and data/concepts.json keep."""

import json
import shutil
import subprocess
import sys
from collections import Counter

import pytest

from anedb.catalog import files, layer_text, layers
from anedb.catalog.naming import FORMATS, fold
from anedb.catalog.values import converter
from anedb.domain.layer import InputKind
from anedb.errors import DataError, UnknownNameError

TYPES = [layers.get(*name.split(":")) for name in layers.all_types()]
KINDS = {item.value for item in InputKind}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("conv", "mlprogram:conv"),
        ("ios17.conv", "mlprogram:conv"),
        ("Conv2d", "mlprogram:conv"),
        ("F.conv2d", "mlprogram:conv"),
        ("Convolution", "neuralnetwork:convolution"),
        ("ConvolutionLayerParams", "neuralnetwork:convolution"),
        ("AddBroadcastableLayer", "neuralnetwork:addBroadcastable"),
        ("ConcatND", "neuralnetwork:concatND"),
        ("Max-Pool", "mlprogram:max_pool"),
        ("upsample", "neuralnetwork:upsample"),
        ("upsampling", "mlprogram:upsample_nearest_neighbor"),
        ("softmax", "mlprogram:softmax"),
        ("SoftmaxLayer", "neuralnetwork:softmax"),
        ("neuralnetwork:softmax", "neuralnetwork:softmax"),
        ("custom", "neuralnetwork:custom"),
        ("tf.keras.layers.Dense", "mlprogram:linear"),
        ("Gemm", "mlprogram:linear"),
        ("inner_product", "neuralnetwork:innerProduct"),
        ("torch.gather", "mlprogram:gather_along_axis"),
        ("gather", "mlprogram:gather"),
        ("ActivationReLU", "neuralnetwork:activation.relu"),
        ("leaky relu", "mlprogram:leaky_relu"),
    ],
)
def test_a_layer_is_found_by_what_people_call_it(asked, found):
    kind = layers.find(asked)
    assert f"{kind.format}:{kind.name}" == found


@pytest.mark.parametrize(
    ("asked", "format", "found"),
    [
        ("conv", "neuralnetwork", "convolution"),
        ("convolution", "mlprogram", "conv"),
        ("AddBroadcastableLayer", "mlprogram", "add"),
        ("sqrt", "neuralnetwork", "unary.sqrt"),
        ("relu", "NeuralNetwork", "activation.relu"),
        ("Conv2DTranspose", "neuralnetwork", "deconvolution"),
        # NeuralNetwork pooling averages by its type: avg_pool lists it as related
        ("avg_pool", "neuralnetwork", "pooling"),
    ],
)
def test_the_format_asked_for_is_kept(asked, format, found):
    assert layers.find(asked, format).name == found


def test_an_unknown_layer_is_never_answered_as_another():
    with pytest.raises(UnknownNameError) as error:
        layers.find("lsmt")
    assert error.value.message == 'there is no layer "lsmt"' and error.value.suggestions[0] == "lstm"


def test_a_format_without_the_layer_says_where_it_is():
    with pytest.raises(UnknownNameError) as error:
        layers.find("custom", "mlprogram")
    assert error.value.suggestions == ("neuralnetwork:custom",)


def test_an_unknown_format_is_refused():
    with pytest.raises(UnknownNameError):
        layers.find("conv", "coreai")


@pytest.mark.parametrize(("family", "size"), [("activation", 13), ("unary", 8), ("UnaryFunctionLayerParams", 8)])
def test_a_family_names_its_members(family, size):
    with pytest.raises(UnknownNameError) as error:
        layers.find(family)
    assert len(error.value.suggestions) == size


def test_lookup_of_no_layer_is_none():
    assert layers.lookup("mlprogram", "../concepts") is None


def test_every_layer_of_both_formats_is_here():
    counts = Counter(kind.format for kind in TYPES)
    functions = [kind.name for kind in TYPES if "." in kind.name]
    # coremltools' registry of core ops, and write_state
    assert counts["mlprogram"] == 168 + 1
    # the 158 members of the oneof, with activation and unary replaced by their functions, and both deconvolutions
    assert counts["neuralnetwork"] == 158 - 2 + 13 + 8 + 2
    assert Counter(name.partition(".")[0] for name in functions) == {"activation": 13, "unary": 8}


def test_every_layer_is_in_exactly_one_concept():
    held = Counter(layer for item in layers.concepts().values() if not item.group for layer in item.layers)
    assert held == Counter(f"{kind.format}:{kind.name}" for kind in TYPES)


def test_related_layers_and_concepts_exist():
    known = {*layers.concepts(), *(f"{kind.format}:{kind.name}" for kind in TYPES)}
    assert {name for item in layers.concepts().values() for name in item.related} <= known


def test_every_concept_is_described_and_can_be_found():
    for item in layers.concepts().values():
        assert item.title and item.category and item.doc.endswith("."), item.id
        if not item.group:
            assert layers.find(item.title).concept == item.id


def test_every_alias_leads_to_its_concept():
    for item in layers.concepts().values():
        for name in () if item.group else (name for names in item.aliases.values() for name in names):
            assert layers.find(name).concept == item.id, name


def test_a_name_of_two_concepts_is_refused(monkeypatch):
    both = {**layers.concepts(), "other": layers.Concept(id="other", title="lstm", category="", doc="")}
    monkeypatch.setattr(layer_text, "concepts", lambda: both)
    with pytest.raises(DataError):
        layer_text.make_index(TYPES)


def test_siblings_are_the_same_thing_in_other_words():
    assert {kind.name for kind in layers.siblings(layers.find("conv"))} == {"convolution", "convolution3d"}
    assert "Conv2d" in layers.aliases(layers.find("conv"))


def test_inputs_are_told_in_known_words():
    for kind in TYPES:
        names = [fold(item.name) for item in kind.inputs]
        assert len(set(names)) == len(names), kind.name
        for item in kind.inputs:
            assert item.kind in KINDS
            assert item.kind != InputKind.PARAM or len(item.types) == 1, (kind.name, item.name)
            assert not (item.required and item.default is not None), (kind.name, item.name)


def test_every_default_is_in_canonical_form():
    for kind in TYPES:
        for item in kind.inputs:
            if item.default is not None:
                assert repr(converter(item, kind.name)(item.default)) == repr(item.default), (kind.name, item.name)


def test_conditions_of_parameters_speak_of_parameters():
    for kind in TYPES:
        for item in kind.inputs:
            name = item.only_if.partition("=")[0]
            assert name in ("", "inputs", *(other.name for other in kind.inputs)), (kind.name, item.name)


def test_the_files_are_what_rendering_their_values_gives():
    assert layer_text.stale(TYPES) == []


def test_stale_files_are_seen_and_mended(tmp_path, monkeypatch):
    shutil.copytree(files.root() / "layers", tmp_path / "layers")
    monkeypatch.setattr(files, "root", lambda: tmp_path)
    conv = tmp_path / "layers/mlprogram/conv.json"
    whole = conv.read_bytes()
    conv.write_text("{}")
    (tmp_path / "layers/mlprogram/gone.json").write_text("{}")
    assert layer_text.stale(TYPES) == ["layers/mlprogram/conv.json", "layers/mlprogram/gone.json"]
    assert layer_text.write_all(TYPES) == ["layers/mlprogram/conv.json", "layers/mlprogram/gone.json"]
    assert layer_text.stale(TYPES) == [] and conv.read_bytes() == whole


def test_the_hand_kept_concepts_are_sorted():
    ids = [item["id"] for item in json.loads((files.root() / "concepts.json").read_text())]
    assert ids == sorted(set(ids))


def test_finding_one_layer_loads_nothing_heavy_and_few_files():
    code = """
import pathlib, sys
read, seen = pathlib.Path.read_bytes, []
pathlib.Path.read_bytes = lambda path: seen.append(path.name) or read(path)
from anedb.catalog import layers
layers.find("ios17.conv")
print(*seen, *(m for m in ("rapidfuzz", "numpy", "pydantic") if m in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["index.json", "conv.json"]


def test_formats_have_an_order():
    assert tuple(layers.index()["types"]) == FORMATS
