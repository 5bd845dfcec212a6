"""data/layers is what the installed coremltools says."""

import pytest

from anedb.catalog import layer_text, layers
from anedb.coreml import definitions, neural_types
from anedb.domain.layer import InputKind


@pytest.fixture(scope="module")
def types():
    return definitions.layer_types()


@pytest.fixture(scope="module")
def by_name(types):
    return {f"{kind.format}:{kind.name}": kind for kind in types}


def inputs(kind):
    return {item.name: item for item in kind.inputs}


def test_data_layers_is_current(types):
    assert layer_text.stale(types) == [], "run: anedb data generate"


def test_reading_a_file_gives_the_value_it_was_written_from(types):
    assert [layers.get(kind.format, kind.name) for kind in types] == types


def test_no_op_of_the_registry_is_skipped(types):
    from coremltools.converters.mil.mil.ops.registry import SSAOpRegistry

    ours = {row["name"] for row in definitions.overrides()["added_layers"]}
    assert {kind.name for kind in types if kind.format == "mlprogram"} == set(SSAOpRegistry.core_ops) | ours
    assert not ours & set(SSAOpRegistry.core_ops), "registered by now: the override can go"


def test_every_parameter_of_every_op_is_listed_with_its_opset(by_name):
    from coremltools.converters.mil.mil.ops.registry import SSAOpRegistry

    ours = {row["layer"]: {item["name"] for item in row["inputs"]} for row in definitions.overrides()["added_inputs"]}
    for name, versions in SSAOpRegistry.core_ops.items():
        kind = by_name[f"mlprogram:{name}"]
        opsets = [opset for opset in versions if opset.name >= "iOS15"]
        for opset in opsets:
            there = {
                item.name
                for item in kind.inputs
                if (item.since or kind.since) <= opset.name <= (item.until or opset.name)
            } - ours.get(name, set())
            assert there == set(versions[opset].input_spec.input_types), (name, opset.name)


def test_no_layer_of_the_protobuf_is_skipped(types):
    fields = neural_types.layer_fields()
    assert len(fields) == 158
    messages = {kind.message for kind in types if kind.format == "neuralnetwork"}
    assert {field.message_type.name for field in fields} - messages == {"ActivationParams"}


def test_every_rule_of_the_overrides_is_about_something(types):
    assert list(definitions.unused_rules(types)) == []


def test_every_added_input_is_of_a_type_that_there_is(by_name):
    for row in definitions.overrides()["added_inputs"]:
        found = inputs(by_name[f"{row['format']}:{row['layer']}"])
        assert row["inputs"] and all(found[item["name"]].left_out == item["left_out"] for item in row["inputs"])


def test_what_is_written_for_an_update_of_a_state_is_a_type(by_name):
    from coremltools.converters.mil.mil import types as mil
    from coremltools.converters.mil.mil.ops.defs.coreml_dialect import coreml_update_state

    domain = coreml_update_state.type_domains["T"]
    assert inputs(by_name["mlprogram:write_state"])["data"].types == tuple(map(mil.builtin_to_string, domain))


def test_one_number_is_no_list_and_two_are(by_name):
    assert not inputs(by_name["mlprogram:resize"])["resized_dims"].is_list
    cut = inputs(by_name["mlprogram:crop"])["crop_height"]
    assert cut.is_list and cut.length == 2


def test_every_override_has_its_reason():
    tables = [value for value in definitions.overrides().values() if isinstance(value, list)]
    with_reasons = "rules neuralnetwork_inputs neuralnetwork_since input_since added_layers added_inputs internal"
    for name in with_reasons.split():
        assert all(row["reason"] for row in definitions.overrides()[name])
    assert len(tables) == 9


def test_defaults_that_depend_on_the_rank_are_told_by_a_word(by_name):
    conv = inputs(by_name["mlprogram:conv"])
    assert (conv["strides"].rank_default, conv["pad"].rank_default) == ("ones", "zeros2")
    assert inputs(by_name["mlprogram:layer_norm"])["axes"].rank_default == "axes"


def test_the_opset_that_brought_a_parameter_is_known(by_name):
    assert by_name["mlprogram:conv"].opsets == ("iOS15", "iOS17")
    assert by_name["mlprogram:scaled_dot_product_attention"].since == "iOS18"
    gather = inputs(by_name["mlprogram:gather"])
    assert (gather["batch_dims"].since, gather["validate_indices"].since, gather["axis"].since) == (
        "iOS16",
        "iOS17",
        "",
    )
    assert inputs(by_name["mlprogram:crop_resize"])["roi"].until == "iOS16"


@pytest.mark.parametrize(
    ("layer", "since"),
    [("convolution", "v1"), ("custom", "v2"), ("cropResize", "v3"), ("gather", "v4"), ("oneHot", "v5")],
)
def test_the_specification_version_of_a_neuralnetwork_layer_is_known(by_name, layer, since):
    assert by_name[f"neuralnetwork:{layer}"].since == since


def test_weights_are_operands_and_shapes_are_values(by_name):
    kinds = {name: item.kind for name, item in inputs(by_name["mlprogram:conv"]).items()}
    assert kinds["weight"] == InputKind.OPERAND and kinds["strides"] == InputKind.PARAM
    assert inputs(by_name["mlprogram:reshape"])["shape"].kind == InputKind.PARAM
    assert inputs(by_name["mlprogram:concat"])["values"].kind == InputKind.VARIADIC
    assert inputs(by_name["mlprogram:while_loop"])["_body"].kind == InputKind.BLOCK


def test_what_is_the_converters_own_is_marked(types):
    assert [kind.name for kind in types if kind.internal] == ["_const_symbolic"]


def test_deconvolution_is_told_apart(by_name):
    convolution, deconvolution = (inputs(by_name[f"neuralnetwork:{name}"]) for name in ("convolution", "deconvolution"))
    assert "outputShape" in deconvolution and "outputShape" not in convolution
    assert "dilationFactor" in convolution and "dilationFactor" not in deconvolution


def test_rendering_is_the_same_to_the_byte_in_any_order(types):
    assert layer_text.texts(types) == layer_text.texts(types[::-1])
