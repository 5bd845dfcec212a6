"""The command line. `run` is the console script; every way to fail has its exit code.

0 done · 1 a condition that was asked for does not hold · 2 bad input or usage · 3 the database or the machine
cannot · 70 a bug of ours · 130 Ctrl-C.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from anedb import __version__
from anedb.cli.options import print_json
from anedb.cli.words import printable
from anedb.errors import AnedbError

if TYPE_CHECKING:
    from anedb.api.reports import Failed

BUG = 70

COMMANDS = (
    "query", "check", "diff", "evaluate", "wanted", "show", "suite", "probe", "doctor", "import", "submit", "sign",
    "review", "retract", "export", "schema", "data", "db",
)  # fmt: skip
"Each a module of this room, with a function of that name or an `app` of several; `import_`, as Python has the word."


def application(arguments: list[str]) -> typer.Typer:
    "With the command that is called, or all where none is: readying the others' options takes 10 ms of a query's 150."
    app = typer.Typer(
        name="anedb",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Will this Core ML layer run on the Apple Neural Engine? An answer, how sure it is, and what it rests on.",
    )
    app.callback()(main)
    for name in arguments[:1] if arguments[:1] and arguments[0] in COMMANDS else COMMANDS:
        called = f"{name}_" if name == "import" else name
        module = import_module(f"anedb.cli.{called}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, called))
    return app


def print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anedb {__version__}")
        raise typer.Exit


def main(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def run() -> None:
    "The console script."
    # Importing and one answer make no cycles worth looking for; looking costs 6 ms of a query's 150.
    gc.set_threshold(50_000)
    try:
        application(sys.argv[1:])()
    except AnedbError as error:
        report(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception:
        report_bug()
        sys.exit(BUG)


def report(error: AnedbError) -> None:
    "One message: what is wrong, what was probably meant, what to do. As JSON on standard output under --json."
    if "--json" in sys.argv:
        print_json(failed(error))
        return
    lines = [f"anedb: {error.message}"]
    if error.suggestions:
        lines.append(f"did you mean {', '.join(error.suggestions)}?")
    if error.tip:
        lines.append(error.tip)
    typer.echo("\n       ".join(printable(line) for line in lines), err=True)


def failed(error: AnedbError) -> Failed:
    from anedb.api.reports import Failed, Failure

    told = Failure(
        type=type(error).__name__,
        message=error.message,
        suggestions=error.suggestions,
        tip=error.tip,
        exit_code=error.exit_code,
    )
    return Failed(error=told)


def report_bug() -> None:
    import traceback

    typer.echo("anedb: this is a bug of anedb's, not of yours. Please report it with the lines below:", err=True)
    typer.echo(f"anedb {__version__}, Python {sys.version.split()[0]}, {sys.platform}", err=True)
    typer.echo(f"arguments: {sys.argv[1:]}\n{traceback.format_exc()}", err=True)
