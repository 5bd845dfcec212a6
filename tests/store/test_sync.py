"""A newer data/ brings its own part up to date and leaves the user's alone."""

from dataclasses import replace

import pytest
from making import (
    CLAIM,
    M4,
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

from anedb.domain.engine import Build, Engine
from anedb.domain.target import Chip, Device, Release
from anedb.errors import DataError
from anedb.store.store import Store
from anedb.store.values import Retraction


def unread():
    raise AssertionError("a file that has not changed was read again")


def test_claims_and_workarounds_come_back_as_they_went_in(store):
    other = replace(CLAIM, id="c0", subject="*", since_release=None, until_release=None, engines=(), about="offered")
    store.sync(data(claims=(CLAIM, other), workarounds=(WORKAROUND,)))
    with store.reader() as reader:
        assert reader.claims(["conv", "add", "*"]) == (CLAIM, other) and reader.claims([]) == ()
        assert reader.workarounds(["conv"]) == (WORKAROUND,)


def test_the_same_version_is_not_read_again(store):
    assert store.sync(data(recorded())) is True
    assert store.sync(replace(data(changed(recorded(), lines=unread)), stamp="installed anew")) is False
    assert store.status()["data_stamp"] == "installed anew"


def test_a_file_that_has_not_changed_is_not_read_again(store):
    store.sync(data(recorded()))
    store.sync(data(changed(recorded(), lines=unread), version="2"))
    assert offered(store) == [(1, 0, 1, 0)]


def test_a_changed_file_replaces_what_it_said(store):
    store.sync(data(recorded(line(layer(), seen()), line(layer("add"), seen()))))
    store.sync(data(recorded(line(layer(), seen(("cpu",), "cpu")), digest="d2"), version="2"))
    assert offered(store) == [(0, 1, 0, 1)]
    with store.reader() as reader:
        assert reader.types() == [("mlprogram", "conv", 1)] and reader.counts()["layers"] == 1


def test_a_file_that_is_gone_is_forgotten_with_its_source(store):
    store.sync(data(recorded()))
    store.sync(data(version="2", sources=()))
    assert dump(store) == [] and store.status()["sources"] == store.status()["cells"] == store.status()["runs"] == 0


def test_what_the_user_stored_stays(store):
    store.sync(data(recorded()))
    store.add_run(run())
    retract(store, "src")
    store.sync(data(version="2"))
    assert offered(store) == [(1, 0, 1, 0)]
    assert store.status()["runs.user"] == 1 and "runs.data" not in store.status()
    with store.reader() as reader:
        assert [it.what for it in reader.retractions()] == ["src"]


def test_a_run_that_both_have_counts_once_and_stays_when_data_drops_it(store):
    store.add_run(run())
    shipped = []
    for version, batches in (("1", [changed(run(), digest="as committed")]), ("2", [])):
        store.sync(data(*batches, version=version))
        assert offered(store) == [(1, 0, 1, 0)] and store.status()["runs.user"] == store.status()["runs"] == 1
        with store.engine.connect() as connection:
            shipped.append(bool(connection.exec_driver_sql("SELECT shipped FROM runs").scalar()))
    assert shipped == [True, False]


def test_a_run_that_came_with_data_is_already_known(store):
    store.sync(data(run()))
    assert store.add_run(run()) is False


def test_a_retraction_in_data_comes_and_goes(store):
    withdrawn = (Retraction(what="src", reason="wrong device", by="us", date="2026"),)
    store.sync(data(recorded(), retractions=withdrawn))
    assert dump(store) == []
    store.sync(data(recorded(), version="2"))
    assert offered(store) == [(1, 0, 1, 0)]
    store.sync(data(recorded(), version="3", retractions=withdrawn))
    assert dump(store) == []


def test_after_any_history_the_database_is_the_one_built_at_once(store, tmp_path):
    old, new = recorded(line(layer(groups=2), seen(("cpu",), "cpu"))), recorded(line(layer(groups=3)), digest="d2")
    more = recorded(line(layer(groups=3)), line(layer(groups=4)), key="more", witness="another")
    store.sync(data(old, more))
    store.add_run(run(line(layer(groups=3), seen(("cpu",), "cpu"))))
    store.sync(data(new, more, version="2"))
    with Store.open(f"sqlite:///{tmp_path / 'fresh.sqlite'}") as fresh:
        fresh.add_run(run(line(layer(groups=3), seen(("cpu",), "cpu"))))
        fresh.sync(data(more, new, version="2"))
        assert dump(fresh) == dump(store)


def test_reference_tables_follow_the_catalogue(store):
    release = Release(number=27, versions={"iOS": "27", "macOS": "27"}, dates={"macOS": "2026-09-14"})
    air = Device(identifier="Mac1", name="Air", chip="M4", source="s")
    disputed = Device(identifier="Mac2", name="Pro", chip="", source="s")
    known = {
        "engines": (Engine(id="H16"),),
        "chips": (Chip(id="M4", engine="H16"), Chip(id="M9", engine=None)),
        "devices": (air, disputed),
        "releases": (release,),
        "builds": (Build(id="26A434", os="macOS", version="27.0.1", source="s"),),
    }
    store.sync(data(**known))
    store.sync(data(version="2", **known))
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT os, version, release, date FROM os_releases ORDER BY os").all()
        assert found == [("iOS", "27", 27, None), ("macOS", "27", 27, "2026-09-14")]
        assert connection.exec_driver_sql("SELECT chip FROM devices ORDER BY identifier").scalars().all() == [
            "M4",
            None,
        ]


def test_a_corrected_catalogue_reaches_earlier_runs(store):
    store.add_run(run())
    store.sync(data(locate=lambda target: replace(target, engine="H17")))
    with store.reader() as reader:
        assert reader.knowledge("mlprogram", "conv").cells[0].target == replace(M4, engine="H17")
    store.add_run(run(name="v1:again"))
    assert store.status()["targets"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        data(claims=(replace(CLAIM, source="nobody"),)),
        data(workarounds=(replace(WORKAROUND, source="nobody"),)),
        data(chips=(Chip(id="M4", engine="nobody"),)),
        data(devices=(Device(identifier="Mac1", name="", chip="nobody", source=""),)),
        data(recorded(source="nobody")),
    ],
    ids=["claim", "workaround", "chip", "device", "file"],
)
def test_data_that_names_what_is_missing_is_refused_by_name(store, wrong):
    with pytest.raises(DataError, match="'nobody'"):
        store.sync(wrong)
    assert store.status()["sources"] == 0


def test_the_same_name_twice_is_refused(store):
    with pytest.raises(DataError, match="src-file twice"):
        store.sync(data(recorded(), recorded(digest="d2")))


def test_a_source_that_data_dropped_stays_while_a_run_needs_it(store):
    store.sync(data(recorded()))
    store.sync(data(recorded(), version="2", sources=(SOURCE, replace(SOURCE, id="other"))))
    store.sync(data(recorded(), version="3"))
    assert store.status()["sources"] == 1
