"""A check as one HTML page: nothing outside it is loaded, and it reads well without its script.

The templates escape every value. The page's own style and script are allowed by their hash; markup that slipped in from
a model's name could neither run nor look like ours.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anedb import __version__
from anedb.domain.check import Check, CheckedModel
from anedb.export.check_bars import bars
from anedb.export.check_page import charts, figures, overview, rows, segments, texts, unsettled
from anedb.export.check_words import PLACES, SETTINGS, failure, sentence, shown, target_text, told
from anedb.export.text import encodable

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
OPEN_ROWS = 200
"Layers of a model that are shown at once; more wait until somebody opens them."


def html(check: Check) -> str:
    "The same check gives the same bytes."
    style, script = asset("check.css"), asset("check.js")
    page = environment().get_template("check.html").render(
        title=_title(check),
        version=__version__,
        style=style,
        script=script,
        policy=policy(style, script),
        check=check,
        failed=[told(failure(each)) for each in check.failed],
        tips=[told(each.get("tip", "")) for each in check.failed],
        gate=[told(each) for each in check.gate.failed] if check.gate else [],
        overview=overview(check),
        models=[_model(index, model) for index, model in enumerate(check.models)],
        costs=sentence(check.costs.text),
    )  # fmt: skip
    return encodable(page)


def policy(style: str, script: str) -> str:
    "Content-Security-Policy: nothing but the page's own style and script."
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


@cache
def asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip() + "\n"


@cache
def environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _title(check: Check) -> str:
    if len(check.models) == 1:
        model = check.models[0]
        return f"{shown(Path(model.path).name)} on {target_text(model.target)}"
    return f"{len({model.path for model in check.models})} models"


def _model(index: int, model: CheckedModel) -> dict[str, Any]:
    "All that a section of the page shows, as text and numbers."
    return {
        "id": f"m{index}",
        "path": shown(model.path),
        "target": target_text(model.target),
        "units": SETTINGS.get(model.units, shown(model.units)),
        "kind": shown(f"{model.type}, {model.kind}"),
        "summary": sentence(model.summary.text),
        "to_cpu": model.summary.whole_model_to_cpu,
        "texts": texts(model),
        "figures": figures(model),
        "bars": bars(model),
        "legend": [(unit, name, model.summary.placed[unit]) for unit, name in PLACES.items()
                   if model.summary.placed.get(unit)],
        "charts": charts(model),
        "segments": segments(model),
        "segments_left": max(0, len(model.segments) - len(segments(model))),
        "unsettled": unsettled(model),
        "rows": rows(model),
        "open": len(model.layers) <= OPEN_ROWS,
    }  # fmt: skip
