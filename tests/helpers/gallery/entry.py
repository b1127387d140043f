"""The door and what stands before it: enrolment, recovery, a colleague's first card, the lock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from client.app.rows.session import LinePhase, LineView
from client.app.rows.updates import UpdateFound
from client.host.typing import Typing
from sync.domain.failures import Failure, FailureKind
from sync.domain.secret import Secret
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_crashes import DIED, REPORT
from tests.helpers.scripted_setup import ScriptedSetup
from tests.helpers.scripted_updates import FOUND, STANDING, WAITING
from ui.values import WORKBENCH, Route

if TYPE_CHECKING:
    from tests.helpers.gallery.stand import Screens, Stand

INVITATION = (
    '{"dev": "d-339901-03", "inc": 1, "code": "7K2M9Q-0V4XWD-ZB3HTN-5CPE8R", '
    '"aud": "centre-339901", "genesis": "CR6KAuH14xk3hQVY2L6j0v0Hcf2Qm5kqkFj0s6i4v8Y", "until": 1}'
)


async def _door_empty(g: Stand) -> None:
    g.deck.pull()


async def _door_ready(g: Stand) -> None:
    g.deck.insert("clerk")
    g.window.door.pin.setText("1234")


async def _door_wrong(g: Stand) -> None:
    g.deck.insert("clerk")
    g.window.door.entered.emit(Secret("999999"))


async def _door_blocked(g: Stand) -> None:
    g.deck.insert("blocked")


async def _pin(g: Stand, name: str = "clerk") -> None:
    """The PIN's page at the door, with a card in."""
    _away(g)
    g.desk.door.tries = 3
    g.deck.insert(name)
    g.work.entry.card_pin()
    await g.rest()


def _type_pins(g: Stand, proof: str, new: str, again: str) -> None:
    for line, typed in zip(g.work.entry.page.pins.values(), (proof, new, again), strict=True):
        line.setText(typed)


async def _pin_wrong(g: Stand) -> None:
    await _pin(g)
    _type_pins(g, "999999", "24681012", "24681012")
    g.work.entry.page.submitted.emit()


async def _pin_mistyped(g: Stand) -> None:
    await _pin(g)
    _type_pins(g, PIN, "2468", "24681012")
    g.work.entry.page.submitted.emit()


async def _pin_unblock(g: Stand) -> None:
    await _pin(g, "blocked")


async def _pin_puk_blocked(g: Stand) -> None:
    await _pin(g, "blocked")
    g.desk.card_pins.puk_tries = 1
    _type_pins(g, "99999999", "24681012", "24681012")
    g.work.entry.page.submitted.emit()
    await g.rest()
    g.desk.card_pins.puk_tries = 3


async def _pin_unsure(g: Stand) -> None:
    await _pin(g)
    g.desk.card_pins.fail = Failure("card.pin_unsure", FailureKind.RETRIABLE)
    _type_pins(g, PIN, "24681012", "24681012")
    g.work.entry.page.submitted.emit()
    await g.rest()
    g.deck.pull()


async def _pin_done(g: Stand) -> None:
    await _pin(g)
    _type_pins(g, PIN, "24681012", "24681012")
    g.work.entry.page.submitted.emit()
    await g.rest()
    g.desk.card_pins.pin = PIN


async def _pin_at_work(g: Stand) -> None:
    _away(g)
    await g.enter("clerk")
    await g.go(Route("card_pin"))


def _away(g: Stand) -> None:
    if g.work.entry.page is not None:
        g.work.entry.leave()


async def _enrol(g: Stand) -> None:
    _away(g)
    g.deck.pull()
    g.work.entry.enrol()


async def _enrol_filled(g: Stand) -> None:
    await _enrol(g)
    page = g.work.entry.page
    page._lines["centre"].setText("https://centre.example:8443")
    page.roots.setText("/media/usb/centre-ca.pem")
    page.invitation.setPlainText(INVITATION)
    page.compared.setChecked(True)
    g.deck.insert("clerk")
    page.pin.setText("1234")


async def _enrol_wrong(g: Stand) -> None:
    await _enrol_filled(g)
    page = g.work.entry.page
    page._lines["code"].setText("7K2M")
    page._lines["centre"].setText("centre.example")
    page.entered.emit(Secret(PIN))


async def _enrol_failed(g: Stand) -> None:
    await _enrol_filled(g)
    g.desk.fail = Failure("wire.enrol_used")
    g.work.entry.page.entered.emit(Secret(PIN))


async def _enrolled(g: Stand) -> None:
    await _enrol_filled(g)
    g.work.entry.page.entered.emit(Secret(PIN))


async def _setup(g: Stand, step: str = "centre") -> None:
    _away(g)
    g.deck.pull()
    g.desk.enrolment.needed = True
    g.desk.setup = ScriptedSetup(g.desk)
    await g.desk.setup.return_to(step)
    g.work.entry.set_up()
    await g.rest()


async def _setup_tried(g: Stand) -> None:
    await _setup(g)
    page = g.work.entry.page.inner
    page.centre.setText("https://centre.example:8443")
    page.roots.setText("/media/usb/centre-ca.pem")
    page.submitted.emit()


async def _setup_enrol(g: Stand) -> None:
    await _setup(g, "enrol")
    page = g.work.entry.page.inner
    page.invitation.setPlainText(INVITATION)
    page.compared.setChecked(True)
    g.deck.insert("clerk")


async def _setup_enrolled(g: Stand, step: str) -> None:
    await _setup(g)
    await g.desk.setup.joined()
    g.desk.enrolment.needed = False
    await g.desk.setup.return_to(step)
    g.work.entry.guide.begin()


async def _setup_printer(g: Stand) -> None:
    await _setup_enrolled(g, "printer")


async def _setup_typing(g: Stand) -> None:
    await _setup_enrolled(g, "typing")
    await g.rest()
    g.desk.setup.way = Typing.UNTOLD
    g.work.entry.guide.begin()


async def _setup_check(g: Stand) -> None:
    await _setup_enrolled(g, "check")


async def _setup_unjoined(g: Stand) -> None:
    await _setup(g)
    for _ in range(2):
        await g.desk.setup.go_on(done=False)
    for _ in range(4):
        await g.desk.setup.go_on(done=True)
    g.window.starts_again = True
    g.work.entry.guide.begin()
    g.window.starts_again = False


async def _recover(g: Stand) -> None:
    _away(g)
    g.deck.pull()
    g.desk.enrolment.needed = False
    g.work.entry.recover()
    await g.rest()
    g.deck.insert("admin1")
    g.work.entry.page.entered.emit(Secret(PIN))


async def _recover_unsigned(g: Stand) -> None:
    await _recover(g)
    await g.rest()
    g.work.entry.page.entered.emit(Secret(PIN))
    await g.rest()
    g.desk.fail = Failure("app.recovery_unsigned", FailureKind.RETRIABLE)
    g.work.entry.page.finished.emit()


async def _recover_done(g: Stand) -> None:
    await _recover_unsigned(g)
    await g.rest()
    g.work.entry.page.finished.emit()


async def _door_no_place(g: Stand) -> None:
    _away(g)
    g.desk.without_place = {"handler"}
    g.deck.insert("handler")


async def _door_asked(g: Stand) -> None:
    await _door_no_place(g)
    await g.rest()
    g.window.door.colleague_asked.emit()


async def _colleague(g: Stand) -> None:
    await _door_asked(g)
    g.deck.pull()
    await g.enter("clerk")
    g.desk.without_place = set()


async def _colleague_found(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("colleague"))
    g.page.picker.line.setText("z")
    g.page.asked.emit("z")


async def _colleague_added(g: Stand) -> None:
    await _colleague(g)
    g.page.entered.emit(Secret(PIN))


async def _lock(g: Stand) -> None:
    await g.enter("clerk")
    g.desk.line.show(LineView(LinePhase.OFFLINE, pending=2, last_ok=NOW - timedelta(minutes=12)))
    g.deck.pull()


async def _settings(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("settings"))


async def _crashes(g: Stand) -> None:
    await g.enter("clerk")
    g.desk.crashes.rows = (REPORT, DIED)
    await g.go(Route("crashes"))
    g.page.note.setText("正在给13987654321补录材料")
    g.page.note_typed.emit(g.page.note.text())


async def _crashes_leaving(g: Stand) -> None:
    await _crashes(g)
    g.desk.crashes.rows = (DIED,)
    g.desk.crashes.fail = Failure("line.refused", FailureKind.RETRIABLE)
    g.page.next_wanted.emit()
    g.page.submitted.emit()
    await g.rest()
    g.desk.crashes.fail = None


async def _crashes_told(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(WORKBENCH)
    g.desk.crashes.rows = (REPORT,)
    g.desk.crashes.tell()
    await g.rest()
    g.desk.crashes.rows = ()


async def _updates(g: Stand) -> None:
    await g.enter("clerk")
    await g.go(Route("updates"))


async def _updates_waiting(g: Stand) -> None:
    g.desk.updates.found = WAITING
    await _updates(g)
    g.desk.updates.found = FOUND


async def _updates_stick(g: Stand) -> None:
    await _updates(g)
    g.page.stick_wanted.emit(Path("/media/usb/更新"))


async def _updates_back(g: Stand) -> None:
    g.desk.updates.has = replace(STANDING, former="0.0.9", may_change=True)
    g.desk.updates.found = UpdateFound("0.1.0", {}, ("not_newer", "window_open"))
    await _updates(g)
    g.desk.updates.has, g.desk.updates.found = STANDING, FOUND


SCREENS: Screens = {
    "01-door": _door_empty,
    "02-door-ready": _door_ready,
    "03-door-wrong": _door_wrong,
    "04-door-blocked": _door_blocked,
    "04-pin": _pin,
    "04-pin-at-work": _pin_at_work,
    "04-pin-done": _pin_done,
    "04-pin-mistyped": _pin_mistyped,
    "04-pin-puk-blocked": _pin_puk_blocked,
    "04-pin-unblock": _pin_unblock,
    "04-pin-unsure": _pin_unsure,
    "04-pin-wrong": _pin_wrong,
    "05-settings": _settings,
    "05-updates": _updates,
    "05-updates-back": _updates_back,
    "05-updates-stick": _updates_stick,
    "05-updates-waiting": _updates_waiting,
    "05-crashes": _crashes,
    "05-crashes-leaving": _crashes_leaving,
    "05-crashes-told": _crashes_told,
    "05-lock": _lock,
    "06-enrol": _enrol,
    "06-enrol-filled": _enrol_filled,
    "06-enrol-wrong": _enrol_wrong,
    "06-enrol-failed": _enrol_failed,
    "06-enrolled": _enrolled,
    "06-setup-tried": _setup_tried,
    "06-setup-enrol": _setup_enrol,
    "06-setup-printer": _setup_printer,
    "06-setup-typing": _setup_typing,
    "06-setup-check": _setup_check,
    "06-setup-unjoined": _setup_unjoined,
    "07-recover": _recover,
    "07-recover-unsigned": _recover_unsigned,
    "07-recover-done": _recover_done,
    "08-door-no-place": _door_no_place,
    "08-door-asked": _door_asked,
    "09-colleague": _colleague,
    "09-colleague-found": _colleague_found,
    "09-colleague-added": _colleague_added,
}
