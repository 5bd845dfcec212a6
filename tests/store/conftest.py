"""Both databases, empty: a test that asks for `url` runs once on each."""

import pytest
from postgres import postgres_url  # noqa: F401 (a fixture)

from anedb.store.store import Store


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path / 'anedb.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def store(url):
    with Store.open(url) as store:
        yield store
