"""Becoming a window, adding a colleague, recovery: what the presenters ask and refuse."""

import pytest

from client.app.rows.session import CardPresence, CardView
from client.app.rows.words import Words
from sync.domain.failures import Failure, FailureKind
from sync.domain.secret import Secret
from sync.protocol.codec import b64u_encode
from tests.helpers.scripted_access import PIN
from ui.presenters.colleague import ColleaguePresenter
from ui.presenters.door import DoorPresenter
from ui.presenters.enrol import EnrolPresenter
from ui.presenters.recover import RecoverPresenter
from ui.values import EnrolForm

pytestmark = pytest.mark.asyncio

GENESIS = b64u_encode(bytes(range(32)))
FORM = EnrolForm(
    centre="https://centre.example:8443/",
    roots="/media/usb/ca.pem",
    aud=" centre-339901 ",
    genesis=GENESIS,
    dev="d-339901-03",
    inc="2",
    code="7k2m9q 0v4xwd zb3htn 5cpe8r",
    compared=True,
)


def enrolling(desk, screen):
    made = []
    return EnrolPresenter(desk, screen, made.append), made


async def test_what_was_typed_is_asked_for_without_its_blanks(desk, screen):
    page, made = enrolling(desk, screen)
    await page.enrol(FORM, Secret(PIN))

    ((_, asked),) = desk.asked
    assert asked.centre == "https://centre.example:8443"
    assert (asked.invitation.aud, asked.invitation.inc) == ("centre-339901", 2)
    assert [name for (name,) in screen.told("show_progress")] == [
        "card",
        "claim",
        "policy",
        "recovery",
        "settle",
    ]
    assert made[0].pairs == 3
    assert screen.told("clear_pin")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("centre", ""),
        ("centre", "centre.example"),
        ("centre", "http://centre.example"),
        ("centre", "https://"),
        ("centre", "https://centre.example:port"),
        ("centre", "https://somebody@centre.example"),
        ("centre", "https://centre.example/console"),
        ("centre", "https://[::1"),
        ("roots", "  "),
        ("dev", ""),
        ("inc", "-1"),
        ("inc", "one"),
        ("inc", "²"),
        ("code", "7K2M9Q-0V4XWD-ZB3HTN-5CPE8"),
        ("aud", ""),
        ("genesis", GENESIS[:-1]),
    ],
)
async def test_a_field_that_cannot_be_right_is_told_and_nothing_is_tried(
    desk, screen, field, value
):
    page, made = enrolling(desk, screen)
    values = {name: getattr(FORM, name) for name in EnrolForm.__dataclass_fields__}
    await page.enrol(EnrolForm(**values | {field: value}), Secret(PIN))

    (problem,) = screen.last("show_problems")
    assert (problem.field, problem.what) == (field, Words(f"enrol.{field}.wrong"))
    assert desk.asked == made == []
    assert screen.told("set_busy") == []


@pytest.mark.parametrize("centre", ["http://127.0.0.1:8443", "http://localhost", "https://c"])
async def test_plain_http_is_for_this_machine_alone(desk, screen, centre):
    page, made = enrolling(desk, screen)
    values = {name: getattr(FORM, name) for name in EnrolForm.__dataclass_fields__}
    await page.enrol(EnrolForm(**values | {"centre": centre}), Secret(PIN))
    assert len(made) == 1


async def test_a_try_that_fails_is_told_and_the_next_press_tries_again(desk, screen):
    page, made = enrolling(desk, screen)
    desk.fail = Failure("wire.enrol_code")
    await page.enrol(FORM, Secret(PIN))
    assert screen.last("show_failure").code == "wire.enrol_code"
    assert made == []

    await page.enrol(FORM, Secret(PIN))
    assert screen.last("show_failure") is None
    assert len(made) == 1


async def test_a_pasted_invitation_fills_the_fields_and_shows_the_fingerprint(desk, screen):
    page, _ = enrolling(desk, screen)
    page.pasted(f'{{"aud":"c","genesis":"{GENESIS}","dev":"d","inc":3,"code":"x"}}')
    assert screen.told("show_invitation") == [("c", GENESIS, "d", "3", "x")]
    assert len(screen.last("show_fingerprint")) == 27
    page.edited(GENESIS[:-1])
    assert screen.last("show_fingerprint") == ""


# ---------------------------------------------------------------- colleagues


async def test_whoever_asked_at_the_door_is_chosen(desk, deck, screen):
    deck.insert("clerk")
    await ColleaguePresenter(desk, screen, "p0104").open()
    assert screen.last("show_chosen").name == "沈慕白"


async def test_a_person_is_found_by_name_initials_number_or_department(desk, screen):
    page = ColleaguePresenter(desk, screen, "")
    await page.open()
    for typed in ("zyz", "周 远", "p0103"):
        page.find(typed)
        assert [each.person for each in screen.last("show_people")] == ["p0103"]
    page.find("市场监督")
    assert len(screen.last("show_people")) == 3
    page.find("nobody")
    assert screen.last("show_people") == ()


async def test_nobody_is_added_before_somebody_is_chosen(desk, screen):
    page = ColleaguePresenter(desk, screen, "p9999")
    await page.open()
    assert screen.last("show_chosen") is None
    await page.add(Secret(PIN))
    assert screen.told("set_busy") == []


async def test_an_added_colleague_leaves_the_list(desk, screen):
    page = ColleaguePresenter(desk, screen, "p0103")
    await page.open()
    await page.add(Secret("999999"))
    assert screen.last("show_failure").detail("tries_left") == 2
    await page.add(Secret(PIN))
    assert screen.last("show_added") == "周远舟"
    assert "p0103" not in {each.person for each in screen.last("show_people")}


async def test_the_door_leads_the_next_person_to_the_newcomer_once(desk, deck, screen):
    door = DoorPresenter(desk, screen)
    desk.without_place = {"handler"}
    deck.insert("handler")
    assert door.face().ask_colleague
    assert not door.face().can_enter
    door.ask_colleague()
    assert door.face().told == Words("door.asked_for", {"name": "周远舟"})
    assert not door.face().ask_colleague
    assert door.newcomer("p0102") == "p0103"
    assert door.newcomer("p0102") == ""


async def test_a_newcomer_who_logs_in_himself_needs_nobody(desk, deck, screen):
    door = DoorPresenter(desk, screen)
    desk.without_place = {"handler"}
    deck.insert("handler")
    door.ask_colleague()
    assert door.newcomer("p0103") == ""


async def test_only_a_card_without_a_place_can_ask(desk, deck, screen):
    door = DoorPresenter(desk, screen)
    deck.insert("clerk")
    door.ask_colleague()
    assert door.newcomer("p0103") == ""


# ---------------------------------------------------------------- recovery


async def test_recovery_asks_for_two_shares_then_opens(desk, screen):
    left = []
    page = RecoverPresenter(desk, screen, lambda: left.append(True))
    await page.open()
    await page.hand_over(Secret("999999"))
    assert screen.last("show_failure").code == "card.pin_wrong"
    await page.hand_over(Secret(PIN))
    await page.hand_over(Secret(PIN))
    assert [view.shares for (view,) in screen.told("show_request")] == [0, 1, 2]

    desk.fail = Failure("app.recovery_unsigned", FailureKind.RETRIABLE)
    await page.finish()
    assert screen.last("show_failure").again
    await page.finish()
    assert screen.last("show_done") == "周远舟"
    page.leave()
    assert left == [True]
    assert desk.recovery.view.shares == 0


async def test_leaving_a_recovery_asks_once_and_anything_done_since_takes_the_question_back(
    desk, screen
):
    left = []
    page = RecoverPresenter(desk, screen, lambda: left.append(True))
    await page.open()
    page.leave()
    assert left == []
    await page.hand_over(Secret(PIN))  # they go on: what was asked is over
    assert desk.recovery.view.shares == 1
    page.leave()
    assert left == []
    asked = [kwargs["asked"] for name, _, kwargs in screen.calls if name == "show_leaving"]
    assert asked == [True, False, True]
    page.leave()
    assert (left, desk.recovery.view.shares) == ([True], 0)


async def test_a_recovery_that_could_not_begin_is_left_without_a_question(desk, screen):
    async def begin():
        raise Failure("vault.broken")

    left = []
    desk.recovery.begin = begin
    page = RecoverPresenter(desk, screen, lambda: left.append(True))
    await page.open()
    page.leave()
    assert left == [True]


@pytest.mark.parametrize(
    ("card", "ready"),
    [
        (CardView(CardPresence.READY, "r", "a"), True),
        (CardView(CardPresence.UNUSABLE, "r", "a", has_no_place=True), True),
        (CardView(CardPresence.UNUSABLE, "r", problem=Words("error.card.foreign")), False),
        (CardView(CardPresence.EMPTY, "r"), False),
    ],
)
async def test_an_administrators_card_needs_no_place_to_hand_over(desk, screen, card, ready):
    RecoverPresenter(desk, screen, lambda: None).card_changed(card)
    assert [kwargs["ready"] for name, _, kwargs in screen.calls if name == "show_card"] == [ready]
