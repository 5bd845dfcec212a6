"""`anedb query` is quick because it loads nothing that only other commands need."""

import subprocess
import sys

HEAVY = {"alembic", "coremltools", "fastapi", "jinja2", "numpy", "pydantic", "rapidfuzz", "sqlalchemy"}


def loaded_by(code: str) -> set[str]:
    "Top-level modules in `sys.modules` after running `code` in a fresh interpreter."
    code += "\nimport sys; print(*sys.modules, sep='\\n', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_the_command_line_starts_light():
    assert not HEAVY & loaded_by("import anedb.cli.main")


def test_a_query_of_a_built_database_stays_light(database):
    code = f"import anedb; db = anedb.open({database!r}); print(db.query('conv', chip='M4').offered.answer)"
    assert not HEAVY & loaded_by(code)


def test_the_guard_itself_can_fail():
    assert HEAVY & loaded_by("import pydantic")
