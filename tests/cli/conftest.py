"""The command line, run in this process: what it prints and its exit code."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass
class Ran:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def anedb(database, monkeypatch, capsys) -> Callable[..., Ran]:
    "`anedb('query', 'conv')`, on the database that all tests share; set ANEDB_URL for another."
    monkeypatch.setenv("ANEDB_URL", database)

    def ran(*arguments: str) -> Ran:
        from anedb.cli.main import run

        monkeypatch.setattr(sys, "argv", ["anedb", *arguments])
        capsys.readouterr()
        try:
            run()
            code = 0
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return ran
