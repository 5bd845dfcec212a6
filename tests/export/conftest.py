"""One browser for all that looks at pages: Playwright has no second one in a process."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    "Chromium, driven by Playwright; ANEDB_CHROMIUM names another."
    found = os.environ.get("ANEDB_CHROMIUM") or next((it for it in map(shutil.which, CHROMIUM) if it), None)
    if not found:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield started
        started.close()
