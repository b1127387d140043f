"""Cards and codes at the counter: recognised on every page, and no key of a clerk is lost."""

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from client.app.ports.counter import CounterFailure, IdCard
from client.app.rows.changes import CounterTrouble
from client.app.rows.scanned import ScannedPerson
from sync.domain.failures import FailureKind
from sync.domain.identity import credit_check, resident_check
from sync.domain.ids import make_case_number
from ui.shell.wedge import GAP_S
from ui.values import Route

PERSON = "33990119900307258" + resident_check("33990119900307258")
AGENT = "33990119850101123" + resident_check("33990119850101123")
SHOP = "91339901MA0000001" + credit_check("91339901MA0000001")


class Keyboard:
    """Keys as the system hands them to the native window, at speeds of one's own."""

    def __init__(self, hands):
        self.window = hands.window.windowHandle()
        self.wedge = hands.work.wedge
        self.time = 100.0
        self.wedge._now = lambda: self.time

    def press(self, key, text, after):
        self.time += after
        down = QKeyEvent(
            QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, autorep=False
        )
        QCoreApplication.sendEvent(self.window, down)

    def send(self, text, gap):
        for char in text:
            self.press(Qt.Key(ord(char.upper())), char, gap)
        self.press(Qt.Key.Key_Return, "\r", gap)


def known_case(hands):
    """Give the desk's first case a number whose check digit holds."""
    number = make_case_number(date(2026, 11, 16), "339901", 17)
    case = hands.desk.world.pop(next(iter(hands.desk.world)))
    hands.desk.world[number] = replace(case, number=number)
    return number


def test_a_slip_opens_its_case_from_any_page_and_leaves_the_field_alone(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.go(Route("step", step="preregister"))
        await hands.type("3399")
        number = known_case(hands)
        Keyboard(hands).send(number, 0.005)
        await hands.rest()
        assert hands.work.ways.here() == Route("case", number)
        await hands.go(Route("step", step="preregister"))
        assert hands.page.id_no.text() == "3399"

    at_window(scenario)


def test_what_a_person_types_at_his_own_speed_is_no_code(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.go(Route("step", step="preregister"))
        number = known_case(hands)
        Keyboard(hands).send(number, GAP_S * 2)
        await hands.rest()
        assert hands.page.id_no.text() == number

    at_window(scenario)


def test_a_card_fills_in_the_applicant_then_the_agent_and_never_writes_over(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        hands.desk.at_counter.read(IdCard(PERSON, "林知夏", "滨河路", None))
        await hands.rest()
        page = hands.page
        assert (page.id_no.text(), page.applicant.text()) == (PERSON, "林知夏")
        hands.desk.at_counter.read(IdCard(AGENT, "周远舟", "滨河路", None))
        await hands.rest()
        assert (page.agent_id_no.text(), page.agent_name.text()) == (AGENT, "周远舟")
        hands.desk.at_counter.read(SHOP)
        await hands.rest()
        assert (page.id_no.text(), page.agent_id_no.text()) == (PERSON, AGENT)

    at_window(scenario)


def test_beside_a_firm_a_card_is_its_agents(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.go(Route("step", step="preregister"))
        hands.desk.at_counter.read(SHOP)
        await hands.rest()
        assert hands.page.form_now().applicant_kind == "org"
        hands.desk.at_counter.read(IdCard(AGENT, "周远舟", "滨河路", None))
        await hands.rest()
        form = hands.page.form_now()
        assert (form.id_no, form.agent_id_no, form.agent_name) == (SHOP, AGENT, "周远舟")

    at_window(scenario)


def test_no_try_of_a_pin_is_lost_to_a_barcode(at_window):
    async def scenario(hands):
        hands.deck.insert("clerk")
        await hands.rest()
        field = hands.window.focusWidget()
        Keyboard(hands).send("6901234567892", 0.005)
        await hands.rest()
        assert field.text() == ""
        assert hands.desk.door.session is None

    at_window(scenario)


def test_a_device_that_fails_is_told_and_nothing_else_happens(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        here = hands.work.ways.here()
        failure = CounterFailure("counter.gone", FailureKind.RETRIABLE, port="COM3")
        hands.desk.tell(CounterTrouble(failure))
        await hands.rest()
        assert hands.work.ways.here() == here
        assert "COM3" in hands.work.frame.foot.words.text()

    at_window(scenario)


def test_at_the_door_a_card_of_an_applicant_does_nothing(at_window):
    async def scenario(hands):
        hands.desk.at_counter.read(PERSON)
        await hands.rest()
        assert hands.window.stack.currentWidget() is hands.window.door
        assert not hands.work.ways.take(ScannedPerson("person", "resident_id", PERSON))

    at_window(scenario)
