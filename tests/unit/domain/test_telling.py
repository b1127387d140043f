"""What stands beside each step of a case: its light at that time, the role it was made in. SE02."""

from dataclasses import replace

from sync.domain.authority import Role
from sync.domain.lights import Light
from sync.domain.telling import tell
from tests.unit.domain.world import START, Desk, at, ms, paper, with_person
from tests.unit.domain.world import county as made_county


def told(desk: Desk, *refused: str):
    return tell(((step, step.id not in refused) for step in desk.steps), desk.rules)


def test_each_step_shows_the_light_that_it_was_made_under():
    desk = Desk("scjg-02").accepted("2026-09-17 09:30")  # promise: 2026-09-23 17:00
    desk.do("claim", "hand", "2026-09-18 10:00")
    desk.do("handle", "hand", "2026-09-23 10:00", opinion="agree", text="同意")
    desk.do("review", "rev", "2026-09-24 10:00", level=1, opinion="agree", text="同意")
    desk.grant("2026-10-09 10:00")  # after the law's own day too
    assert [line.light for line in told(desk)] == [
        Light.NONE,  # nothing was handed in yet: no limit ran
        Light.NONE,
        Light.WHITE,
        Light.WHITE,
        Light.YELLOW,
        Light.RED,
        Light.RED,
    ]
    assert [line.passed for line in told(desk)] == [False] * 6 + [True]


def test_each_step_names_the_role_in_which_it_was_made():
    desk = Desk("scjg-02").deciding("2026-09-17 09:30").granted("2026-09-18")
    assert [line.role for line in told(desk)] == [
        Role.RECEPTION_CLERK,
        Role.WINDOW_CLERK,
        Role.WINDOW_CLERK,
        Role.HANDLER,
        Role.HANDLER,
        Role.REVIEWER,
        Role.CHIEF_REPRESENTATIVE,
    ]


def test_a_role_that_ended_since_was_still_the_role_then():
    book = made_county()
    book = with_person(book, "guest", ["window_clerk"], ["accept"], id="g-guest")
    desk = Desk("scjg-02", book.rules())
    desk.preregister("2026-09-17 09:00")
    desk.do(
        "receive",
        "guest",
        "2026-09-17 09:30",
        materials=[],
        paper=paper("receipt"),
    )
    ended = book.with_event("grant.end", {"id": "g-guest", "at": ms("2026-09-18")}, START)
    lines = tell(((step, True) for step in desk.steps), ended.rules())
    assert lines[1].role is Role.WINDOW_CLERK


def test_the_centre_has_its_own_role():
    desk = Desk("scjg-02").received("2026-09-17")
    desk.do("urge", "centre", "2026-09-23 10:00", level="yellow")
    assert told(desk)[-1].role is Role.CENTRE


def test_a_refused_step_stands_in_its_place_and_moves_nothing():
    desk = Desk("scjg-02").accepted("2026-09-17 09:30")
    desk.do("claim", "hand", "2026-09-18 10:00")
    without = told(desk, "s4")
    assert [line.role for line in without] == [line.role for line in told(desk)]
    again = replace(desk.steps[-1], id="s9", person="nobody", at=at("2026-10-09"))
    lines = tell((*((step, True) for step in desk.steps), (again, False)), desk.rules)
    assert (lines[-1].light, lines[-1].role) == (Light.RED, None)


def test_steps_of_a_case_whose_opening_was_refused_have_no_light():
    desk = Desk("scjg-02").received("2026-09-17")
    lines = tell(((step, step.kind != "preregister") for step in desk.steps), desk.rules)
    assert [line.light for line in lines] == [Light.NONE, Light.NONE]
