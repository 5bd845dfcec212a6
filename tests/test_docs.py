"""README and docs say what is there."""

import contextlib
import re
import shlex
from pathlib import Path

import pytest

from anedb.catalog import facts, layers, targets
from anedb.store.reader import open_reader

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VERSION = re.compile(r"data [0-9a-f]{12};")
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_inside_the_project_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_numbers_in_readme_are_those_of_the_data(database):
    with open_reader(database) as reader:
        counts = reader.counts()
    said = [
        f"{len(layers.all_types('mlprogram'))} MIL ops and {len(layers.all_types('neuralnetwork'))} NeuralNetwork",
        f"{len(targets.chips())} chips",
        f"{len(targets.devices())} devices and {len(targets.releases())} OS releases",
        f"{counts['observations']:,} observations of {counts['layers']} layers",
        f"{len(facts.claims())} claims",
        f"{len(facts.workarounds())} workarounds, {len(facts.reasons())} reasons, {len(facts.sources())} sources",
    ]
    assert [each for each in said if each not in " ".join(README.split())] == []


def test_readme_has_the_two_commands_ci_runs():
    for mark in ("try", "test"):
        assert re.search(rf"<!-- ci: {mark} -->\n```sh\n.+\n```", README)


def test_the_answer_in_readme_is_today_s(database, monkeypatch, capsys):
    "Word by word; where lines break is the terminal's, and `data` tells any two versions of data/ apart."
    from anedb.cli.main import run

    command, _, rest = README.partition("pip install . && anedb ")[2].partition("\n```\n")
    monkeypatch.setattr("sys.argv", ["anedb", *shlex.split(command)])
    monkeypatch.setenv("ANEDB_URL", database)
    with contextlib.suppress(SystemExit):
        run()
    said = rest.partition("```\n")[2].partition("\n```")[0]
    assert VERSION.sub("", said).split() == VERSION.sub("", capsys.readouterr().out).split()


def test_every_query_in_readme_is_answered(database, monkeypatch, capsys):
    import sys

    from anedb.cli.main import run

    monkeypatch.setenv("ANEDB_URL", database)
    block = README.partition("More questions:")[2].partition("```sh\n")[2].partition("```")[0]
    commands = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert len(commands) > 4
    for command in commands:
        if "-o" in command:
            continue
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as left:
            run()
        assert left.value.code == 0, command
        assert capsys.readouterr().out, command
