"""Lines become observations: one for each thing seen, with its layer, its target and its witness."""

from anedb.domain.submission import OBSERVATIONS, SourceHeader
from anedb.domain.target import Target
from anedb.ingest.observations import observations

from . import runs


def test_each_thing_seen_is_one_observation_of_its_layer():
    header, body = runs.run()
    found = list(observations(header, body))
    assert len(found) == sum(len(line.seen) for line in body)
    layer, first = found[0]
    assert layer == body[0].layer and first.layer == body[0].fingerprint
    assert first.target == Target(
        chip="M2", engine="H14", os="macOS", version="15.1", release=18, build="24B83", device="Mac14,2"
    )
    assert (first.source, first.date) == (header.fingerprints.run, "2026-11-20")
    assert first.witness == "github:someone:5f0c7a6d"
    assert first.tool == "anedb 0.1.0, coremltools 9.0"


def test_nothing_that_was_seen_is_lost():
    header, body = runs.run()
    names = ("units", "context", "method", "offered", "chosen", "ran", "reason", "cost_ppm", "opset", "model", "place")
    told = [tuple(getattr(observation, name) for name in names) for _, observation in observations(header, body)]
    assert told == [tuple(getattr(seen, name) for name in names) for line in body for seen in line.seen]


def test_a_public_source_is_its_own_witness():
    header = SourceHeader(
        kind=OBSERVATIONS,
        schema_version="1.0.0",
        source="s",
        target=Target(device="Mac16,12"),
        witness="751K:Mac16,12",
        date="2026-10-05",
        layers=1,
        tool="coremltools 9.0",
    )
    (_, first), *_ = observations(header, runs.lines())
    assert (first.source, first.witness, first.tool) == ("s", "751K:Mac16,12", "coremltools 9.0")
    assert first.target.engine == "H16", "the catalogue knows the device's engine"
