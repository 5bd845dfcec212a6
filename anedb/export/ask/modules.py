"""The Python modules that are translated: what each defines and imports, and what is needed of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from anedb.export.ask.known import BUILTINS, INSTEAD, PROVIDED, TranslateError

PACKAGE = Path(__file__).parents[2]

TYPES_ONLY = frozenset({"__future__", "typing", "collections.abc", "types"})
SPECIAL = {
    ("anedb.domain.value", "value"): "value",
    ("dataclasses", "field"): "field",
    ("enum", "StrEnum"): "StrEnum",
    ("typing", "NamedTuple"): "NamedTuple",
    ("functools", "cached_property"): "cached_property",
    ("collections.abc", "Mapping"): "Mapping",
}


@dataclass(frozen=True)
class Code:
    "Something a translated module defines."

    module: str
    name: str

    @property
    def js(self) -> str:
        return f"{self.module.removeprefix('anedb.').replace('.', '_')}__{self.name}"


@dataclass(frozen=True)
class InModule:
    "A module of ours as a value: only its attributes are ever used."

    name: str


@dataclass(frozen=True)
class Lib:
    "Something of `py.lib`; `name` empty: the module."

    module: str
    name: str = ""

    @property
    def js(self) -> str:
        return f"py.lib.{self.module}" + (f".${self.name}" if self.name else "")


@dataclass(frozen=True)
class Special:
    "What means something in one place only: a decorator, a base class."

    name: str


@dataclass(frozen=True)
class Builtin:
    name: str

    @property
    def js(self) -> str:
        return f"py.b.{self.name}"


Ref: TypeAlias = Code | InModule | Lib | Special | Builtin


@dataclass
class Module:
    name: str
    path: Path
    defined: dict[str, ast.stmt] = field(default_factory=dict)
    imported: dict[str, Ref] = field(default_factory=dict)
    body: list[ast.stmt] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)
    "Modules of ours that it imports, in order."

    def wrong(self, node: ast.AST, what: str) -> TranslateError:
        where = self.path.relative_to(PACKAGE.parent)
        return TranslateError(f"{where}:{getattr(node, 'lineno', 0)}: {what}")


class Modules:
    "Read when first asked for."

    def __init__(self) -> None:
        self.known: dict[str, Module] = {}

    def get(self, name: str) -> Module:
        found = self.known.get(name)
        if found is None:
            found = self.known[name] = self._read(name)
        return found

    def resolve(self, module: str, name: str, node: ast.AST) -> Ref:
        "What a global name of a module is."
        home = self.get(module)
        if name in home.defined:
            return Code(module, name)
        if name in home.imported:
            return self.followed(home.imported[name], node)
        if name in BUILTINS:
            return Builtin(name)
        raise home.wrong(node, f"the name {name} is not known")

    def followed(self, ref: Ref, node: ast.AST) -> Ref:
        "Through modules that only pass a name on."
        if isinstance(ref, Code) and ref.name not in self.get(ref.module).defined:
            return self.resolve(ref.module, ref.name, node)
        return ref

    def imports(self, node: ast.Import | ast.ImportFrom, home: Module) -> Iterator[tuple[str, Ref]]:
        "Local name -> what it is. What is only a type is left out."
        if isinstance(node, ast.Import):
            for each in node.names:
                if each.name not in PROVIDED:
                    raise home.wrong(node, f"import {each.name}")
                yield each.asname or each.name, Lib(each.name)
            return
        source = node.module or ""
        for each in node.names:
            if (ref := self._imported(source, each.name, node, home)) is not None:
                yield each.asname or each.name, ref

    def _imported(self, source: str, name: str, node: ast.AST, home: Module) -> Ref | None:
        if (source, name) in SPECIAL:
            return Special(SPECIAL[source, name])
        if source in TYPES_ONLY:
            return None
        whole = f"{source}.{name}"
        if source.split(".")[0] == "anedb":
            if whole in INSTEAD:
                return Lib(INSTEAD[whole])
            if _file(whole) is not None:
                return InModule(whole)
            return Code(source, name)
        if name in PROVIDED.get(source, ()):
            return Lib(source, name)
        raise home.wrong(node, f"from {source} import {name}: not in js/library.js")

    def _read(self, name: str) -> Module:
        path = _file(name)
        if path is None:
            raise TranslateError(f"there is no module {name}")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = Module(name, path, body=tree.body)
        self.known[name] = found
        for each in tree.body:
            self._enter(found, each)
        return found

    def _enter(self, found: Module, node: ast.stmt) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            try:
                for name, ref in self.imports(node, found):
                    found.imported[name] = ref
                    if isinstance(ref, (Code, InModule)):
                        found.uses.append(ref.module if isinstance(ref, Code) else ref.name)
            except TranslateError as error:
                # Of no harm where nothing that is needed uses it.
                for alias in node.names:
                    found.imported[alias.asname or alias.name] = Special(f"!{error}")
        for name in names_of(node):
            found.defined[name] = node

    def in_order(self, roots: list[str]) -> list[str]:
        "As Python would import them: what a module needs comes before it."
        order: list[str] = []
        seen: set[str] = set()

        def visit(name: str) -> None:
            if name in seen or name not in self.known:
                return
            seen.add(name)
            for each in self.known[name].uses:
                visit(each)
            order.append(name)

        for root in [*roots, *self.known]:
            visit(root)
        return order


def names_of(node: ast.stmt) -> list[str]:
    "The global names a statement defines."
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [name for target in node.targets for name in _targets(target)]
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return list(_targets(node.target))
    return []


def _targets(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, (ast.Tuple, ast.List)):
        for each in node.elts:
            yield from _targets(each)


def _file(name: str) -> Path | None:
    inside = PACKAGE.joinpath(*name.split(".")[1:])
    for path in (inside.with_suffix(".py"), inside / "__init__.py"):
        if path.is_file():
            return path
    return None
