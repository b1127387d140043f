"""A newcomer's first day through the real widgets, over a real centre and a real store.

Without TLS, which tests/integration/window has: a server with TLS in this process does not always
stop when Qt's loop has let its connections go.
"""

import asyncio
import contextlib
import json

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from client.app.access.enrolment import Invitation
from client.app.rows.session import CardPresence
from sync.proof.enrolment import fingerprint
from tests.helpers.hand_window import HandWindow
from tests.helpers.newcomer import newcomer
from ui import loop
from ui.collector import collecting
from ui.shell.app import open_window
from ui.shell.work import Work
from ui.views.colleague import ColleaguePage
from ui.views.enrol import EnrolPage
from ui.views.recover import RecoverPage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
PATIENCE_S = 30


class Person:
    """Somebody at the new machine: a card, keys, and eyes."""

    def __init__(self, new, window):
        self.new, self.window = new, window
        self.work = window.findChild(Work)
        self.deck = new.window.deck_or_fail()

    async def until(self, holds, what=""):
        async def look():
            while True:
                with contextlib.suppress(AssertionError, AttributeError):
                    if holds():
                        return
                await loop.turned()

        try:
            await asyncio.wait_for(look(), PATIENCE_S)
        except TimeoutError:
            message = f"never came about: {what}; {self.new.desk.door.card}"
            raise AssertionError(message) from None

    def find(self, name):
        found = [w for w in self.window.findChildren(QWidget, name) if w.isVisible()]
        assert found, f"{name} is not on the screen"
        return found[0]

    def sees(self, name):
        return any(w.isVisible() for w in self.window.findChildren(QWidget, name))

    @property
    def page(self):
        """Return the page before the door, or the one in the frame."""
        current = self.work.ways.current
        return self.work.entry.page or (current.view if current else None)

    def type(self, name, text):
        field = self.find(name)
        field.clear()
        QTest.keyClicks(field, text)

    def press(self, name):
        QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    async def put_in(self, card, presence=CardPresence.READY):
        self.deck.insert(card)
        await self.until(lambda: self.new.desk.door.card.presence is presence, f"{card} in")
        await self.rest()

    async def pull(self):
        self.deck.pull()
        await self.until(
            lambda: (
                self.new.desk.door.card.presence is CardPresence.EMPTY
                and self.new.desk.door.session is None
                and not self.new.desk.door._busy.locked()
            ),
            "card out and locked",
        )
        self.new.centre.clock.advance(seconds=30)

    async def rest(self):
        for _ in range(3):
            await self.work.quiet()
            await loop.turned(2)

    # ------------------------------------------------------------ acts

    def fill(self, said, *, compared=True, **changes):
        """Fill the first page as the administrator's print-out says, pasted as a whole."""
        line = {name: getattr(said, name) for name in ("dev", "inc", "code", "aud", "genesis")}
        self.type("enrol.centre", changes.get("centre", self.new.centre.origin))
        self.type("enrol.roots", str(changes.get("roots", self.new.roots)))
        QGuiApplication.clipboard().setText(f"设备登记码\n{json.dumps(line)}\n")
        box = self.find("enrol.invitation")
        box.clear()
        box.paste()
        if compared and not self.page.compared.isChecked():
            self.page.compared.click()

    async def submit(self, pin):
        """Type the PIN of the card in the reader and press; wait until it is over."""
        self.type(f"{self.page.name}.pin", pin)
        self.press(f"{self.page.name}.submit")
        await self.rest()

    async def enrol(self, said, card="clerk", **changes):
        self.fill(said, **changes)
        await self.put_in(card)
        await self.submit(self.new.pin(card).reveal())

    async def log_in(self, card):
        await self.put_in(card)
        self.type("login.pin", self.new.pin(card).reveal())
        self.press("login.enter")
        await self.until(lambda: self.new.desk.door.session is not None, f"{card} logged in")
        await self.rest()

    def failure(self):
        """Return the code that the page shows."""
        assert self.page.failure.isVisible()
        return self.page.failure.code.text()


@pytest.fixture
def first_day(application, tmp_path):
    """Run a scenario with the window of a new machine, its desk behind it."""

    def run(scenario, language="zh_CN"):
        caught = []

        async def live(new):
            window = open_window(new.desk, new.window.deck_or_fail(), language, mode="light")
            window.activateWindow()
            person = Person(new, window)
            life = loop.spawn(window, new.desk.run(), caught.append)
            await person.rest()
            try:
                await scenario(person)
                await person.rest()
            finally:
                life.cancel()
                await loop.finished(life)
                window.close()
                await person.work.end()
                window.deleteLater()
                await loop.turned(3)
            assert caught == []

        def day():
            # The centre lives in a thread of this process here.
            with (
                newcomer(tmp_path, tls=False) as new,
                collecting(application),
                asyncio.Runner(loop_factory=lambda: loop.make_loop(application)) as runner,
            ):
                runner.run(live(new))
            application.sendPostedEvents(None, QEvent.Type.DeferredDelete)

        day()

    return run


# ---------------------------------------------------------------- enrolment


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_newcomer_enrols_and_logs_in(first_day, language):
    async def scenario(person):
        assert isinstance(person.page, EnrolPage)
        assert not person.sees("login.pin")
        await person.enrol(person.new.invite())

        assert person.sees("login.pin")
        told = person.window.door.told
        assert told.isVisible()
        assert "3" in told.words.text()  # pairs who can recover
        await person.pull()
        await person.log_in("clerk")
        assert person.new.desk.door.session.online

    first_day(scenario, language)


def test_the_fingerprint_shown_is_the_one_that_the_administrator_reads_out(first_day):
    async def scenario(person):
        said = person.new.invite()
        person.fill(said, compared=False)
        assert person.find("enrol.fingerprint").text() == fingerprint(said.genesis)
        await person.put_in("clerk")
        person.type("enrol.pin", "123456")
        submit = person.find("enrol.submit")
        assert not submit.isEnabled()
        assert submit.reason == person.window.tongue.t("enrol.compare_first")

        person.press("enrol.compared")
        assert submit.isEnabled()
        person.type("enrol.genesis", said.genesis[:-2])  # another one must be compared again
        assert not submit.isEnabled()
        assert not person.page.compared.isChecked()

    first_day(scenario)


@pytest.mark.parametrize(
    ("card", "changes", "code"),
    [
        ("clerk", {"code": "000000-000000-000000-000000"}, "wire.enrol_code"),
        ("clerk", {"genesis": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, "line.other_centre"),
        ("clerk", {"centre": "https://127.0.0.1:9"}, "line.refused"),
        ("clerk", {"roots": "/nowhere/ca.pem"}, "app.roots_unreadable"),
        ("foreign", {}, "certificate.unknown_issuer"),
        ("clerk", {"pin": "999999"}, "card.pin_wrong"),
    ],
)
def test_each_failure_is_told_and_leaves_nothing_then_it_works(first_day, card, changes, code):
    async def scenario(person):
        said = person.new.invite()
        parts = {n: getattr(said, n) for n in ("aud", "genesis", "dev", "inc", "code")}
        spoilt = Invitation(**parts | {n: v for n, v in changes.items() if n in parts})
        person.fill(spoilt, **changes)
        await person.put_in(card)
        await person.submit(changes.get("pin", person.new.pin(card).reveal()))

        assert person.failure() == code
        assert person.page.failure.remedy.text()
        assert person.page.pin.text() == ""
        assert person.new.names == set()
        if code == "card.pin_wrong":
            told = person.window.tongue.t("door.tries", left=2)
            assert person.page.card_words.text() == told

        await person.pull()
        await person.enrol(said)
        assert person.sees("login.pin")

    first_day(scenario)


def test_a_blocked_card_is_told_before_anything_is_sent(first_day):
    async def scenario(person):
        person.fill(person.new.invite())
        person.deck.insert("blocked")
        await person.until(lambda: person.page._ready or person.new.desk.door.card.problem, "read")
        await person.rest()
        if person.page._ready:
            await person.submit("123456")
            assert person.failure() == "card.pin_blocked"
        else:
            assert not person.find("enrol.submit").isEnabled()
        assert person.new.names == set()

    first_day(scenario)


def test_a_used_code_is_told(first_day):
    async def scenario(person):
        said = person.new.invite()
        other = {"dev": said.dev, "inc": said.inc, "code": said.code}
        _claim_elsewhere(person.new.centre, **other)
        await person.enrol(said)
        assert person.failure() == "wire.enrol_used"
        assert person.new.names == set()

    first_day(scenario)


def test_what_is_typed_wrong_is_told_beside_its_field_and_nothing_is_tried(first_day):
    async def scenario(person):
        person.fill(person.new.invite())
        person.type("enrol.centre", "centre.example")
        person.type("enrol.roots", "")
        person.type("enrol.inc", "first")
        person.type("enrol.code", "7K2M")
        await person.put_in("clerk")
        await person.submit(person.new.pin("clerk").reveal())

        fields = person.page.fields
        assert {name for name, field in fields.items() if field.problem} == {
            "centre",
            "roots",
            "inc",
            "code",
        }
        assert not person.page.failure.isVisible()
        assert person.new.names == set()

    first_day(scenario)


def test_a_text_that_is_no_invitation_is_told_beside_it(first_day):
    async def scenario(person):
        QTest.keyClicks(person.find("enrol.invitation"), "hello")
        assert person.page.fields["invitation"].problem
        person.find("enrol.invitation").clear()
        assert not person.page.fields["invitation"].problem

    first_day(scenario)


def _claim_elsewhere(centre, dev, inc, code):
    """Let another machine be faster with the same code."""
    window = HandWindow(centre, dev, enrol=False)
    assert inc == 1
    window.enrol(code)
    window.close()


# ---------------------------------------------------------------- colleagues


def test_a_card_without_a_place_is_met_at_the_door_and_added_by_a_colleague(first_day):
    async def scenario(person):
        await person.enrol(person.new.invite())
        await person.pull()
        await person.put_in("handler", CardPresence.UNUSABLE)
        assert not person.sees("login.pin")
        person.press("login.colleague")
        assert person.new.centre.card("handler").name in person.find("login.told").words.text()
        await person.pull()

        await person.log_in("clerk")
        assert isinstance(person.page, ColleaguePage)
        assert person.new.centre.card("handler").name in person.find("colleague.person").text()
        await person.submit("999999")
        assert person.failure() == "card.pin_wrong"
        await person.submit(person.new.pin("clerk").reveal())
        assert person.find("colleague.added").isVisible()
        await person.pull()

        await person.log_in("handler")
        assert person.new.desk.door.session.person == person.new.person("handler")
        assert not isinstance(person.page, ColleaguePage)

    first_day(scenario)


def test_the_palette_leads_to_the_roster_and_initials_find_a_person(first_day):
    async def scenario(person):
        await person.enrol(person.new.invite())
        await person.pull()
        await person.log_in("clerk")
        QTest.keyClick(person.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(person.find("palette.line"), "jrts")  # 加入同事
        QTest.keyClick(person.find("palette.line"), Qt.Key.Key_Return)
        await person.rest()
        assert isinstance(person.page, ColleaguePage)
        assert not person.find("colleague.submit").isEnabled()

        line = person.find("colleague.person")
        QTest.keyClicks(line, "zyz")  # 周远舟
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert person.new.centre.card("handler").name in line.text()
        await person.submit(person.new.pin("clerk").reveal())
        added = person.window.tongue.t(
            "colleague.added", name=person.new.centre.card("handler").name
        )
        assert person.page.added.words.text() == added

    first_day(scenario)


# ---------------------------------------------------------------- recovery


def test_two_administrators_bring_a_window_back_whose_cards_are_gone(first_day):
    async def scenario(person):
        await person.enrol(person.new.invite())
        await person.pull()
        person.press("login.recover")
        await person.rest()
        assert isinstance(person.page, RecoverPage)
        for admin in ("admin1", "admin3"):
            await person.put_in(admin, CardPresence.UNUSABLE)
            await person.submit(person.new.pin(admin).reveal())
        view = person.page._view
        assert view.shares == 2

        person.press("recover.submit")
        await person.rest()
        assert person.failure() == "app.recovery_unsigned"

        leave = {"dev": view.dev, "gen": view.gen, "key": view.key}
        leave["person"] = person.new.person("handler")
        person.new.centre.enact("device.recover", leave)
        person.press("recover.submit")
        await person.rest()
        assert person.find("recover.done").isVisible()
        person.press("recover.submit")  # back to the door
        assert person.sees("login.headline")
        assert not person.sees("recover.submit")

        await person.log_in("handler")
        assert person.new.desk.door.session.person == person.new.person("handler")

    first_day(scenario)


def test_leaving_the_page_voids_the_request(first_day):
    async def scenario(person):
        await person.enrol(person.new.invite())
        await person.pull()
        person.press("login.recover")
        await person.rest()
        first = person.page._view.key
        person.press("recover.leave")
        assert person.sees("recover.leaving_note")  # asked once
        person.press("recover.leave")
        assert person.sees("login.pin")
        person.press("login.recover")
        await person.rest()
        assert person.page._view.key != first

    first_day(scenario)


def test_a_clerks_card_has_no_share(first_day):
    async def scenario(person):
        await person.enrol(person.new.invite())
        await person.pull()
        person.press("login.recover")
        await person.rest()
        await person.put_in("clerk")
        await person.submit(person.new.pin("clerk").reveal())
        assert person.failure() == "vault.no_slot"
        assert person.page._view.shares == 0

    first_day(scenario)
