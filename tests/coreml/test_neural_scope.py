"What nested networks leave of the names around them."

from anedb.coreml.neural_scope import NOTHING, Known, Scope, join

A, B = Known("unknown", (1, 2)), Known("unknown", (1, 3))
EITHER = Known("unknown", (1, "?"))


def scope(**known):
    found = Scope()
    for name, value in known.items():
        found.give(name, value)
    return found


def giving(into, **known):
    return lambda: [into.give(name, value) for name, value in known.items()]


def test_a_name_that_nobody_gave_is_not_known():
    assert scope().get("x") == NOTHING


def test_a_value_that_each_way_gives_has_what_both_have():
    it = scope()
    it.alternatives([giving(it, y=A), giving(it, y=B)])
    assert it.get("y") == EITHER


def test_a_value_given_again_in_one_way_may_be_the_old_one():
    it = scope(x=A)
    it.alternatives([giving(it, x=B, y=A), giving(it)])
    assert it.get("x") == EITHER and it.get("y") == A


def test_one_way_does_not_see_what_the_other_gives():
    it, seen = scope(x=A), []
    it.alternatives([giving(it, x=B), lambda: seen.append(it.get("x"))])
    assert seen == [A]


def test_a_nested_network_tells_the_one_around_it():
    it = scope(x=A)
    before = it.nested(lambda: it.alternatives([giving(it, x=B), giving(it, z=B)]))
    assert before == {"x": A, "z": None} and it.get("x") == EITHER


def test_a_loop_that_changes_a_shape_is_read_again():
    it = scope(x=A, same=A)
    assert it.widen(it.nested(giving(it, x=B, same=A, new=B)), wholly=False)
    assert (it.get("x"), it.get("same"), it.get("new")) == (EITHER, A, B)
    assert not it.widen(it.nested(giving(it, x=B)), wholly=False)
    assert it.get("x") == EITHER


def test_a_loop_that_does_not_settle_hands_on_nothing_known():
    it = scope(x=A, same=A)
    assert it.widen(it.nested(giving(it, x=B, same=A)), wholly=True)
    assert it.get("x") == it.get("same") == NOTHING
    assert not it.widen(it.nested(giving(it, x=A, same=B)), wholly=True)


def test_what_one_of_two_is_no_constant():
    assert not join(A._replace(const=True), A).const
