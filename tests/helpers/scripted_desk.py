"""A desk in memory that follows `ui.presenters.desk` to the letter: for screens and presenters.

Its rules are a toy (tests.helpers.scripted_cases); the real ones have their own tests. PIN 123456.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.people.at_counter import AtCounter
from client.app.rows.changes import CasesChanged, UrgeArrived
from client.app.rows.steps import StepDone
from sync.engine.ports import ChangeSet
from tests.helpers import scripted_items
from tests.helpers.scripted_access import (
    ScriptedCardPins,
    ScriptedColleagues,
    ScriptedDoor,
    ScriptedEnrolment,
    ScriptedRecovery,
)
from tests.helpers.scripted_backups import ScriptedBackups, ScriptedBringingBack
from tests.helpers.scripted_batch import ScriptedBatch
from tests.helpers.scripted_cases import NOW, Scripted
from tests.helpers.scripted_crashes import ScriptedCrashes
from tests.helpers.scripted_doctor import ScriptedDoctor
from tests.helpers.scripted_files import ScriptedMaterials, ScriptedPapers, ScriptedPrints
from tests.helpers.scripted_filings import ScriptedFilings
from tests.helpers.scripted_letters import ScriptedLetters
from tests.helpers.scripted_lists import (
    ScriptedCases,
    ScriptedDrafts,
    ScriptedLine,
    ScriptedMessages,
)
from tests.helpers.scripted_machine import ScriptedMachine
from tests.helpers.scripted_money import ScriptedTills
from tests.helpers.scripted_office import ScriptedAuthorisations, ScriptedSealBook
from tests.helpers.scripted_pages import ScriptedScanning
from tests.helpers.scripted_people import ScriptedApplicants
from tests.helpers.scripted_queue import ScriptedAppointments, ScriptedQueue
from tests.helpers.scripted_setup import ScriptedSetup
from tests.helpers.scripted_statistics import ScriptedPace, ScriptedStatistics, ScriptedTour
from tests.helpers.scripted_steps import ScriptedForms, ScriptedSigning, ScriptedSteps
from tests.helpers.scripted_updates import ScriptedUpdates
from tests.helpers.scripted_world import first_cases, first_messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.rows.changes import DeskNews
    from client.app.rows.messages import ExceptionRow, MessageRow
    from client.app.rows.steps import PreregisterForm
    from sync.domain.failures import Failure


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
        self.door = ScriptedDoor(self)
        self.enrolment = ScriptedEnrolment(self)
        self.card_pins = ScriptedCardPins(self)
        self.colleagues = ScriptedColleagues(self)
        self.recovery = ScriptedRecovery(self)
        self.cases = ScriptedCases(self)
        self.steps = ScriptedSteps(self)
        self.signing = ScriptedSigning(self)
        self.authorisations = ScriptedAuthorisations(self)
        self.seal_book = ScriptedSealBook(self)
        self.batch = ScriptedBatch(self)
        self.forms = ScriptedForms(self)
        self.materials = ScriptedMaterials(self)
        self.scanning = ScriptedScanning(self)
        self.papers = ScriptedPapers(self)
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
        self.prints = ScriptedPrints(self)
        self.statistics = ScriptedStatistics(self)
        self.pace = ScriptedPace()
        self.tour = ScriptedTour(self)
        self.inks: list[object] = []
        self.compare_first = False
        self.line = ScriptedLine(self)
        self.catalogue = scripted_items.ScriptedCatalogue()
        self.drafts = ScriptedDrafts(self)
        self.messages = ScriptedMessages(self)

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
