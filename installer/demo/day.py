"""A hall's day, from the door to the day's close, as docs/A-DAY.md tells it, step by step.

    python -m installer.demo --offscreen --day [--card-reader pcsc]

Every scene's number is that of its step in the page. Each is done by whoever does it in life, with
his own card, through the real widgets; a township hall does its part without the line.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLabel, QWidget

from client.app.rows.session import CardPresence
from installer.demo.day_hands import (
    ADVERTISING,
    FOOD,
    HOLDER,
    HOUSE,
    NOTED,
    PERSON,
    SHOP,
    SHOP_NAME,
    TRADER,
    WAIT_S,
    Day,
    DayHands,
)
from installer.demo.hands import HandsFailed
from installer.demo.stage import pin_of
from installer.demo.story_hands import WRONG_PIN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.app.rows.joint import ChildRow
    from installer.demo.hands import Hands

BATCH, FORMS, FEE = "33A", 20, "80"
BLANKS, BLANKS_LEFT = "100", "98"
"""Blank certificates that came in the morning, and those that are left: two were made."""


class DayStory(DayHands):
    """Plays the steps of the page; what is asked of the desk is only what a person would look at.

    `window` and `hands` are the county's; `elsewhere` plays the township's part at its own window
    and returns the county's, opened again.
    """

    def __init__(
        self,
        *parts: Any,
        elsewhere: Callable[[], Awaitable[tuple[Any, Any]]],
    ) -> None:
        super().__init__(*parts)
        self._joint: list[ChildRow] = []
        self._elsewhere = elsewhere

    async def play(self) -> Day:
        """Play every step, each at its hour, and time each."""
        for step, hour, scene in (
            ("D01", "09:30", self._door),
            ("D02", "09:32", self._registered_all),
            ("D03", "09:50", self._corrected),
            ("D04", "10:10", self._accepted_the_others),
            ("D05", "10:30", self._colleague_added),
            ("D06", "10:40", self._opinions),
            ("D07", "11:00", self._handled_and_reviewed),
            ("D08", "11:20", self._jointly_decided),
            ("D09", "11:35", self._charged_and_paid),
            ("D10", "11:45", self._decided_and_refused),
            ("D11", "11:55", self._registered_house),
            ("D12", "13:05", self._township),
            ("D13", "14:00", self._made_and_sealed),
            ("D14", "14:30", self._handed_over_all),
            ("D15", "15:00", self._archived),
            ("D16", "17:00", self._overdue_explained),
            ("D17", "17:10", self._till_closed),
            ("D18", "17:15", self._seals_closed),
        ):
            began = time.monotonic()
            self._be(hour)
            await scene()
            self.day.steps.append(step)
            self.day.seconds[step] = round(time.monotonic() - began, 2)
        return self.day

    # ------------------------------------------------------------ morning

    async def _door(self) -> None:
        """A bus card is told what it is; a wrong PIN costs one of three tries."""
        hands, deck = self._hands, self._window.deck_or_fail()
        await hands.find("door")
        deck.insert("bus")
        await hands.until(lambda: self._desk.door.card.problem, "the bus card was not refused")
        await hands.picture("D01-bus-card")
        deck.pull()
        await hands.until(lambda: not self._desk.door.card.problem, "it was not pulled")
        deck.insert("reception")
        await hands.write("login.pin", WRONG_PIN)
        await hands.key("Return")
        await hands.until(lambda: self._desk.door.card.tries_left == 2, "the try was not told")
        await hands.picture("D01-wrong-pin")
        await self.enter("reception")

    async def _registered_all(self) -> None:
        """Reception: five visitors, five slips; the first draws his number for the window."""
        hands = self._hands
        await hands.key("Ctrl+J")
        await hands.press("queue.draw")
        await hands.find("paper.print")
        await hands.picture("D02-ticket")
        for letter, initials, kind, id_no, name in (
            ("A", FOOD, "org", SHOP, SHOP_NAME),
            ("B", TRADER, "person", PERSON, "买买提·艾力"),
            ("C", ADVERTISING, "org", SHOP, SHOP_NAME),
            ("D", HOUSE, "person", PERSON, HOLDER),
            ("E", FOOD, "person", PERSON, "夏依拉·努尔"),
        ):
            await self._register(letter, initials, kind, id_no, name)
        await hands.picture("D02-slip")
        await self.leave()

    async def _corrected(self) -> None:
        """The clerk: what is missing is told once, in writing; it comes, and A is accepted."""
        hands = self._hands
        await self.enter("clerk")
        await hands.key("Ctrl+J")
        for _ in ("called", "serving"):
            await self._next_of_the_queue()
        self.day.said["number"] = _words(await hands.find("queue.number"))
        await hands.picture("D03-number-served")
        number = await self._at("A")
        await self._step("receive")
        materials = [m.code for m in (await self._case()).materials if m.required]
        await self._give("receive", materials[:3])
        await self._submit("receive")
        await self._open(number)
        await self._step("notify_correction")
        await hands.find(f"correction.reason.{materials[3]}")
        await hands.press("correction.complete")
        await hands.picture("D03-correction")
        await self._submit("notify_correction")
        await hands.picture("D03-notice")
        await self._open(number)
        await self._step("correct")
        await self._give("correct", materials[3:])
        await self._submit("correct")
        await self._open(number)
        await self._step("accept")
        await hands.picture("D03-accept")
        await self._submit("accept")

    async def _next_of_the_queue(self) -> None:
        """Press the page's one act, and wait until it says something else of who is here."""
        hands = self._hands
        await hands.ready("queue.submit")
        before = _said(hands, "queue.state")
        await hands.key("Ctrl+Return")
        await hands.until(lambda: _said(hands, "queue.state") != before, "nobody was called")

    async def _accepted_the_others(self) -> None:
        """B, D and the joint case C: received and accepted; E is received only."""
        for letter in ("B", "D"):
            await self._take_in(await self._at(letter))
        for letter in ("E", "C"):
            number = await self._at(letter)
            await self._step("receive")
            required = [m.code for m in (await self._case()).materials if m.required]
            await self._give("receive", required)
            await self._submit("receive")
        number = await self._at("C")
        await self._children(number, lambda child: child.state == "received")
        await self._step("accept")
        await self._submit("accept")
        self._joint = await self._children(number, lambda child: child.state == "accepted")
        await self._open(number)
        await self._hands.key("Return")
        await self._hands.press("case.tab.joint")
        await self._hands.picture("D04-joint")
        await self.leave()

    async def _colleague_added(self) -> None:
        """A card without a place here is led to a colleague, who gives it one with his own PIN."""
        hands, deck = self._hands, self._window.deck_or_fail()
        deck.insert("gaj-helper")
        await hands.press("login.colleague")
        await hands.picture("D05-no-place")
        deck.pull()
        empty = CardPresence.EMPTY
        await hands.until(lambda: self._desk.door.card.presence is empty, "the card is still there")
        deck.insert("clerk")
        pin = pin_of(self._stage.authority.cards["clerk"])
        await hands.write("login.pin", pin)
        await hands.key("Return")
        await hands.write("colleague.pin", pin)
        await hands.key("Ctrl+Return")
        await hands.find("colleague.added")
        await hands.picture("D05-added")
        await self.leave()

    async def _opinions(self) -> None:
        """Four departments look at the advertising at once; each says what it thinks of it."""
        await self.enter("gaj-helper")
        children = {child.helper: child.number for child in self._joint}
        for helper, card in (
            ("traffic", "gaj-helper"),
            ("location", "zrj-handler"),
            ("green", "zjj-handler"),
            ("advertiser", "handler"),
        ):
            if helper != "traffic":
                await self.enter(card)
            await self._opinion(children[helper])
            if helper != "advertiser":
                await self.leave()

    async def _opinion(self, number: str) -> None:
        hands = self._hands
        await self._open(number)
        self.told.case_no = number
        await self._step("give_opinion")
        await hands.write("give_opinion.opinion", "1")
        await hands.write("give_opinion.text", "同意设置")
        await hands.picture("D06-opinion")
        await self._submit("give_opinion", number)

    async def _handled_and_reviewed(self) -> None:
        """A: the handler claims and gives his opinion, the reviewer his."""
        hands = self._hands
        await self._at("A")
        await self._do("claim")
        await self._at("A")
        await self._opinionated("handle", "材料齐全，拟同意")
        await self.leave()
        await self.enter("reviewer")
        await self._at("A")
        await self._opinionated("review", "同意承办意见")
        await hands.picture("D07-reviewed")
        await self.leave()

    async def _jointly_decided(self) -> None:
        """C: two people survey, one handles, another reviews, the lead's chief grants."""
        hands = self._hands
        await self.enter("cgj-handler")
        await self._at("C")
        await self._do("claim")
        await self._at("C")
        await self._listed("survey")
        for person in ("p0131", "p0132"):
            await hands.press(f"survey.persons.{person}")
        await hands.drop("survey.record", self._page)
        await hands.picture("D08-survey")
        await hands.quiet()
        await self._submit("survey")
        await self._at("C")
        await self._opinionated("handle", "四部门均同意，拟准予")
        await self.leave()
        await self.enter("cgj-reviewer")
        await self._at("C")
        await self._opinionated("review", "同意")
        await self.leave()
        await self._decide("C", "cgj-chief", "grant")
        await self.leave()

    async def _charged_and_paid(self) -> None:
        """The cashier draws receipt forms, notices the fee of D, and takes the money."""
        hands = self._hands
        await self.enter("cashier")
        await hands.key("Ctrl+G")
        await hands.write("stock.batch", BATCH)
        await hands.write("stock.first", "1")
        await hands.write("stock.last", str(FORMS))
        await hands.key("Ctrl+Return")
        await hands.find("stock.told")
        await hands.picture("D09-forms")
        await self._at("D")
        await self._listed("charge")
        await self._submit("charge")
        await hands.picture("D09-notice")
        await hands.key("Ctrl+M")
        await hands.write("money.search", FEE)
        await hands.ready("money.submit")
        await hands.picture("D09-owed")
        await hands.key("Ctrl+Return")
        await hands.find("pay.submit")
        await hands.picture("D09-pay")
        await self._submit("pay")
        await hands.picture("D09-receipt")
        await self.leave()

    async def _decided_and_refused(self) -> None:
        """The market bureau's chief grants A, and refuses E: not the bureau's power."""
        hands = self._hands
        await self._decide("A", "chief", "grant")
        await self._at("E")
        await self._listed("refuse")
        await hands.write("refuse.reason", "1")
        await hands.write("refuse.right_office", "云岭县卫生健康局")
        await hands.write("refuse.text", "申请内容属医疗机构内部食堂管理，不属于本局职权")
        await hands.picture("D10-refuse")
        await hands.key("Ctrl+Return")
        await self._signed("chief", "E-refuse")
        await hands.picture("D10-refusal")
        await self.leave()

    async def _registered_house(self) -> None:
        """D is decided at once: its chief representative signs."""
        await self._decide("D", "zrj-chief", "decide_at_once")
        await self.leave()

    # ------------------------------------------------------------ afternoon

    async def _township(self) -> None:
        """石桥镇: the line is down; a birth is registered whole; all arrives when it is back."""
        self._window, self._hands = await self._elsewhere()
        self._desk = self._window.desk

    async def _made_and_sealed(self) -> None:
        """The clerk draws serials for A and D; each department's keeper seals its own."""
        await self.enter("clerk")
        for letter in ("A", "D"):
            await self._at(letter)
            await self._do("make")
        await self._at("E")
        await self._do("close")
        await self.leave()
        for letter, card in (("A", "chief"), ("D", "zrj-chief")):
            await self.enter(card)
            await self._at(letter)
            await self._step("seal")
            await self._signed(card, f"{letter}-seal")
            await self._hands.picture(f"D13-certificate-{letter}")
            await self._hands.print_to(self._stage.places.folder / f"printed-{letter}.pdf")
            await self.leave()

    async def _handed_over_all(self) -> None:
        """Who fetches shows who he is, signs, and goes; the cases are closed."""
        hands = self._hands
        await self.enter("clerk")
        for letter, name in (("A", "古丽娜尔·艾山"), ("D", HOLDER)):
            relation = "legal_representative" if letter == "A" else "self"
            for step in ("issue", "sign_for"):
                await self._at(letter)
                await self._step(step)
                await hands.press(f"{step}.relation.{relation}")
                await hands.clear(f"{step}.name")
                await hands.write(f"{step}.name", name)
                await hands.write(f"{step}.id_no", PERSON)
                await self._submit(step)
            await self._at(letter)
            await self._do("close")
        await hands.picture("D14-closed")
        await self.leave()

    async def _archived(self) -> None:
        """The archive keeper freezes A's whole file into one PDF."""
        await self.enter("archivist")
        await self._at("A")
        await self._listed("archive")
        await self._submit("archive")
        await self._hands.picture("D15-archived")
        await self.leave()

    async def _overdue_explained(self) -> None:
        """B was to be decided today: it turns red, and is decided and explained in one form."""
        hands = self._hands
        await self.enter("chief")
        due = (await self._case(self.day.cases["B"])).row.light.due_at
        if due is None:
            raise HandsFailed("B has no due time")
        self._stage.clock.move_to(due + timedelta(seconds=1))
        began = time.monotonic()
        while not await self._owed():
            if time.monotonic() - began > WAIT_S:
                raise HandsFailed("nobody asked for the explanation")
            await hands.breathe()
        await hands.key("Ctrl+2")
        await hands.picture("D16-urged")
        await self._at("B")
        await self._step("decide_at_once")
        await hands.press("decision.decide_at_once")
        await hands.write("decision.text", NOTED)
        await hands.write("decision.explanation.text", "登记系统下午故障，已恢复")
        await hands.picture("D16-explained-with-the-step")
        await hands.key("Ctrl+Return")
        await self._signed("chief", "B-decide")
        began = time.monotonic()
        while await self._owed():
            if time.monotonic() - began > WAIT_S:
                raise HandsFailed("the explanation was not sent")
            await hands.breathe()
        await self.leave()

    async def _owed(self) -> tuple[Any, ...]:
        return await self._desk.messages.owed(self.day.cases["B"])

    # ------------------------------------------------------------ the day's close

    async def _till_closed(self) -> None:
        """The cashier counts eighty yuan in cash; the books say the same."""
        hands = self._hands
        await self.enter("cashier")
        await hands.key("Ctrl+D")
        await hands.write("till.cash", FEE)
        await hands.key("Ctrl+Return")
        told = await hands.find("sums.agree")
        self.day.said["till"] = _words(told)
        await hands.picture("D17-till")
        await self.leave()

    async def _seals_closed(self) -> None:
        """The keeper of the seal counts the blank forms; numbers, uses and forms agree."""
        hands = self._hands
        await self.enter("chief")
        await hands.key("Ctrl+6")
        await hands.find("seal_book.received")
        await hands.quiet()
        await hands.write("seal_book.received", BLANKS)
        await hands.write("seal_book.left", BLANKS_LEFT)
        await hands.key("Ctrl+Return")
        told = await hands.find("seal_book.told")
        self.day.said["seals"] = _words(told)
        await hands.picture("D18-seals")
        await self.leave()
        await hands.picture("D18-door")


def _said(hands: Hands, name: str) -> str:
    """Return what stands there now."""
    found = hands.sees(name)
    return "" if found is None else _words(found)


def _words(widget: QWidget) -> str:
    """Return what a label says; its parts' words where it has parts."""
    labels = [widget] if isinstance(widget, QLabel) else widget.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.text())
