"""Layers beyond a limit say where the limit is, and nothing about those on this side of it."""

from builders import cell, claim, conv, indexed, judged, question

from anedb.domain.observation import Reason

TOO_LARGE = Reason(code="kernel-too-large")
ANY_KERNEL = question(conv(weight=False), open=("weight",))


def swept(*reasons):
    "One plain convolution that is offered, and a sweep of kernels that are not."
    wide = [cell(conv((1, width)), offered=False, reasons=reasons) for width in range(16, 24)]
    return [cell(conv((3, 3)), offered=True), *wide]


def test_a_sweep_of_refused_kernels_does_not_refuse_the_layer():
    assert judged(ANY_KERNEL, *swept(TOO_LARGE)).offered.answer == "yes"


def test_a_stated_limit_explains_a_refusal_as_well_as_a_reason_does():
    limit = claim(condition="kernel_width > 15", strength="measured", feature="kernel_width", limit="15", chips=("M4",))
    assert judged(ANY_KERNEL, *swept(), claims=(limit,)).offered.answer == "yes"


def test_refusals_that_nothing_explains_count():
    assert judged(ANY_KERNEL, *swept()).offered.answer not in ("yes", "likely")


def test_a_question_beyond_the_limit_is_answered_by_it():
    assert judged(question(conv((1, 20))), *swept(TOO_LARGE)).offered.answer == "no"
    assert judged(question(conv((1, 30))), *swept(TOO_LARGE)).offered.probability < 0.3


def test_where_all_are_refused_for_a_number_that_is_the_answer():
    refused = [cell(conv((1, width)), offered=False, reasons=(TOO_LARGE,)) for width in (16, 17)]
    assert judged(ANY_KERNEL, *refused).offered.answer in ("no", "unlikely")


def test_what_is_left_out_of_the_average_is_known_once_claims_are():
    known = indexed(*swept(TOO_LARGE))
    assert known.edges == 0
    known.settle(known.all)
    assert known.edges == 0, "nothing else is known, so all count"
