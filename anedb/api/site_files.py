"`anedb export site`: the pages in a folder, written as a whole; what an earlier export said is read from it first."

from __future__ import annotations

import hashlib
import json
from itertools import chain
from pathlib import Path

from anedb.api.ask import Asker
from anedb.api.ask_pages import PAGE, ask_files
from anedb.api.folder import SUMS, write
from anedb.api.site import Told, site
from anedb.domain.evaluation import Evaluation
from anedb.domain.site import Site
from anedb.errors import BadFileError, StoreError, UsageError
from anedb.export.site import MARKER, files
from anedb.export.site.changes import CHANGES, VERDICTS, Previous, previous


def export_site(
    asker: Asker,
    folder: Path,
    *,
    before: Path | None = None,
    evaluated: bool = True,
    evaluation: Path | None = None,
    force: bool = False,
    on_step: Told | None = None,
) -> tuple[Site, int]:
    """Writes the site; what it is made of, and how many files it has.

    `before`: an earlier export to compare answers with; unsaid, the one in `folder`. `evaluation`: what `anedb evaluate
    --json` printed, of the same data. Raises `UsageError` for a folder of something else (`force` writes there all the
    same and removes nothing), `BadFileError` for an earlier export or evaluation that cannot be read, and `StoreError`.
    """
    _check(folder, force)
    earlier = _previous(before or folder, wanted=before is not None)
    known = _evaluation(evaluation, asker.data_version) if evaluation and evaluated else None
    found = site(asker, evaluated=evaluated, evaluation=known, on_step=on_step)
    made: dict[str, bytes] = {}
    for path, text in chain(files(found, earlier, (PAGE,)), ask_files(asker, found)):
        made[path] = text.encode()
        if on_step is not None and path.endswith(".html"):
            on_step("pages", len(made), 0)
    sums = "".join(f"{hashlib.sha256(text).hexdigest()}  {path}\n" for path, text in sorted(made.items()))
    write(folder, {**made, SUMS: sums.encode()}, force=force)
    return found, len(made) + 1


def _check(folder: Path, force: bool) -> None:
    "Before the work, not after it."
    try:
        if force or not folder.exists() or (folder / MARKER).is_file():
            return
        if folder.is_dir() and not any(folder.iterdir()):
            return
    except OSError as error:
        raise StoreError(f"cannot read {folder}: {error.strerror}") from None
    tip = "name a new or empty folder; --force writes there all the same and removes nothing"
    raise UsageError(f"{folder} holds something else than a site of anedb's", tip=tip)


def _previous(folder: Path, wanted: bool) -> Previous | None:
    "What an earlier export said; None where there is none and none was named."
    try:
        return previous(*((folder / name).read_text(encoding="utf-8") for name in (VERDICTS, CHANGES)))
    except FileNotFoundError:
        if wanted:
            raise UsageError(f"{folder} is no site of anedb's: it has no {VERDICTS}") from None
        return None
    except OSError as error:
        if not wanted and not folder.is_dir():
            return None
        raise StoreError(f"cannot read {folder}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadFileError(f"{folder}/{VERDICTS} is not UTF-8") from None


def _evaluation(path: Path, data_version: str) -> Evaluation:
    from pydantic import TypeAdapter, ValidationError

    try:
        found = TypeAdapter(Evaluation).validate_python(json.loads(path.read_bytes()))
    except OSError as error:
        raise BadFileError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, ValidationError):
        raise BadFileError(f"{path} is not what `anedb evaluate --json` prints") from None
    if found.data_version != data_version:
        raise UsageError(
            f"{path} is of data {found.data_version}, and these are {data_version}",
            tip="run `anedb evaluate --json` again, or leave the option out",
        )
    return found
