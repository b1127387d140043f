"""Keys pressed while a step is being made, a lock with a full disk, pages gone back to."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from client.app.rows.scanned import ScannedPerson
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from tests.helpers.gallery_cases import ACCEPTED, COMPLETE, DECIDING
from tests.helpers.scripted_access import PIN
from tests.unit.ui.test_overtaken import Gate, refuse
from ui import loop
from ui.shell.window import MainWindow
from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
PERSON = ScannedPerson("person", "resident_id", "110105199001010010", "王芳")


def press(hands, *keys):
    """Press keys with no turn of the loop between them."""
    for key in keys:
        target = hands.window.focusWidget() or hands.window
        QTest.keyClick(target, *key) if isinstance(key, tuple) else QTest.keyClick(target, key)


async def begun(hands):
    """Press the primary act; return the gate that holds the step back."""
    gate = hands.desk.steps.close = Gate(hands.desk.steps.close)
    await hands.go(Route("step", COMPLETE, "close"))
    press(hands, (KEY.Key_Return, CTRL))
    await loop.turned(3)
    assert gate.waiting == 1
    return gate


@pytest.mark.parametrize("key", [KEY.Key_F2, KEY.Key_Escape, (KEY.Key_1, CTRL), KEY.Key_F4])
def test_a_key_that_leaves_the_page_does_not_call_off_the_step(at_window, key):
    async def scenario(hands):
        await hands.enter("clerk")
        gate = await begun(hands)
        press(hands, key)
        await loop.turned(3)
        assert "正在" in hands.find("foot.words").text()
        gate.open()
        await hands.rest()

        assert hands.page.objectName() == "result"
        assert hands.desk.world[COMPLETE].state == "closed"
        assert "正在" not in hands.find("foot.words").text()

    at_window(scenario)


def test_whom_a_scanner_reads_while_a_step_is_made_is_registered_after_it(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        gate = await begun(hands)
        hands.work.ways.register(PERSON)
        await loop.turned(3)
        assert hands.page.objectName() == "close"
        gate.open()
        await hands.rest()

        assert hands.desk.world[COMPLETE].state == "closed"
        assert hands.page.objectName() == "prereg"
        assert hands.find("prereg.name").text() == PERSON.name

    at_window(scenario)


def test_the_keyboard_is_not_led_on_by_a_page_that_goes(at_window, monkeypatch):
    led, real = [], MainWindow.focusNextPrevChild

    def watched(window, forward):
        led.append(window.focusWidget())
        return real(window, forward)

    monkeypatch.setattr(MainWindow, "focusNextPrevChild", watched)

    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", step="preregister"))
        assert hands.page.isAncestorOf(hands.window.focusWidget())
        led.clear()
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "workbench"
        assert led == []

    at_window(scenario)


def test_a_lock_lets_the_step_end_that_is_being_made(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        gate = await begun(hands)
        press(hands, KEY.Key_F12)
        await loop.turned(3)
        gate.open()
        await hands.rest()

        assert hands.desk.door.session is None
        assert hands.desk.world[COMPLETE].state == "closed"
        assert not [key for key in hands.desk.kept if COMPLETE in key]

    at_window(scenario)


def test_a_full_disk_keeps_no_window_open(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", DECIDING, "explain"))
        hands.desk.drafts.save = refuse
        await hands.type("排队")
        await hands.key(KEY.Key_F12)

        assert hands.desk.door.session is None
        assert hands.find("login.told")  # says why

    at_window(scenario)


def test_a_draft_that_cannot_be_kept_hinders_no_other(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        kept = []

        async def first():
            raise Failure("store.full")

        async def second():
            kept.append("second")

        opened = hands.work.ways.current
        other = replace(opened, save=second)
        hands.work.ways._open[:] = [replace(opened, save=first), other]
        with pytest.raises(Failure):
            await hands.work.ways.save()
        hands.work.ways._open[:] = [opened]
        assert kept == ["second"]

    at_window(scenario)


def test_a_page_that_lies_beneath_is_gone_back_to_with_what_was_typed(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_G, CTRL))
        hands.page.batch.setFocus()
        await hands.type("33B")
        await hands.key((KEY.Key_D, CTRL), (KEY.Key_G, CTRL))

        assert [each.route.page for each in hands.work.ways._open] == ["workbench", "stock"]
        assert hands.page.batch.text() == "33B"

    at_window(scenario)


def test_ctrl_enter_right_after_choosing_makes_no_step_of_the_case_before(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        table = hands.page.table
        likely = hands.page.preview.acts.likely().objectName()
        press(hands, KEY.Key_Down, (KEY.Key_Return, CTRL))
        chosen = table.current_key()
        await hands.rest()

        case = hands.desk.world[chosen]
        offered = {o.kind for o in case.detail(hands.desk.door.session).options if not o.blocked}
        assert likely.rpartition(".")[2] not in offered
        assert hands.page.objectName() == "workbench"
        assert hands.find("foot.words").text()

    at_window(scenario)


def test_the_next_is_called_once_however_long_the_key_is_held(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        gate = hands.desk.queue.act = Gate(hands.desk.queue.act)
        press(hands, (KEY.Key_N, CTRL))
        await loop.turned(2)
        press(hands, (KEY.Key_N, CTRL))
        await loop.turned(2)
        gate.open()
        await hands.rest()

        assert gate.waiting == 1

    at_window(scenario)


def test_a_case_far_down_the_list_stays_chosen_when_another_moves(at_window):
    async def scenario(hands):
        first = hands.desk.world[DECIDING]
        for at in range(150):
            number = f"20261116-339901-1{at:04d}-0"
            hands.desk.world[number] = replace(first, number=number)
        await hands.enter("clerk")
        hands.work.ways.current.view.tab_picked.emit("all")
        await hands.rest()
        page = hands.page
        page.model.more_wanted.emit()
        await hands.rest()
        page.table.choose("20261116-339901-10140-0")
        await hands.rest()

        hands.desk.step("hear_party", DECIDING, to="handling")
        await hands.rest()

        assert page.table.current_key() == "20261116-339901-10140-0"
        assert hands.work.ways.detail().row.number == "20261116-339901-10140-0"

    at_window(scenario)


def test_a_paper_come_back_to_is_shown_once(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number, paper = next(
            (number, case.papers[0]) for number, case in hands.desk.world.items() if case.papers
        )
        await hands.go(Route("paper", number, step=paper.sha256))
        told = []
        hands.page.show_papers = told.append
        await hands.key(KEY.Key_F1, KEY.Key_Escape)

        (papers,) = told
        assert len({each.sha256 for each in papers}) == len(papers)

    at_window(scenario)


def test_nobody_who_has_begun_to_type_is_led_away_by_the_tour(at_window):
    async def scenario(hands):
        gate = hands.desk.tour.wanted = Gate(hands.desk.tour.wanted)
        hands.work.shows_round = True
        hands.deck.insert("clerk")
        await hands.desk.door.log_in(Secret(PIN))
        while not gate.waiting:
            await loop.turned()
        press(hands, KEY.Key_F2)
        await loop.turned(3)
        QTest.keyClicks(hands.window.focusWidget(), "1101")
        gate.open()
        await hands.rest()

        assert not hands.work.tour.view.isVisible()
        assert hands.page.objectName() == "prereg"
        assert hands.focus == "prereg.id_no"

    at_window(scenario)


@pytest.mark.parametrize("here", ["workbench", "case"])
def test_a_case_taken_in_hand_is_not_let_go_by_the_next_key(at_window, here):
    async def scenario(hands):
        await hands.enter("handler")
        if here == "case":
            await hands.go(Route("case", ACCEPTED))
        else:
            hands.page.table.choose(ACCEPTED)
            await hands.rest()
        gate = hands.desk.steps.claim = Gate(hands.desk.steps.claim)
        acts = hands.page.acts if here == "case" else hands.page.preview.acts
        acts.buttons["claim"].click()
        await loop.turned(3)
        press(hands, KEY.Key_F2)
        await loop.turned(3)
        gate.open()
        await hands.rest()

        assert hands.page.objectName() == "handle"
        assert hands.desk.world[ACCEPTED].state == "handling"

    at_window(scenario)


def test_a_filing_being_registered_is_not_left_half_way(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("filings"))
        gate = hands.desk.filings.register = Gate(hands.desk.filings.register)
        press(hands, (KEY.Key_Return, CTRL))
        await loop.turned(3)
        press(hands, KEY.Key_F2)
        await loop.turned(3)
        gate.open()
        await loop.turned(20)

        assert hands.page.objectName() == "result"
        assert [key for key in hands.desk.kept if key.endswith("/receive")]

    at_window(scenario)


def test_a_lock_while_a_filing_is_registered_leaves_no_fault(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("filings"))
        gate = hands.desk.filings.register = Gate(hands.desk.filings.register)
        press(hands, (KEY.Key_Return, CTRL))
        await loop.turned(3)
        hands.deck.pull()
        await loop.turned(10)
        gate.open()
        await hands.rest()

        assert hands.desk.door.session is None
        assert hands.desk.crashes.errors == []

    at_window(scenario)


def test_a_bank_s_file_being_read_is_not_left_half_way(at_window, tmp_path):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.go(Route("bank"))
        gate = hands.desk.tills.bank.read = Gate(hands.desk.tills.bank.read)
        hands.page.chosen_file.emit(tmp_path / "x.csv")
        await loop.turned(3)
        press(hands, KEY.Key_F2)
        await loop.turned(3)
        assert hands.page.objectName() == "bank"
        gate.open()
        await hands.rest()

        assert hands.desk.crashes.errors == []

    at_window(scenario)
