"""Which names are a function's own."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from anedb.export.ask.known import RESERVED
from anedb.export.ask.modules import Ref


@dataclass
class Scope:
    "A function, a lambda, or a comprehension."

    parent: Scope | None = None
    names: set[str] = field(default_factory=set)
    imports: dict[str, Ref] = field(default_factory=dict)
    temps: list[str] = field(default_factory=list)
    "Of the nearest function: comprehensions use its."
    error: str = ""
    "In an except clause: the exception's name, for a bare raise."

    def find(self, name: str) -> Ref | str | None:
        "A local's name in JavaScript, what an import inside a function brought, or None for a global."
        here: Scope | None = self
        while here is not None:
            if name in here.imports:
                return here.imports[name]
            if name in here.names:
                return local(name)
            here = here.parent
        return None

    def temp(self) -> str:
        name = f"$t{len(self.temps)}"
        self.temps.append(name)
        return name


def local(name: str) -> str:
    return f"{name}_" if name in RESERVED or name.startswith("$") else name


def parameters(node: ast.FunctionDef | ast.Lambda) -> list[str]:
    "All but `*rest` and `**named`, those by keyword only behind the others."
    found = node.args
    return [each.arg for each in (*found.posonlyargs, *found.args, *found.kwonlyargs)]


class _Assigned(ast.NodeVisitor):
    "Names that a function's own statements bind; not those inside of other functions."

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            self.names.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.names.add(node.name)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        pass

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.names.add(node.name)
        self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        # Its variables are its own; what := binds inside is the function's.
        for each in ast.walk(node):
            if isinstance(each, ast.NamedExpr) and isinstance(each.target, ast.Name):
                self.names.add(each.target.id)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp


def assigned(body: list[ast.stmt]) -> set[str]:
    visitor = _Assigned()
    for each in body:
        visitor.visit(each)
    return visitor.names


def yields(body: list[ast.stmt]) -> bool:
    "Whether these statements are a generator's."

    def inside(node: ast.AST) -> bool:
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            return False
        return any(inside(each) for each in ast.iter_child_nodes(node))

    return any(inside(each) for each in body)
