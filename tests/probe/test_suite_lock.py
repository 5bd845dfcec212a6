"""What is built is what data/suite.jsonl says, every time."""

import hashlib
import shutil

import pytest

from anedb.api.suite_choice import QUICK, applied
from anedb.catalog import layers, suite_lock
from anedb.catalog.canaries import Kind, canaries
from anedb.catalog.findings import Findings
from anedb.catalog.suite_lock import Locked, lock, render
from anedb.coreml.read import read_model
from anedb.domain.layer import Format
from anedb.errors import UsageError
from anedb.probe import build
from anedb.probe.suite import TIERS, asks, tabled
from anedb.probe.sweeps import EXTENTS, NEURAL_SWEEPS, SWEEPS

EVERY = 61
"One question in so many is built always: a prime, so that it is of every table in turn."
BY_ID = {each.id: each for each in tabled()}


def built(ask, folder):
    "The bytes of its files by name, and the operation that is asked about as read back from them."
    folder.mkdir()
    found = build.build(ask)
    path = build.write(ask, found, folder)
    build.discard(found)
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    digest = hashlib.sha256(b"".join(each.name.encode() + each.read_bytes() for each in files)).hexdigest()
    ops = {op.place: op for network in read_model(path).networks for op in network.ops}
    return digest, ops[found.op.place]


def assert_as_locked(ask, folder):
    digest, op = built(ask, folder / "once")
    again, _ = built(ask, folder / "again")
    assert (op.fingerprint, digest) == (lock()[ask.id].fingerprint, again)


SAMPLE = asks()[::EVERY]


@pytest.mark.parametrize("ask", SAMPLE, ids=[each.id for each in SAMPLE])
def test_a_model_loads_back_with_the_layer_the_lock_says_and_two_builds_are_the_same(ask, tmp_path):
    assert_as_locked(ask, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("ask", asks("quick"), ids=lambda each: each.id)
def test_so_does_every_model_of_the_quick_suite(ask, tmp_path):
    assert_as_locked(ask, tmp_path)


@pytest.mark.slow
def test_every_model_of_every_suite_loads_back_with_the_layer_the_lock_says(tmp_path):
    wrong = []
    for ask in asks():
        folder = tmp_path / "one"
        _, op = built(ask, folder)
        shutil.rmtree(folder)
        if op.fingerprint != lock()[ask.id].fingerprint:
            wrong.append(ask.id)
    assert not wrong


def test_the_lock_has_the_questions_of_the_tables_and_no_others():
    assert lock().keys() == BY_ID.keys()


def test_what_the_lock_says_of_a_question_is_what_the_table_says():
    for row in lock().values():
        ask = BY_ID[row.id]
        told = (ask.format, ask.type, ask.target, ask.context, ask.axis, ask.value, ask.canary)
        assert (row.format, row.type, row.target, row.context, row.axis, row.value, row.canary) == told
        assert row.tier == ask.tier or (row.tier, ask.tier) == ("quick", "standard")


def test_the_lock_is_in_order():
    found = Findings("2026-11-23")
    suite_lock.check(found)
    assert not found.problems


@pytest.mark.parametrize("id", [id for id, row in lock().items() if row.why][::4])
def test_what_is_said_not_to_be_buildable_is_not(id):
    with pytest.raises(UsageError) as raised:
        build.build(BY_ID[id])
    assert lock()[id].why in raised.value.message


def test_a_question_that_asks_the_same_is_of_one_layer_with_the_one_that_is_asked():
    same = [row for row in lock().values() if row.same_as]
    assert same
    for row in same[::9]:
        found = build.build(BY_ID[row.id])
        build.discard(found)
        assert found.op.fingerprint == lock()[row.same_as].fingerprint


def test_nothing_is_asked_twice():
    found = asks()
    assert len({each.id for each in found}) == len(found)
    assert not {id for id, row in lock().items() if not row.asked} & {each.id for each in found}


def test_each_suite_is_part_of_the_next_and_begins_with_the_canaries():
    ids = [[each.id for each in asks(tier)] for tier in TIERS]
    assert set(ids[0]) < set(ids[1]) < set(ids[2])
    for tier in TIERS:
        first = asks(tier)[: len(canaries())]
        assert {each.canary for each in first} == {each.id for each in canaries().values()}
    kinds = {each.kind for each in canaries().values()}
    assert kinds == set(Kind)


def test_the_quick_suite_fits_its_minutes():
    assert len(asks("quick")) == QUICK


def covered(format):
    return {each.type for each in asks("standard") if each.format == format}


def test_the_standard_suite_asks_about_nearly_every_layer_type():
    assert len(covered(Format.MLPROGRAM)) >= 165
    assert len(covered(Format.NEURALNETWORK)) >= 170
    for format in Format:
        assert covered(format) <= set(layers.all_types(format))


def values(axis, format=Format.MLPROGRAM):
    return {each.value for each in asks() if each.axis == axis and each.format == format}


@pytest.mark.parametrize(
    ("axis", "some"),
    [
        *((axis, set(map(str, EXTENTS))) for axis in ("width", "height", "channels", "batch")),
        ("kernel_width", {"13", "14", "15", "16"}),
        ("kernel_height", {"31", "32"}),
        ("stride", {"2", "3", "8"}),
        ("dilation", {"2", "4", "16"}),
        ("groups", {"2", "64"}),
        ("rank", {"1", "2", "3", "4", "5"}),
        ("dtype", {"fp16", "fp32", "int32", "bool"}),
        ("flexible", {"1..64", "16|32"}),
        ("broadcast", {"scalar", "channel", "spatial", "general", "rank"}),
        ("weight", {"computed"}),
        ("palette_bits", {"1", "2", "4", "8"}),
        ("quantised", {"int4", "int8"}),
    ],
)
def test_the_sweeps_vary(axis, some):
    assert some <= values(axis)


def test_int8_is_cast_to_and_from():
    pairs = {each.value for each in asks() if each.axis == "types"}
    assert {"int8xfp16", "fp16xint8"} & pairs and any(each.startswith("int8x") for each in pairs)


def test_every_opset_and_spec_version_is_asked_at():
    assert {each.target for each in asks() if each.format == Format.MLPROGRAM} >= {"iOS15", "iOS16", "iOS17", "iOS18"}
    assert {each.target for each in asks() if each.format == Format.NEURALNETWORK} == {"", "1", "2", "3", "5", "6"}


def test_both_formats_are_asked_alone_and_between_other_layers():
    for format in Format:
        assert {each.context for each in asks("standard") if each.format == format} == {"isolated", "in-model"}


def test_no_sweep_has_a_value_twice():
    for sweep in (*SWEEPS, *NEURAL_SWEEPS):
        assert len(set(sweep.values)) == len(sweep.values)


def test_the_lock_survives_being_written():
    found = list(lock().values())
    assert render(found) == render(reversed(found)) == (suite_lock.root() / suite_lock.FILE).read_text(encoding="utf-8")


def row(id, **more):
    return Locked(id=id, tier="standard", format="mlprogram", type="relu", fingerprint=f"v1:{'0' * 64}", **more)


def test_a_quick_question_that_is_gone_leaves_no_gap_in_the_ranks():
    found = applied([(row("a"), None), (row("b"), None), (row("c"), None)], {"c": 1, "gone": 2, "a": 3})
    assert {each.id: (each.tier, each.rank) for each in found} == {
        "a": ("quick", 2), "b": ("standard", 0), "c": ("quick", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"fingerprint": "v1:12"}, "data.fingerprint"),
        ({"fingerprint": ""}, "data.range"),
        ({"same_as": "nothing"}, "data.range"),
        ({"tier": "slow"}, "data.unknown-word"),
        ({"type": "reluu"}, "data.unknown-layer"),
        ({"canary": "parrot"}, "data.unknown-word"),
        ({"rank": 3}, "data.range"),
    ],
)
def test_a_wrong_line_of_the_lock_is_told(more, code, tmp_path, monkeypatch):
    from dataclasses import replace

    (tmp_path / suite_lock.FILE).write_text(render([replace(row("a"), **more)]), encoding="utf-8")
    monkeypatch.setattr(suite_lock, "root", lambda: tmp_path)
    suite_lock.lock.cache_clear()
    try:
        found = Findings("2026-11-23")
        suite_lock.check(found)
        assert code in {problem.code for problem in found.problems}
    finally:
        suite_lock.lock.cache_clear()
