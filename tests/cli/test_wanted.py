"`anedb wanted`: for people, and as JSON for a probe."

import jsonschema

from anedb.api import schemas


def test_json_is_what_the_schema_says(anedb):
    found = anedb("wanted", "--limit", "5", "--json").json()
    jsonschema.validate(found, schemas.get("wanted"))
    assert len(found["wanted"]) == 5


def test_every_row_says_where_and_why(anedb):
    out = anedb("wanted", "--limit", "4", "--chip", "M1").out
    assert out.count("M1 ") >= 4 and out.count("today's answer rests on") == 4


def test_the_question_of_a_row_gives_its_answer(anedb):
    row = anedb("wanted", "--limit", "1", "--json").json()["wanted"][0]
    said = anedb(*row["ask"], "--json").json()
    assert said["layer"]["fingerprint"] == row["fingerprint"]
    assert said["offered"]["answer"] == row["answer"]


def test_a_model_that_is_none_exits_2(anedb, tmp_path):
    (tmp_path / "no.mlmodel").write_bytes(b"no model at all")
    assert anedb("wanted", "--model", str(tmp_path / "no.mlmodel")).code == 2


def test_a_limit_of_nothing_is_refused(anedb):
    assert anedb("wanted", "--limit", "0").code == 2
