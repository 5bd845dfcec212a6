"""What the translated code may use that is not translated itself. js/runtime.js and js/library.js have it.

Whatever is not here is refused when the page is made: a judge that uses something new is never translated by halves.
"""

from __future__ import annotations

PROVIDED = {
    "collections": {"defaultdict"},
    "cel_expr_python": {"cel"},
    "dataclasses": {"replace"},
    "difflib": {"get_close_matches"},
    "files": {"read_json", "read_toml"},
    "functools": {"cache", "lru_cache"},
    "hashlib": {"sha256"},
    "itertools": {"pairwise", "chain"},
    "json": {"loads", "JSONEncoder"},
    "math": {"prod", "sqrt", "log", "exp", "isnan", "floor", "ceil", "inf"},
    "rapidfuzz": {"fuzz", "process"},
    "re": {"compile", "IGNORECASE"},
    "string": {"Formatter"},
}
"Module -> its names in `py.lib`."

INSTEAD = {"anedb.catalog.files": "files"}
"Modules of ours that open files: a browser has what it loaded."

_BUILTINS = (
    "str int float bool tuple list dict set frozenset type isinstance hasattr getattr len abs round sum max "
    "min sorted reversed enumerate range zip map any all next iter repr id divmod object Exception ValueError "
    "TypeError LookupError KeyError IndexError AttributeError OverflowError RuntimeError AssertionError "
    "ZeroDivisionError StopIteration"
)
BUILTINS = frozenset(_BUILTINS.split())

METHODS = {
    "str": "lower upper casefold strip lstrip rstrip startswith endswith removeprefix removesuffix partition "
    "rpartition split splitlines join replace translate "
    "isdigit isalpha isalnum isascii encode format_map count find rfind "
    "index zfill ljust rjust isspace value maketrans",
    "list": "append extend insert pop remove index count sort reverse copy clear",
    "dict": "get items keys values setdefault pop update clear copy fromkeys",
    "set": "add update discard remove pop union intersection difference symmetric_difference isdisjoint "
    "issubset issuperset",
    "int": "bit_length",
    "namedtuple": "_replace _asdict _fields",
    "any": "__class__ __name__ __init__ args",
    "numpy": "tolist",
    "re": "match fullmatch search sub findall group end start groups pattern",
    "json": "encode",
    "hashlib": "hexdigest",
    "string": "parse",
    "rapidfuzz": "ratio extract",
    "cel": "NewEnv Type INT BOOL STRING DYN compile eval value return_type name",
}
ATTRIBUTES = frozenset(name for names in METHODS.values() for name in names.split())
"""Attributes that objects of the runtime have. A name that several of Python's types have must be there for all of
them: nothing tells which of them a value will be."""

_RESERVED = (
    "arguments await break case catch class const continue debugger default delete do else enum eval export "
    "extends false finally for function if implements import in instanceof interface let new null package "
    "private protected public return static super switch this throw true try typeof undefined var void while "
    "with yield py NaN Infinity globalThis window document Array Object Map Set Symbol Math JSON Number String "
    "Boolean"
)
RESERVED = frozenset(_RESERVED.split())
"Python names that JavaScript keeps for itself: they get a `_`."


class TranslateError(Exception):
    "Something the translator does not know. Never a guess: the message names file and line."
