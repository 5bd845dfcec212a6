"The models that a report is of: one that was named, or a folder in which each goes by the report's name for it."

from __future__ import annotations

from functools import cached_property
from pathlib import Path, PureWindowsPath

from anedb.domain.model import Model
from anedb.errors import BadFileError, UsageError

ENDINGS = (".mlpackage", ".mlmodel", ".mlmodelc")
"Where one name has several files, the first of these is read: the others are made from it."


class Models:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: dict[Path, Model] = {}

    @cached_property
    def _files(self) -> dict[str, Path]:
        from anedb.coreml.read import find_models

        found = [each for each in find_models(self.path) if each.suffix.lower() in ENDINGS or each == self.path]
        if not found:
            raise BadFileError(f"{self.path} has no models in it", tip="name a model, or a folder of models")
        found.sort(key=lambda each: ENDINGS.index(each.suffix.lower()) if each.suffix.lower() in ENDINGS else 0)
        return {each.stem: each for each in reversed(found)}

    @property
    def one(self) -> bool:
        "A model was named, not a folder of them."
        return list(self._files.values()) == [self.path]

    def check(self, names: set[str]) -> None:
        "Raises `UsageError` where a report is of several models and one was named."
        if self.one and len(names) > 1:
            some = ", ".join(sorted(names)[:3])
            raise UsageError(
                f"the report is of {len(names)} models ({some} …), and --model names one",
                tip="name a folder that has them all, each named as the report names it",
            )

    def get(self, name: str) -> Model | None:
        "None: the folder has none of that name. Raises `BadFileError` where it cannot be read."
        if self.one:
            return self._model(self.path)
        path = self._files.get(name) or self._files.get(bare(name))
        return None if path is None else self._model(path)

    def _model(self, path: Path) -> Model:
        if path not in self._read:
            from anedb.coreml.read import read_model

            self._read = {path: read_model(path)}
        return self._read[path]


def bare(name: str) -> str:
    "`/tmp/x/abs.mlmodelc` -> `abs`: a model's name without where it lay. Another ending is part of the name."
    last = PureWindowsPath(name.rstrip("/\\")).name
    return next((last[: -len(end)] for end in ENDINGS if last.lower().endswith(end)), last)
