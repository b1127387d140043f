"""A card's PIN at the window, by keys alone: changed, set by the PUK, refused, the card pulled."""

import asyncio
import logging

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from client.app.rows.changes import CardChanged
from sync.domain.failures import Failure, FailureKind
from tests.helpers.scripted_access import PIN, PUK
from ui.values import Route

KEY, SHIFT, CTRL = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NEW = "24681012"
PINS = ("proof", "new", "again")
AGAIN = Failure("card.pin_unsure", FailureKind.RETRIABLE)


async def fill(hands, proof, new=NEW, again=NEW):
    for typed in (proof, new, again):
        await hands.type(typed)
        await hands.key(KEY.Key_Return)


def typed(page):
    return [page.pins[name].text() for name in PINS]


async def by_palette(hands):
    await hands.key((KEY.Key_K, CTRL))
    await hands.type("PIN")
    await hands.key(KEY.Key_Return)
    assert hands.focus == "card_pin.proof"
    return hands.find("card_pin")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_pin_is_changed_at_the_door_and_opens_it(at_window, language):
    async def scenario(hands):
        hands.deck.insert("clerk")
        await hands.rest()
        page = await by_palette(hands)
        await fill(hands, PIN)
        assert hands.desk.card_pins.pin == NEW
        assert typed(page) == ["", "", ""]
        assert page.done.words.text() == hands.work.tongue.t("card_pin.done")
        assert hands.focus == "card_pin.submit"
        await hands.key(KEY.Key_Return)
        assert hands.window.door.isVisible()
        assert hands.focus == "login.pin"

    at_window(scenario, language=language)


def test_a_locked_card_leads_from_the_door_to_the_puk_and_back(at_window):
    async def scenario(hands):
        hands.deck.insert("blocked")
        hands.desk.door.tries = 0
        await hands.rest()
        assert not hands.window.door.pin.isVisible()
        await hands.key(KEY.Key_Tab)
        assert hands.focus == "login.unblock"
        await hands.key(KEY.Key_Space)
        page = hands.find("card_pin")
        assert hands.focus == "card_pin.proof"
        assert page.way.current() == "unblock"
        assert not page.way.tiles["change"].isEnabled()
        await fill(hands, "99999999")
        assert page.failure.code.text() == "card.puk_wrong"
        assert page.fields["proof"].hint == hands.work.tongue.t("door.tries", left=2)
        assert typed(page) == ["", NEW, NEW]
        assert hands.focus == "card_pin.proof"
        await hands.type(PUK)
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.card_pins.pin == NEW
        await hands.key(KEY.Key_Escape)
        assert hands.window.door.pin.isVisible()
        assert hands.focus == "login.pin"

    at_window(scenario)


def test_what_is_typed_after_a_failure_is_in_sight_on_a_low_screen(at_window):
    async def scenario(hands):
        await hands.enter()
        page = await by_palette(hands)
        await fill(hands, "654321")
        hands.window.resize(900, 420)
        await hands.rest()
        bar, field = page.scroller.verticalScrollBar(), page.fields["proof"]
        bar.setValue(0)  # where the failure is read
        assert field.visibleRegion().boundingRect().height() < field.height()
        await hands.type("1")
        assert field.visibleRegion().boundingRect().height() == field.height()

    at_window(scenario)


def test_a_forgotten_pin_is_set_by_the_puk_before_it_is_locked(at_window):
    async def scenario(hands):
        await hands.enter()
        page = await by_palette(hands)
        await hands.type(PIN)
        await hands.key((KEY.Key_Return, SHIFT))
        assert hands.focus == "card_pin.unblock"
        await hands.key(KEY.Key_Return)
        assert page.way.current() == "unblock"
        assert typed(page)[0] == ""
        assert hands.focus == "card_pin.proof"
        await fill(hands, PUK)
        assert hands.desk.card_pins.pin == NEW

    at_window(scenario)


@pytest.mark.parametrize(
    ("proof", "new", "again", "wrong"),
    [
        ("12345", NEW, NEW, {"proof": "card_pin.form.card"}),
        (PIN, "12345", "12345", {"new": "card_pin.form.card"}),
        (PIN, "abcdef", "abcdef", {"new": "card_pin.form.card"}),
        (PIN, "1" * 9, "1" * 9, {"new": "card_pin.form.card"}),
        (PIN, PIN, PIN, {"new": "card_pin.same"}),
        (PIN, NEW, "24681013", {"again": "card_pin.differs"}),
    ],
)
def test_what_no_card_takes_is_told_beside_its_field_and_costs_no_try(
    at_window, proof, new, again, wrong
):
    async def scenario(hands):
        hands.deck.insert("clerk")
        await hands.rest()
        page = await by_palette(hands)
        await fill(hands, proof, new, again)
        t = hands.work.tongue.t
        told = {name: field.problem for name, field in page.fields.items() if field.problem}
        assert told == {name: t(key) for name, key in wrong.items()}
        assert hands.focus == f"card_pin.{min(wrong)}"
        assert typed(page) == [proof, new, again]
        assert hands.desk.door.tries == 3
        assert hands.desk.card_pins.pin == PIN

    at_window(scenario)


def test_wrong_pins_lock_the_card_and_the_page_goes_on_with_the_puk(at_window):
    async def scenario(hands):
        hands.deck.insert("clerk")
        await hands.rest()
        page = await by_palette(hands)
        await fill(hands, "999999")
        for _ in range(2):
            assert page.failure.code.text() == "card.pin_wrong"
            await hands.type("999999")
            await hands.key((KEY.Key_Return, CTRL))
        assert page.failure.code.text() == "card.pin_blocked"
        assert typed(page) == ["", "", ""]
        assert page.way.current() == "unblock"
        await fill(hands, PUK)
        assert hands.desk.card_pins.pin == NEW

    at_window(scenario)


def test_a_card_whose_puk_is_locked_too_is_told_lost(at_window):
    async def scenario(hands):
        hands.deck.insert("blocked")
        hands.desk.card_pins.puk_tries = 1
        await hands.rest()
        page = await by_palette(hands)
        await fill(hands, "99999999")
        assert page.failure.code.text() == "card.puk_blocked"
        await fill(hands, PUK)
        assert page.why.text() == hands.work.tongue.t("card_pin.lost")
        assert hands.desk.card_pins.pin == PIN

    at_window(scenario)


def test_a_card_that_is_pulled_takes_what_was_typed_for_it_along(at_window):
    async def scenario(hands):
        hands.deck.insert("clerk")
        await hands.rest()
        page = await by_palette(hands)
        await hands.type(PIN)
        hands.deck.pull()
        await hands.rest()
        assert typed(page) == ["", "", ""]
        assert page.why.text() == hands.work.tongue.t("sign.no_card")
        hands.deck.insert("handler")
        await hands.rest()
        hands.desk.card_pins.fail = AGAIN
        await fill(hands, PIN)
        assert page.failure.code.text() == "card.pin_unsure"
        hands.deck.pull()
        await hands.rest()
        assert page.failure.isVisible()

    at_window(scenario)


def test_a_lock_over_the_page_says_at_the_door_what_is_not_known(at_window, monkeypatch):
    async def scenario(hands):
        await hands.enter()
        await by_palette(hands)

        async def pulled(_old, _new):
            hands.deck.pull()
            await asyncio.Event().wait()

        monkeypatch.setattr(hands.desk.card_pins, "change", pulled)
        await fill(hands, PIN)
        await hands.rest()
        assert hands.window.door.isVisible()
        assert hands.window.door.told.words.text() == hands.work.tongue.t("card_pin.unsure")

    at_window(scenario)


def test_the_page_lies_over_a_half_typed_step_and_leads_back_to_it(at_window):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(KEY.Key_F2)
        await hands.type("11010519491231002X")
        await by_palette(hands)
        await hands.type(PIN)
        await hands.key(KEY.Key_Escape)
        assert hands.page.id_no.text() == "11010519491231002X"
        assert hands.focus == "prereg.id_no"

    at_window(scenario)


def test_the_settings_lead_there_and_are_gone_back_to(at_window):
    async def scenario(hands):
        await hands.enter()
        await hands.go(Route("settings"))
        hands.find("settings.card_pin").setFocus()
        await hands.key(KEY.Key_Return)
        assert hands.focus == "card_pin.proof"
        await hands.key(KEY.Key_Escape)
        assert hands.page.objectName() == "settings"
        hands.deck.pull()
        await hands.rest()
        hands.work.entry.settings()
        await hands.rest()
        hands.find("settings.card_pin").setFocus()
        await hands.key(KEY.Key_Return)
        assert hands.find("card_pin").isVisible()
        await hands.key(KEY.Key_Escape)
        assert hands.find("settings").isVisible()

    at_window(scenario)


def test_a_usb_key_is_told_its_own_rules(at_window):
    async def scenario(hands):
        hands.deck.insert("clerk")
        await hands.rest()
        door = hands.desk.door
        door.card = type(door.card)(
            door.card.presence, "USB", door.card.holder, door.card.person, token=True
        )
        hands.desk.tell(CardChanged(door.card))
        page = await by_palette(hands)
        assert not page.way.tiles["unblock"].isEnabled()
        await fill(hands, PIN, "Geheim-1!", "Geheim-1!")
        assert hands.desk.card_pins.pin == "Geheim-1!"

    at_window(scenario)


def test_no_pin_is_copied_logged_or_kept_in_a_draft(at_window, caplog):
    caplog.set_level(logging.DEBUG)

    async def scenario(hands):
        await hands.enter()
        page = await by_palette(hands)
        await fill(hands, "86420975", "97531864", "97531865")
        for pin in page.pins.values():
            pin.selectAll()
            pin.copy()
        assert "86420975" not in QGuiApplication.clipboard().text()
        await hands.key((KEY.Key_L, CTRL))
        kept = f"{hands.desk.kept} {caplog.text}"
        for secret in ("86420975", "97531864", "97531865"):
            assert secret not in kept

    at_window(scenario)
