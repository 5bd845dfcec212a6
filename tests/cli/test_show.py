"`anedb show` of what has a shape of its own: a layer, and all that disagrees."

import jsonschema
import pytest

from anedb.api import schemas
from anedb.cli.show import called


def test_a_layer_is_shown_by_generation_and_release_with_its_flips(anedb):
    out = anedb("show", "layer", "conv").out
    assert out == anedb("show", "layer:conv").out == anedb("show", "conv").out
    for heading in ("By engine generation and release", "What flips it", "What people say"):
        assert heading in out
    assert "H16" in out and "macOS 27" in out and "kernel width 15 yes, 16 no" in out


def test_conflicts_name_both_sides_and_what_explains_them(anedb):
    out = anedb("show", "conflicts").out
    assert "hol-gather no: the dissent is older" in out and "under other compute units" in out


@pytest.mark.parametrize("name", ["conflicts", "layer:conv", "neuralnetwork:softmax"])
def test_json_keeps_to_its_schema(anedb, name):
    jsonschema.validate(anedb("show", name, "--json").json(), schemas.get("thing"))


@pytest.mark.parametrize("name", ["conflicts", "conv"])
def test_no_python_value_slips_into_the_text(anedb, name):
    out = anedb("show", name).out
    assert "None" not in out and "[]" not in out and "{" not in out


def test_a_name_of_several_words_needs_no_quotes(anedb):
    assert called(["iPhone", "15", "Pro"]) == "iPhone 15 Pro"
    assert anedb("show", "M4", "Pro").out.startswith("chip M4 Pro")
