"""The desk: everything that a window's screens talk to, in one value.

Made by client.bootstrap. `run` is the program's life: it follows the card, and owns every task
that the use cases start.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from client.app.access.card_pins import CardPins
from client.app.access.colleagues import Colleagues
from client.app.access.door import Door
from client.app.cases.queries import CaseQueries
from client.app.cases.why import Why
from client.app.doctor import Doctor
from client.app.files.materials import Materials, Papers
from client.app.files.prints import Prints
from client.app.files.scanning import Scanning
from client.app.files.slips import Slips
from client.app.files.stamps import Stamps
from client.app.hall.appointments import Appointments
from client.app.hall.filings import Filings
from client.app.hall.letters import Letters
from client.app.hall.messages import Messages
from client.app.hall.pace import Pace
from client.app.hall.queue import HallQueue
from client.app.hall.seal_book import SealBook
from client.app.hall.statistics import Statistics
from client.app.hall.tour import Tour
from client.app.items.catalogue import CatalogueDesk
from client.app.items.handouts import Handouts
from client.app.machine.backups import Backups
from client.app.machine.bringing_back import BringingBack
from client.app.machine.crashes import CrashReports
from client.app.machine.settings import Machine
from client.app.machine.setup import Setup
from client.app.machine.updates import Updates
from client.app.money.tills import Tills
from client.app.papers.papermaking import Papermaker
from client.app.people.applicants import Applicants
from client.app.people.at_counter import AtCounter
from client.app.people.authorisations import Authorisations
from client.app.rows.changes import CasesChanged, QueueMoved, SessionLocked, UrgeArrived
from client.app.session.centre_time import centre_time
from client.app.session.drafts import Drafts
from client.app.session.leave import Leave
from client.app.session.news import News
from client.app.session.recorder import Mandate, Recorder
from client.app.session.workplace import Workplace
from client.app.steps.batch import Batch
from client.app.steps.clerk import Steps
from client.app.steps.form_steps import FormSteps
from client.app.steps.signing import Signing
from client.app.steps.stepping import Stepping
from client.documents.qr import forget_codes
from client.host.crashes import Crashes
from sync.domain.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.access.enrolment import Enrolment
    from client.app.access.line import Line
    from client.app.access.opening import Means, Opened
    from client.app.access.recovery import Recovery
    from client.app.doctor import Surroundings
    from client.app.machine.backups import BackupTools
    from client.app.machine.settings import MachineParts
    from client.app.rows.changes import DeskNews
    from client.app.session.recorder import Recorded
    from client.host.pinned import Pinned
    from sync.domain.policy import PolicyBook
    from sync.engine.ports import ChangeSet


class Desk:
    """The use cases, wired to one another.

    Args:
        means: card, vault, lanes, clock, store.
        line: the line to the centre.
        pinned: reads whom this window trusts.
        pin: writes it anew when policy has changed.
        public: reads the base address of the public pages, printed on papers.
        broken: told of a listener's defect.
        enrolment: makes this machine a window of a centre.
        recovery: opens the store without its cards.
        around: what the doctor looks at besides card and store.
        machine: what the settings of this machine are about.
        sealed: the sealed form of this window's backups.
    """

    def __init__(  # noqa: PLR0913, PLR0915, PLR0917  (the composition root names each part once)
        self,
        means: Means,
        line: Line,
        pinned: Callable[[], Pinned | None],
        pin: Callable[[PolicyBook], None],
        public: Callable[[], str],
        broken: Callable[[Exception], None],
        enrolment: Enrolment,
        recovery: Recovery,
        around: Surroundings,
        machine: MachineParts,
        sealed: BackupTools,
    ) -> None:
        self._means = means
        self._public, self._pin = public, pin
        self._news = News(broken)
        self._known_urges: set[str] = set()
        self._changes: asyncio.Queue[ChangeSet] = asyncio.Queue()
        self.line = line
        self.enrolment = enrolment
        self.recovery = recovery
        self.door = Door(means, pinned, line, self._furnish, self._news)
        self.card_pins = CardPins(means, self.door.look_again)
        self.colleagues = Colleagues(means, self._place)
        self.backups = Backups(self._place, line, means.vault, sealed)
        self.door.parting = self.backups.parting
        self.doctor = Doctor(means, around, self._place, self.backups.look)
        self.catalogue = CatalogueDesk()
        self.cases = CaseQueries(self.door.place, self.catalogue)
        self._slips = Slips()
        way = Stepping(self._recorded, self._slips)
        self.steps = Steps(self.door.place, way)
        self.signing = Signing(self.door.place, means.card, self._recorded)
        self.batch = Batch(self.door.place, self.signing, self.catalogue)
        self.forms = FormSteps(self.door.place, self.signing, self.catalogue, way, line.attachment)
        self.materials = Materials(self.door.place, line.attachment)
        self.scanning = Scanning(self.door.place, self.materials, means.scanners)
        self._stamps = Stamps(self.door.place, line)
        self.papers = Papers(self.door.place, self._stamps)
        self.handouts = Handouts(self.door.place, self.catalogue)
        self.authorisations = Authorisations(self.door.place, self.catalogue, self.handouts)
        self.applicants = Applicants(self.door.place, self.catalogue)
        self.prints = Prints(self.door.place, self._slips.made)
        self.seal_book = SealBook(self.door.place, self.prints)
        self.pace = Pace(self.door.place)
        self.tour = Tour(self.door.place)
        self.statistics = Statistics(self.door.place, self.catalogue, self.handouts)
        self.tills = Tills(self.door.place, self.catalogue, self._recorded)
        self.drafts = Drafts(self.door.still_open)
        self.messages = Messages(self.door.place, self.catalogue)
        self.queue = HallQueue(self.door.place, line, self.catalogue)
        self.appointments = Appointments(self.door.place, line)
        self.letters = Letters(self.door.place, line)
        self.filings = Filings(self.door.place, line, self.steps, self.materials)
        self.at_counter = AtCounter(
            machine.listen(machine.started), lambda: self.now().date(), self._news.tell
        )
        self.machine = Machine(machine, means.lanes, self.at_counter.use)
        self.bringing_back = BringingBack(self._place, line, means.card, sealed, self.machine.bring)
        self.setup = Setup(machine, means.lanes, lambda: not enrolment.needed)
        self.updates = Updates(machine.folder)
        crashes = machine.crashes or Crashes(machine.folder, means.clock)
        self.crashes = CrashReports(crashes, self.machine, line, means.lanes)
        line.attach(self._changed, self._news.tell)
        self._news.watch(self._session_over)
        self._news.watch(self._stamps.hear)
        self._news.watch(self.backups.hear)
        self._news.watch(self.crashes.hear)

    def watch(self, listener: Callable[[DeskNews], None]) -> Callable[[], None]:
        """Be told of everything that changes; the answer ends it. Screen lane."""
        return self._news.watch(listener)

    def now(self) -> datetime:
        """Return the best estimate of the centre's time."""
        if self.door.session is None:
            return centre_time(self._means.clock, None)
        return self.door.place().now()

    async def run(self) -> None:
        """Live until cancelled: follow the card, the line, and what they change."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self.line.use(tasks)
                tasks.create_task(self.door.watch_card())
                tasks.create_task(self._follow_changes())
                tasks.create_task(self._stamps.run())
                tasks.create_task(self._slips.run())
                tasks.create_task(self.backups.run())
                tasks.create_task(self.crashes.run())
                tasks.create_task(self.at_counter.run(self._means.lanes.store))
        finally:
            await self.door.lock("closed")
            await self.line.shut()
            self.scanning.stop()
            await self._means.lanes.card.run(self._means.card.close)
            await self._means.lanes.close()

    # ------------------------------------------------------------ inside

    async def _furnish(self, opened: Opened) -> Workplace:
        mandate = Mandate(
            aud=opened.line.delegation.aud,
            person=opened.view.person,
            dev=opened.line.delegation.dev,
            inc=opened.line.delegation.inc,
            scopes=tuple(opened.line.delegation.scopes),
            delegation=opened.line.kid,
            key=opened.line.key,
        )
        book = await self._means.lanes.store.run(opened.store.policy_book)
        self.catalogue.take(book)
        # The session before may have been locked with this policy in the store and not yet pinned.
        await self._means.lanes.store.run(self._pin, book)
        self._known_urges.clear()
        leave = Leave(
            opened.store,
            self._means.clock,
            opened.line.delegation.exp,
            online=opened.view.online,
        )
        return Workplace(
            session=opened.view,
            store=opened.store,
            recorder=Recorder(
                opened.store,
                self._means.clock,
                mandate,
                leave,
                lambda broken, case: Why(opened.store.policy_book(), self.catalogue.language).named(
                    broken, case
                ),
            ),
            leave=leave,
            papers=Papermaker(opened.store, opened.view, self._public()),
            lanes=self._means.lanes,
            clock=self._means.clock,
            authorities=opened.authorities,
        )

    def _place(self) -> Workplace | None:
        return None if self.door.session is None else self.door.place()

    def _session_over(self, news: DeskNews) -> None:
        """Drop what was prepared in a session with the session."""
        if isinstance(news, SessionLocked):
            self.signing.forget()
            forget_codes()

    def _recorded(self, recorded: Recorded) -> None:
        """Tell the engine to push and the screens to refresh."""
        self.line.notify()
        self._changed(recorded.change)

    def _changed(self, change: ChangeSet) -> None:
        if change.queue:
            self._news.tell(QueueMoved())  # it touches no case: only who shows it reads again
            return
        self._changes.put_nowait(change)

    async def _follow_changes(self) -> None:
        while True:
            change = await self._changes.get()
            while not self._changes.empty():
                change |= self._changes.get_nowait()
            # The window may be locked while this waits for the store's lane.
            with contextlib.suppress(Failure):
                await self._tell(self.door.place(), change)

    async def _tell(self, place: Workplace, change: ChangeSet) -> None:
        place.anchor = await place.on_store(place.store.anchor)
        place.cases_left = await place.on_store(place.store.numbers_left, "case")
        self.line.left(place.cases_left)
        if await place.on_store(place.store.numbers_low):
            self.line.refresh_lease()
        if change.policy:
            book = await place.on_store(place.store.policy_book)
            self.catalogue.take(book)
            await place.on_store(self._pin, book)
        self._news.tell(CasesChanged(change))
        if change.messages:
            await self._tell_urges()

    async def _tell_urges(self) -> None:
        for message in await self.messages.urges():
            if message.event not in self._known_urges:
                self._known_urges.add(message.event)
                if not message.read:
                    self._news.tell(UrgeArrived(message))
