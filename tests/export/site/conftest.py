"A browser, and sites on disk for it."

import functools
import gzip
import http.server
import threading
from pathlib import Path

import axe_playwright_python
import pytest
from site_samples import SITE, table_of

from anedb.domain.site import Site
from anedb.export.site import files


def write(folder: Path, site: Site, only: tuple[str, ...] = ("",)) -> Path:
    "The files whose path begins so."
    for path, text in files(site):
        if path.startswith(only):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def axe() -> str:
    "The text of axe-core."
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("small"), SITE)


@pytest.fixture(scope="session")
def written():
    return write


@pytest.fixture(scope="session")
def whole(tmp_path_factory) -> Path:
    "As many rows as the catalogue has layer types; only the table."
    return write(tmp_path_factory.mktemp("whole"), table_of(350), ("index.html", "assets/"))


class Handler(http.server.SimpleHTTPRequestHandler):
    "Files, compressed, as hosts send them."

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def host(whole):
    "The table from a host on this machine: its address."
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(whole)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
