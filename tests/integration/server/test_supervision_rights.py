"""Three levels: every role, every act, every scope, asked of the services themselves."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from sync.domain.authority import Authority, Grant, Role
from sync.domain.supervising import MAY, Act, Level, level_of, rights_of
from sync.protocol.errors import WireError
from sync.server.services.entry.console import Visitor
from sync.server.services.rows.crashes import CrashRow
from sync.server.services.rows.findings import FindingRow
from sync.server.services.rows.reports import COPY, LEADER, ReportReaderRow, ReportRow
from sync.server.services.rows.supervision import PressingRow, RecomputationRow, RecomputedRow
from sync.server.services.supervision.judging import Pressing
from sync.server.services.supervision.reporting import Draft, Instruction
from sync.server.services.supervision.sampling import Asked
from sync.server.services.supervision.supervision import Wanted
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow

AT = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
OWN, NEXT_DOOR, ELSEWHERE = "339901/scjg", "339901/ycj", "339911/sqb"
SCOPES = (OWN, NEXT_DOOR, ELSEWHERE)
REACHES = {OWN: {OWN}, "hall/339901": {OWN, NEXT_DOOR}, "*": set(SCOPES)}
SUPERVISING = {Role.SUPERVISOR, Role.SUPERVISION_LEADER}
LOOKING = {Role.GOVERNMENT_HEAD, Role.HALL_MANAGER, Role.DEPARTMENT_LEADER}
JUST_LOOKS = {Act.OVERVIEW, Act.BOARD, Act.CASE, Act.FIGURES, Act.ORDERS, Act.REPORTS}
INSTRUCTING = {Role.GOVERNMENT_HEAD, Role.SUPERVISION_LEADER}


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    with running_centre(tmp_path_factory.mktemp("rights")) as running:
        window = HandWindow(running)
        number = walk_to(window, "accepted")
        window.close()
        running.centre.ledger.write_now(lambda tx: furnish(tx, running, number))
        for scope in SCOPES:
            running.enact("camera", camera(scope))
        yield running


def furnish(tx, centre, number):
    """Put the same case, with an order, a finding and a difference, into three scopes."""
    row, now = tx.cases.get(number), centre.clock.now_ms()
    tx.supervision.keep_recomputation(
        RecomputationRow("change", "x", now, "switch", "x", "x", 3, 3, 0, 0)
    )
    for hall in sorted({scope.split("/")[0] for scope in SCOPES}):
        tx.crashes.add(
            CrashRow(f"d-{hall}", "x", hall, "0" * 16, "error", hall, hall, now, 1, now, now, "{}")
        )
    for scope in SCOPES:
        hall, _, department = scope.partition("/")
        body = row.body.replace(f'"scope":"{row.scope}"', f'"scope":"{scope}"')
        case = f"case-{scope}"
        tx.cases.save(
            msgspec.structs.replace(
                row,
                number=case,
                scope=scope,
                hall=hall,
                department=department,
                body=body.replace(number, case),
            )
        )
        order = (f"order-{scope}", case, scope, "order", "", "red", "", "x", now, now + 1, "x")
        tx.supervision.press(PressingRow(*order))
        tx.cases.add_finding(
            FindingRow(scope, case, f"e-{scope}", None, None, "overdue", "{}", now)
        )
        tx.supervision.keep_recomputed([RecomputedRow("change", case, scope, 1, 2, "white", "red")])
        tx.reports.save(ReportRow(case, "2026-001", scope, case, "x", "x", "x", now, now))
        goes_to = ((LEADER, "p"), (COPY, scope))
        tx.reports.address(case, [ReportReaderRow(case, *each) for each in goes_to])


def camera(scope):
    hall, _, department = scope.partition("/")
    return {
        "id": f"cam-{department}",
        "hall": hall,
        "department": department,
        "name": {"zh": "窗口", "en": "Window"},
        "hls": "http://127.0.0.1:9/live.m3u8",
        "keep_days": 30,
        "roles": [role.value for role in Role if Act.VIDEO in MAY.get(role, ())],
    }


def visitor_of(role, reach):
    grant = Grant("g", "p", (role,), (reach,), (), ("*",), datetime(2026, 1, 1, tzinfo=UTC))
    authority = Authority().with_grant(grant)
    held = {scope: authority.roles_of("p", scope, AT) for scope in SCOPES}
    held = {scope: {each.value for each in roles} for scope, roles in held.items() if roles}
    rights = rights_of(held)
    return Visitor("p", "p", rights.get(Act.CASE, ()), 0, rights, level_of(held), held)


def passes(work):
    """Say whether a write got past its rights: what is wrong with its content comes after them."""
    try:
        work()
    except WireError as refused:
        return refused.code == "wire.malformed"
    return True


def scopes_of(cases):
    return {case.removeprefix("case-") for case in cases if case.startswith("case-")}


def seen(centre, tx, visitor, act):  # noqa: C901, PLR0911  # one way for each act
    """Return the scopes in which an act shows or lets do something."""
    desk = centre.desk
    nothing = Pressing("order", "", 0)
    if act is Act.OVERVIEW:
        return {each.scope for each in desk.overview.picture(tx, visitor).offices}
    if act is Act.BOARD:
        board = desk.supervision.board(tx, visitor, Wanted())
        return scopes_of(row.number for row in board.rows)
    if act is Act.FIGURES:
        return set(visitor.of(Act.FIGURES))
    if act is Act.RATE:
        return rated(desk, tx, visitor)
    if act is Act.ORDERS:
        found = desk.orders.following(tx, visitor, "", 1)
        return scopes_of(row.number for row in found.rows)
    if act is Act.FINDINGS:
        found = desk.inbox.found(tx, visitor, "overdue", 1, judged=False)
        return scopes_of(line.number for line in found.lines)
    if act is Act.SAMPLE:
        found = desk.sampling.candidates(tx, visitor, Asked("during", 5))
        return scopes_of(row.number for row, _ in found)
    if act is Act.CHANGES:
        found = desk.changing.difference(tx, visitor, "change")
        return scopes_of(each.case_no for each in found.cases)
    if act is Act.VIDEO:
        return {place.camera.scope for place in desk.cameras.places(visitor)}
    if act is Act.CRASHES:
        found = desk.crashes.groups(tx, visitor.of(Act.CRASHES))
        return {scope for scope in SCOPES if scope.split("/")[0] in {g.name for g in found}}
    if act is Act.REPORTS:
        return scopes_of(line.id for line in desk.reports.listed(tx, visitor, "", 1).lines)
    empty, wanted = ("", "", "", frozenset(), frozenset()), Instruction("", "", "", 0)
    works = {
        Act.REPORT: lambda case: desk.reporting.draft(
            tx, visitor, Draft(case.removeprefix("case-"), *empty)
        ),
        Act.INSTRUCT: lambda case: desk.reporting.instruct(tx, visitor, case, wanted),
        Act.CASE: lambda case: desk.supervision.case(tx, visitor, case),
        Act.NOTES: lambda case: desk.notes.read(tx, visitor, case),
        Act.URGE: lambda case: desk.judging.press(tx, visitor, case, replace(nothing, kind="urge")),
        Act.ORDER: lambda case: desk.judging.press(tx, visitor, case, nothing),
        Act.JUDGE: lambda case: desk.judging.judge(tx, visitor, case, "e", "overdue", "wild", ""),
    }
    return {scope for scope in SCOPES if passes(lambda: works[act](f"case-{scope}"))}  # noqa: B023


def rated(desk, tx, visitor):
    """Return where scores may be made public: past its right, there is none to publish here."""
    try:
        desk.publishing.publish(tx, visitor, "2026-02", "none")
    except WireError as refused:
        return set() if refused.code == "wire.forbidden" else set(visitor.of(Act.RATE))
    raise AssertionError("there was nothing to publish")


def seen_or_refused(centre, tx, visitor, act):
    """Return the same; nothing where it was refused."""
    try:
        return seen(centre, tx, visitor, act) & set(SCOPES)
    except WireError as refused:
        if refused.code not in {"wire.forbidden", "wire.not_found"}:
            raise
        return set()


def allowed(role, act):
    """Say what the table should say, in words of its own."""
    manages = role is Role.HALL_MANAGER and act in {Act.VIDEO, Act.CRASHES}
    if act is Act.INSTRUCT:
        return role in INSTRUCTING
    return role in SUPERVISING or manages or (role in LOOKING and act in JUST_LOOKS)


def reached(reach, act):
    """Return how far a right goes; a window is a hall's, whichever department sits at it."""
    if act is not Act.CRASHES:
        return REACHES[reach]
    halls = {scope.split("/")[0] for scope in REACHES[reach]}
    return {scope for scope in SCOPES if scope.split("/")[0] in halls}


def test_the_table_says_what_is_meant():
    for role in Role:
        assert MAY.get(role, frozenset()) == {act for act in Act if allowed(role, act)}


@pytest.mark.parametrize("reach", REACHES)
def test_each_role_does_each_act_in_its_own_scopes_and_nowhere_else(centre, reach):
    def every(tx):
        for role in Role:
            visitor = visitor_of(role, reach)
            for act in Act:
                found = seen_or_refused(centre, tx, visitor, act)
                expected = reached(reach, act) if allowed(role, act) else set()
                assert found == expected, (role, act, reach)

    centre.read(every)


def test_a_department_sees_of_findings_only_what_was_served(centre):
    def read(role):
        visitor = visitor_of(role, OWN)
        return centre.read(lambda tx: centre.desk.supervision.case(tx, visitor, f"case-{OWN}"))

    assert [each.code for each in read(Role.SUPERVISOR).findings] == ["overdue"]
    own = read(Role.DEPARTMENT_LEADER)
    assert own.findings == ()
    assert own.acts == {act.value for act in JUST_LOOKS}


def test_whoever_has_several_roles_comes_to_the_page_of_the_highest():
    both = {"a/b": {"department_leader"}, "a/c": {"government_head"}}
    assert level_of(both) is Level.LEADER
    assert level_of(both | {"a/d": {"supervisor"}}) is Level.CENTRE
    assert level_of({"a/b": {"department_leader"}}) is Level.DEPARTMENT


def test_a_report_is_seen_by_those_it_names_and_a_draft_by_its_writers_alone(centre):
    def look(role, *, person="p", case="one", reach="hall/339901"):
        visitor = replace(visitor_of(role, reach), person=person)
        return centre.read(lambda tx: centre.desk.reports.one(tx, visitor, case))

    def hidden(role, **how):
        with pytest.raises(WireError, match="not_found"):
            look(role, **how)

    def furnish_one(tx):
        for case, sent in (("one", 5), ("draft", 0)):
            tx.reports.save(ReportRow(case, "", OWN, "", "x", "x", "author", 1, sent))
            goes_to = ((LEADER, "p"), (LEADER, "author"), (COPY, NEXT_DOOR))
            tx.reports.address(case, [ReportReaderRow(case, *each) for each in goes_to])

    centre.centre.ledger.write_now(furnish_one)
    assert look(Role.GOVERNMENT_HEAD).may_instruct
    hidden(Role.GOVERNMENT_HEAD, person="another")
    hidden(Role.GOVERNMENT_HEAD, case="draft")
    assert look(Role.SUPERVISOR, person="another", case="draft").may_write
    assert not look(Role.SUPERVISION_LEADER, person="author").may_instruct
    assert look(Role.HALL_MANAGER, person="another").readings == ()
    hidden(Role.HALL_MANAGER, case="draft")
    # Copied to the unit next door, not to his.
    hidden(Role.DEPARTMENT_LEADER, person="another", reach=OWN)
