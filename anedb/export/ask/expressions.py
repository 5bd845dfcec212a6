"""Python expressions as JavaScript ones. Whatever is not here is refused."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Protocol

from anedb.export.ask.known import TranslateError
from anedb.export.ask.modules import Builtin, Code, InModule, Lib, Module, Modules, Ref, Special
from anedb.export.ask.scope import Scope, local, parameters

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.BitOr: "bitor",
    ast.BitAnd: "bitand",
    ast.BitXor: "bitxor",
    ast.LShift: "shl",
    ast.RShift: "shr",
}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "py.eq({}, {})",
    ast.NotEq: "py.ne({}, {})",
    ast.Lt: "py.lt({}, {})",
    ast.LtE: "py.le({}, {})",
    ast.Gt: "py.gt({}, {})",
    ast.GtE: "py.ge({}, {})",
    ast.Is: "({} === {})",
    ast.IsNot: "({} !== {})",
    ast.In: "py.in({}, {})",
    ast.NotIn: "!py.in({}, {})",
}
BOOLEAN = frozenset({"isinstance", "any", "all", "hasattr", "bool"})
LARGEST = 2**53 - 1

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class Needs(Protocol):
    "What translating one definition asks of the program."

    modules: Modules

    def need(self, ref: Code, node: ast.AST) -> None: ...

    def attribute(self, name: str, node: ast.AST, home: Module) -> None: ...


class Expressions:
    "Of one module."

    def __init__(self, home: Module, program: Needs) -> None:
        self.home, self.program = home, program
        self.base = ""
        "Of the class whose methods are being translated."
        self.kinds: dict[type[ast.expr], Callable[..., str]] = {
            ast.Constant: self.constant,
            ast.Name: self.name,
            ast.Attribute: self.attribute,
            ast.Call: self.call,
            ast.BinOp: self.binary,
            ast.UnaryOp: self.unary,
            ast.BoolOp: self.either,
            ast.Compare: self.compare,
            ast.IfExp: self.choice,
            ast.Subscript: self.item,
            ast.Tuple: self.tuple,
            ast.List: self.list,
            ast.Set: self.set,
            ast.Dict: self.dict,
            ast.ListComp: self.comprehension,
            ast.SetComp: self.comprehension,
            ast.GeneratorExp: self.comprehension,
            ast.DictComp: self.comprehension,
            ast.JoinedStr: self.text,
            ast.Lambda: self.function,
            ast.NamedExpr: self.walrus,
            ast.Yield: self.give,
            ast.YieldFrom: self.give_all,
        }

    def wrong(self, node: ast.AST, what: str) -> TranslateError:
        return self.home.wrong(node, f"{what}: the translator does not know it")

    def expr(self, node: ast.expr, scope: Scope) -> str:
        made = self.kinds.get(type(node))
        if made is None:
            raise self.wrong(node, type(node).__name__)
        return made(node, scope)

    def test(self, node: ast.expr, scope: Scope) -> str:
        "A condition: JavaScript's own true or false."
        if isinstance(node, ast.Compare) or (isinstance(node, ast.Constant) and isinstance(node.value, bool)):
            return self.expr(node, scope)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"!{self.test(node.operand, scope)}"
        if isinstance(node, ast.BoolOp):
            sign = " && " if isinstance(node.op, ast.And) else " || "
            return f"({sign.join(self.test(each, scope) for each in node.values)})"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            ref = self.ref(node.func, scope)
            if isinstance(ref, Builtin) and ref.name in BOOLEAN:
                return self.expr(node, scope)
        return f"py.truth({self.expr(node, scope)})"

    # names and attributes

    def ref(self, node: ast.expr, scope: Scope) -> Ref | None:
        "What a name, or a name of a module, stands for; None: a value that is only known when it runs."
        if isinstance(node, ast.Name):
            found = scope.find(node.id)
            if isinstance(found, str):
                return None
            return found if found is not None else self.program.modules.resolve(self.home.name, node.id, node)
        if isinstance(node, ast.Attribute):
            base = self.ref(node.value, scope) if isinstance(node.value, (ast.Name, ast.Attribute)) else None
            if isinstance(base, InModule):
                return self.program.modules.resolve(base.name, node.attr, node)
            if isinstance(base, Lib) and not base.name:
                return self.lib(base, node)
        return None

    def lib(self, base: Lib, node: ast.Attribute) -> Lib:
        from anedb.export.ask.known import PROVIDED

        if node.attr not in PROVIDED[base.module]:
            raise self.home.wrong(node, f"{base.module}.{node.attr}: not in js/library.js")
        return Lib(base.module, node.attr)

    def named(self, ref: Ref, node: ast.AST) -> str:
        if isinstance(ref, Code):
            followed = self.program.modules.followed(ref, node)
            if not isinstance(followed, Code):
                return self.named(followed, node)
            self.program.need(followed, node)
            return followed.js
        if isinstance(ref, Special):
            if ref.name == "Mapping":
                return "py.b.Mapping"
            raise self.wrong(node, ref.name.removeprefix("!"))
        if isinstance(ref, InModule):
            raise self.wrong(node, f"the module {ref.name} as a value")
        return ref.js

    def name(self, node: ast.Name, scope: Scope) -> str:
        found = scope.find(node.id)
        if isinstance(found, str):
            return found
        ref = self.ref(node, scope)
        assert ref is not None
        return self.named(ref, node)

    def attribute(self, node: ast.Attribute, scope: Scope) -> str:
        if (ref := self.ref(node, scope)) is not None:
            return self.named(ref, node)
        self.program.attribute(node.attr, node, self.home)
        return f'py.at({self.expr(node.value, scope)}, "${node.attr}")'

    # calls

    def call(self, node: ast.Call, scope: Scope) -> str:
        given = ", ".join(self.spread(each, scope) for each in node.args)
        named = ", ".join(f"{each.arg}: {self.expr(each.value, scope)}" for each in node.keywords if each.arg)
        maps = ", ".join(self.expr(each.value, scope) for each in node.keywords if each.arg is None)
        by_name = f", [{given}], {{{named}}}" + (f", [{maps}]" if maps else "") if node.keywords else None
        made = node.func
        if isinstance(made, ast.Attribute) and self.ref(made, scope) is None:
            return self.method(made, given, by_name, scope)
        callee = self.expr(made, scope)
        if isinstance(made, (ast.Lambda, ast.IfExp, ast.BoolOp)):
            callee = f"({callee})"
        return f"{callee}({given})" if by_name is None else f"py.kw({callee}{by_name})"

    def method(self, node: ast.Attribute, given: str, by_name: str | None, scope: Scope) -> str:
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "super":
            if node.attr != "__init__" or by_name is not None or not self.base:
                raise self.wrong(node, "super()")
            return f"py.begin({self.base}, self, [{given}])"
        self.program.attribute(node.attr, node, self.home)
        owner = self.expr(node.value, scope)
        if by_name is not None:
            return f'py.kwm({owner}, "${node.attr}"{by_name})'
        return f"{owner if _simple(node.value) else f'({owner})'}.${node.attr}({given})"

    def spread(self, node: ast.expr, scope: Scope) -> str:
        if isinstance(node, ast.Starred):
            return f"...py.iter({self.expr(node.value, scope)})"
        return self.expr(node, scope)

    # operators

    def binary(self, node: ast.BinOp, scope: Scope) -> str:
        name = BINARY.get(type(node.op))
        if name is None:
            raise self.wrong(node, type(node.op).__name__)
        return f"py.{name}({self.expr(node.left, scope)}, {self.expr(node.right, scope)})"

    def unary(self, node: ast.UnaryOp, scope: Scope) -> str:
        if isinstance(node.op, ast.Not):
            return f"!{self.test(node.operand, scope)}"
        names = {ast.USub: "neg", ast.Invert: "invert"}
        name = names.get(type(node.op))
        if name is None:
            raise self.wrong(node, type(node.op).__name__)
        return f"py.{name}({self.expr(node.operand, scope)})"

    def either(self, node: ast.BoolOp, scope: Scope) -> str:
        "`a and b` is a value, one of the two."
        *first, last = node.values
        said = self.expr(last, scope)
        for each in reversed(first):
            kept = scope.temp()
            test = f"py.truth({kept} = {self.expr(each, scope)})"
            said = f"({test} ? {said} : {kept})" if isinstance(node.op, ast.And) else f"({test} ? {kept} : {said})"
        return said

    def compare(self, node: ast.Compare, scope: Scope) -> str:
        parts, left = [], self.expr(node.left, scope)
        for place, (sign, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            value = self.expr(right, scope)
            last = place == len(node.ops) - 1
            kept = "" if last else scope.temp()
            parts.append(COMPARE[type(sign)].format(left, value if last else f"({kept} = {value})"))
            left = kept
        return parts[0] if len(parts) == 1 else f"({' && '.join(parts)})"

    def choice(self, node: ast.IfExp, scope: Scope) -> str:
        return f"({self.test(node.test, scope)} ? {self.expr(node.body, scope)} : {self.expr(node.orelse, scope)})"

    def item(self, node: ast.Subscript, scope: Scope) -> str:
        owner = self.expr(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            ends = (node.slice.lower, node.slice.upper, node.slice.step)
            told = ", ".join("null" if each is None else self.expr(each, scope) for each in ends)
            return f"py.slice({owner}, {told})"
        return f"py.item({owner}, {self.expr(node.slice, scope)})"

    def walrus(self, node: ast.NamedExpr, scope: Scope) -> str:
        return f"({self.name(node.target, scope)} = {self.expr(node.value, scope)})"

    def give(self, node: ast.Yield, scope: Scope) -> str:
        return f"(yield {self.expr(node.value, scope) if node.value else 'null'})"

    def give_all(self, node: ast.YieldFrom, scope: Scope) -> str:
        return f"(yield* py.iter({self.expr(node.value, scope)}))"

    # literals

    def constant(self, node: ast.Constant, scope: Scope) -> str:
        value = node.value
        if value is None or isinstance(value, (bool, str)):
            return json.dumps(value)
        if isinstance(value, int):
            return str(value) if abs(value) <= LARGEST else f"{value}n"
        if isinstance(value, float):
            return repr(value)
        raise self.wrong(node, repr(value))

    def tuple(self, node: ast.Tuple, scope: Scope) -> str:
        return f"py.tuple({', '.join(self.spread(each, scope) for each in node.elts)})"

    def list(self, node: ast.List, scope: Scope) -> str:
        return f"[{', '.join(self.spread(each, scope) for each in node.elts)}]"

    def set(self, node: ast.Set, scope: Scope) -> str:
        return f"py.set({', '.join(self.spread(each, scope) for each in node.elts)})"

    def dict(self, node: ast.Dict, scope: Scope) -> str:
        pairs = [
            f"...{self.expr(value, scope)}.$items()"
            if key is None
            else f"[{self.expr(key, scope)}, {self.expr(value, scope)}]"
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return f"py.dict({', '.join(pairs)})"

    def text(self, node: ast.JoinedStr, scope: Scope) -> str:
        parts = [self.part(each, scope) for each in node.values]
        return f"({' + '.join(parts)})" if parts else '""'

    def part(self, node: ast.expr, scope: Scope) -> str:
        if isinstance(node, ast.Constant):
            return self.constant(node, scope)
        if not isinstance(node, ast.FormattedValue):
            raise self.wrong(node, type(node).__name__)
        spec = self.text(node.format_spec, scope) if isinstance(node.format_spec, ast.JoinedStr) else '""'
        conversion = json.dumps(chr(node.conversion)) if node.conversion > 0 else "null"
        return f"py.format({self.expr(node.value, scope)}, {spec}, {conversion})"

    # functions and comprehensions

    def function(self, node: ast.Lambda, scope: Scope) -> str:
        if node.args.vararg or node.args.kwarg or node.args.defaults or node.args.kw_defaults:
            raise self.wrong(node, "a lambda with more than plain parameters")
        inner = Scope(scope, set(parameters(node)), temps=scope.temps)
        names = ", ".join(local(each) for each in parameters(node))
        return f"(({names}) => {self.expr(node.body, inner)})"

    def comprehension(self, node: Comprehension, scope: Scope) -> str:
        """A function of its first iterable, which Python evaluates outside. A generator is one here too; a list, set or
        dict is filled."""
        inner = Scope(scope, set(), temps=scope.temps)
        for each in node.generators:
            if each.is_async:
                raise self.wrong(node, "async")
            inner.names |= {name.id for name in ast.walk(each.target) if isinstance(name, ast.Name)}
        first = self.expr(node.generators[0].iter, scope)
        if isinstance(node, ast.DictComp):
            done = f"$r.set({self.expr(node.key, inner)}, {self.expr(node.value, inner)});"
        elif isinstance(node, ast.GeneratorExp):
            done = f"yield {self.expr(node.elt, inner)};"
        else:
            word = "push" if isinstance(node, ast.ListComp) else "add"
            done = f"$r.{word}({self.expr(node.elt, inner)});"
        for place, each in reversed(list(enumerate(node.generators))):
            for test in reversed(each.ifs):
                done = f"if ({self.test(test, inner)}) {{ {done} }}"
            source = "$i" if place == 0 else f"py.iter({self.expr(each.iter, inner)})"
            done = f"for ({self.pattern(each.target)} of {source}) {{ {done} }}"
        # Declared once, as Python does: a lambda made inside sees the last value, not its own.
        declared = ", ".join(local(name) for name in sorted(inner.names))
        done = f"let {declared}; {done}" if declared else done
        if isinstance(node, ast.GeneratorExp):
            return f"(function* ($i) {{ {done} }})(py.iter({first}))"
        empty = {ast.ListComp: "[]", ast.SetComp: "py.set()", ast.DictComp: "py.dict()"}[type(node)]
        return f"(($i) => {{ const $r = {empty}; {done} return $r; }})(py.iter({first}))"

    def pattern(self, node: ast.expr) -> str:
        "A target as JavaScript takes one apart."
        if isinstance(node, ast.Name):
            return local(node.id)
        if isinstance(node, (ast.Tuple, ast.List)):
            unused = sum(isinstance(each, ast.Name) and each.id == "_" for each in ast.walk(node)) > 1
            return f"[{', '.join('' if unused and _blank(each) else self.pattern(each) for each in node.elts)}]"
        raise self.wrong(node, type(node).__name__)


def _blank(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "_"


def _simple(node: ast.expr) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
