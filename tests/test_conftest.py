"""The golden fixture can fail, and no test sees the user's home."""

import os
from pathlib import Path

import pytest
from goldens import compare_golden


def test_an_empty_golden_file_is_refused(tmp_path):
    (tmp_path / "empty.md").write_text("")
    with pytest.raises(AssertionError, match="empty"):
        compare_golden(tmp_path / "empty.md", "text\n", regen=False)


def test_an_empty_text_is_never_written_as_golden(tmp_path):
    with pytest.raises(AssertionError, match="nothing to compare"):
        compare_golden(tmp_path / "new.md", "\n", regen=True)
    assert not (tmp_path / "new.md").exists()


def test_one_changed_byte_is_a_difference(tmp_path):
    (tmp_path / "lines.csv").write_bytes(b"a\r\n")
    with pytest.raises(AssertionError, match="differs"):
        compare_golden(tmp_path / "lines.csv", "a\n", regen=False)


def test_regen_writes_what_is_compared(tmp_path):
    compare_golden(tmp_path / "new.csv", "a\r\n", regen=True)
    compare_golden(tmp_path / "new.csv", "a\r\n", regen=False)
    assert (tmp_path / "new.csv").read_bytes() == b"a\r\n"


def test_home_is_a_folder_of_the_test():
    assert "ANEDB_URL" not in os.environ
    assert "home" in Path.home().name
    assert Path(os.environ["XDG_DATA_HOME"]).parent == Path.home()


def test_no_two_test_files_outside_packages_share_a_name():
    "pytest would collect neither: it imports such a file by its name alone."
    loose = [path for path in Path(__file__).parent.rglob("test_*.py") if not (path.parent / "__init__.py").exists()]
    names = [path.name for path in loose]
    assert sorted(names) == sorted(set(names))
