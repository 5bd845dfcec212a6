"A value as plain dicts and lists."

import json
from dataclasses import asdict

from anedb.domain.layer import Operand
from anedb.domain.plain import contents, plain
from anedb.domain.target import Target
from anedb.domain.value import value
from anedb.domain.verdict import Answer, Part

PART = Part(answer=Answer.YES, probability=0.5, interval=(0.1, 0.9), state="reported", basis="claim")


@value
class Holder:
    many: tuple[Part, ...]
    named: dict[str, Target]


@value
class Single:
    only: int


HOLDER = Holder(many=(PART, PART), named={"a": Target(chip="M1")})


def test_it_is_what_the_standard_library_makes_of_it():
    found = plain(HOLDER)
    assert json.dumps(found) == json.dumps(asdict(HOLDER))
    assert list(found["many"][0]) == list(PART.__dataclass_fields__)
    assert found["many"].__class__ is list


def test_the_encoder_that_asks_for_contents_writes_the_same():
    assert json.dumps(HOLDER, default=contents) == json.dumps(plain(HOLDER))


def test_one_field_is_a_field_too():
    assert plain(Single(only=1)) == contents(Single(only=1)) == {"only": 1}


def test_a_class_is_no_value():
    assert plain([Operand]) == [Operand]
