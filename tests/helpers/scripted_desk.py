"""A desk in memory that follows `ui.presenters.desk` to the letter: for screens and presenters.

Its rules are a toy (tests.helpers.scripted_cases); the real ones have their own tests. PIN 123456.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from client.app.access.colleagues import Colleague
from client.app.access.enrolment import PROGRESS, Asked, Enrolled, read_invited
from client.app.access.recovery import RecoveryView
from client.app.files.prints import Printed
from client.app.forms.every import BLANKS, FORMS, by_card
from client.app.forms.table import Choice
from client.app.items.catalogue import CatalogueDesk
from client.app.people.at_counter import AtCounter
from client.app.rows.cases import CasePage, PaperRow, Tab, TabCounts
from client.app.rows.changes import (
    CardChanged,
    CasesChanged,
    LineChanged,
    SessionClosed,
    SessionLocked,
    SessionOpened,
    UrgeArrived,
)
from client.app.rows.messages import CureOwed, ExceptionRow, MessageRow, OwedExplanation
from client.app.rows.session import CardPresence, CardView, LinePhase, LineView, SessionView
from client.app.rows.steps import AcceptancePreview, Checked, NoticeRow, SigningSheet, StepDone
from client.app.rows.words import PageRow, Words
from client.app.steps.form_steps import FormOffer
from sync.domain import identity
from sync.domain.failures import Failure, FailureKind
from sync.domain.lights import Light
from sync.domain.violations import Violation
from sync.engine.ports import ChangeSet
from tests.helpers import scripted_items
from tests.helpers.scripted_backups import ScriptedBackups, ScriptedBringingBack
from tests.helpers.scripted_batch import ScriptedBatch
from tests.helpers.scripted_cases import ITEMS, NOW, Scripted
from tests.helpers.scripted_crashes import ScriptedCrashes
from tests.helpers.scripted_doctor import ScriptedDoctor
from tests.helpers.scripted_filings import ScriptedFilings
from tests.helpers.scripted_letters import ScriptedLetters
from tests.helpers.scripted_machine import ScriptedMachine
from tests.helpers.scripted_money import ScriptedTills
from tests.helpers.scripted_office import ScriptedAuthorisations, ScriptedSealBook
from tests.helpers.scripted_pages import ScriptedPages, ScriptedScanning
from tests.helpers.scripted_papers import Picture, paper, scan
from tests.helpers.scripted_people import ScriptedApplicants
from tests.helpers.scripted_queue import ScriptedAppointments, ScriptedQueue
from tests.helpers.scripted_setup import TRIED, ScriptedSetup
from tests.helpers.scripted_statistics import ScriptedPace, ScriptedStatistics, ScriptedTour
from tests.helpers.scripted_updates import ScriptedUpdates
from tests.helpers.scripted_world import first_cases, first_messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.access.trying import LineTried
    from client.app.forms.table import Filled
    from client.app.rows.cases import CaseDetail, Receiver
    from client.app.rows.changes import DeskNews
    from client.app.rows.guide import ItemGuide, Shelf
    from client.app.rows.items import ItemDetail, ItemRow
    from client.app.rows.steps import PreregisterForm
    from sync.domain.secret import Secret

PIN = "123456"
PEOPLE = {
    "reception": ("p0101", "苏晓棠", "reception_clerk"),
    "clerk": ("p0102", "林知夏", "window_clerk"),
    "handler": ("p0103", "周远舟", "handler"),
    "reviewer": ("p0104", "沈慕白", "reviewer"),
    "chief": ("p0105", "秦望舒", "chief_representative"),
    "supervisor": ("p0106", "顾清源", "supervisor"),
    "admin1": ("p0107", "许砚秋", "system_administrator"),
    "cashier": ("p0115", "贺小满", "cashier"),
    "blocked": ("p0110", "叶南星", "window_clerk"),
}


@dataclass(frozen=True)
class ScriptedCard:
    name: str
    label: str
    role_key: str
    inserted: bool


class ScriptedDesk:
    """Every part of the desk is the desk itself, as far as names do not clash."""

    def __init__(self, *, empty: bool = False) -> None:
        self.listeners: list[Callable[[DeskNews], None]] = []
        self.world: dict[str, Scripted] = {} if empty else {c.number: c for c in first_cases()}
        self.rows: tuple[MessageRow, ...] = () if empty else first_messages()
        self.refusals: tuple[ExceptionRow, ...] = ()
        self.typed: dict[str, PreregisterForm] = {}  # what refused registrations held
        self.kept: dict[str, str] = {}
        self.asked: list[tuple[object, ...]] = []
        self.fail: Failure | None = None
        self.without_place: set[str] = set()
        self.door = _Door(self)
        self.enrolment = _Enrolment(self)
        self.colleagues = _Colleagues(self)
        self.recovery = _Recovery(self)
        self.cases = _Cases(self)
        self.steps = _Steps(self)
        self.signing = _Signing(self)
        self.authorisations = ScriptedAuthorisations(self)
        self.seal_book = ScriptedSealBook(self)
        self.batch = ScriptedBatch(self)
        self.forms = _Forms(self)
        self.materials = _Materials(self)
        self.scanning = ScriptedScanning(self)
        self.papers = _Papers(self)
        self.handouts = scripted_items.ScriptedHandouts()
        self.applicants = ScriptedApplicants(self)
        self.at_counter = AtCounter(None, lambda: self.now().date(), self.tell)
        self.machine = ScriptedMachine()
        self.setup = ScriptedSetup(self)
        self.updates = ScriptedUpdates()
        self.crashes = ScriptedCrashes()
        self.doctor = ScriptedDoctor()
        self.backups = ScriptedBackups()
        self.bringing_back = ScriptedBringingBack()
        self.tills = ScriptedTills(self)
        self.queue = ScriptedQueue(self)
        self.appointments = ScriptedAppointments(self)
        self.filings = ScriptedFilings(self)
        self.letters = ScriptedLetters(self)
        self.prints = _Prints(self)
        self.statistics = ScriptedStatistics(self)
        self.pace = ScriptedPace()
        self.tour = ScriptedTour(self)
        self.inks: list[object] = []
        self.compare_first = False
        self.line = _Line(self)
        self.catalogue = _Catalogue()
        self.drafts = _Drafts(self)
        self.messages = _Messages(self)

    def watch(self, listener: Callable[[DeskNews], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def now(self) -> datetime:
        return NOW

    def tell(self, news: DeskNews) -> None:
        for listener in tuple(self.listeners):
            listener(news)

    def urge(self, message: MessageRow) -> None:
        self.rows = (message, *self.rows)
        self.tell(UrgeArrived(message))

    def step(self, kind: str, case: str, *, note: str = "", to: str = "") -> StepDone:
        self.asked.append((kind, case, note))
        if self.fail is not None:
            failure, self.fail = self.fail, None
            raise failure
        session = self.door.place()
        before = self.world[case]
        after = before.after(kind, session, note=note, to=to)
        self.world[case] = after
        self.tell(CasesChanged(ChangeSet(frozenset({case}))))
        new = after.papers[len(before.papers) :]
        return StepDone(case, after.timeline[-1].event, ChangeSet(frozenset({case})), new)


class _Part:
    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk


class _Door(_Part):
    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.card = CardView(CardPresence.EMPTY, "模拟读卡器")
        self.session: SessionView | None = None
        self.role = ""
        self.tries = 3

    def place(self) -> SessionView:
        if self.session is None:
            raise Failure("app.locked", FailureKind.RETRIABLE)
        return self.session

    def show(self, card: CardView, role: str = "") -> None:
        self.card, self.role = card, role
        self.desk.tell(CardChanged(card))

    async def log_in(self, pin: Secret[str]) -> SessionView:
        if pin.reveal() != PIN:
            self.tries -= 1
            if self.tries == 0:
                raise Failure("card.pin_blocked")
            raise Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=self.tries)
        self.tries = 3
        person, name, role = PEOPLE[self.role]
        self.session = SessionView(
            person,
            name,
            "339901",
            "云岭县政务服务中心",
            "scjg",
            "市场监督管理局",
            "3号窗口",
            (role,),
            (),
            NOW,
            online=True,
        )
        self.desk.tell(SessionOpened(self.session))
        return self.session

    async def lock(self, reason: str = "manual") -> None:
        self.lock_now(reason)

    def lock_now(self, reason: str) -> None:
        if self.session is not None:
            self.session = None
            self.desk.tell(SessionLocked(reason))
            self.desk.tell(SessionClosed(self.desk.line.view.pending))

    async def console_address(self) -> str:
        return "https://localhost/console/enter#once"


class ScriptedDeck:
    """Cards that put themselves into the scripted reader."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self._desk = desk
        self._inside = ""

    def cards(self) -> tuple[ScriptedCard, ...]:
        return tuple(
            ScriptedCard(key, name, role, key == self._inside)
            for key, (_person, name, role) in PEOPLE.items()
        )

    def insert(self, name: str) -> None:
        self.pull()
        self._inside = name
        person, holder, _role = PEOPLE[name]
        if name == "blocked":
            words = Words("error.card.pin_blocked")
            view = CardView(CardPresence.UNUSABLE, "模拟读卡器", holder, person, 0, None, words)
        elif name in self._desk.without_place:
            words = Words("error.vault.no_slot")
            view = CardView(
                CardPresence.UNUSABLE,
                "模拟读卡器",
                holder,
                person,
                3,
                problem=words,
                has_no_place=True,
            )
        else:
            view = CardView(CardPresence.READY, "模拟读卡器", holder, person, self._desk.door.tries)
        self._desk.door.show(view, name)

    def pull(self) -> None:
        if self._inside:
            self._inside = ""
            self._desk.door.lock_now("card_removed")
            self._desk.door.show(CardView(CardPresence.EMPTY, "模拟读卡器"))


class _Enrolment(_Part):
    needed = False
    tried: LineTried | Failure = TRIED

    async def invited(self, path: Path) -> dict[str, str]:
        return read_invited(path, path.parent)

    async def try_line(self, centre: str, roots: Path) -> LineTried:
        self.desk.asked.append(("try", centre, roots))
        if isinstance(self.tried, Failure):
            raise self.tried
        return self.tried

    async def enrol(self, asked: Asked, pin: Secret[str], tell: Callable[[str], None]) -> Enrolled:
        self.desk.asked.append(("enrol", asked))
        for name in PROGRESS:
            tell(name)
        if self.desk.fail is not None:
            failure, self.desk.fail = self.desk.fail, None
            raise failure
        self.needed = False
        return Enrolled("云岭县政务服务中心", "3号窗口", 3)


class _Colleagues(_Part):
    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.people = [
            Colleague("p0103", "周远舟", "市场监督管理局"),
            Colleague("p0104", "沈慕白", "市场监督管理局"),
            Colleague("p0105", "秦望舒", "市场监督管理局"),
        ]

    async def missing(self) -> tuple[Colleague, ...]:
        return tuple(self.people)

    async def add(self, person: str, opener: Secret[str]) -> None:
        if opener.reveal() != PIN:
            raise Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=2)
        self.people = [each for each in self.people if each.person != person]


class _Recovery(_Part):
    view = RecoveryView("d-339901-03", 1, "kR3n1w0y8Jx2bq5PzVd7Lh4TfYc9MsA6GeUoKiQtXrE")

    async def begin(self) -> RecoveryView:
        return self.view

    async def hand_over(self, pin: Secret[str]) -> RecoveryView:
        if pin.reveal() != PIN:
            raise Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=2)
        self.view = replace(self.view, shares=self.view.shares + 1)
        return self.view

    async def finish(self) -> str:
        if self.desk.fail is not None:
            failure, self.desk.fail = self.desk.fail, None
            raise failure
        return "周远舟"

    def end(self) -> None:
        self.view = replace(self.view, shares=0)


class _Cases(_Part):
    async def counts(self) -> TabCounts:
        def count(tab: Tab) -> int:
            return len(self._fitting(tab, ""))

        unread = sum(1 for row in self.desk.rows if not row.read)
        return TabCounts(
            count(Tab.MINE),
            count(Tab.SOON),
            count(Tab.OVERDUE),
            count(Tab.ALL),
            unread,
            len(self.desk.refusals),
        )

    async def page(
        self, tab: Tab, text: str = "", after: str | None = None, limit: int = 100
    ) -> CasePage:
        session = self.desk.door.place()
        found = [case.row(session) for case in self._fitting(tab, text)]
        start = int(after or 0)
        end = start + limit
        return CasePage(tuple(found[start:end]), str(end) if end < len(found) else None, len(found))

    async def open(self, number: str) -> CaseDetail:
        session = self.desk.door.place()
        if number not in self.desk.world:
            raise Failure("app.no_such_case", case=number)
        return self.desk.world[number].detail(session)

    async def phone(self, number: str) -> str:
        self.desk.asked.append(("phone", number))
        return "13800005678"

    def _fitting(self, tab: Tab, text: str) -> list[Scripted]:
        session = self.desk.door.session
        tests: dict[Tab, Callable[[Scripted], bool]] = {
            Tab.MINE: lambda case: case.waits_for(session),
            Tab.SOON: lambda case: case.light is Light.YELLOW,
            Tab.OVERDUE: lambda case: case.light is Light.RED,
            Tab.ALL: lambda case: case.state != "closed",
            Tab.CLOSED: lambda case: case.state == "closed",
        }
        order = [Light.RED, Light.YELLOW, Light.WHITE, Light.PAUSED, Light.NONE]
        found = [
            case
            for case in self.desk.world.values()
            if (text and text in case.number + case.applicant + case.item.row.name)
            or (not text and tests[tab](case))
        ]
        return sorted(found, key=lambda case: order.index(case.light))


class _Steps(_Part):
    async def preregister(self, form: PreregisterForm) -> StepDone:
        session = self.desk.door.place()
        number = f"20261123-339901-{len(self.desk.world) + 101:05d}-5"
        item = self.desk.catalogue.item(form.item)
        case = Scripted(
            number,
            form.name,
            item,
            "registered",
            Light.NONE,
            materials=item.materials,
            fast=form.fast_track,
            facts={
                "project": form.project,
                "kind": form.applicant_kind,
                **({"agent": form.agent_name} if form.agent_name else {}),
            },
        )
        self.desk.world[number] = case
        del session
        self.desk.asked.append(("form", form))
        return self.desk.step("preregister", number, to="registered")

    async def ask_precheck(self, form: PreregisterForm) -> StepDone:
        self.desk.asked.append(("precheck", form))
        done = await self.preregister(form)
        return replace(done, papers=())

    async def receive(self, case: str, given: tuple[object, ...]) -> StepDone:
        self._take(case, given)
        return self.desk.step("receive", case)

    async def correct(self, case: str, given: tuple[object, ...]) -> StepDone:
        self._take(case, given)
        return self.desk.step("correct", case)

    async def supply_pending(self, case: str, given: tuple[object, ...]) -> StepDone:
        self._take(case, given)
        return self.desk.step("supply_pending", case, to=self.desk.world[case].state)

    async def fix_on_spot(self, case: str, given: tuple[object, ...]) -> StepDone:
        self._take(case, given)
        return self.desk.step("fix_on_spot", case, to=self.desk.world[case].state)

    async def notify_correction(self, case: str, missing: tuple[object, ...]) -> StepDone:
        self.desk.asked.append(("missing", missing))
        known = {line.material: line.reason for line in missing}  # type: ignore[attr-defined]
        old = self.desk.world[case]
        rows = tuple(
            replace(material, missing_reason=known.get(material.code)) for material in old.materials
        )
        self.desk.world[case] = replace(old, materials=rows)
        return self.desk.step("notify_correction", case)

    async def preview_acceptance(self, case: str) -> AcceptancePreview:
        held = self.desk.world[case]
        lines = (
            Words("clock.counted.wd", {"amount": 5, "first": "2026-11-24"}),
            Words("clock.promised_due", {"day": "2026-11-30", "time": "17:00"}),
            Words("clock.statutory_due", {"day": "2026-12-07", "time": "17:00"}),
            Words("clock.due", {"day": "2026-11-30", "time": "17:00"}),
        )
        due = NOW.replace(hour=17, minute=0) + timedelta(days=7)
        lacking = tuple(row.name for row in held.materials if row.required and not row.pages)
        told = {"case": case, "item": held.item.row.name, "project": "云岭新城综合体"}
        words = Words("notice.fast_track", {**told, "day": "2026-11-30", "time": "17:00"})
        notices = (NoticeRow("陈守正", "13900000114", words),) if held.fast else ()
        return AcceptancePreview(
            due,
            due,
            due + timedelta(days=7),
            lines,
            False,
            lacking,
            held.fast,
            notices,
            compare_first=self.desk.compare_first,
        )

    async def accept(self, case: str, compared=()) -> StepDone:
        self.desk.compared = compared
        return self.desk.step("accept", case)

    async def claim(self, case: str) -> StepDone:
        return self.desk.step("claim", case)

    async def handle(self, case: str, *, agree: bool, text: str) -> StepDone:
        return self.desk.step("handle", case, note=text or str(agree))

    async def review(self, case: str, *, agree: bool, text: str) -> StepDone:
        return self.desk.step("review", case, note=text or str(agree))

    async def send_back(self, case: str, text: str) -> StepDone:
        return self.desk.step("send_back", case, note=text)

    async def hear_party(self, case: str, text: str) -> StepDone:
        return self.desk.step("hear_party", case, note=text)

    async def make(self, case: str) -> StepDone:
        return self.desk.step("make", case)

    async def issue(self, case: str, receiver: Receiver) -> StepDone:
        done = self.desk.step("issue", case, note=receiver.name)
        self.desk.world[case] = replace(self.desk.world[case], receiver=receiver)
        return done

    async def sign_for(self, case: str, receiver: Receiver, ink=None) -> StepDone:
        self.desk.inks.append(ink)
        return self.desk.step("sign_for", case, note=receiver.name)

    async def sign_paper(self, case: str, no: str, ink) -> StepDone:
        self.desk.inks.append(ink)
        if self.desk.fail is not None:
            failure, self.desk.fail = self.desk.fail, None
            raise failure
        copy = PaperRow("receipt_signed", no, f"{case}/slip/2", NOW)
        done = self.desk.step("serve", case, note=no, to=self.desk.world[case].state)
        return replace(done, papers=(copy,))

    async def close(self, case: str) -> StepDone:
        return self.desk.step("close", case)

    async def withdraw(self, case: str, request: PageRow) -> StepDone:
        return self.desk.step("withdraw", case, note=request.name, to="withdrawn")

    async def leave(self, case: str, *, offered: bool, text: str) -> StepDone:
        self.desk.asked.append(("offered", offered))
        return self.desk.step("leave", case, note=text, to="lapsed")

    async def explain(self, case: str, urge_event: str, text: str) -> StepDone:
        self.desk.asked.append(("urge", urge_event))
        return self.desk.step("explain", case, note=text, to=self.desk.world[case].state)

    def _take(self, case: str, given: tuple[object, ...]) -> None:
        known = {line.material: line for line in given}  # type: ignore[attr-defined]
        old = self.desk.world[case]
        rows = tuple(
            replace(m, pages=known[m.code].pages or (_page("原件", b"paper"),))  # type: ignore[attr-defined]
            if m.code in known
            else m
            for m in old.materials
        )
        self.desk.world[case] = replace(old, materials=rows)


class _Signing(_Part):
    async def prepare(self, kind: str, case: str, **form: str) -> SigningSheet:
        held = self.desk.world[case]
        lines = (
            (Words("sheet.case"), case),
            (Words("sheet.applicant"), held.applicant),
            (Words("sheet.item"), held.item.row.name),
        )
        shown = f"{held.applicant} · {held.item.row.name}\n{form.get('text', '')}".strip()
        documents = held.after(kind, self.desk.door.place()).papers[-1:]
        return SigningSheet(
            kind,
            case,
            Words(f"sheet.title.{kind}"),
            lines,
            shown,
            documents,
            "3f9ac21b7e0d4c55",
            form,
        )

    async def sign(self, sheet: SigningSheet, pin: Secret[str]) -> StepDone:
        door = self.desk.door
        if pin.reveal() != PIN:
            door.tries -= 1
            raise Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=door.tries)
        door.tries = 3
        return self.desk.step(sheet.kind, sheet.case, note=str(sheet.form.get("text", "")))


class _Forms(_Part):
    """Offers made-up answers; makes a step, or the sheet of one that the card signs."""

    offers = MappingProxyType(
        {
            "handlers": (
                Choice("p0103", "周远舟", "市场监督管理局"),
                Choice("p0120", "何书砚", "市场监督管理局"),
            ),
            "suspensions": (Choice("testing", "检测"), Choice("appraisal", "鉴定")),
            "minor": (Choice("m3", "平面布局图", "2026-12-01"),),
            "materials": (Choice("m1", "申请书"), Choice("m2", "平面布局图")),
            "papers": (Choice("n-1", "受理通知书", "n-1"),),
        }
    )

    async def offer(self, case: str, kind: str) -> FormOffer:
        self.desk.door.place()
        form = FORMS[kind]
        offers = {f.name: self.offers.get(f.offer, ()) for f in form.fields if f.offer}
        begin = {"dues": "m3=2026-12-01"} if kind == "accept_pending" else {}
        return FormOffer(offers, begin, by_card(kind, None), self.desk.compare_first)

    async def make(
        self, case: str, kind: str, filled: Filled, ink=None, compared=()
    ) -> StepDone | SigningSheet:
        if ink is not None:
            self.desk.inks.append(ink)
        self.desk.compared = compared
        self.desk.asked.append(("filled", kind, filled))
        if by_card(kind, None):
            if self.desk.fail is not None:
                failure, self.desk.fail = self.desk.fail, None
                raise failure
            return await self.desk.signing.prepare(kind, case, text=filled.of("text"))
        return self.desk.step(kind, case, note=filled.of("text"), to=self.desk.world[case].state)

    async def blank(self, case: str, kind: str, filled: Filled) -> PaperRow:
        self.desk.asked.append(("blank", kind, filled))
        return PaperRow(BLANKS[kind].kind, "", f"{case}/slip/1", NOW)


class _Materials(_Part, ScriptedPages):
    async def take_in(
        self, case: str, name: str, data: bytes | Path, material: str = ""
    ) -> PageRow:
        content = _bytes(data)
        self.desk.asked.append(("take_in", case, name))
        if not content:
            raise Failure("document.file_empty")
        if content.startswith(b"PK"):
            raise Failure("document.file_is_archive")
        return _page(name, content)

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> Picture:
        del page
        return scan(sha256[:8], width)


class _Papers(_Part):
    async def read(self, sha256: str) -> bytes:
        return b"%PDF-1.7 " + sha256.encode()

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> Picture:
        del page
        number, kind, _place = sha256.split("/")
        held = self.desk.world[number]
        lines = (f"办件编号:{number}", f"申请人:{held.applicant}", f"事项:{held.item.row.name}")
        return paper(kind.upper(), lines, width, kind != "slip")

    async def save(self, sha256: str, path: Path) -> None:
        _write(path, await self.read(sha256))


class _Prints(_Part):
    """Every paper has a slip; prints are counted."""

    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.log: dict[str, int] = {}

    async def narrow(self, sha256: str) -> str:
        return f"{sha256}-80" if "/slip/" in sha256 else ""

    async def pages(self, sha256: str) -> int:
        del sha256
        return 2

    async def before(self, sha256: str) -> Printed:
        return Printed(self.log.get(sha256, 0), "林知夏", NOW)

    async def printed(self, sha256: str) -> Printed:
        self.log[sha256] = self.log.get(sha256, 0) + 1
        return await self.before(sha256)


class _Line(_Part):
    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.view = LineView(
            LinePhase.SYNCED,
            last_ok=NOW,
            lease_until=NOW + timedelta(days=2, hours=18),
            cases_left=480,
        )
        self.asked = 0

    def show(self, view: LineView) -> None:
        self.view = view
        self.desk.tell(LineChanged(view))

    def sync_now(self) -> None:
        self.asked += 1


class _Catalogue:
    language = "zh_CN"

    def find(self, text: str, limit: int = 20, department: str = "") -> tuple[ItemRow, ...]:
        return scripted_items.find(text, limit, department)

    def shelves(self) -> tuple[Shelf, ...]:
        return scripted_items.shelves()

    def guide(self, code: str) -> ItemGuide:
        return scripted_items.guide(self.item(code))

    def item(self, code: str) -> ItemDetail:
        return next(item for item in ITEMS if item.row.code == code)

    def check_identity(self, id_kind: str, text: str) -> Checked:
        check = identity.resident_id if id_kind == "resident_id" else identity.credit_code
        return _checked(text, check(text))

    def check_phone(self, text: str) -> Checked:
        return _checked(text, identity.phone(text))

    def check_name(self, text: str) -> Checked:
        return CatalogueDesk().check_name(text)  # the rule itself, as the desk has it


class _Drafts(_Part):
    async def save(self, key: str, text: str) -> None:
        self.desk.door.place()
        self.desk.kept[key] = text

    async def load(self, key: str) -> str | None:
        return self.desk.kept.get(key)

    async def drop(self, key: str) -> None:
        self.desk.kept.pop(key, None)


class _Messages(_Part):
    loud = False
    explanations: tuple[OwedExplanation, ...] = ()

    async def owed(self, case: str) -> tuple[OwedExplanation, ...]:
        done = {(kind, number) for kind, number, *_ in self.desk.asked if kind == "explain"}
        return () if ("explain", case) in done else self.explanations

    async def sound(self) -> bool:
        return self.loud

    async def set_sound(self, *, on: bool) -> None:
        self.loud = on

    async def urges(self) -> tuple[MessageRow, ...]:
        return self.desk.rows

    async def exceptions(self) -> tuple[ExceptionRow, ...]:
        return self.desk.refusals

    async def mark_read(self, event: str) -> None:
        self.desk.rows = tuple(
            replace(row, read=True) if row.event == event else row for row in self.desk.rows
        )
        self.desk.tell(CasesChanged(ChangeSet(messages=True)))

    async def cure(self, case: str, event: str = "") -> CureOwed:
        return CureOwed(event or "e1", "accept", "no_authority", NOW, "acceptance", f"{case}-A2")

    async def again(self, event: str) -> PreregisterForm | None:
        return self.desk.typed.get(event)

    async def dismiss(self, event: str) -> None:
        self.desk.refusals = tuple(row for row in self.desk.refusals if row.event != event)
        self.desk.tell(CasesChanged(ChangeSet(exceptions=True)))


def _bytes(data: bytes | Path) -> bytes:
    return data.read_bytes() if isinstance(data, Path) else data


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _page(name: str, content: bytes) -> PageRow:
    digest = hashlib.sha256(content + name.encode()).hexdigest()
    return PageRow(digest, name, "image/jpeg", len(content), 1, uploaded=False)


def _checked(text: str, result: str | Violation) -> Checked:
    if isinstance(result, Violation):
        return Checked(text, problem=Words(f"violation.{result.code}", dict(result.args)))
    return Checked(result)
