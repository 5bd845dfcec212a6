"""Whose word a run is: real keys and the real ssh-keygen, in a folder of the test's own."""

import base64
import http.server
import shutil
import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anedb.errors import BadFileError, StoreError, UsageError
from anedb.ingest import keys, signing
from anedb.ingest.problems import Problems
from anedb.ingest.signature import parse

from . import runs

ME = "github:someone"
pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here (openssh-client)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


def make_key(folder: Path, name: str, kind: str = "ed25519") -> Path:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def mine(folder):
    return make_key(folder, "mine")


@pytest.fixture(scope="module")
def theirs(folder):
    return make_key(folder, "theirs")


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(runs.good())
    return path


def public(key: Path) -> str:
    return key.with_suffix(".pub").read_text()


def bare(key: Path, contributor: str = ME) -> keys.Allowed:
    return keys.Allowed(text=keys.listed(public(key), contributor), where="a test")


def checked(run: Path, allowed: keys.Allowed | None = None, contributor: str = ME) -> tuple[str, set[str]]:
    problems = Problems(run.name)
    return signing.check(run, contributor, allowed, problems).status, problems.seen


def test_a_signature_by_the_contributors_key_proves_the_name(run, mine):
    assert signing.sign(run, mine, contributor=ME) == run.with_name("run.jsonl.sig")
    assert checked(run, bare(mine)) == ("proven", set())


def test_without_keys_to_hold_it_against_a_signature_is_sound_and_no_more(run, mine):
    signing.sign(run, mine, contributor=ME)
    assert checked(run) == ("signed", set())


def test_no_signature_is_no_problem(run, mine):
    assert checked(run, bare(mine)) == ("unsigned", set())


def test_a_file_changed_after_signing_is_told_without_any_key(run, mine):
    signing.sign(run, mine, contributor=ME)
    run.write_bytes(run.read_bytes().replace(b"lid open", b"lid shut"))
    assert checked(run) == checked(run, bare(mine)) == ("refused", {"signature.tampered"})


def test_a_key_the_contributor_does_not_publish_proves_nothing(run, mine, theirs):
    signing.sign(run, theirs, contributor=ME)
    assert checked(run, bare(mine)) == ("refused", {"signature.unknown-key"})


def test_the_key_of_another_is_told_from_an_unknown_one(run, mine, theirs):
    signing.sign(run, theirs, contributor=ME)
    both = keys.Allowed(text=bare(mine).text + bare(theirs, "github:other").text, where="a test")
    assert checked(run, both) == ("refused", {"signature.foreign"})


def test_an_expired_key_is_told_from_an_unknown_one(run, mine):
    signing.sign(run, mine, contributor=ME)
    old = keys.Allowed(text=bare(mine).text.replace('"anedb"', '"anedb",valid-before="20200101"'), where="a test")
    assert checked(run, old) == ("refused", {"signature.expired"})


def test_a_signature_made_for_something_else_is_none_for_us(run, mine):
    done = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", str(mine)], input=run.read_bytes(), capture_output=True
    )
    signing.beside(run).write_bytes(done.stdout)
    assert checked(run, bare(mine)) == ("refused", {"signature.namespace"})


def test_keys_for_another_namespace_do_not_count(run, mine):
    signing.sign(run, mine, contributor=ME)
    git = keys.Allowed(text=bare(mine).text.replace('"anedb"', '"git"'), where="a test")
    assert checked(run, git)[0] == "refused"


@pytest.mark.parametrize(
    "text", [b"", b"hello", b"\xff\xfe", b"-----BEGIN SSH SIGNATURE-----\n@@\n-----END", b"x" * 17_000]
)
def test_what_is_no_signature_is_said_to_be_none(run, text):
    signing.beside(run).write_bytes(text)
    status, codes = checked(run)
    assert status == "refused" and codes <= {"signature.form", "size.file"} and codes


def test_a_signature_cut_short_is_none(run, mine):
    text = signing.sign(run, mine, contributor=ME).read_text().splitlines()
    signing.beside(run).write_text("\n".join([*text[:2], text[-1]]) + "\n")
    assert checked(run) == ("refused", {"signature.form"})


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_in_the_armour_break_the_reader(blob):
    text = (
        b"-----BEGIN SSH SIGNATURE-----\n"
        + base64.b64encode(b"SSHSIG\0\0\0\1" + blob)
        + b"\n-----END SSH SIGNATURE-----\n"
    )
    problems = Problems("x")
    assert (parse(text, problems) is None) == bool(problems.seen)


def test_a_name_stays_out_of_an_anonymous_run(run, mine):
    with pytest.raises(UsageError, match="anonymous"):
        signing.sign(run, mine, contributor="anonymous")
    signing.sign(run, mine, contributor=ME)
    assert checked(run, contributor="anonymous") == ("refused", {"signature.anonymous"})


def test_signing_again_replaces_the_signature_without_asking(run, mine, theirs):
    signing.sign(run, theirs, contributor=ME)
    signing.sign(run, mine, contributor=ME)
    assert checked(run, bare(mine)) == ("proven", set())


def test_the_usual_key_is_found_and_a_missing_one_is_said_to_be(run, mine, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(UsageError, match="no SSH key"):
        signing.sign(run, contributor=ME)
    with pytest.raises(UsageError, match="there is no key"):
        signing.sign(run, tmp_path / "nosuch", contributor=ME)
    (tmp_path / ".ssh").mkdir()
    shutil.copy(mine, tmp_path / ".ssh" / "id_ed25519")
    signing.sign(run, contributor=ME)
    assert checked(run, bare(mine)) == ("proven", set())


def test_what_is_no_key_does_not_sign(run, tmp_path):
    (tmp_path / "notes").write_text("my key is under the mat\n")
    with pytest.raises(StoreError, match="was not signed"):
        signing.sign(run, tmp_path / "notes", contributor=ME)
    assert not signing.beside(run).exists()


def test_a_machine_without_ssh_keygen_says_so_and_still_reads_the_run(run, mine, monkeypatch):
    signing.sign(run, mine, contributor=ME)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert checked(run, bare(mine)) == ("unchecked", set())
    with pytest.raises(StoreError, match="no ssh-keygen") as found:
        signing.sign(run, mine, contributor=ME)
    assert found.value.exit_code == 3


def test_a_file_of_keys_may_be_bare_keys_or_allowed_signers(run, mine, theirs, tmp_path):
    signing.sign(run, mine, contributor=ME)
    file = tmp_path / "keys"
    file.write_text(public(theirs) + public(mine))
    assert checked(run, keys.given(file, ME))[0] == "proven"
    file.write_text(f"# the lab\ngithub:other {public(theirs)}{ME} {public(mine)}")
    assert checked(run, keys.given(file, ME))[0] == "proven"
    file.write_text("no key here\n")
    with pytest.raises(BadFileError, match="no public key"):
        keys.given(file, ME)
    with pytest.raises(BadFileError, match="cannot be read"):
        keys.given(tmp_path / "nosuch", ME)


def test_keys_are_asked_for_at_the_account_the_header_names_and_nowhere_else(mine):
    asked = []
    keys.published(ME, lambda address: asked.append(address) or public(mine))
    assert asked == ["https://github.com/someone.keys"]
    for name in ("someone", "nohost:me", "github:../x", "github:a/b", "github:", "github:a?b"):
        with pytest.raises(BadFileError, match="no account"):
            keys.published(name, asked.append)
    assert len(asked) == 1


def test_what_a_host_answers_becomes_keys_and_nothing_else():
    text = '* ssh-ed25519 AAAA\ngithub:x cert-authority ssh-rsa AAAA\n<html>\nssh-ed25519 AAAA me\nssh-rsa AAAA" * x\n'
    assert keys.listed(text, ME) == f'{ME} namespaces="anedb" ssh-ed25519 AAAA\n'


class _Host(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({"/moved.keys": 302, "/gone.keys": 404}.get(self.path, 200))
        self.send_header("Location", "/someone.keys")
        self.end_headers()
        self.wfile.write(b"x" * 70_000 if self.path == "/huge.keys" else b"ssh-ed25519 AAAA\n")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def host():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_keys_come_over_the_network_within_limits(host):
    assert keys.fetched(f"{host}/someone.keys") == "ssh-ed25519 AAAA\n"
    for page, says in (("gone", "no such account"), ("moved", "answered 302"), ("huge", "more than 65,536 bytes")):
        with pytest.raises(StoreError, match=says) as found:
            keys.fetched(f"{host}/{page}.keys")
        assert "--keys" in found.value.tip
    with pytest.raises(StoreError, match="could not be asked"):
        keys.fetched("http://127.0.0.1:9/x.keys")


def test_data_check_finds_a_tampered_and_a_lone_signature(run, mine, tmp_path, monkeypatch):
    from anedb.ingest import audit, write

    monkeypatch.setattr(audit, "files", SimpleNamespace(root=lambda: tmp_path))  # the rest of data/ stays where it is
    header, lines = runs.run()
    path = write.write(tmp_path, header, lines)
    signing.sign(path, mine, contributor=ME)
    assert list(audit._submissions(runs.TODAY)) == []
    path.write_bytes(path.read_bytes().replace(b"lid open", b"lid shut"))
    assert [each.code for each in audit._submissions(runs.TODAY)] == ["signature.tampered"]
    path.unlink()
    assert [each.code for each in audit._submissions(runs.TODAY)] == ["signature.missing"]
