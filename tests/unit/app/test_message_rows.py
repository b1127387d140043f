"""What a message asks for is read from the case's debts; answered, it asks no more (TM06)."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from client.app.hall.message_rows import owed_explanations, rows_of_messages
from client.app.ports.store import StoredMessage
from sync.domain.case import Debt
from sync.domain.fields import ms_of
from tests.unit.domain.test_main_flow import whole
from tests.unit.domain.world import at

NOW = at("2026-09-21 10:00")
CASE = whole().case


def place(*debts, roles=("chief_representative",), person="clerk", now=NOW):
    case = replace(CASE, debts=debts)
    return SimpleNamespace(
        store=SimpleNamespace(case=lambda number: case if number == CASE.number else None),
        session=SimpleNamespace(roles=roles, person=person),
        now=lambda: now,
    )


def message(kind, event="m1", **body):
    return StoredMessage(event, CASE.number, kind, ms_of(NOW), body, read=False)


def row(where, told):
    return rows_of_messages(where, [told])[0]


def debt(kind, ref="m1", to=("window",), hours=1):
    return Debt(kind, ref, NOW, NOW + timedelta(hours=hours), to)


@pytest.mark.parametrize(
    ("told", "owes", "way"),
    [
        (message("urge", level="red"), debt("explain"), "explain"),
        (message("order", level="red"), debt("reply"), "reply_order"),
        (message("escalate", level="hall", ref="m0"), debt("reply", "m0"), "reply_order"),
        (message("finding", code="cure_needed", step="e0"), debt("cure", "e0"), "cure"),
    ],
)
def test_a_debt_is_answered_by_its_step_and_then_asked_no_more(told, owes, way):
    asked = row(place(owes), told)
    assert (asked.ways, asked.state, asked.reply_by) == ((way, "case"), "owed", owes.reply_by)
    answered = row(place(), told)
    assert (answered.ways, answered.state) == (("case",), "answered")
    late = row(place(owes, now=NOW + timedelta(hours=2)), told)
    assert late.state == "late"


def test_a_warning_about_a_breach_names_it_and_speaks_of_no_time_limit():
    asked = row(place(debt("explain")), message("urge", level="red", breach="same_person"))
    assert (asked.text.key, asked.text.args["code"]) == ("message.urge.breach", "same_person")
    assert asked.state == "owed"


def test_a_yellow_urge_and_a_finding_only_tell():
    for told in (message("urge", level="yellow"), message("finding", code="overdue")):
        assert (row(place(), told).ways, row(place(), told).state) == (("case",), "told")


@pytest.mark.parametrize("kind", ["reply", "cure"])
def test_a_clerk_who_may_not_answer_is_led_to_the_case(kind):
    told = message("order", level="red") if kind == "reply" else message("finding", step="m1")
    found = row(place(debt(kind), roles=("window_clerk",)), told)
    assert (found.ways, found.state) == (("case",), "owed")


def test_the_supervisors_own_words_are_shown_and_an_unknown_case_is_only_told_of():
    told = message("order", level="red", text="请说明进展")
    assert row(place(), told).note == "请说明进展"
    assert row(place(), replace(told, case="elsewhere")).ways == ("case",)


@pytest.mark.parametrize(
    ("to", "mine"), [(("window",), True), (("clerk",), True), ((), True), (("other",), False)]
)
def test_an_explanation_is_asked_of_whom_the_urge_addresses(to, mine):
    where = place(debt("explain", to=to), debt("reply", "m2"))
    assert [each.urge for each in owed_explanations(where, CASE.number)] == ["m1"] * mine
