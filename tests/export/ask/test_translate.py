"""The translation of Python: what it does not know it refuses, and what it knows it does as Python does."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from anedb.domain.plain import plain
from anedb.export.ask import build, modules
from anedb.export.ask.known import ATTRIBUTES, BUILTINS, PROVIDED, TranslateError
from anedb.export.ask.modules import Code
from anedb.export.ask.translate import translate

from . import sample

HERE = Path(__file__).parent
MISSING = """
const made = { "x": "x", "[]": [], "py.tuple()": py.tuple(), "py.dict()": py.dict(), "py.set()": py.set(), "1n": 1n };
const gone = [];
const look = (where, has, names) => { for (const it of names) if (has(it) === undefined) gone.push(where + it); };
for (const [say, names] of Object.entries(asked.kinds)) look(say + ".", (it) => made[say]["$" + it], names);
for (const [lib, names] of Object.entries(asked.libs)) look(lib + ".", (it) => (py.lib[lib] || {})["$" + it], names);
look("", (it) => py.b[it], asked.builtins);
return gone;
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    "`source(text)`: what its function `f` becomes."

    def made(text: str) -> str:
        path = tmp_path / "anedb" / "made.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        monkeypatch.setattr(modules, "PACKAGE", path.parent)
        real = modules._file
        monkeypatch.setattr(modules, "_file", lambda name: path if name == "anedb.made" else real(name))
        return translate([Code("anedb.made", "f")])

    return made


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("async def f(): pass", "AsyncFunctionDef|has no f"),
        ("def f(x):\n    with x: pass", "made.py:2: With"),
        ("def f(x):\n    match x:\n        case 1: pass", "made.py:2: Match"),
        ("def f(x):\n    for a in x: pass\n    else: pass", "made.py:2: for … else"),
        ("def f(x):\n    global y\n    y = 1", "made.py:2: Global"),
        ("def f():\n    return frobnicate(1)", "made.py:2: the name frobnicate"),
        ("def f(x):\n    return x.frobnicate()", r"frobnicate \(made.py:2\)"),
        ("import math\ndef f(x):\n    return math.lgamma(x)", "made.py:3: math.lgamma"),
        ("import numpy\ndef f(x):\n    return numpy.zeros(x)", "import numpy"),
        ("from statistics import mean\ndef f(x):\n    return mean(x)", "statistics"),
        ("def f(x=[]):\n    return x", "made.py:1: a default that is made anew"),
        ("def f(**more):\n    return more", "named"),
        ("def f():\n    return b'x'", "made.py:2"),
        ("class A(dict): pass\nclass B(A, list): pass\ndef f(): return B()", "made.py:2: a class like this"),
        (
            "def wrap(it): return it\nclass A:\n    @wrap\n    def m(self): pass\ndef f(): return A()",
            "a decorator of a method",
        ),
        ("def f(x):\n    try:\n        return 1\n    except:\n        return 2", "except without a kind"),
        ("def f(x):\n    return x @ x", "MatMult"),
        ("def f(x):\n    return [y async for y in x]", "."),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(source, text, what):
    with pytest.raises((TranslateError, SyntaxError), match=what):
        source(text)


def test_only_what_is_needed_is_translated(source):
    found = source(
        "import numpy\nclass Bad(dict, list): pass\ndef g(x: numpy.ndarray) -> Bad: return x\ndef f(x): return g(x)"
    )
    assert "made__g" in found and "Bad" not in found and "numpy" not in found


def test_the_judge_is_translated_and_the_same_each_time():
    assert translate(build.ROOTS) == translate(build.ROOTS)
    found = build.engine()
    for name in (
        "evidence_judge__judge",
        "evidence_chain__chain",
        "evidence_simple__simple",
        "catalog_canonical__canonical",
    ):
        assert f"const {name} = " in found
    for never in ("sqlalchemy", "eval(", "new Function", "innerHTML", "import("):
        assert never not in found, never


def test_no_script_makes_markup_from_text():
    for path in (Path(build.__file__).parent / "js").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not [
            it for it in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(") if it in text
        ], path


def test_scripts_of_knowledge_cannot_end_a_script_or_a_line():
    text = build.script("x", {"a": "</script><!--\u2028"})
    assert "<" not in text and text.isascii()
    assert json.loads(text[text.index(",") + 1 : text.rindex(")")]) == {"a": "</script><!--\u2028"}


def test_names_that_a_file_system_does_not_tell_apart_lie_apart():
    found = build.paths(["mlprogram:Add", "mlprogram:add", "mlprogram:../x", "mlprogram:con", "core"])
    assert len({it.casefold() for it in found.values()}) == 5
    assert all(".." not in it for it in found.values())
    assert found["layers/mlprogram/add.json"] == found["mlprogram:add"]


def test_python_and_javascript_agree_where_the_languages_differ(browser, monkeypatch):
    real = modules._file
    monkeypatch.setattr(modules, "_file", lambda name: HERE / "sample.py" if name == "anedb.sample" else real(name))
    monkeypatch.setattr(modules, "PACKAGE", modules.PACKAGE)
    made = translate([Code("anedb.sample", "everything")])
    page = browser.new_page()
    page.goto("about:blank")
    script = "".join(build._js(name) for name in ("runtime.js", "library.js")) + made
    found = page.evaluate(f"() => {{ {script}; return py.plain(sample__everything()); }}")
    page.close()
    assert found == json.loads(json.dumps(plain(sample.everything())))


def test_the_runtime_has_what_the_translator_lets_pass(browser):
    "A method's name is all that is checked: so each of Python's types that has such a method must have it there too."
    kinds = {"x": str, "[]": list, "py.tuple()": tuple, "py.dict()": dict, "py.set()": set, "1n": int}
    of_classes = {"maketrans", "fromkeys"}
    wanted = {
        say: [it for it in sorted(ATTRIBUTES - of_classes) if hasattr(kind, it) and not it.startswith("__")]
        for say, kind in kinds.items()
    }
    page = browser.new_page()
    page.goto("about:blank")
    script = "".join(build._js(name) for name in ("runtime.js", "library.js"))
    libs = {lib: sorted(names) for lib, names in PROVIDED.items()}
    asked = {"kinds": wanted, "builtins": sorted(BUILTINS), "libs": libs}
    missing = page.evaluate(f"(asked) => {{ {script} {MISSING} }}", asked)
    page.close()
    assert missing == []


def test_every_name_that_is_kept_for_javascript_is_changed(source):
    found = source("def f(new, py):\n    function = new + py\n    return function")
    assert "function_ = py.add(new_, py_)" in found


def test_another_process_makes_the_same_script():
    code = (
        "from anedb.export.ask import build; import hashlib; print(hashlib.sha256(build.engine().encode()).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    made = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert made.stdout.strip() == hashlib.sha256(build.engine().encode()).hexdigest()
