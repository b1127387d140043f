"""What a strict reader holds against the table: ways around the law that are closed."""

from sync.domain.case import Flag, State
from sync.domain.lights import Light, light, next_moment
from tests.unit.domain.world import Desk, at, paper


def handling(item: str = "scjg-02", when: str = "2026-09-17") -> Desk:
    desk = Desk(item).accepted(when)
    desk.do("claim", "hand", when)
    return desk


# -- suspension -----------------------------------------------------------------------------------


def test_a_case_that_ended_while_suspended_closes_and_is_archived():
    desk = handling()
    desk.suspend("2026-09-18", "2026-09-25")
    desk.do("withdraw", "clerk", "2026-09-21", paper=paper("withdrawal"))
    assert desk.case.suspension is None
    assert Flag.SUSPENDED not in desk.case.flags
    assert light(desk.case, desk.rules, at("2026-09-22")).light is Light.NONE
    assert next_moment(desk.case, desk.rules, at("2026-09-22")) is None
    desk.do("close", "clerk", "2026-09-22")
    desk.do("archive", "archive", "2026-09-23")
    assert desk.case.state is State.ARCHIVED
