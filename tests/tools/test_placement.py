"data/placement.json is what `tools.placement` learns from the plans that are shipped, to the byte."

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from anedb.catalog import files
from anedb.catalog.placement import FILE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    "A data/ in which the file is still to be written."
    for path in (ROOT / "data").iterdir():
        if path.name != FILE:
            (tmp_path / path.name).symlink_to(path)
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("ANEDB_DATA", str(tmp_path))
    files.root.cache_clear()
    yield tmp_path
    files.root.cache_clear()


def test_what_is_shipped_is_what_the_plans_say(data: Path) -> None:
    from tools.placement.__main__ import main

    main()
    assert (data / FILE).read_bytes() == (ROOT / "data" / FILE).read_bytes(), "python -m tools.placement"


def test_learning_again_changes_nothing(data: Path) -> None:
    from tools.placement.__main__ import main

    main()
    once = (data / FILE).read_bytes()
    main()
    assert (data / FILE).read_bytes() == once
