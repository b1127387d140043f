"""Paper and electronic file are compared page by page before acceptance (IN09), by keys alone."""

from dataclasses import replace

from PySide6.QtCore import Qt

from client.app.rows.words import PageRow
from ui.values import Route

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
        assert "0" in page.compare_words.text()
        assert "3" in page.compare_words.text()
        page.compare.click()
        await hands.rest()
        sheet = page.sheet
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
        page.compare.click()
        await hands.rest()
        await hands.key(*[Qt.Key.Key_Space] * 3)
        assert page.compare_words.text() == page.tongue.t("compare.all", pages=3)
        assert page.sheet._at == 2

    at_window(scenario)


def test_ticks_outlive_a_lock_and_belong_to_the_person(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = ready(hands.desk)
        await hands.go(Route("step", number, "accept"))
        hands.page.compare.click()
        await hands.rest()
        await hands.key(Qt.Key.Key_Space)
        await hands.desk.door.lock()
        await hands.rest()
        await hands.enter("clerk")
        assert len(hands.page._done) == 1
        await hands.desk.door.lock()
        await hands.rest()
        await hands.enter("chief")
        await hands.go(Route("step", number, "accept"))
        assert not hands.page._done  # nobody signs for what a colleague has looked at

    at_window(scenario)


def test_a_page_that_was_exchanged_is_another_page(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = ready(hands.desk)
        await hands.go(Route("step", number, "accept"))
        hands.page.compare.click()
        await hands.rest()
        await hands.key(Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Escape)
        case = hands.desk.world[number]
        fresh = PageRow("c" * 64, "申请书.jpg", "image/jpeg", 9, 1, uploaded=True)
        changed = replace(case.materials[0], pages=(fresh,))
        hands.desk.world[number] = replace(case, materials=(changed, *case.materials[1:]))
        await hands.go(Route("step", number, "accept"))
        assert not hands.page._done

    at_window(scenario)


def test_the_sheet_opens_by_its_key_and_lets_no_other_through(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", ready(hands.desk), "accept"))
        page = hands.page
        await hands.key((Qt.Key.Key_C, ALT))
        assert page.sheet.isVisible()
        await hands.key(Qt.Key.Key_F2, Qt.Key.Key_F12, (Qt.Key.Key_Return, CTRL))
        assert hands.page is page
        assert hands.desk.door.session is not None

    at_window(scenario)
