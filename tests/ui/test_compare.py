"""Paper and electronic file are compared page by page before acceptance (IN09), by keys alone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from client.app.rows.words import PageRow
from tests.ui.test_ink import draw
from ui.values import Route

pytestmark = pytest.mark.slow  # each opens the whole window

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


FORM = PageRow("a" * 64, "申请书.jpg", "image/jpeg", 9, 1, uploaded=True)
LEASE = PageRow("b" * 64, "租赁合同.pdf", "application/pdf", 9, 2, uploaded=True)


def ready(desk):
    """Turn a case into one that can be accepted: a picture, and a file of two pages."""
    number, case = next((n, c) for n, c in desk.world.items() if c.state == "received")
    first, second, *others = case.materials
    materials = (
        replace(first, pages=(FORM,)),
        replace(
            second,
            pages=(PageRow("b" * 64, "租赁合同.pdf", "application/pdf", 9, 2, uploaded=True),),
        ),
        *(replace(each, pages=(), required=False) for each in others),
    )
    desk.world[number] = replace(case, materials=materials)
    return number


def test_each_page_is_ticked_by_itself_and_the_step_says_which(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = ready(hands.desk)
        await hands.go(Route("step", number, "accept"))
        page = hands.page
        assert "0" in page.comparing.words.text()
        assert "3" in page.comparing.words.text()
        page.comparing.button.click()
        await hands.rest()
        sheet = page.comparing.sheet
        assert sheet.isVisible()
        assert hands.focus == "compare"
        await hands.key(Qt.Key.Key_Space, Qt.Key.Key_Space)
        assert sheet._at == 2
        await hands.key(Qt.Key.Key_Up, Qt.Key.Key_Space)  # the second was not the same after all
        await hands.key(Qt.Key.Key_Escape)
        assert not sheet.isVisible()
        assert hands.page is page
        await hands.key((Qt.Key.Key_Return, CTRL))
        assert hands.desk.world[number].state == "accepted"
        (compared,) = hands.desk.compared
        assert (compared.sha256, compared.page) == ("a" * 64, 0)
        assert compared.at > 0

    at_window(scenario)


def test_all_compared_is_said_and_nothing_is_asked_of_what_stays_on_paper(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", ready(hands.desk), "accept"))
        page = hands.page
        page.comparing.button.click()
        await hands.rest()
        await hands.key(*[Qt.Key.Key_Space] * 3)
        assert page.comparing.words.text() == page.tongue.t("compare.all", pages=3)
        assert page.comparing.sheet._at == 2

    at_window(scenario)


def test_ticks_outlive_a_lock_and_belong_to_the_person(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = ready(hands.desk)
        await hands.go(Route("step", number, "accept"))
        hands.page.comparing.button.click()
        await hands.rest()
        await hands.key(Qt.Key.Key_Space)
        await hands.desk.door.lock()
        await hands.rest()
        await hands.enter("clerk")
        assert len(hands.page.comparing.done) == 1
        await hands.desk.door.lock()
        await hands.rest()
        await hands.enter("chief")
        await hands.go(Route("step", number, "accept"))
        assert not hands.page.comparing.done  # nobody signs for what a colleague has looked at

    at_window(scenario)


def test_a_page_that_was_exchanged_is_another_page(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = ready(hands.desk)
        await hands.go(Route("step", number, "accept"))
        hands.page.comparing.button.click()
        await hands.rest()
        await hands.key(Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Escape)
        case = hands.desk.world[number]
        fresh = PageRow("c" * 64, "申请书.jpg", "image/jpeg", 9, 1, uploaded=True)
        changed = replace(case.materials[0], pages=(fresh,))
        hands.desk.world[number] = replace(case, materials=(changed, *case.materials[1:]))
        await hands.go(Route("step", number, "accept"))
        assert not hands.page.comparing.done

    at_window(scenario)


def test_the_sheet_opens_by_its_key_and_lets_no_other_through(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", ready(hands.desk), "accept"))
        page = hands.page
        await hands.key((Qt.Key.Key_C, ALT))
        assert page.comparing.sheet.isVisible()
        await hands.key(Qt.Key.Key_F2, Qt.Key.Key_F12, (Qt.Key.Key_Return, CTRL))
        assert hands.page is page
        assert hands.desk.door.session is not None

    at_window(scenario)


def owing(desk):
    """Turn a case into one whose last material is owed, and that may be accepted all the same."""
    number = ready(desk)
    case = desk.world[number]
    last = replace(case.materials[-1], minor=True, required=True)
    desk.world[number] = replace(case, materials=(*case.materials[:-1], last))
    return number


def test_what_is_accepted_with_pages_owed_is_compared_by_the_same_sheet(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = owing(hands.desk)
        await hands.go(Route("step", number, "accept_pending"))
        page = hands.page
        await hands.key((Qt.Key.Key_C, ALT))
        assert page.comparing.sheet.isVisible()
        await hands.key(Qt.Key.Key_Space, Qt.Key.Key_Escape)
        assert len(page.comparing.done) == 1
        await hands.go(Route("step", number, "accept"))
        assert len(hands.page.comparing.done) == 1  # the same person has compared the same page
        await hands.go(Route("step", number, "accept_pending"))
        page = hands.page
        await hands.key((Qt.Key.Key_S, ALT))
        draw(page.sheet.pad, (20, 20), (60, 80), (90, 30))
        await hands.key((Qt.Key.Key_Return, CTRL), (Qt.Key.Key_Return, CTRL))
        assert [each.sha256 for each in hands.desk.compared] == ["a" * 64]
        assert not [key for key in hands.desk.kept if key.startswith(f"case/{number}/accept/")]

    at_window(scenario)


@pytest.mark.parametrize("kind", ["accept", "accept_pending"])
def test_where_the_hall_asks_for_it_the_press_opens_with_the_last_page(at_window, kind):
    async def scenario(hands):
        hands.desk.compare_first = True
        await hands.enter("clerk")
        await hands.go(Route("step", ready(hands.desk), kind))
        page = hands.page
        t = page.tongue.t
        assert page.primary.reason == t("compare.owed", pages=3)
        assert t("compare.first") in page.comparing.words.text()
        await hands.key((Qt.Key.Key_C, ALT), *[Qt.Key.Key_Space] * 3, Qt.Key.Key_Escape)
        assert page.primary.reason == ""

    at_window(scenario)
