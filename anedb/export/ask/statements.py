"""Python statements, functions and classes as JavaScript. Whatever is not here is refused."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator

from anedb.export.ask.expressions import BINARY, Expressions, Needs
from anedb.export.ask.modules import Module, Special
from anedb.export.ask.scope import Scope, assigned, local, parameters, yields


class Statements(Expressions):
    "Of one module."

    def __init__(self, home: Module, program: Needs) -> None:
        super().__init__(home, program)
        self.ways: dict[type[ast.stmt], Callable[..., Iterator[str]]] = {
            ast.Expr: self.expression,
            ast.Assign: self.assign,
            ast.AnnAssign: self.annotated,
            ast.AugAssign: self.augmented,
            ast.Return: self.give_back,
            ast.If: self.branch,
            ast.For: self.loop,
            ast.While: self.repeat,
            ast.Try: self.attempt,
            ast.Raise: self.throw,
            ast.Assert: self.claim,
            ast.FunctionDef: self.inner,
            ast.Import: self.bring,
            ast.ImportFrom: self.bring,
            ast.Delete: self.drop,
            ast.Pass: lambda node, scope: iter(()),
            ast.Break: lambda node, scope: iter(("break;",)),
            ast.Continue: lambda node, scope: iter(("continue;",)),
        }

    def body(self, nodes: list[ast.stmt], scope: Scope) -> str:
        return " ".join(line for node in nodes for line in self.statement(node, scope))

    def statement(self, node: ast.stmt, scope: Scope) -> Iterator[str]:
        made = self.ways.get(type(node))
        if made is None:
            raise self.wrong(node, type(node).__name__)
        return made(node, scope)

    def expression(self, node: ast.Expr, scope: Scope) -> Iterator[str]:
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            yield f"{self.expr(node.value, scope)};"

    # assignments

    def assign(self, node: ast.Assign, scope: Scope) -> Iterator[str]:
        value = self.expr(node.value, scope)
        if len(node.targets) > 1:
            kept = scope.temp()
            yield f"{kept} = {value};"
            value = kept
        for target in node.targets:
            yield from self.store(target, value, scope)

    def store(self, target: ast.expr, value: str, scope: Scope) -> Iterator[str]:
        if isinstance(target, ast.Name):
            yield f"{self.name(target, scope)} = {value};"
        elif isinstance(target, ast.Attribute):
            self.program.attribute(target.attr, target, self.home)
            yield f"{self.expr(target.value, scope)}.${target.attr} = {value};"
        elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
            owner, key = self.expr(target.value, scope), self.expr(target.slice, scope)
            yield f"py.setitem({owner}, {key}, {value});"
        elif isinstance(target, (ast.Tuple, ast.List)):
            yield from self.apart(target, value, scope)
        else:
            raise self.wrong(target, type(target).__name__)

    def apart(self, target: ast.Tuple | ast.List, value: str, scope: Scope) -> Iterator[str]:
        "Each member of a value into a target of its own; all of the value is there before any is stored."
        kept, count = scope.temp(), len(target.elts)
        starred = [place for place, each in enumerate(target.elts) if isinstance(each, ast.Starred)]
        if not starred:
            yield f"{kept} = py.unpack({value}, {count});"
            for place, each in enumerate(target.elts):
                yield from self.store(each, f"{kept}[{place}]", scope)
            return
        yield f"{kept} = py.list({value});"
        for place, each in enumerate(target.elts):
            if isinstance(each, ast.Starred):
                yield from self.store(each.value, f"{kept}.slice({place}, {kept}.length - {count - place - 1})", scope)
            else:
                where = place if place < starred[0] else place - count
                yield from self.store(each, f"py.item({kept}, {where})", scope)

    def annotated(self, node: ast.AnnAssign, scope: Scope) -> Iterator[str]:
        if node.value is not None:
            yield from self.store(node.target, self.expr(node.value, scope), scope)

    def augmented(self, node: ast.AugAssign, scope: Scope) -> Iterator[str]:
        name = BINARY.get(type(node.op))
        if name is None:
            raise self.wrong(node, type(node.op).__name__)
        made = {"add": "py.iadd", "bitor": "py.ibitor"}.get(name, f"py.{name}")
        value = self.expr(node.value, scope)
        target = node.target
        if isinstance(target, ast.Name):
            yield f"{self.name(target, scope)} = {made}({self.name(target, scope)}, {value});"
        elif isinstance(target, ast.Attribute):
            self.program.attribute(target.attr, target, self.home)
            owner = scope.temp()
            yield f"{owner} = {self.expr(target.value, scope)};"
            yield f"{owner}.${target.attr} = {made}({owner}.${target.attr}, {value});"
        else:
            owner, key = scope.temp(), scope.temp()
            yield f"{owner} = {self.expr(target.value, scope)};"
            yield f"{key} = {self.expr(target.slice, scope)};"
            yield f"py.setitem({owner}, {key}, {made}(py.item({owner}, {key}), {value}));"

    def drop(self, node: ast.Delete, scope: Scope) -> Iterator[str]:
        for each in node.targets:
            if not isinstance(each, ast.Subscript) or isinstance(each.slice, ast.Slice):
                raise self.wrong(node, "del of this")
            yield f"py.delitem({self.expr(each.value, scope)}, {self.expr(each.slice, scope)});"

    # flow

    def give_back(self, node: ast.Return, scope: Scope) -> Iterator[str]:
        yield f"return {self.expr(node.value, scope) if node.value else 'null'};"

    def branch(self, node: ast.If, scope: Scope) -> Iterator[str]:
        yield f"if ({self.test(node.test, scope)}) {{ {self.body(node.body, scope)} }}"
        if node.orelse:
            yield f"else {{ {self.body(node.orelse, scope)} }}"

    def loop(self, node: ast.For, scope: Scope) -> Iterator[str]:
        if node.orelse:
            raise self.wrong(node, "for … else")
        kept = f"$e{scope.temp()}"
        store = " ".join(self.store(node.target, kept, scope))
        over = f"py.iter({self.expr(node.iter, scope)})"
        yield f"for (const {kept} of {over}) {{ {store} {self.body(node.body, scope)} }}"

    def repeat(self, node: ast.While, scope: Scope) -> Iterator[str]:
        if node.orelse:
            raise self.wrong(node, "while … else")
        yield f"while ({self.test(node.test, scope)}) {{ {self.body(node.body, scope)} }}"

    def attempt(self, node: ast.Try, scope: Scope) -> Iterator[str]:
        if node.orelse:
            raise self.wrong(node, "try … else")
        yield f"try {{ {self.body(node.body, scope)} }}"
        if node.handlers:
            error = f"$x{scope.temp()}"
            yield f"catch ({error}) {{ {self.handlers(node.handlers, error, scope)} }}"
        if node.finalbody:
            yield f"finally {{ {self.body(node.finalbody, scope)} }}"

    def handlers(self, found: list[ast.ExceptHandler], error: str, scope: Scope) -> str:
        said = f"throw {error};"
        for each in reversed(found):
            if each.type is None:
                raise self.wrong(each, "except without a kind")
            kinds = each.type.elts if isinstance(each.type, ast.Tuple) else [each.type]
            listed = ", ".join(self.expr(kind, scope) for kind in kinds)
            before, scope.error = scope.error, error
            named = f"{local(each.name)} = {error}; " if each.name else ""
            body = self.body(each.body, scope)
            scope.error = before
            said = f"if (py.matches({error}, [{listed}])) {{ {named}{body} }} else {{ {said} }}"
        return said

    def throw(self, node: ast.Raise, scope: Scope) -> Iterator[str]:
        if node.exc is None:
            if not scope.error:
                raise self.wrong(node, "raise without a kind, outside of except")
            yield f"throw {scope.error};"
            return
        yield f"py.raise({self.expr(node.exc, scope)});"

    def claim(self, node: ast.Assert, scope: Scope) -> Iterator[str]:
        yield f"py.assert({self.test(node.test, scope)});"

    def bring(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> Iterator[str]:
        scope.imports.update(self.program.modules.imports(node, self.home))
        return iter(())

    # functions

    def inner(self, node: ast.FunctionDef, scope: Scope) -> Iterator[str]:
        if node.decorator_list:
            raise self.wrong(node, "a decorator inside a function")
        yield f"{local(node.name)} = {self.made(node, scope)};"

    def made(self, node: ast.FunctionDef, scope: Scope | None, *, method: bool = False) -> str:
        "`py.def([…], function …)`."
        names = parameters(node)
        inner = Scope(scope, set(names))
        found = node.args
        if found.kwarg:
            raise self.wrong(node, "**named")
        if found.vararg:
            if found.kwonlyargs:
                raise self.wrong(node, "parameters by keyword only behind *rest")
            inner.names.add(found.vararg.arg)
        own = assigned(node.body) - inner.names
        inner.names |= own
        defaults = " ".join(self.defaults(node, inner))
        body = self.body(node.body, inner)
        shown = names[1:] if method else names
        head = [local(each) for each in shown] + ([f"...{found.vararg.arg}"] if found.vararg else [])
        rest = f"py.b.tuple({found.vararg.arg})" if found.vararg else ""
        start = f"const {local(names[0])} = this; " if method else ""
        start += f"{found.vararg.arg} = {rest}; " if found.vararg else ""
        declared = [local(each) for each in sorted(own) if each not in inner.imports] + inner.temps
        start += f"let {', '.join(declared)}; " if declared else ""
        end = "" if _ends(node.body) else " return null;"
        star = "*" if yields(node.body) else ""
        return f"py.def({json.dumps(shown)}, function{star} ({', '.join(head)}) {{ {start}{defaults} {body}{end} }})"

    def defaults(self, node: ast.FunctionDef, scope: Scope) -> Iterator[str]:
        "Python makes a default once; one that could be changed would not be the same each time here."
        found = node.args
        positional = [*found.posonlyargs, *found.args]
        pairs = list(zip(positional[len(positional) - len(found.defaults) :], found.defaults, strict=True))
        pairs += [(arg, value) for arg, value in zip(found.kwonlyargs, found.kw_defaults, strict=True) if value]
        for arg, value in pairs:
            if not isinstance(value, (ast.Constant, ast.Name, ast.Attribute, ast.Tuple)):
                raise self.wrong(value, "a default that is made anew")
            yield f"if ({local(arg.arg)} === undefined) {local(arg.arg)} = {self.expr(value, scope.parent or Scope())};"
        given = {arg.arg for arg, _ in pairs}
        for name in parameters(node):
            if name not in given and not (name == "self" and positional and positional[0].arg == "self"):
                yield f'py.needed({local(name)}, "{name}");'

    # definitions of a module

    def definition(self, name: str, node: ast.stmt, js: str) -> str:
        "The JavaScript of one global name."
        scope = Scope()
        if isinstance(node, ast.FunctionDef):
            said = self.decorated(node)
        elif isinstance(node, ast.ClassDef):
            said = self.kind(node)
        elif isinstance(node, ast.Assign):
            said = self.constant_of(name, node.targets, node.value, scope)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            said = self.constant_of(name, [node.target], node.value, scope)
        else:
            raise self.wrong(node, type(node).__name__)
        temps = f"let {', '.join(scope.temps)}; " if scope.temps else ""
        if temps or js in said:
            return f"const {js} = (() => {{ {temps}return {said}; }})();"
        return f"const {js} = {said};"

    def constant_of(self, name: str, targets: list[ast.expr], value: ast.expr, scope: Scope) -> str:
        said = self.expr(value, scope)
        target = targets[0]
        if len(targets) == 1 and isinstance(target, ast.Name):
            return said
        if len(targets) == 1 and isinstance(target, ast.Tuple):
            places = [each.id if isinstance(each, ast.Name) else "" for each in target.elts]
            return f"py.unpack({said}, {len(places)})[{places.index(name)}]"
        raise self.wrong(target, "this assignment in a module")

    def decorated(self, node: ast.FunctionDef) -> str:
        said = self.made(node, None)
        for each in reversed(node.decorator_list):
            said = f"{self.expr(each, Scope())}({said})"
        return said

    def kind(self, node: ast.ClassDef) -> str:
        "A class: a value, a NamedTuple, a StrEnum, an exception, or one with a state."
        scope = Scope()
        if any(not self._special(each, "value") for each in node.decorator_list) or len(node.bases) > 1:
            raise self.wrong(node, "a class like this")
        name = json.dumps(node.name)
        if node.bases and self._special(node.bases[0], "StrEnum"):
            told = (f"{target}: {self.expr(value, scope)}" for target, value in self.attributes(node))
            return f"py.strenum({name}, {{ {', '.join(told)} }})"
        self.base = self.expr(node.bases[0], scope) if node.bases and not self.base_is_special(node) else ""
        members, properties = self.members(node)
        if node.decorator_list or (node.bases and self._special(node.bases[0], "NamedTuple")):
            how = "value" if node.decorator_list else "namedtuple"
            return f"py.{how}({name}, [{', '.join(self.fields(node))}], {{ {members} }}, {{ {properties} }})"
        attributes = [f"${target}: {self.expr(value, scope)}" for target, value in self.attributes(node)]
        made = next((it for it in node.body if isinstance(it, ast.FunctionDef) and it.name == "__init__"), None)
        given = json.dumps(parameters(made)[1:]) if made else "null"
        everything = ", ".join(filter(None, (*attributes, members)))
        return f"py.cls({name}, {self.base or 'null'}, {given}, {{ {everything} }}, {{ {properties} }})"

    def base_is_special(self, node: ast.ClassDef) -> bool:
        return any(self._special(each, "NamedTuple") for each in node.bases)

    def _special(self, node: ast.expr, name: str) -> bool:
        ref = self.ref(node, Scope()) if isinstance(node, (ast.Name, ast.Attribute)) else None
        return isinstance(ref, Special) and ref.name == name

    def attributes(self, node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
        for each in node.body:
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
                if each.targets[0].id != "__slots__":
                    yield each.targets[0].id, each.value
            elif isinstance(each, ast.AnnAssign) and each.value is not None and isinstance(each.target, ast.Name):
                yield each.target.id, each.value

    def fields(self, node: ast.ClassDef) -> Iterator[str]:
        "`[name, () => default]`."
        for each in node.body:
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                name = json.dumps(each.target.id)
                yield f"[{name}]" if each.value is None else f"[{name}, () => {self.default(each.value)}]"

    def default(self, node: ast.expr) -> str:
        if isinstance(node, ast.Call) and self._special(node.func, "field"):
            factory = [each.value for each in node.keywords if each.arg == "default_factory"]
            if len(factory) != 1 or len(node.keywords) > 1:
                raise self.wrong(node, "a field like this")
            return f"{self.expr(factory[0], Scope())}()"
        return f"({self.expr(node, Scope())})"

    def members(self, node: ast.ClassDef) -> tuple[str, str]:
        methods: list[str] = []
        properties: list[str] = []
        for each in node.body:
            if isinstance(each, ast.FunctionDef):
                how = self.how(each)
                made = self.made(each, None, method=True)
                if how == "cached_property":
                    made = f'py.cached("{each.name}", {made})'
                (properties if how else methods).append(f"${each.name}: {made}")
            elif not isinstance(each, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Pass)):
                raise self.wrong(each, f"{type(each).__name__} in a class")
        return ", ".join(methods), ", ".join(properties)

    def how(self, node: ast.FunctionDef) -> str:
        "Empty: a method."
        if not node.decorator_list:
            return ""
        (only,) = node.decorator_list if len(node.decorator_list) == 1 else (None,)
        if isinstance(only, ast.Name) and only.id == "property":
            return "property"
        if only is not None and self._special(only, "cached_property"):
            return "cached_property"
        raise self.wrong(node, "a decorator of a method")


def _ends(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], (ast.Return, ast.Raise))
