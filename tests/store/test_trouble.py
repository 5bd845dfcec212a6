"""Whatever the machine does, nothing is half stored, nothing is lost, and one sentence says what happened."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from making import data, dump, layer, line, recorded, run
from sqlalchemy import event

from anedb.errors import StoreError
from anedb.store.location import sqlite_path
from anedb.store.reader import open_reader
from anedb.store.revisions import HEAD
from anedb.store.store import Store
from anedb.store.trouble import NotBuiltError, explain

HERE = Path(__file__).parent
BEGIN = "import sys; from making import *; from anedb.store.store import Store; url = sys.argv[1]\n"


def start(code: str, *arguments: str) -> subprocess.Popen:
    "A process of its own, that prints a line when it stands where it should."
    path = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + textwrap.dedent(code), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def wait(process: subprocess.Popen) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output


def kill_at_now(process: subprocess.Popen) -> None:
    with process:
        assert process.stdout.readline() == "now\n"
        assert process.poll() is None
        process.kill()
    assert process.returncode == -signal.SIGKILL


def test_two_processes_that_come_first_build_one_database(url):
    code = """
        with Store.open(url) as store:
            print(store.sync(data(recorded())))
            print(store.add_run(run(name=sys.argv[2], device_key=sys.argv[2])))
    """
    both = [start(code, url, name) for name in ("v1:one", "v1:two")]
    said = [wait(process).split() for process in both]
    assert sorted(said) == [["False", "True"], ["True", "True"]]
    with open_reader(url) as reader:
        assert reader.counts()["runs"] == 3 and reader.counts()["observations"] == 3
        (cell,) = reader.knowledge("mlprogram", "conv").cells
        assert sum(tally.yes_witnesses for tally in cell.offered) == 3


def test_the_same_run_from_two_processes_is_stored_once(url):
    Store.open(url).close()
    code = """
        with Store.open(url) as store:
            print(sum(store.add_run(run(name=f"v1:{n}")) for n in range(20)))
    """
    assert sum(int(wait(process)) for process in [start(code, url), start(code, url)]) == 20
    with open_reader(url) as reader:
        assert reader.counts()["runs"] == reader.counts()["observations"] == 20


@pytest.mark.parametrize("doing", ["store.add_run(big)", "store.sync(data(changed(recorded(), lines=big.lines)))"])
def test_a_process_killed_in_the_middle_leaves_nothing(url, doing):
    with Store.open(url) as store:
        store.add_run(run())
        before = dump(store)
    killed = start(
        f"""
        from anedb.store import bulk
        big = run(*(line(layer(groups=n)) for n in range(3000)), name="v1:big")
        store = Store.open(url)
        # What it has written is on the disk already, as in a run larger than the cache.
        if store.engine.dialect.name == "sqlite":
            from sqlalchemy import event
            event.listen(store.engine, "begin", lambda c: c.exec_driver_sql("PRAGMA cache_size=1"))
        from anedb.store.cells import Ledger
        Ledger.write = lambda *_: (print("now", flush=True), sys.stdin.read())
        {doing}
        """,
        url,
    )
    kill_at_now(killed)
    path = sqlite_path(url)
    assert path is None or path.with_name(path.name + "-journal").stat().st_size > 0  # there is something to undo
    with open_reader(url) as reader:
        assert reader.counts()["runs"] == 1
    with Store.open(url) as store:
        assert dump(store) == before
        assert store.add_run(run(name="v1:next")) is True


def test_a_process_killed_while_it_makes_the_schema_leaves_a_database_to_build(url):
    killed = start(
        """
        from alembic.runtime.migration import MigrationContext
        old = MigrationContext.run_migrations
        MigrationContext.run_migrations = lambda self, **more: (
            old(self, **more), print("now", flush=True), sys.stdin.read()
        )
        Store.open(url)
        """,
        url,
    )
    kill_at_now(killed)
    with pytest.raises(NotBuiltError):
        open_reader(url)
    with Store.open(url) as store:
        assert store.add_run(run()) is True


def test_a_reader_that_is_open_sees_what_another_process_stores(url):
    with Store.open(url) as store, open_reader(url) as reader:
        assert reader.changes() == 0
        store.add_run(run())
        assert reader.changes() == 1 and reader.types() == [("mlprogram", "conv", 1)]


def test_a_writer_that_stays_away_is_told_of(url):
    with Store.open(url) as first, Store.open(url, timeout=0.1) as second, first._transaction():
        with pytest.raises(StoreError, match="locked by another process") as told:
            second.add_run(run())
        assert told.value.exit_code == 3 and "again" in told.value.tip
        with open_reader(url) as reader:  # who only asks need not wait
            assert reader.counts()["runs"] == 0


def full(store: Store, more: int) -> None:
    "No more than this many pages for the database."

    @event.listens_for(store.engine, "connect")
    def limit(connection, _):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + more}")


def many(name="v1:many"):
    return run(*(line(layer(groups=n)) for n in range(2000)), name=name)


def test_a_full_disk_leaves_nothing_and_is_said(sqlite_url):
    with Store.open(sqlite_url) as store:
        store.add_run(run())
        before = dump(store)
        full(store, 20)
        with pytest.raises(StoreError, match="is full") as told:
            store.add_run(many())
        assert "nothing was stored" in told.value.tip and dump(store) == before
    with Store.open(sqlite_url) as store:
        assert store.add_run(many()) is True


def test_a_disk_that_refuses_to_grow_leaves_nothing_and_is_said(sqlite_url):
    with Store.open(sqlite_url) as store:
        before = dump(store)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        old = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (sqlite_path(sqlite_url).stat().st_size + 8192, old[1]))
        try:
            with pytest.raises(StoreError, match=r"full|cannot read or write"):
                store.add_run(many())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)
        assert dump(store) == before and store.add_run(many()) is True


def test_a_database_that_may_not_be_written_can_be_read(sqlite_url, monkeypatch):
    with Store.open(sqlite_url) as store:
        store.sync(data(recorded()))
    # Root may write whatever the permissions say, so the driver is told to refuse.
    from anedb.store import engine

    path = sqlite_path(sqlite_url)
    make = engine.create_engine
    monkeypatch.setattr(
        engine,
        "create_engine",
        lambda url, connect_args, **more: make(
            f"sqlite:///file:{path}?mode=ro&uri=true", connect_args=connect_args, **more
        ),
    )
    with Store.open(sqlite_url) as store:
        assert store.status()["runs"] == 1
        with pytest.raises(StoreError, match="read-only"):
            store.add_run(run())


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"the folder .*file/sub cannot be made: Not a directory"):
        Store.open(f"sqlite:///{tmp_path}/file/sub/anedb.sqlite")


def test_a_folder_is_no_database(tmp_path):
    for open_it in (open_reader, Store.open):
        with pytest.raises(StoreError, match="not a file"):
            open_it(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("content", [b"x", b"version https://git-lfs.github.com/spec/v1\n" * 40, bytes(5000)])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path, content):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    for open_it in (open_reader, Store.open):
        with pytest.raises(StoreError, match="not a SQLite database"):
            open_it(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_left_as_it_is(tmp_path):
    path = tmp_path / "photos.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE photos (name)")
    connection.close()
    content = path.read_bytes()
    for open_it in (open_reader, Store.open):
        with pytest.raises(StoreError, match="not one of anedb's"):
            open_it(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_damaged_database_is_said(sqlite_url):
    with Store.open(sqlite_url) as store:
        store.add_run(many())
    path = sqlite_path(sqlite_url)
    content = bytearray(path.read_bytes())
    content[4096 * 4 :] = os.urandom(len(content) - 4096 * 4)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"), open_reader(sqlite_url) as reader:
        reader.knowledge("mlprogram", "conv")


def test_an_empty_file_is_a_database_to_build(tmp_path):
    (tmp_path / "new.sqlite").touch()
    with pytest.raises(NotBuiltError, match="still empty"):
        open_reader(f"sqlite:///{tmp_path}/new.sqlite")
    with Store.open(f"sqlite:///{tmp_path}/new.sqlite") as store:
        assert store.status()["revision"] == HEAD


def test_a_server_that_is_not_there_is_said_without_the_password():
    for open_it in (open_reader, Store.open):
        with pytest.raises(StoreError, match="cannot be reached") as told:
            open_it("postgresql://me:secret@127.0.0.1:1/anedb")
        assert "secret" not in str(told.value) and "me:***@" in str(told.value)


def test_a_postgresql_database_that_is_not_there_is_said(postgres_url):
    with pytest.raises(StoreError, match=r"does not exist|cannot be reached"):
        open_reader(postgres_url.replace("/postgres?", "/nowhere?"))


def test_psycopg_that_is_missing_is_said():
    error = explain(ModuleNotFoundError("No module named 'psycopg'", name="psycopg"), "here")
    assert error.tip == "pip install 'anedb[postgres]'"


def test_what_nobody_foresaw_stays_what_it_is():
    assert explain(ValueError("x"), "here") is None
