"""The database a user has, after upgrading, is the one the tables describe, with their rows still in it."""

import importlib.util
import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from postgres import postgres_url  # noqa: F401 (a fixture)
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from anedb.store import migrate
from anedb.store.engine import open_engine
from anedb.store.revisions import HEAD, KNOWN
from anedb.store.tables import Row

ROWS = Path(__file__).parent / "store" / "rows"  # <revision>.sql: rows as people had them at that revision
VIEWS = ("layer_parameters", "layer_inputs", "observation_view", "support_view")


def history() -> list[str]:
    "Every revision, oldest first."
    scripts = ScriptDirectory.from_config(migrate.config())
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request, tmp_path):
    sqlite = request.param == "sqlite"
    engine = open_engine(f"sqlite:///{tmp_path / 'test.sqlite'}" if sqlite else request.getfixturevalue("postgres_url"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def shape(connection: Connection) -> dict[str, list]:
    "What each table promises, in a form two databases can be compared by."
    look = inspect(connection)
    ask = (
        look.get_columns,
        look.get_pk_constraint,
        look.get_check_constraints,
        look.get_unique_constraints,
        look.get_foreign_keys,
        look.get_indexes,
        look.get_table_options,
    )
    return {
        table: [sorted(map(repr, found)) if isinstance(found := promise(table), list) else found for promise in ask]
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def counts(connection: Connection) -> dict[str, int]:
    return {
        name: connection.scalar(text(f'SELECT count(*) FROM "{name}"'))
        for name in inspect(connection).get_table_names()
    }


def fill(connection: Connection, sql: str) -> None:
    connection.rollback()
    with connection.begin():
        for statement in filter(str.strip, sql.split(";\n")):
            connection.exec_driver_sql(statement)  # text() would take the colons of JSON for parameters


def test_there_is_one_head_and_readers_know_it():
    assert ScriptDirectory.from_config(migrate.config()).get_heads() == [HEAD]
    assert history() == list(KNOWN)


def test_a_revision_imports_nothing_of_ours():
    for path in (migrate.folder() / "versions").glob("*.py"):
        assert "anedb" not in [
            word for line in path.read_text().splitlines() if "import" in line for word in line.split()
        ]


def test_upgrading_an_empty_database_reaches_the_tables(connection):
    migrate.upgrade(connection)
    command.check(migrate.config(connection))  # says nothing of CHECK constraints, so compare shapes as well
    upgraded = shape(connection)
    connection.rollback()
    with connection.begin():
        for view in VIEWS:
            connection.execute(text(f"DROP VIEW {view}"))
        Row.metadata.drop_all(connection)
        Row.metadata.create_all(connection)
    assert upgraded == shape(connection)


def test_every_constraint_has_a_name(connection):
    migrate.upgrade(connection)
    look = inspect(connection)
    for table in Row.metadata.tables:
        found = [look.get_pk_constraint(table), *look.get_foreign_keys(table), *look.get_check_constraints(table)]
        found += look.get_unique_constraints(table)
        assert all(constraint["name"] for constraint in found), table


def test_every_step_can_be_undone_and_redone(connection):
    for revision in history():
        migrate.upgrade(connection, revision)
        command.downgrade(migrate.config(connection), "-1")
        migrate.upgrade(connection, revision)


@pytest.mark.parametrize("rows", sorted(ROWS.glob("*.sql")), ids=lambda path: path.stem)
def test_rows_survive(connection, rows):
    migrate.upgrade(connection, rows.stem)
    fill(connection, rows.read_text())
    before = counts(connection)
    assert before["observations"] > 0
    connection.rollback()
    migrate.upgrade(connection)
    after = counts(connection)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("rows", sorted(ROWS.glob("*.sql"))[1:], ids=lambda path: path.stem)
def test_rows_survive_going_back(connection, rows):
    migrate.upgrade(connection, rows.stem)
    fill(connection, rows.read_text())
    before = counts(connection)
    connection.rollback()
    command.downgrade(migrate.config(connection), "-1")
    after = counts(connection)
    assert {name: before[name] for name in after} == after


def test_the_gpu_is_counted_again_from_what_was_observed(connection):
    migrate.upgrade(connection, "0002")
    rows = (
        (ROWS / "0002.sql")
        .read_text()
        .replace("'ane,cpu', 'cpu'", "'ane,cpu', 'gpu'")
        .replace("'00', 'new'", "'00', 'reviewed'")
    )
    fill(connection, rows)
    connection.rollback()
    migrate.upgrade(connection)
    votes = connection.execute(text("SELECT chosen_no, chosen_gpu, ran_gpu FROM votes")).all()
    told = connection.execute(text("SELECT offered, chosen, ran FROM cells")).all()
    assert [tuple(row) for row in votes] == [(1, 1, 0)]
    assert [tuple(row) for row in told] == [
        ('[["compute-plan",1,0,1,0,0,0,"new",4]]', '[["compute-plan",0,1,0,1,0,1]]', "[]")
    ]


def test_there_are_rows_of_every_revision():
    assert {path.stem for path in ROWS.glob("*.sql")} == set(KNOWN)


CHANGE = """
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("cells") as table:
        table.alter_column("newest", nullable=True)
    {then}
"""


@pytest.fixture
def with_next(tmp_path, monkeypatch):
    "Adds a step that changes a parent table, and may do something `then`."

    def add(then: str = "") -> None:
        scripts = shutil.copytree(migrate.folder(), tmp_path / "migrations")
        (scripts / "versions" / "next.py").write_text(CHANGE.format(head=HEAD, then=then))
        monkeypatch.setattr(migrate, "folder", lambda: scripts)

    return add


def test_changing_a_parent_table_keeps_the_rows_that_point_at_it(connection, with_next):
    migrate.upgrade(connection)
    fill(connection, (ROWS / f"{HEAD}.sql").read_text())
    before = counts(connection)
    for view in VIEWS:  # a view holds on to the tables it reads
        connection.execute(text(f"DROP VIEW {view}"))
    connection.commit()
    with_next()
    migrate.upgrade(connection)
    after = counts(connection)
    assert {name: after[name] for name in before} == before
    assert {c["name"]: c["nullable"] for c in inspect(connection).get_columns("cells")}["newest"]


def test_steps_that_fail_leave_nothing_behind(connection, with_next):
    with_next("raise OSError")
    with pytest.raises((OSError, DBAPIError)):
        migrate.upgrade(connection)
    connection.rollback()
    assert inspect(connection).get_table_names() == []


def test_the_views_answer(connection):
    migrate.upgrade(connection)
    fill(connection, (ROWS / f"{HEAD}.sql").read_text())
    read = {view: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {view}"))] for view in VIEWS}
    assert (1, "dilations", "[2,2]") in read["layer_parameters"] and (1, "bias", "true") in read["layer_parameters"]
    assert (1, 1, "weight", "fp16", "[64,32,3,3]", 1) in read["layer_inputs"]
    assert (1, 0, "x", "fp16", None, 0) in read["layer_inputs"]
    assert len(read["observation_view"]) == 1 and read["observation_view"][0][-1] == 0
    assert read["support_view"][0][-8:] == (1, 0, 0, 1, 0, 0, 1, 1)


def test_an_observation_cannot_be_changed(connection):
    migrate.upgrade(connection)
    fill(connection, (ROWS / f"{HEAD}.sql").read_text())
    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("UPDATE observations SET chosen = 'ane'"))


def test_a_wheel_finds_its_migrations(tmp_path, monkeypatch):
    package = tmp_path / "anedb"
    shutil.copytree(migrate.folder(), package / "_migrations")
    (package / "store").mkdir()
    copied = shutil.copy(migrate.__file__, package / "store" / "migrate.py")
    spec = importlib.util.spec_from_file_location("installed_migrate", copied)
    installed = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(installed)
    assert installed.folder() == package / "_migrations"


def test_the_schema_is_described():
    described = (Path(__file__).parents[1] / "docs" / "schema.md").read_text()
    assert [name for name in (*Row.metadata.tables, *VIEWS) if f"`{name}`" not in described] == []
