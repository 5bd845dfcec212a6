"""Where the database is, and how it is called."""

import subprocess
import sys
from pathlib import Path

import pytest

from anedb.errors import StoreError
from anedb.store.location import default_url, shown, sqlite_path
from anedb.store.revisions import HEAD
from anedb.store.store import Store


def test_the_user_has_a_database_without_asking_for_one(monkeypatch):
    path = sqlite_path(default_url())
    assert path.is_absolute() and path.parts[-2:] == ("anedb", "anedb.sqlite")


def test_the_environment_names_another(monkeypatch):
    monkeypatch.setenv("ANEDB_URL", "postgresql://somewhere/anedb")
    assert default_url() == "postgresql://somewhere/anedb"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///a.db", "a.db"),
        ("sqlite:////tmp/a b.db", "/tmp/a b.db"),
        ("sqlite+pysqlite:////tmp/a%20b.db", "/tmp/a b.db"),
        ("sqlite:////tmp/a.db?mode=ro", "/tmp/a.db"),
        ("some/file.sqlite", "some/file.sqlite"),
    ],
)
def test_a_file_is_named_by_a_url_or_a_path(url, path):
    assert sqlite_path(url) == Path(path) and shown(url) == path


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "http://x"])
def test_what_could_not_be_shared_or_is_not_known_is_refused(url):
    with pytest.raises(StoreError):
        sqlite_path(url)


def test_a_path_with_odd_characters_is_one_file(tmp_path):
    path = tmp_path / "a b?c#d%25é.sqlite"
    with Store.open(str(path)) as store:
        assert store.status()["revision"] == HEAD
    assert path.is_file()


def test_reading_loads_nothing_heavy(tmp_path):
    Store.open(str(tmp_path / "a.sqlite")).close()
    code = f"""
from anedb.store.reader import open_reader
with open_reader({str(tmp_path / "a.sqlite")!r}) as reader:
    reader.knowledge("mlprogram", "conv"), reader.meta(), reader.claims(["*"])
import sys
print(*{{name.partition(".")[0] for name in sys.modules}})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "sqlite3" in loaded
    assert not loaded & {"sqlalchemy", "alembic", "pydantic", "platformdirs", "numpy", "psycopg"}
