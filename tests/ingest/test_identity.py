"""What each fingerprint depends on, and what it does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import records
from anedb.domain.layer import Layer, Operand
from anedb.domain.observation import Reason
from anedb.domain.plain import plain
from anedb.domain.submission import Environment, Seen
from anedb.fingerprint import canonical_json, fingerprint
from anedb.ingest import identity, wire

from . import runs

HEADER, LINES = runs.run()


def prints(header=HEADER, lines=LINES):
    return identity.fingerprints(header, identity.result(lines))


def test_golden_vectors():
    "They never change within v1: files in many repositories are named by them."
    environment = Environment(chip="M2", device="Mac14,2", os="macOS", version="15.1", build="24B83")
    assert fingerprint(identity.environment_hashed(environment)) == fingerprint(
        {
            "build": "24B83",
            "chip": "M2",
            "coremltools": "",
            "device": "Mac14,2",
            "low_power": False,
            "os": "macOS",
            "version": "15.1",
            "virtual": False,
        }
    )
    seen = Seen(units="all", context="isolated", method="compute-plan", offered=("cpu",))
    plain_facts = {
        "layer": "v1:x",
        "seen": [{"context": "isolated", "method": "compute-plan", "offered": ["cpu"], "units": "all"}],
    }
    assert identity.facts_of("v1:x", (seen,)) == fingerprint(plain_facts)
    assert identity.facts_of("v1:x", (seen,)) == GOLDEN_FACTS


GOLDEN_FACTS = "v1:a96211ef41d93c18ad8df5578349b3a918706f13a8d70b3857f407f0704c73e5"
"By the rfc8785 package and sha256sum."


def test_the_result_is_that_of_the_list_of_facts():
    assert identity.result(LINES) == fingerprint({"facts": [identity.facts(line) for line in LINES]})
    assert identity.result([]) == fingerprint({"facts": []})


@pytest.mark.parametrize("name", ["chip", "device", "os", "version", "build", "coremltools"])
def test_the_environment_says_what_a_repeat_shares(name):
    other = replace(HEADER, environment=replace(HEADER.environment, **{name: "other"}))
    assert prints(other).environment != prints().environment
    assert prints(other).run != prints().run
    assert prints(other).result == prints().result


@pytest.mark.parametrize("name", ["virtual", "low_power"])
def test_settings_are_part_of_the_environment(name):
    other = replace(HEADER, environment=replace(HEADER.environment, **{name: True}))
    assert prints(other).environment != prints().environment


def test_the_measuring_tool_is_no_part_of_the_environment():
    other = replace(HEADER, environment=replace(HEADER.environment, tool="another 2.0"))
    assert prints(other) == prints()


@pytest.mark.parametrize("change", [{"date": "2026-11-19"}, {"device_key": "0" * 31 + "1"}, {"suite": None}])
def test_the_run_is_exact_identity(change):
    other = prints(replace(HEADER, **change))
    assert other.run != prints().run
    assert (other.environment, other.result) == (prints().environment, prints().result)


@pytest.mark.parametrize("change", [{"contributor": "x"}, {"comment": ""}, {"licence": "x"}, {"layers": 1}])
def test_who_sent_it_and_what_they_said_is_no_part_of_it(change):
    assert prints(replace(HEADER, **change)) == prints()


def test_a_changed_fact_changes_result_and_run():
    first, *rest = LINES
    lines = [replace(first, seen=(replace(first.seen[0], cost_ppm=1),)), *rest]
    assert prints(lines=lines).result != prints().result
    assert prints(lines=lines).run != prints().run


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
REASONS = st.none() | st.builds(Reason, code=TEXT.filter(bool), feature=TEXT, value=TEXT, limit=TEXT, text=TEXT)
SEEN = st.builds(
    Seen,
    units=TEXT.filter(bool),
    context=TEXT.filter(bool),
    method=TEXT.filter(bool),
    offered=st.none() | st.lists(TEXT, max_size=3).map(tuple),
    chosen=st.none() | TEXT,
    ran=st.none() | TEXT,
    reason=REASONS,
    cost_ppm=st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
    opset=TEXT,
    model=TEXT,
    place=TEXT,
)


@given(SEEN)
def test_the_quick_way_to_an_observations_json_is_the_same(seen):
    assert identity.seen_key(seen) == canonical_json(records.seen_to_json(seen))


@given(st.text(max_size=9).filter(lambda it: it.isprintable()), st.lists(SEEN, max_size=3).map(tuple))
def test_facts_put_together_from_pieces_are_the_same(layer, seen):
    assert identity.facts_of(layer, seen) == fingerprint(
        {"layer": layer, "seen": [records.seen_to_json(one) for one in seen]}
    )


PARAMS = st.dictionaries(
    st.from_regex(r"[a-z_]{1,5}", fullmatch=True),
    st.recursive(
        st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT, lambda it: st.lists(it, max_size=3).map(tuple)
    ),
)
OPERANDS = st.builds(
    Operand,
    name=TEXT,
    dtype=TEXT,
    shape=st.none() | st.lists(st.integers(1, 2**40) | TEXT, max_size=3).map(tuple),
    const=st.booleans(),
)


@given(PARAMS, st.lists(OPERANDS, max_size=3).map(tuple))
def test_the_quick_way_to_a_layers_fingerprint_is_the_same(params, inputs):
    layer = Layer(format="mlprogram", type="conv", params=params, inputs=inputs)
    line = wire.Line(fingerprint="", format=layer.format, type=layer.type, params=params, inputs=inputs, seen=())
    assert identity.layer_of_checked(line) == fingerprint(layer.hashed())


@given(SEEN)
def test_an_observation_survives_json(seen):
    "As far as JSON tells: what is empty is left out, and reads as not stated."
    text = records.seen_to_json(seen)
    again = records.seen_from_json(text)
    assert identity.seen_key(again) == identity.seen_key(seen)
    assert plain(records.seen_to_json(again)) == plain(text)
