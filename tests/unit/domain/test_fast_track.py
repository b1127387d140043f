"""The fast track: an exact half, and who is told what at acceptance. TM22, IN06."""

from sync.domain.fast_track import leader_notices, leaders_of
from sync.domain.policy import PolicyBook
from sync.domain.time_limit import clock
from tests.unit.domain.world import START, Desk, at, county, with_person

PHONE = "13900000114"


def with_leader(book: PolicyBook, phone: str = PHONE, **more: object) -> PolicyBook:
    entry = {"person": "boss", "name": "陈守正", "department": "zjj", "hall": "339901"}
    known = {"phone": phone} if phone else {}
    book = book.with_event("roster", {**entry, **known}, START)
    return with_person(book, "boss", ["branch_leader"], [], ("339901/zjj",), **more)


def accepted(book: PolicyBook, **body: object) -> Desk:
    desk = Desk("zjj-01", book.rules())
    project = {"name": "云岭新城综合体", "key": True}
    desk.received("2026-09-21 09:30", fast_track=True, project=project)
    desk.accept("2026-09-21 10:00", **body)
    return desk


def county_without_leaders() -> PolicyBook:
    book = county()
    for grant in tuple(book.grants.values()):
        if {"branch_leader", "department_leader"} & set(grant.roles):
            book = book.with_event("grant.end", {"id": grant.id}, START)
    return book


def test_the_branch_leader_is_told_case_item_project_and_the_halved_promise():
    desk = accepted(with_leader(county_without_leaders()), leader_told=True)
    (notice,) = leader_notices(desk.case, desk.rules, at("2026-09-21 10:00"))
    due = clock(desk.case, desk.rules).governing
    assert due is not None
    assert (notice.person, notice.name, notice.phone) == ("boss", "陈守正", PHONE)
    assert notice.args == {
        "case": desk.case.number,
        "item": "建筑工程施工许可证核发",
        "project": "云岭新城综合体",
        "day": "2026-09-23",
        "time": "13:30",  # 1.5 working days: 210 office minutes into the second
    }
    assert due.at == at("2026-09-23 13:30")


def test_nothing_of_the_applicant_is_in_the_message():
    desk = accepted(with_leader(county()), leader_told=True)
    for notice in leader_notices(desk.case, desk.rules, at("2026-09-21")):
        assert desk.case.applicant.name not in notice.args.values()
        assert desk.case.applicant.id_no not in notice.args.values()


def test_a_telephone_stands_in_no_repr():
    desk = accepted(with_leader(county()), leader_told=True)
    assert PHONE not in repr(leaders_of(desk.case, desk.rules, at("2026-09-21")))
    assert PHONE not in repr(leader_notices(desk.case, desk.rules, at("2026-09-21")))


def test_the_head_of_the_department_is_told_where_no_branch_leader_is_named():
    book = county_without_leaders()
    book = with_person(book, "head", ["department_leader"], [], ("339901/zjj",), id="g-head-2")
    desk = accepted(book)
    assert [p.person for p in leaders_of(desk.case, desk.rules, at("2026-09-21"))] == ["head"]


def test_a_leader_of_another_department_or_whose_office_ended_is_not_told():
    book = county_without_leaders()
    book = with_person(book, "head", ["branch_leader"], [], ("339901/scjg",), id="g-other")
    ended = with_leader(book, id="g-boss").with_event("grant.end", {"id": "g-boss"}, START)
    desk = accepted(ended)
    assert leader_notices(desk.case, desk.rules, at("2026-09-21")) == ()


def test_a_case_off_the_fast_track_tells_nobody():
    desk = Desk("zjj-01", with_leader(county()).rules()).accepted("2026-09-21")
    assert leader_notices(desk.case, desk.rules, at("2026-09-21")) == ()


def test_a_case_without_a_running_limit_tells_nobody():
    desk = Desk("zjj-01", with_leader(county()).rules())
    desk.preregister("2026-09-21", fast_track=True)
    assert leader_notices(desk.case, desk.rules, at("2026-09-21")) == ()
