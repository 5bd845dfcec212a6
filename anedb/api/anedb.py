"""An open database: what the command line calls, and the Python API."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from anedb.api import ask, database
from anedb.domain.observation import ComputeUnits
from anedb.domain.verdict import Verdict
from anedb.store.location import default_url
from anedb.store.reader import Reader

if TYPE_CHECKING:
    from anedb.api.check import Told
    from anedb.api.exporting import Told as WrittenTold
    from anedb.api.importing import ImportOptions
    from anedb.api.probe import ProbeOptions
    from anedb.api.reports import Status
    from anedb.api.show import Thing
    from anedb.api.submit import Submitted
    from anedb.domain.check import Check
    from anedb.domain.diff import Diff
    from anedb.domain.evaluation import Evaluation
    from anedb.domain.exported import DataIndex, Profile
    from anedb.domain.imported import Imported
    from anedb.domain.probed import Probed
    from anedb.domain.table import Table
    from anedb.domain.wanted import Wanted
    from anedb.store.values import Retraction


class Anedb:
    """One database, up to date with data/. A context manager.

    Every method raises an `anedb.errors.AnedbError` for what its user can mend. Not for two threads at once.
    """

    def __init__(self, url: str, reader: Reader) -> None:
        self.url = url
        self._reader = reader
        self._asker = ask.Asker(reader)

    @classmethod
    def open(cls, url: str | None = None) -> Anedb:
        "The database at `url`, or the user's own; built or brought up to date with data/ if need be."
        place = url or default_url()
        return cls(place, database.ready(place))

    def __enter__(self) -> Anedb:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()

    def query(
        self,
        layer: str,
        *,
        params: ask.Params = (),
        inputs: ask.Inputs = (),
        format: str | None = None,
        chip: str | None = None,
        device: str | None = None,
        os: str | None = None,
        units: str = ComputeUnits.CPU_AND_NE,
        limit: int = 12,
    ) -> Verdict:
        """Whether the engine is offered for a layer, and chosen, on a target.

        `params` is a mapping or texts (`dilations=2,2`), `inputs` texts (`x=fp16[1,64,32,32]`) or `Operand`s; what is
        not stated is left open. Without chip or device, `Verdict.engines` has the answer for each engine generation.
        Raises `UnknownNameError` (with suggestions) and `UsageError`.
        """
        asked = ask.question(
            layer, params=params, inputs=inputs, format=format, chip=chip, device=device, os=os, units=units
        )
        return self._asker.verdict(layer, asked, limit=limit)

    def check(
        self,
        paths: Sequence[Path | str],
        *,
        chips: Sequence[str] = (),
        devices: Sequence[str] = (),
        os: str | None = None,
        units: str = ComputeUnits.CPU_AND_NE,
        on_model: Told | None = None,
    ) -> Check:
        """Whole models, folders searched: every layer's verdict, where each is likely to go, and what to change.

        One entry in `Check.models` for each model and target. Raises `BadFileError` where the only file cannot be read
        (of several, `Check.failed` names it), `UnknownNameError` and `UsageError`.
        """
        from anedb.api.check import check

        return check(self._asker, paths, chips=chips, devices=devices, os=os, units=units, on_model=on_model)

    def diff(
        self,
        a: Path | str,
        b: Path | str | None = None,
        *,
        chips: Sequence[str] = (),
        devices: Sequence[str] = (),
        os: str | None = None,
        units: str = ComputeUnits.CPU_AND_NE,
    ) -> Diff:
        "Two models on one target, or one model on two. Raises what `check` does."
        from anedb.api.check import compare

        return compare(self._asker, a, b, chips=chips, devices=devices, os=os, units=units)

    def evaluate(self, leave_out: str = "configuration", on_case: Told | None = None) -> Evaluation:
        """How right the answers are: what Core ML's plans say is left out (`configuration`, `source` or `target`),
        predicted from the rest, and compared. Raises `UsageError`."""
        from anedb.api.evaluate import evaluate

        return evaluate(self._asker, leave_out, on_case)

    def wanted(
        self,
        *,
        chips: Sequence[str] = (),
        os: str | None = None,
        limit: int = 20,
        models: Sequence[Path | str] = (),
        units: str = ComputeUnits.CPU_AND_NE,
    ) -> Wanted:
        """The measurements that would settle most, the most valuable first; without chips, on the commonest chip of
        each engine generation. Layers of `models` count beside those of recorded networks. Raises what `check` does."""
        from anedb.api.wanted import wanted

        return wanted(self._asker, chips=chips, os=os, limit=limit, models=models, units=units)

    def submit(
        self,
        path: Path | str,
        *,
        dry_run: bool = False,
        to: Path | None = None,
        keys: Path | None = None,
        fetch: bool = False,
    ) -> Submitted:
        """Checks, previews and stores a run. Its problems are in the result, all of them at once. `keys`, `fetch`: a
        file of keys, or the contributor's code host, says whose signature it is; else data/signers does."""
        from anedb.api.submit import submit

        return submit(self.url, path, dry_run=dry_run, to=to, keys=keys, fetch=fetch)

    def probe(self, models: Sequence[Path | str] = (), **options: Unpack[ProbeOptions]) -> Probed:
        """Measures a suite or models on this Mac, and writes a submission: see `anedb.api.probe.probe`, also for what
        it raises."""
        from anedb.api.probe import probe

        return probe(models, url=self.url, **options)

    def import_(self, paths: Sequence[Path | str], **options: Unpack[ImportOptions]) -> Imported:
        """What other tools printed of one run, as a submission: see `anedb.api.importing.import_`, also for what it
        raises. The database is not asked."""
        from anedb.api.importing import import_

        return import_(paths, **options)

    def retract(self, name: str, *, reason: str, by: str = "anonymous") -> Retraction:
        "Withdraws a run or a source. Raises `UnknownNameError`, or `UsageError` for a short name that fits several."
        from anedb.api.retract import retract

        return retract(self.url, name, reason=reason, by=by)

    def show(self, name: str) -> Thing:
        "What is known of a layer, chip, device, source, claim, reason or run, or one observation with its source."
        from anedb.api.show import show

        return show(self._asker, name)

    def table(self) -> Table:
        "The static support table."
        from anedb.api.table import table

        return table(self._asker)

    def export(self, format: str) -> str:
        "The support table as `json`, `csv` or `markdown`: the same bytes from the same data."
        from anedb.api.table import export

        return export(self._asker, format)

    def export_data(
        self, folder: Path | str, *, with_parquet: bool | None = None, told: WrittenTold | None = None
    ) -> DataIndex:
        """Everything as data in a folder: see docs/data.md. `with_parquet`: None where pyarrow is installed. Raises
        `UsageError` for a folder that holds something else, `StoreError` where it cannot be written."""
        from anedb.api.exporting import export_data

        return export_data(self._asker, Path(folder), with_parquet=with_parquet, told=told)

    def export_site(
        self, folder: Path | str, *, before: Path | None = None, evaluated: bool = True, evaluation: Path | None = None,
        force: bool = False, on_step: WrittenTold | None = None,
    ) -> int:  # fmt: skip
        "The static site in a folder: see docs/site.md, and `anedb.api.site_files` for what it raises. How many files."
        from anedb.api.site_files import export_site

        return export_site(
            self._asker, Path(folder), before=before, evaluated=evaluated, evaluation=evaluation, force=force,
            on_step=on_step,
        )[1]  # fmt: skip

    def profile(
        self,
        *,
        chip: str | None = None,
        device: str | None = None,
        os: str | None = None,
        units: str = ComputeUnits.CPU_AND_NE,
    ) -> Profile:
        "One target's answers, for a converter or partitioner. Raises `UnknownNameError` and `UsageError`."
        from anedb.api.profile import profile

        return profile(self._asker, chip=chip, device=device, os=os, units=units)

    def build(self) -> Status:
        "Brings the database up to date with data/ and says what is in it."
        database.build(self.url)
        return database.status(self.url)
