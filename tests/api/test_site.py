"The site of the checkout's own data: gathered, written, within its budget, and the same every time."

import gzip
import json
import sys

import pytest

import anedb
from anedb.api.site_files import export_site
from anedb.catalog import layers
from anedb.errors import BadFileError, UsageError

BUDGET = 30_000
"Bytes of the overview, compressed, with its styles and scripts."


@pytest.fixture(scope="module")
def made(database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "site"
    with anedb.open(database) as db:
        db.export_site(folder, evaluated=False)
    return folder


def packed(path):
    return len(gzip.compress(path.read_bytes(), 6))


def test_the_overview_fits_in_its_budget(made):
    loaded = [made / "index.html", *(made / "assets").iterdir()]
    assert {it.name for it in loaded} >= {"index.html", "site.css", "table.js", "names.js"}
    assert sum(packed(it) for it in loaded if it.name in ("index.html", "site.css", "table.js", "names.js")) < BUDGET


def test_every_layer_type_has_a_row_a_page_and_a_badge(made):
    text = (made / "index.html").read_text()
    for name in layers.all_types():
        format, type = name.split(":", 1)
        assert f'id="{format}.{type}"' in text, name
        assert (made / f"layers/{format}/{type}.html").is_file() and (made / f"badges/{format}/{type}.svg").is_file()


def test_what_was_seen_and_said_stands_on_a_layers_page(made):
    text = (made / "layers/mlprogram/conv.html").read_text()
    for each in ("kernel width", "751k", "Dilated convolutions are on the list", "<svg", "anedb query conv"):
        assert each in text, each
    assert "Workarounds" in (made / "layers/neuralnetwork/addBroadcastable.html").read_text()


def test_the_same_data_give_the_same_site(made, database, tmp_path, monkeypatch):
    monkeypatch.setattr(layers, "all_types", lambda format=None: ("mlprogram:relu", "neuralnetwork:add"))
    with anedb.open(database) as db:
        for name in ("a", "b"):
            export_site(db._asker, tmp_path / name, evaluated=False)
    one, other = ({it.relative_to(tmp_path / name): it.read_bytes() for it in (tmp_path / name).rglob("*")
                   if it.is_file()} for name in ("a", "b"))  # fmt: skip
    assert one == other and len(one) > 100


@pytest.fixture
def few(monkeypatch):
    "A site of one layer type."
    module = sys.modules["anedb.api.site"]
    monkeypatch.setattr(layers, "all_types", lambda format=None: ("mlprogram:relu",))
    monkeypatch.setattr(module, "disagreements", lambda asker: ())
    monkeypatch.setattr(module, "wanted", lambda asker, limit: None)


def test_a_folder_of_something_else_is_left_alone(few, database, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with anedb.open(database) as db:
        with pytest.raises(UsageError, match="something else"):
            db.export_site(tmp_path, evaluated=False)
        db.export_site(tmp_path, evaluated=False, force=True)
        assert (tmp_path / "mine.txt").read_text() == "mine" and (tmp_path / "index.html").is_file()
        db.export_site(tmp_path, evaluated=False)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_earlier_export_in_the_folder_is_compared_with(few, database, tmp_path):
    with anedb.open(database) as db:
        db.export_site(tmp_path, evaluated=False)
        told = json.loads((tmp_path / "verdicts.json").read_text())
        told["layers"]["mlprogram:relu"]["H16"][0] = "no"
        (tmp_path / "verdicts.json").write_text(json.dumps(told))
        db.export_site(tmp_path, evaluated=False)
    found = json.loads((tmp_path / "changes.json").read_text())["changes"]
    assert [(it["engine"], it["was"], it["is"]) for it in found] == [("H16", "no", "yes")]
    assert "was no, is yes" in (tmp_path / "layers/mlprogram/relu.html").read_text()


def test_a_previous_export_or_evaluation_that_is_none_is_refused(few, database, tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    with anedb.open(database) as db:
        with pytest.raises(UsageError, match="no site"):
            db.export_site(tmp_path / "new", before=tmp_path, evaluated=False)
        with pytest.raises(BadFileError, match="anedb evaluate --json"):
            db.export_site(tmp_path / "new", evaluation=wrong)
    assert not (tmp_path / "new").exists()
