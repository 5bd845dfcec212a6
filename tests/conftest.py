"""What every test has: a home folder of its own, golden files that `pytest --regen` writes, a database built once."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from goldens import GOLDEN, compare_golden

NOBODY = 65534
"Whom Linux and others map to nobody."
AWAY = ("ANEDB_URL", "ANEDB_DATA")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regen", action="store_true", help="write tests/golden/ anew; then read the diff")


@pytest.fixture(scope="session", autouse=True)
def _session_away_from_home(tmp_path_factory: pytest.TempPathFactory):
    "Fixtures that outlive one test do not see the user's home either."
    with pytest.MonkeyPatch.context() as patch:
        move_home(patch, tmp_path_factory.mktemp("home"))
        yield


@pytest.fixture(autouse=True)
def _away_from_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    "No test reads or writes the user's own database: it would pass here and fail elsewhere, or lose somebody's runs."
    move_home(monkeypatch, tmp_path_factory.mktemp("home"))


def move_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in AWAY:
        patch.delenv(name, raising=False)
    patch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        patch.setenv(name, str(home / name.lower()))


@pytest.fixture
def as_nobody():
    "A folder to write in as somebody who may not read everything: the superuser becomes nobody meanwhile."
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: `text` is what tests/golden/<name> holds, to the byte. `pytest --regen` writes it anew."""
    return lambda name, text: compare_golden(GOLDEN / name, text, regen=request.config.getoption("--regen"))


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    "The path of a database built from the checkout's data/. Read it, do not write to it: all tests share it."
    import anedb

    path = os.fspath(tmp_path_factory.mktemp("database") / "anedb.sqlite")
    anedb.open(path).close()
    return path
