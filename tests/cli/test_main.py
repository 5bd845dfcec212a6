"""Exit codes, help, and what a stranger's name does to a terminal."""

import sys

import pytest

from anedb import __version__
from anedb.cli import main
from anedb.cli.words import printable

COMMANDS = (
    "query", "check", "diff", "evaluate", "wanted", "show", "import", "submit", "retract", "export", "schema", "data",
    "db",
)  # fmt: skip


def test_help_names_every_command(anedb):
    out = anedb("--help").out
    assert all(command in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(anedb, command):
    ran = anedb(command, "--help")
    assert ran.code == 0 and len(ran.out) > 200


def test_the_version_is_the_package_s(anedb):
    assert anedb("--version").out.strip() == f"anedb {__version__}"


@pytest.mark.parametrize("arguments", [(), ("nosuch",), ("query",), ("query", "conv", "--nosuch"), ("export", "pdf")])
def test_wrong_usage_exits_2(anedb, arguments):
    assert anedb(*arguments).code == 2


def test_a_bug_has_its_own_number_and_something_to_paste(anedb, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("anedb.open", broken)
    ran = anedb("query", "conv")
    assert ran.code == 70 and "ZeroDivisionError" in ran.err and __version__ in ran.err


def test_ctrl_c_exits_130(anedb, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("anedb.open", interrupted)
    assert anedb("query", "conv").code == 130


def test_a_database_that_is_none_exits_3(anedb, monkeypatch, tmp_path):
    (tmp_path / "not.sqlite").write_text("this is no database, however long it may be" * 100)
    monkeypatch.setenv("ANEDB_URL", str(tmp_path / "not.sqlite"))
    ran = anedb("query", "conv")
    assert ran.code == 3 and "not.sqlite" in ran.err and "Traceback" not in ran.err


def test_a_folder_that_cannot_be_made_exits_3(anedb, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ANEDB_URL", str(tmp_path / "file" / "anedb.sqlite"))
    assert anedb("query", "conv").code == 3


def test_a_first_query_builds_the_database(anedb, monkeypatch, tmp_path):
    monkeypatch.setenv("ANEDB_URL", str(tmp_path / "new" / "anedb.sqlite"))
    assert "not built" in anedb("db", "status").out
    assert anedb("query", "conv", "--chip", "M1").code == 0
    assert "up to date" in anedb("db", "status").out
    assert anedb("db", "upgrade").out.strip().endswith("(unchanged)")


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x1b[31mb", "a�[31mb"), ("a\u202eb", "a�b"), ("é", "é"), ("a\nb", "a�b")]
)
def test_text_from_data_moves_no_cursor(text, shown):
    assert printable(text) == shown


def test_the_console_script_is_the_function_tested_here(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["anedb", "--version"])
    with pytest.raises(SystemExit):
        main.run()
    assert __version__ in capsys.readouterr().out
