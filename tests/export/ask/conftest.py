"""A folder with the page and all that it loads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import anedb
from anedb.api import site as sites
from anedb.api.ask_pages import ask_files
from anedb.domain.site import SCHEMA_VERSION, Site
from anedb.export.site import environment


@pytest.fixture(scope="session")
def db(database) -> Iterator[anedb.api.Anedb]:
    with anedb.open(database) as opened:
        yield opened


@pytest.fixture(scope="session")
def folder(db, tmp_path_factory) -> Path:
    "The page *Ask* of a site that has no other page."
    asker = db._asker
    site = Site(
        schema_version=SCHEMA_VERSION,
        data_version=asker.data_version,
        generated_from="",
        engines=tuple(sites.engines()),
        releases=(),
        chips=(),
        sources=(),
        layers=(),
        conflicts=(),
        wanted=None,
        evaluation=None,
        counts={},
    )
    root = tmp_path_factory.mktemp("ask")
    for path, text in [*ask_files(asker, site), ("assets/site.css", environment.asset("site.css"))]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")
    return root


@pytest.fixture
def page(browser, folder) -> Iterator[Any]:
    "A page without a network; what it says went wrong, and what it asked for, are `page.wrong` and `page.asked`."
    context = browser.new_context(offline=True)
    found = context.new_page()
    found.wrong, found.asked = [], []
    found.on("pageerror", lambda error: found.wrong.append(str(error)))
    found.on("console", lambda said: found.wrong.append(said.text) if said.type in ("error", "warning") else None)
    found.on("request", lambda request: found.asked.append(request.url))
    yield found
    context.close()


@pytest.fixture
def opened(page, folder):
    "`opened('layer=conv&chip=M4')`: the page with that question answered."

    def open_(question: str = "") -> Any:
        page.goto("about:blank")
        page.goto(f"file://{folder}/ask.html{'#' if question else ''}{question}")
        page.wait_for_selector("#ask:not([hidden])")
        if question:
            page.wait_for_selector("#answer[aria-busy=false] h2")
        return page

    return open_
