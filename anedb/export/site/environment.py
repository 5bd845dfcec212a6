"""Pages from templates. Every expression is escaped, on one line, and without characters that cannot be seen; markup of
our own is `Markup` and nothing else is."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anedb import __version__
from anedb.export.markdown import ADDRESS
from anedb.export.site import words
from anedb.export.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
"Content-Security-Policy of every page: nothing inline, nothing from elsewhere."
NAVIGATION = (
    ("index.html", "Table"),
    ("ask.html", "Ask"),
    ("baseline.html", "Baseline"),
    ("chips.html", "Chips"),
    ("conflicts.html", "Conflicts"),
    ("wanted.html", "Wanted"),
    ("sources.html", "Sources"),
    ("how.html", "How answers arise"),
)
"Pages that stand in the head of every page, if the site has them."


class Pages:
    "Renders pages of one site: `context` is what all of them share."

    def __init__(self, **context: Any) -> None:
        self.context = context

    def render(self, template: str, path: str, **more: Any) -> str:
        "`path`: where the page will lie; `root` in the template leads from there to the site's root."
        root = "../" * path.count("/")
        return environment().get_template(template).render(**self.context, **more, path=path, root=root)


@cache
def asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip() + "\n"


@cache
def versioned(name: str) -> str:
    "An asset's address, which changes with what is in it: no browser shows a new page in an old style."
    return f"assets/{name}?{sha256(asset(name).encode()).hexdigest()[:8]}"


@cache
def environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        # The page a question is typed into is another room's: its template extends `base.html` all the same.
        loader=FileSystemLoader([TEMPLATES, TEMPLATES.parents[1] / "ask" / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=told,
    )
    made.globals.update(version=__version__, policy=POLICY, versioned=versioned, words=words, web=web, cited=cited)
    return made


def told(value: Any) -> Any:
    "What an expression of a template becomes."
    from markupsafe import Markup

    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def cited(text: str) -> list[tuple[str, str]]:
    "Title and address of each source in a catalogue's citation, `title https://…; title`."
    found = []
    for part in text.split("; "):
        title, _, address = part.rpartition(" ")
        found.append((title, address) if title and web(address) else (part, ""))
    return found


def web(address: str) -> bool:
    "Whether it may become a link."
    return ADDRESS.fullmatch(address) is not None
