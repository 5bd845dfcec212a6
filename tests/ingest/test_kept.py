"""data/signers: whose keys are kept, and whose run of data/ is whose by them."""

import shutil
import subprocess

import pytest

from anedb.catalog import files
from anedb.domain.submission import Header
from anedb.ingest import build, kept, signing

from . import runs

ME = "github:someone"
pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here (openssh-client)")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    "A data/ with one run, signed by `key`."
    monkeypatch.setattr(files, "root", lambda: tmp_path)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    (tmp_path / "run.jsonl").write_bytes(runs.good())
    signing.sign(tmp_path / "run.jsonl", tmp_path / "key", contributor=ME)
    return tmp_path


def public(folder):
    return " ".join((folder / "key.pub").read_text().split()[:2])


def keep(folder, *lines):
    (folder / "signers").write_text("# keys\n" + "".join(f"{line}\n" for line in lines))


def signer(folder):
    return kept.signer(folder / "run.jsonl", ME, kept.signers())


def test_a_run_is_signed_by_a_key_that_is_kept_for_its_contributor(folder):
    keep(folder, f'{ME} namespaces="anedb" {public(folder)}')
    assert signer(folder).startswith("SHA256:")
    assert kept.allowed(folder / "run.jsonl", ME).where == "data/signers"


def test_a_key_that_is_not_kept_or_kept_for_another_proves_nothing(folder):
    assert signer(folder) == ""
    keep(folder, f'github:other namespaces="anedb" {public(folder)}')
    assert signer(folder) == "" and kept.allowed(folder / "run.jsonl", ME) is None


def test_a_run_without_a_signature_is_unsigned_though_its_contributor_has_a_key(folder):
    keep(folder, f'{ME} namespaces="anedb" {public(folder)}')
    (folder / "run.jsonl.sig").unlink()
    assert signer(folder) == ""


def test_the_line_that_is_missing_is_told_and_is_in_form(folder):
    found = kept.look(folder / "run.jsonl", ME)
    assert not found.is_kept
    keep(folder, found.line)
    assert list(kept.check()) == [] and kept.look(folder / "run.jsonl", ME).is_kept


@pytest.mark.parametrize(
    "line",
    [
        "{me} {key}",
        '{me} namespaces="anedb",valid-before="20270101" {key}',
        '{me} cert-authority,namespaces="anedb" {key}',
        '* namespaces="anedb" {key}',
        '{me},github:other namespaces="anedb" {key}',
        'anonymous namespaces="anedb" {key}',
        '{me} namespaces="anedb" {key} and more',
    ],
)
def test_a_line_in_another_form_is_refused_and_proves_nothing(folder, line):
    keep(folder, line.format(me=ME, key=public(folder)))
    assert [problem.code for problem in kept.check()] == ["signature.signers"]
    assert signer(folder) == ""


def test_one_key_is_one_contributors(folder):
    keep(folder, *(f'{name} namespaces="anedb" {public(folder)}' for name in (ME, "github:other")))
    assert [problem.where for problem in kept.check()] == ["data/signers:3"]


def test_what_the_store_is_given_of_data_says_who_signed(folder):
    header = build.batch(folder / "run.jsonl", {}).header
    assert isinstance(header, Header)
    keep(folder, f'{header.contributor} namespaces="anedb" {public(folder)}')
    found = [build.batch(folder / "run.jsonl", known) for known in ({}, kept.signers())]
    assert [bool(each.signed) for each in found] == [False, True]
    assert found[1].witness == f"{found[0].witness}:signed"
