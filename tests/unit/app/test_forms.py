"""The table of pages: what was typed becomes the step's body, purely (docs/STEPS.md)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from client.app.forms.every import FORMS, by_card
from client.app.forms.offers import offered
from client.app.forms.reading import day_in, days_in, moment_in, wrong
from client.app.forms.table import Ask, Facts, Filled
from client.app.rows.words import PageRow
from client.documents.compose import templates
from client.documents.wording import Wording
from sync.domain.calendar import CHINA
from sync.domain.case import (
    Applicant,
    Case,
    Certificate,
    Correction,
    Debt,
    PaperMark,
    State,
    Suspension,
)
from sync.domain.events import Step
from sync.domain.shapes import BODIES, check_body
from sync.domain.transitions import TABLE, Who
from tests.unit.domain.world import county

BOOK = county()
RULES = BOOK.rules()

NOW = datetime(2026, 9, 17, 10, 24, tzinfo=CHINA)
TODAY = NOW.date()
ID = "92339901MA2ABCDE1X"
PAGE = PageRow("ab" * 32, "笔录.jpg", "image/jpeg", 9000, 1, uploaded=False)
OF_CENTRE = {str(row.kind) for row in TABLE if set(row.who) <= {Who.C, Who.SV}}
ELSEWHERE = {
    "file",  # the public page's
    "seal.intent",  # goes with a seal
    "seal.void",
    "explain",  # from its message
    "ask_precheck",  # from the registration's page
}


def facts(**changes):
    """Return a food case in hand, with a paper to serve, a suspension and owed answers."""
    item = next(item for item in RULES.catalogue.current() if item.code == "scjg-02")
    case = Case(
        number="20260917-339901-00017-5",
        scope="339901/scjg",
        hall="339901",
        department="scjg",
        item=item.code,
        item_version=item.version,
        kind_of_case=item.kind,
        state=State.HANDLING,
        registered_at=NOW,
        state_since=NOW,
        applicant=Applicant(
            "org", "credit_code", "92339901MA2ABCDE1X", "滨河餐饮店", "13800000000"
        ),
        received_at=NOW,
        accepted_at=NOW,
        accept_step_at=NOW,
        papers=(PaperMark("acceptance", "n-1", "h" * 64, "s", NOW),),
        debts=(Debt("serve", "n-1", NOW), Debt("reply", "o-1", NOW)),
        suspensions=(Suspension("testing", "s", NOW, TODAY + timedelta(days=5), NOW),),
        corrections=(Correction("s", NOW, NOW, ("rules",)),),
        certificate=Certificate("S-1", "c-1", "food", "1", NOW),
    )
    return Facts(replace(case, **changes), item, RULES, BOOK, NOW, "hand")


ANSWERS = {
    Ask.LINE: "某某",
    Ask.TEXT: "说明理由",
    Ask.DAYS: "3",
    Ask.DAY: "2026-10-15",
    Ask.MOMENT: "2026-09-16 09:30",
    Ask.TICK: "yes",
    Ask.DUES: "rules=2026-09-21",
    Ask.PICK: "x-1",
    Ask.MANY: "p1 p2",
}


def filled_for(form):
    """Return a page filled in, each field with an answer of its kind."""
    values = {field.name: ANSWERS.get(field.ask, "") for field in form.fields}
    values.update({field.name: field.codes[0] for field in form.fields if field.codes})
    known = {"item": "scjg-02", "paper": "n-1", "old": "n-1", "order": "o-1", "reason": ""}
    for field in form.fields:
        if field.ask is Ask.PICK and field.name in known:
            values[field.name] = known[field.name] or "testing"
    if "receipt_no" in values:
        values["receipt_no"] = "33A-00000001"
    values["phone"] = "13800000000" if "phone" in values else ""
    pages = {field.name: (PAGE,) for field in form.fields if field.ask is Ask.SCAN}
    return Filled({name: value for name, value in values.items() if value}, pages)


@pytest.mark.parametrize("kind", FORMS)
def test_a_page_filled_in_gives_a_body_of_the_step_s_form(kind):
    form, known = FORMS[kind], facts()
    filled = filled_for(form)
    assert wrong(form, filled, TODAY) == ()

    members = form.members(filled, known)
    paper = {"kind": "x", "no": "n", "sha256": "a" * 64, "size": 1}
    if form.paper is not None:
        members["paper"] = paper
    step = Step("s", kind, known.case.number, known.case.scope, "p0103", "d", NOW, members)

    assert list(check_body(step)) == []
    assert set(members) <= {member.name for member in BODIES[kind]} | {"acting_for", "paper"}


@pytest.mark.parametrize("kind", FORMS)
def test_an_empty_page_names_each_needed_field_in_its_order(kind):
    form = FORMS[kind]

    found = [name for name, _words in wrong(form, Filled(), TODAY)]

    assert found == [field.name for field in form.asked(Filled()) if field.need]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", [k for k, f in FORMS.items() if f.paper or f.blank])
def test_every_paper_has_a_template_and_its_values_are_words(kind, language):
    form, known = FORMS[kind], facts()
    for made in filter(None, (form.paper, form.blank, form.record)):
        values = made.letter(filled_for(form), known, Wording(language))

        assert f"papers/{made.kind}" in templates()
        assert all(isinstance(value, str | list) for value in values.values())


def test_every_step_of_the_table_has_a_page_somewhere():
    from ui.views.acts import OFFERED  # noqa: PLC0415  (the screen's list, read here once)

    steps = {str(row.kind) for row in TABLE} - OF_CENTRE

    assert steps - set(OFFERED) - ELSEWHERE - {"preregister"} == set()


def test_the_card_signs_what_the_table_says_and_nothing_else():
    signed = {kind for kind in FORMS if by_card(kind, None)}

    assert signed == {
        "refuse", "tell_not_required", "suspend", "prolong_suspension", "extend", "forward",
        "terminate", "spoil", "correct_paper", "amend", "refund",
    }  # fmt: skip


# ---------------------------------------------------------------- what was typed


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("20261201", date(2026, 12, 1)),
        ("2026.12.1", date(2026, 12, 1)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("12-1", date(2026, 12, 1)),
        ("2026-02-30", None),
        ("明天", None),
        ("", None),
    ],
)
def test_days_are_read_as_they_are_written(typed, day):
    assert day_in(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-09-16 09:30", datetime(2026, 9, 16, 9, 30, tzinfo=CHINA)),
        ("9-16 9:05", datetime(2026, 9, 16, 9, 5, tzinfo=CHINA)),
        ("09:30", datetime(2026, 9, 17, 9, 30, tzinfo=CHINA)),
        ("2026-09-16", None),
        ("2026-09-16 25:00", None),
        ("昨天 09:30", None),
    ],
)
def test_moments_are_a_day_and_a_time(typed, moment):
    assert moment_in(typed, TODAY) == moment


@pytest.mark.parametrize(("typed", "days"), [("5", 5), ("0", None), ("-1", None), ("五", None)])
def test_working_days_are_a_number(typed, days):
    assert days_in(typed) == days


# ---------------------------------------------------------------- the clock


def test_a_suspension_lasts_so_many_working_days_and_says_until_when():
    form = FORMS["suspend"]
    filled = Filled({"reason": "testing", "planned_days": "5", "text": "送检", "served": "later"})

    members = form.members(filled, facts(suspensions=()))

    assert members["until"] == "2026-09-23"  # Sunday the 20th is a working day by decree
    assert members["served_at"] is None


def test_a_notice_served_now_stops_the_clock_now():
    filled = Filled({"reason": "testing", "planned_days": "5", "text": "送检", "served": "now"})

    members = FORMS["suspend"].members(filled, facts(suspensions=()))

    assert members["served_at"] == int(NOW.timestamp() * 1000)


def test_an_extension_begins_with_what_was_asked_for():
    asked = {"days": 4, "reason": "complex", "text": "疑难"}
    known = replace(facts(suspensions=()), bodies={"request_extension": asked})

    assert FORMS["extend"].begin(known) == {"days": "4", "reason": "complex", "text": "疑难"}


def test_an_extension_s_paper_names_both_due_times():
    form, known = FORMS["extend"], facts(suspensions=())
    filled = Filled({"days": "5", "reason": "complex", "text": "疑难", "told": "yes"})

    letter = form.paper.letter(filled, known, Wording("zh_CN"))

    assert letter["former_due"] != letter["due"]
    assert letter["reason"] == "案情复杂。疑难"


# ---------------------------------------------------------------- persons, papers, cases


def test_who_is_kept_out_is_not_offered():
    every = {choice.code for choice in offered("handlers", facts(), "zh_CN")}
    left = {choice.code for choice in offered("handlers", facts(recused=("hand",)), "zh_CN")}

    assert every - left == {"hand"}
    assert left


def test_papers_still_to_be_served_come_first():
    papers = (
        PaperMark("receipt", "n-0", "h" * 64, "s", NOW, served_at=NOW),
        PaperMark("acceptance", "n-1", "h" * 64, "s", NOW),
    )

    found = offered("papers", facts(papers=papers), "zh_CN")

    assert [choice.code for choice in found] == ["n-1", "n-0"]


def test_a_follow_up_names_case_certificate_and_expiry():
    form = FORMS["renew"]
    made = Certificate("S-1", "c-1", "food", "1", NOW, sealed_at=NOW, status="valid")
    known = facts(certificate=made)
    typed = Filled({**form.begin(known), "phone": "138 0000 0000"})

    members = form.members(typed, known)

    about = {"case": known.case.number, "certificate": "S-1", "expires": "2031-09-17"}
    assert members["about"] == about
    assert members["applicant"]["phone"] == "13800000000"


def test_a_cancellation_of_office_says_so():
    filled = Filled({"item": "scjg-02", "by": "office", "phone": "13800000000"})

    assert FORMS["cancel"].members(filled, facts())["ex_officio"] is True


@pytest.mark.parametrize(
    ("typed", "said"), [(" 二楼库房 3 架 12 盒 ", "二楼库房 3 架 12 盒"), ("", None)]
)
def test_archiving_says_where_the_paper_originals_lie(typed, said):
    form, given = FORMS["archive"], {"originals": typed}
    assert form.members(Filled(given), facts()).get("originals") == said
    assert wrong(form, Filled(given), TODAY) == ()


def test_an_order_is_offered_by_the_time_of_day_in_china():
    at = datetime(2026, 9, 16, 23, 30, tzinfo=UTC)
    owed = facts(debts=(Debt("reply", "e1", at),))
    assert "09-17 07:30" in offered("orders", owed, "zh_CN")[0].words
