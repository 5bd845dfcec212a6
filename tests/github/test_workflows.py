"""What .github/ does, done here: every command of the submission workflows and of the check action, by bash.

Two things are stood in for: GitHub itself (`gh`, and the expressions `${{ … }}`), and installing, which would fetch
the same packages that these tests run with.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from anedb.export.review_markdown import MARK
from anedb.ingest.write import write
from tests.api import programs
from tests.ingest import runs

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTION = GITHUB / "actions" / "check" / "action.yml"
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
needs_bash = pytest.mark.skipif(not (shutil.which("bash") and shutil.which("git")), reason="no bash or no git here")


def read(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    found = read(path)
    jobs = [found["runs"]] if "runs" in found else list(found["jobs"].values())
    return [step for job in jobs for step in job["steps"]]


def step(path: Path, name: str) -> dict[str, Any]:
    return next(each for each in steps(path) if each.get("name", "").startswith(name))


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.stem)
def test_actions_of_others_are_pinned_by_major_version_or_commit(path):
    for each in steps(path):
        assert "run" in each or re.fullmatch(r"[\w.-]+/[\w./-]+@(v\d+|[0-9a-f]{40})", each["uses"]), each


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.stem)
def test_nothing_is_put_into_a_shell_but_by_the_environment(path):
    for each in steps(path):
        assert "${{" not in each.get("run", ""), each


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_workflow_says_what_its_token_may(path):
    found = read(path)
    assert found["permissions"].get("contents") == "read"
    assert all("timeout-minutes" in job for job in found["jobs"].values())
    assert "pull_request_target" not in found[True]  # YAML 1.1 reads `on` as true


def test_what_runs_beside_a_strangers_files_has_no_secret_and_may_write_nothing():
    path = GITHUB / "workflows" / "submission.yml"
    text = path.read_text(encoding="utf-8")
    assert read(path)["permissions"] == {"contents": "read"}
    assert "secrets." not in text and "github.token" not in text
    checkouts = [each for each in steps(path) if each.get("uses", "").startswith("actions/checkout")]
    assert len(checkouts) == 2 and all(each["with"]["persist-credentials"] is False for each in checkouts)


def test_what_may_write_never_checks_out_a_strangers_files():
    path = GITHUB / "workflows" / "submission-comment.yml"
    assert not any("checkout" in each.get("uses", "") for each in steps(path))
    assert read(path)[True]["workflow_run"]["workflows"] == [read(GITHUB / "workflows" / "submission.yml")["name"]]


@pytest.mark.parametrize("path", [path for path in FORMS if path.stem != "config"], ids=lambda path: path.stem)
def test_issue_forms_are_of_the_form_github_takes(path):
    found = read(path)
    assert {"name", "description", "body"} <= set(found)
    fields = [each for each in found["body"] if each["type"] != "markdown"]
    assert len({each["id"] for each in fields}) == len(fields) > 0
    for each in found["body"]:
        assert each["type"] in {"markdown", "input", "textarea", "dropdown", "checkboxes"}
        assert each["attributes"].get("label") or each["type"] == "markdown"
        for option in each["attributes"].get("options", ()):
            assert isinstance(option, (str, dict)), f"{option!r}: YAML reads a bare yes or no as true or false"


def test_actionlint_finds_nothing(tmp_path):
    if shutil.which("actionlint") is None:
        pytest.skip("no actionlint here")
    subprocess.run(["actionlint", *map(str, WORKFLOWS)], check=True, cwd=ROOT)


@pytest.fixture
def shell(tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    "Runs a step as the runner does, its expressions read from `context`; `python` and `gh` are the stand-ins in bin/."
    bin = tmp_path / "bin"
    bin.mkdir()
    script(bin / "python", PYTHON.replace("REAL", sys.executable))
    script(bin / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / "runner").mkdir()
    outside = {
        "PATH": f"{bin}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": os.environ["HOME"],
        "RUNNER_TEMP": str(tmp_path / "runner"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_ACTION_PATH": str(ACTION.parent),
        "LOG": str(tmp_path / "log"),
    }

    def run(each: dict[str, Any], folder: Path, **context: str) -> subprocess.CompletedProcess[str]:
        told = {
            name: EXPRESSION.sub(lambda it: context[it[1]], str(text)) for name, text in each.get("env", {}).items()
        }
        where = folder / each.get("working-directory", ".")
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", each["run"]]
        return subprocess.run(command, cwd=where, env={**outside, **told}, capture_output=True, text=True)

    return run


PYTHON = """#!/bin/sh
echo "$@" >>"$LOG"
case "$1 $2" in
  "-m pip") for last; do :; done; test -f "$last/pyproject.toml" && test -d "$last/data"; exit ;;
  "-m venv")
    mkdir -p "$3/bin"
    cp "$0" "$3/bin/python"
    printf '#!/bin/sh\\nexec "REAL" -m anedb "$@"\\n' >"$3/bin/anedb"
    chmod +x "$3/bin/anedb"
    exit ;;
esac
exec "REAL" "$@"
"""


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def git(folder: Path, *arguments: str) -> str:
    name = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *name, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def workspace(tmp_path):
    "As the two checkouts leave it: `base` is this project, `sent` a repository with a pull request."
    folder = tmp_path / "workspace"
    sent = folder / "sent"
    sent.mkdir(parents=True)
    (folder / "base").symlink_to(ROOT)
    git(sent, "init", "-q", "-b", "main")
    (sent / "README.md").write_text("anedb\n")
    git(sent, "add", "-A")
    git(sent, "commit", "-qm", "base")
    return folder


def reviewed(shell, workspace: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
    path = GITHUB / "workflows" / "submission.yml"
    base = git(workspace / "sent", "rev-parse", "HEAD").strip()
    git(workspace / "sent", "commit", "-q", "--allow-empty", "-m", "x")
    git(workspace / "sent", "add", "-A")
    git(workspace / "sent", "commit", "-q", "--allow-empty", "-m", "a run")
    installed = shell(step(path, "Install"), workspace)
    assert installed.returncode == 0, installed.stderr
    out = workspace / "review"
    context = {
        "github.event.pull_request.base.sha": base,
        "github.event.pull_request.number": "42",
        "github.workspace": str(workspace),
    }
    return shell(step(path, "Review"), workspace, **context), out


@needs_bash
def test_a_good_run_passes_and_its_comment_is_handed_over(shell, workspace, tmp_path):
    write(workspace / "sent" / "data", *runs.run(contributor="anonymous"))
    done, out = reviewed(shell, workspace)
    assert done.returncode == 0, done.stderr
    assert (out / "number").read_text() == "42\n"
    comment = (out / "comment.md").read_text()
    assert comment.startswith(MARK) and "1 run in order" in comment
    assert (tmp_path / "summary.md").read_text() == comment


@needs_bash
def test_a_bad_run_fails_and_its_comment_is_handed_over_all_the_same(shell, workspace):
    path = workspace / "sent" / "data" / "submissions" / "ab" / "x.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(runs.BAD["canary.must-run"]())
    done, out = reviewed(shell, workspace)
    assert done.returncode == 1 and "canary.must-run" in (out / "comment.md").read_text()


@needs_bash
def test_code_in_a_pull_request_is_not_run(shell, workspace, tmp_path):
    write(workspace / "sent" / "data", *runs.run(contributor="anonymous"))
    for name in ("anedb", "json"):
        (workspace / "sent" / name).mkdir()
        (workspace / "sent" / name / "__init__.py").write_text(f"open({str(tmp_path / 'pwned')!r}, 'w')\n")
    done, _ = reviewed(shell, workspace)
    assert done.returncode == 0 and not (tmp_path / "pwned").exists()


GH = """#!/bin/sh
echo "$@" >>"$LOG"
case "$*" in
  *"/files"*) printf 'data/submissions/ab/x.jsonl\\n%s\\n' "$EXTRA" ;;
  *"--method"*) cp body.json posted.json ;;
  *"/comments"*) printf '%s' "$OLD" ;;
  *"/pulls/42"*) echo abc123 ;;
  *) echo unknown; exit 1 ;;
esac
"""


@pytest.fixture
def post(shell, tmp_path):
    folder = tmp_path / "posting"
    (folder / "review").mkdir(parents=True)
    (folder / "review" / "comment.md").write_text(f'{MARK}\n"quoted" $(touch pwned) `x`\n')
    (folder / "review" / "number").write_text("42\n")
    script(tmp_path / "bin" / "gh", GH)
    posting = step(GITHUB / "workflows" / "submission-comment.yml", "Post")

    def run(sha: str = "abc123", *, extra: str = "", old: str = "") -> tuple[str, dict[str, str] | None]:
        context = {"github.token": "t", "github.repository": "o/r", "github.event.workflow_run.head_sha": sha}
        each = {**posting, "env": {**posting["env"], "EXTRA": extra, "OLD": old}}
        done = shell(each, folder, **context)
        posted = folder / "posted.json"
        return done.stdout + str(done.returncode), json.loads(posted.read_text()) if posted.exists() else None

    run.folder = folder
    return run


@needs_bash
def test_the_comment_is_posted_as_it_was_written(post, tmp_path):
    _, posted = post()
    assert posted == {"body": (post.folder / "review" / "comment.md").read_text()}
    assert not (post.folder / "pwned").exists()
    assert "--method POST repos/o/r/issues/42/comments" in (tmp_path / "log").read_text()


@needs_bash
def test_a_second_review_replaces_the_first_ones_comment(post, tmp_path):
    assert post(old="7\n")[1] and "--method PATCH repos/o/r/issues/comments/7" in (tmp_path / "log").read_text()


@needs_bash
def test_another_pull_requests_number_posts_nothing(post):
    assert post("def456")[1] is None
    (post.folder / "review" / "number").write_text("42; touch pwned\n")
    said, posted = post()
    assert posted is None and said.endswith("1") and not (post.folder / "pwned").exists()


@needs_bash
def test_who_changes_the_workflow_writes_no_comment_under_our_name(post):
    assert post(extra=".github/workflows/submission.yml")[1] is None


def check(shell, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    "The composite action's commands with these inputs, the others as they are by default."
    given = {name: each.get("default", "") for name, each in read(ACTION)["inputs"].items()}
    given |= {name.replace("_", "-"): text for name, text in inputs.items()}
    context = {f"inputs.{name}": text for name, text in given.items()}
    installed = shell(step(ACTION, "Install"), folder, **{"steps.python.outputs.python-path": "python"})
    assert installed.returncode == 0, installed.stderr
    return shell(step(ACTION, "Check"), folder, **context)


@pytest.fixture
def models(tmp_path):
    "A folder with a model, a blank and a shell's words in its name."
    folder = tmp_path / "models"
    programs.compiled(folder / "my $(touch pwned) net.mlmodelc", programs.relu("x", "a"))
    return folder


@needs_bash
def test_the_action_checks_models_and_writes_sarif_and_a_summary(shell, models, tmp_path):
    done = check(shell, models, models=str(models), chip="M4\nA15\n", os="", min_ane="0")
    assert done.returncode == 0, done.stderr
    assert json.loads((models / "anedb.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "summary.md").read_text().startswith("## Neural Engine check")
    assert (tmp_path / "output").read_text() == "sarif=anedb.sarif\n"
    assert not list(tmp_path.rglob("pwned"))


@needs_bash
def test_the_action_fails_where_a_condition_does_not_hold_and_says_so(shell, models, tmp_path):
    done = check(shell, models, models=str(models), chip="M4", min_ane="100", fail_on="no\nunknown", units="all")
    summary = (tmp_path / "summary.md").read_text()
    assert done.returncode in (0, 1) and "What was asked" in summary
    assert (done.returncode == 1) == ("does not hold" in summary)
    assert check(shell, models, models=str(tmp_path / "nosuch"), chip="M4").returncode == 2


@needs_bash
@pytest.mark.parametrize("hostile", ["--version", "$(touch pwned)", "'; touch pwned; '", "`touch pwned`", "M4 --help"])
def test_an_input_of_the_action_is_a_value_and_never_a_command(shell, models, hostile):
    for name in ("chip", "os", "units", "baseline", "models"):
        done = check(shell, models, **{"models": str(models), name: hostile})
        assert done.returncode == 2, (name, done.stdout)
        assert not list(models.rglob("pwned"))
