"""The judge's Python as JavaScript: everything that a root needs, and nothing else.

One judge is the source. This is a plain translation, statement by statement, done anew whenever the page is made; what
it does not know for certain it refuses with file and line, so that the two cannot drift apart silently. A test asks
both hundreds of questions.
"""

from __future__ import annotations

import ast

from anedb.export.ask.known import ATTRIBUTES, TranslateError
from anedb.export.ask.modules import Code, Module, Modules
from anedb.export.ask.statements import Statements


class Program:
    "What was needed so far, and its JavaScript."

    def __init__(self) -> None:
        self.modules = Modules()
        self.made: dict[Code, str] = {}
        self.waiting: list[Code] = []
        self.seen: set[Code] = set()
        self.used: dict[str, str] = {}
        "Attribute -> where it was first used."
        self.defined: set[str] = set(ATTRIBUTES)

    def need(self, ref: Code, node: ast.AST) -> None:
        if ref not in self.seen:
            self.seen.add(ref)
            self.waiting.append(ref)

    def attribute(self, name: str, node: ast.AST, home: Module) -> None:
        self.used.setdefault(name, f"{home.path.name}:{getattr(node, 'lineno', 0)}")

    def translate(self, roots: list[Code]) -> str:
        "Definitions in the order in which Python makes them. Raises `TranslateError`."
        for root in roots:
            self.need(root, ast.Pass())
        while self.waiting:
            ref = self.waiting.pop()
            home = self.modules.get(ref.module)
            node = home.defined.get(ref.name)
            if node is None:
                raise TranslateError(f"{ref.module} has no {ref.name}")
            self._define(node)
            self.made[ref] = Statements(home, self).definition(ref.name, node, ref.js)
        self._check()
        return "\n".join(self._ordered([root.module for root in roots]))

    def _define(self, node: ast.stmt) -> None:
        "The attributes that a class brings."
        if not isinstance(node, ast.ClassDef):
            return
        for each in ast.walk(node):
            if isinstance(each, ast.FunctionDef):
                self.defined.add(each.name)
            elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                self.defined.add(each.target.id)
            elif isinstance(each, ast.Assign):
                self.defined |= {it.id for it in each.targets if isinstance(it, ast.Name)}
            if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store):
                self.defined.add(each.attr)

    def _check(self) -> None:
        strange = {name: where for name, where in self.used.items() if name not in self.defined}
        if strange:
            told = ", ".join(f"{name} ({where})" for name, where in sorted(strange.items()))
            raise TranslateError(f"attributes that nothing translated has: {told}")

    def _ordered(self, roots: list[str]) -> list[str]:
        found = []
        for name in self.modules.in_order(roots):
            done: set[str] = set()
            for defined in self.modules.get(name).defined:
                ref = Code(name, defined)
                if ref in self.made and defined not in done:
                    done.add(defined)
                    found.append(self.made[ref])
        return found


def translate(roots: list[Code]) -> str:
    return Program().translate(roots)
