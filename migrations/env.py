"""How Alembic reaches the database. Imports the tables and the engine, and nothing else of anedb's."""

from alembic import context
from sqlalchemy import Connection

from anedb.store.engine import lock, open_engine
from anedb.store.location import default_url
from anedb.store.tables import Row


def run(connection: Connection) -> None:
    """All revisions in one transaction that holds the writer's lock from before the current revision is read: two
    processes that upgrade at once do it one after the other, and the second finds nothing to do."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        foreign_keys(connection, on=False)
    with connection.begin():
        lock(connection)
        context.configure(
            connection=connection,
            target_metadata=Row.metadata,
            render_as_batch=True,
            compare_server_default=True,
        )
        context.run_migrations()
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if sqlite else []
        assert not orphans, f"rows left pointing at nothing: {orphans}"
    if sqlite:
        foreign_keys(connection, on=True)


def foreign_keys(connection: Connection, *, on: bool) -> None:
    """SQLite changes a table by copying it and dropping the old one. With foreign keys on, that drop deletes (or
    refuses to delete) the rows of every table pointing at it. The pragma is ignored inside a transaction, so look
    that it took. Asked of the driver itself: SQLAlchemy would begin a transaction first."""
    driver = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    assert driver.execute("PRAGMA foreign_keys").fetchone() == (int(on),), "migrate outside a transaction"


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    engine = open_engine(default_url())
    with engine.connect() as connection:
        run(connection)
    engine.dispose()
