"""What is stored is there whole, once, and comes back as it went in: on SQLite and on PostgreSQL."""

import pytest
from making import (
    CLAIM,
    M4,
    REFUSED,
    SOURCE,
    WORKAROUND,
    changed,
    data,
    dump,
    layer,
    line,
    offered,
    recorded,
    retract,
    run,
    seen,
)

from anedb.errors import DataError, StoreError, UnknownNameError
from anedb.fingerprint import fingerprint
from anedb.store.reader import find_reader, open_reader
from anedb.store.store import Store
from anedb.store.trouble import NotBuiltError
from anedb.store.values import Retraction


def test_an_observation_comes_back_as_it_went_in(store):
    one = seen(("gpu", "cpu"), "cpu", ran="cpu", reason=REFUSED, cost_ppm=125_000, opset="iOS18", model="m", place="7")
    two = seen((), None, units="all", context="in-model")
    with_params = layer(dilations=(2, 2), pads=((0, 1), (1, 0)), pad_type="same", exact=True, epsilon="1e-05")
    store.sync(data(recorded(line(with_params, one, two))))
    with store.reader() as reader:
        knowledge = reader.knowledge("mlprogram", "conv")
        assert list(knowledge.layers.values()) == [with_params] == [reader.layer(line(with_params).fingerprint)]
        found = reader.evidence([cell.id for cell in knowledge.cells], 10)
        assert reader.observation(found[0][0]) == found[0] and reader.observation(99) is None
    by_units = {observation.units: observation for _, observation, _ in found}
    assert (by_units["cpu-and-ne"].reason, by_units["cpu-and-ne"].cost_ppm) == (REFUSED, 125_000)
    assert (by_units["cpu-and-ne"].offered, by_units["all"].offered) == (("gpu", "cpu"), ())
    assert (by_units["cpu-and-ne"].opset, by_units["cpu-and-ne"].model, by_units["cpu-and-ne"].place) == (
        "iOS18",
        "m",
        "7",
    )
    assert {o.target for o in by_units.values()} == {M4} and by_units["all"].witness == "somebody:Mac16,12"
    assert by_units["all"].source == "src" and found[0][2].source == SOURCE and found[0][2].origin == "data"


def test_evidence_is_the_newest_and_no_more_than_asked(store):
    for day in range(1, 8):
        store.add_run(run(name=f"v1:{day}", date=f"2026-11-0{day}"))
    with store.reader() as reader:
        cells = [cell.id for cell in reader.knowledge("mlprogram", "conv").cells]
        assert [o.date for _, o, _ in reader.evidence(cells, 3)] == ["2026-11-07", "2026-11-06", "2026-11-05"]


def test_the_same_run_again_changes_nothing(store):
    assert store.add_run(run()) is True
    with store.reader() as reader:
        before = reader.changes()
    assert store.add_run(run()) is False
    with store.reader() as reader:
        assert reader.changes() == before and reader.counts()["observations"] == 1


def test_one_witness_counts_once_over_many_runs(store):
    for number in range(3):
        store.add_run(run(name=f"v1:{number}", device_key="aa"))
    store.add_run(run(line(None, seen(("cpu",), "cpu")), name="v1:other", device_key="bb"))
    assert offered(store) == [(3, 1, 1, 1)]


def test_a_run_sent_under_another_name_is_found(store):
    store.add_run(run(name="v1:b", result="v1:same", date="2026-11-21"))
    store.add_run(run(name="v1:a", result="v1:same", date="2026-11-22"))
    assert store.copies_of("v1:same") == ["v1:b", "v1:a"] and store.copies_of("v1:none") == store.copies_of("") == []


def test_every_write_is_counted(store):
    changes = []
    for write in (lambda: store.sync(data()), lambda: store.add_run(run()), lambda: retract(store, "v1:run")):
        write()
        with store.reader() as reader:
            changes.append(reader.changes())
    assert changes == [1, 2, 3]


def test_a_withdrawn_run_counts_for_nothing_and_stays_visible(store):
    store.add_run(run())
    store.add_run(run(name="v1:other", device_key="bb"))
    assert retract(store, "v1:run") is True and retract(store, "v1:run") is False
    assert offered(store) == [(1, 0, 1, 0)]
    with store.reader() as reader:
        (cell,) = reader.knowledge("mlprogram", "conv").cells
        assert [run.run for _, _, run in reader.evidence([cell.id], 9)] == ["v1:other"]
        assert reader.run("v1:run").retracted == reader.retractions()
        assert reader.retractions() == (Retraction(what="v1:run", reason="broken device", by="ann", date="2026-11-22"),)
        assert reader.counts()["observations"] == 2


def test_a_withdrawn_source_takes_its_claims_along(store):
    store.sync(data(recorded(), claims=(CLAIM,), workarounds=(WORKAROUND,)))
    assert retract(store, "src") is True
    with store.reader() as reader:
        assert reader.claims(["conv"]) == reader.workarounds(["conv"]) == () and reader.types() == []
        assert reader.withdrawn(None, ["conv"]) == ([], [CLAIM])
        assert reader.source("src") == SOURCE


def test_where_only_withdrawn_runs_saw_a_layer_is_told(store):
    store.add_run(run())
    mark = fingerprint(layer().hashed())
    with store.reader() as reader:
        assert reader.withdrawn(mark, ["conv"]) == ([], [])
    retract(store, "v1:run")
    with store.reader() as reader:
        (seen,), claims = reader.withdrawn(mark, ["conv"])
        assert seen.chip == "M4" and claims == []
    store.add_run(run(name="v1:other", device_key="bb"))
    with store.reader() as reader:
        assert reader.withdrawn(mark, ["conv"]) == ([], [])


def test_a_run_withdrawn_before_it_came_is_stored_and_counts_for_nothing(store):
    store.sync(data(retractions=(Retraction(what="v1:run", reason="r", by="b", date="2026"),)))
    assert store.add_run(run()) is True
    assert offered(store) is None
    with store.reader() as reader:
        assert reader.counts()["observations"] == 1


def test_only_what_is_there_can_be_withdrawn(store):
    with pytest.raises(UnknownNameError, match="nobody"):
        retract(store, "nobody")


def test_adding_and_counting_anew_agree(store):
    many = [
        line(layer(groups=n), seen(("ane",) if n % 2 else ("cpu",), "cpu"), seen(method="timing", ran="ane"))
        for n in range(9)
    ]
    for number in range(4):
        store.add_run(
            run(*many[number:], name=f"v1:{number}", device_key=str(number % 2), date=f"2026-11-0{number + 1}")
        )
    added = dump(store)
    store.add_run(run(*many, name="v1:gone", device_key="9"))
    assert dump(store) != added
    retract(store, "v1:gone")
    assert dump(store) == added


def test_a_trial_shows_what_would_be_and_leaves_no_trace(store):
    store.add_run(run())
    before = dump(store)
    with store.trial(run(line(None, seen(("cpu",), "cpu")), name="v1:tried", device_key="bb")) as reader:
        (cell,) = reader.knowledge("mlprogram", "conv").cells
        assert (cell.offered[0].yes_witnesses, cell.offered[0].no_witnesses) == (1, 1) and reader.changes() == -1
        assert reader.claims(["conv"]) == () and reader.run("v1:tried").contributor == "ann"
    assert dump(store) == before and store.status()["runs"] == 1 and store.status()["changes"] == "1"


def test_what_breaks_in_the_middle_leaves_nothing(store):
    def lines():
        yield line()
        raise ValueError("cut off")

    with pytest.raises(ValueError, match="cut off"):
        store.add_run(changed(run(), lines=lines))
    unknown_source = recorded(source="nobody", key="other")
    with pytest.raises(DataError, match="nobody"):
        store.sync(data(recorded(), unknown_source))
    assert store.status()["runs"] == 0 and store.status()["layers"] == 0
    assert store.add_run(run()) is True


def test_opening_again_finds_everything(store, url):
    store.add_run(run())
    with Store.open(url) as again:
        assert again.status()["runs.user"] == 1


def test_a_database_that_is_not_there_is_not_made_by_looking(url):
    assert find_reader(url) is None
    for open_it in (open_reader, lambda url: Store.open(url, create=False)):
        with pytest.raises(NotBuiltError, match=r"no database|empty"):
            open_it(url)


def test_a_database_of_a_newer_anedb_is_refused(store, url):
    with store.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for open_it in (open_reader, Store.open):
        with pytest.raises(StoreError, match=r"newer anedb \(its schema 9999") as refusal:
            open_it(url)
        assert refusal.value.exit_code == 3 and "upgrade anedb" in refusal.value.tip


def test_a_database_of_another_program_is_left_alone(store, url):
    with store.engine.connect() as connection, connection.begin():
        for view in ("layer_parameters", "layer_inputs", "observation_view", "support_view"):
            connection.exec_driver_sql(f"DROP VIEW {view}")
        connection.exec_driver_sql("DROP TABLE observations")
    with pytest.raises(StoreError, match="another program"):
        Store.open(url)


def test_the_reader_cannot_write(store):
    with store.reader() as reader, pytest.raises(StoreError, match="read-only"):
        reader._rows("DELETE FROM meta WHERE name = :name RETURNING name", name="changes")
