"""`anedb sign`: a name that can be proven, by SSH."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anedb.cli import options
from anedb.cli.words import printable
from anedb.errors import UsageError

if TYPE_CHECKING:
    from anedb.api.sign import Signed

STATUS = {
    "unsigned": "not signed",
    "proven": "signed by the contributor",
    "signed": "signed; whose key it is was not asked (--fetch, or --keys FILE)",
    "unchecked": "signed; not checked, for want of ssh-keygen on this machine",
    "refused": "not proven",
}


def sign(
    files: Annotated[list[Path], typer.Argument(help="Submission files.")],
    key: Annotated[
        Path | None,
        typer.Option(help="A private SSH key, or a public one whose other half your agent has.", metavar="PATH"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Make nothing; say what the signature proves.")] = False,
    keys: Annotated[
        Path | None,
        typer.Option(help="With --check: an allowed-signers file, or the contributor's public keys.", metavar="FILE"),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="With --check: ask the contributor's code host for the keys it publishes.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Sign a run with an SSH key, into FILE.sig beside it; nobody has to. With --check, say whose word a run is.

    Exit 2 if a signature proves nothing.
    """
    from anedb.api import sign as api

    if (keys or fetch) and not check:
        raise UsageError("--keys and --fetch say whom to ask about a signature: they go with --check")
    if keys and fetch:
        raise UsageError("--keys and --fetch are one too many: the keys come from a file or from the host")
    if key and check:
        raise UsageError("--key makes a signature, and --check makes none")
    found = [api.check(path, file=keys, fetch=fetch) if check else api.sign(path, key) for path in files]
    if as_json:
        options.print_json({"schema_version": "1.0.0", "signatures": found})
    else:
        for each in found:
            tell(each)
    if any(each.problems for each in found):
        raise typer.Exit(2)


def tell(found: Signed) -> None:
    proof = found.signature
    lines = [f"{found.file}: {STATUS[proof.status]}"]
    lines += [f"  contributor  {found.contributor}"] if found.contributor else []
    lines += [f"  key          {proof.key}"] if proof.key else []
    lines += [f"  keys from    {proof.where}"] if proof.where else []
    lines += [f"  written      {found.written}"] if found.written else []
    lines += [f"  {line}" for problem in found.problems for line in str(problem).splitlines()]
    typer.echo("\n".join(printable(line) for line in lines))
