"""The desk as the presenters need it: `client.app.desk.Desk` fits, and so does a scripted one.

Every coroutine is awaited on the screen lane and raises failures with stable codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from client.app.files.prints import Printed
    from client.app.forms.table import Filled
    from client.app.rows.authorisations import AuthorisationRow
    from client.app.rows.batch import BatchCase, BatchEnd, BatchRound
    from client.app.rows.cases import CaseDetail, CasePage, PaperRow, Receiver, Tab, TabCounts
    from client.app.rows.changes import DeskNews
    from client.app.rows.ink import Ink
    from client.app.rows.materials import Compared, Given
    from client.app.rows.messages import CureOwed, ExceptionRow, MessageRow, OwedExplanation
    from client.app.rows.seals import SealBookView
    from client.app.rows.session import LineView
    from client.app.rows.steps import (
        AcceptancePreview,
        Missing,
        PreregisterForm,
        SigningSheet,
        StepDone,
    )
    from client.app.rows.words import PageRow
    from client.app.steps.form_steps import FormOffer
    from sync.domain.seal_register import DayClose
    from sync.domain.secret import Secret
    from ui.presenters.desk_access import (
        Backups,
        BringingBack,
        CardPins,
        Colleagues,
        Door,
        Enrolment,
        Recovery,
    )
    from ui.presenters.desk_hall import Appointments, Filings, HallQueue, Letters
    from ui.presenters.desk_machine import Crashes, Machine, Setup, Updates
    from ui.presenters.desk_materials import Materials, Scanning
    from ui.presenters.desk_money import Tills
    from ui.presenters.desk_parts import Applicants, AtCounter, Catalogue, Doctor, Handouts
    from ui.presenters.desk_statistics import Pace, Statistics, Tour


class Cases(Protocol):
    """Lists and single cases."""

    async def counts(self) -> TabCounts:
        """Count for the tabs."""

    async def page(
        self, tab: Tab, text: str = "", after: str | None = None, limit: int = 100
    ) -> CasePage:
        """Return a slice of a list."""

    async def open(self, number: str) -> CaseDetail:
        """Return one case whole."""

    async def phone(self, number: str) -> str:
        """Return the applicant's whole telephone number, to call it."""


class Steps(Protocol):
    """Steps that the session key signs."""

    async def preregister(self, form: PreregisterForm) -> StepDone:
        """Register a visit and draw the case number."""

    async def ask_precheck(self, form: PreregisterForm) -> StepDone:
        """Ask for a pre-check: a number without legal effect."""

    async def receive(self, case: str, given: tuple[Given, ...]) -> StepDone:
        """Receive materials."""

    async def notify_correction(self, case: str, missing: tuple[Missing, ...]) -> StepDone:
        """Serve the one complete list of what is missing."""

    async def correct(self, case: str, given: tuple[Given, ...]) -> StepDone:
        """Take what the applicant brings after a notice."""

    async def supply_pending(self, case: str, given: tuple[Given, ...]) -> StepDone:
        """Take what was owed under a promise."""

    async def fix_on_spot(self, case: str, given: tuple[Given, ...]) -> StepDone:
        """Take what was mended on the spot."""

    async def preview_acceptance(self, case: str) -> AcceptancePreview:
        """Compute what accepting now would promise."""

    async def accept(self, case: str, compared: tuple[Compared, ...] = ()) -> StepDone:
        """Accept the application; with the pages that were held against the originals."""

    async def claim(self, case: str) -> StepDone:
        """Take the case in hand."""

    async def handle(self, case: str, *, agree: bool, text: str) -> StepDone:
        """Sign the handler's opinion."""

    async def review(self, case: str, *, agree: bool, text: str) -> StepDone:
        """Sign a reviewer's opinion."""

    async def send_back(self, case: str, text: str) -> StepDone:
        """Send the case back one level with a reason."""

    async def hear_party(self, case: str, text: str) -> StepDone:
        """Record what the applicant stated and pleaded."""

    async def make(self, case: str) -> StepDone:
        """Draw a serial and make the certificate."""

    async def issue(self, case: str, receiver: Receiver) -> StepDone:
        """Hand the certificate out."""

    async def sign_for(self, case: str, receiver: Receiver, ink: Ink | None = None) -> StepDone:
        """Record that it was signed for, on paper or by what was drawn under the slip."""

    async def sign_paper(self, case: str, no: str, ink: Ink) -> StepDone:
        """Have a paper that was given out signed on the screen."""

    async def close(self, case: str) -> StepDone:
        """Close the case."""

    async def withdraw(self, case: str, request: PageRow) -> StepDone:
        """End the case at the applicant's wish, by his signed request."""

    async def leave(self, case: str, *, offered: bool, text: str) -> StepDone:
        """Give the number back: the visitor left."""

    async def explain(self, case: str, urge_event: str, text: str) -> StepDone:
        """Answer an urge or order."""


class Signing(Protocol):
    """Steps that the card itself signs."""

    async def prepare(self, kind: str, case: str, **form: str) -> SigningSheet:
        """Make the sheet: exactly what will be signed."""

    async def sign(self, sheet: SigningSheet, pin: Secret[str]) -> StepDone:
        """Sign what the sheet shows."""


class Batch(Protocol):
    """Many decisions and one PIN."""

    async def waiting(self) -> tuple[BatchCase, ...]:
        """Return the cases that this person may decide now."""

    async def prepare(self, case: BatchCase, text: str) -> SigningSheet:
        """Make one case's sheet."""

    async def sign(
        self,
        sheets: Sequence[SigningSheet],
        pin: Secret[str],
        tell: Callable[[BatchEnd], None],
    ) -> BatchRound:
        """Sign sheet after sheet; a case that fails leaves the others whole."""

    def cancel(self) -> None:
        """Try no further case."""


class Authorisations(Protocol):
    """Who may do what until when."""

    async def rows(self) -> tuple[AuthorisationRow, ...]:
        """Return one's own authorisations and the department's."""

    async def paper(self, id_: str, language: str = "zh_CN") -> PaperRow:
        """Make the paper of one."""

    async def command(self, id_: str, way: str) -> str:
        """Return the administrators' command: "revoke" or "renew"."""


class SealBook(Protocol):
    """The register of seals and the day's close."""

    async def view(self) -> SealBookView:
        """Return the register and what today comes to."""

    async def close(self, received: int, left: int) -> DayClose:
        """Close today by what was counted."""


class Forms(Protocol):
    """Steps whose pages the table describes."""

    async def offer(self, case: str, kind: str) -> FormOffer:
        """Return what the page of a step offers."""

    async def make(
        self,
        case: str,
        kind: str,
        filled: Filled,
        ink: Ink | None = None,
        compared: tuple[Compared, ...] = (),
    ) -> StepDone | SigningSheet:
        """Make the step, or the sheet of one that the card signs; `ink` in a scan's stead."""

    async def blank(self, case: str, kind: str, filled: Filled) -> PaperRow:
        """Print the form that is signed by hand before the step."""


class Papers(Protocol):
    """Papers that the steps made."""

    async def read(self, sha256: str) -> bytes:
        """Return the PDF."""

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> tuple[int, int, bytes]:
        """Return width, height and RGB888 of one page."""

    async def save(self, sha256: str, path: Path) -> None:
        """Keep."""


class Prints(Protocol):
    """Papers on their way to the printer."""

    async def narrow(self, sha256: str) -> str:
        """Return the hash of a paper's 80 mm slip, "" where there is none."""

    async def pages(self, sha256: str) -> int:
        """Count a paper's pages."""

    async def before(self, sha256: str) -> Printed:
        """Return how often it was printed before."""

    async def printed(self, sha256: str) -> Printed:
        """Log that it goes to the printer now."""


class Line(Protocol):
    """The line to the centre."""

    @property
    def view(self) -> LineView:
        """The one model of the sync state."""

    def sync_now(self) -> None:
        """Try at once."""


class Drafts(Protocol):
    """What was typed and not yet done, in the encrypted store."""

    async def save(self, key: str, text: str) -> None:
        """Keep."""

    async def load(self, key: str) -> str | None:
        """Return what was kept."""

    async def drop(self, key: str) -> None:
        """Forget."""


class Messages(Protocol):
    """Urges and exceptions."""

    async def owed(self, case: str) -> tuple[OwedExplanation, ...]:
        """Return the explanations of a case that this window owes."""

    async def sound(self) -> bool:
        """Say whether a sound comes with an urge."""

    async def set_sound(self, *, on: bool) -> None:
        """Keep whether a sound comes with an urge."""

    async def urges(self) -> tuple[MessageRow, ...]:
        """Return urges and orders, newest first."""

    async def exceptions(self) -> tuple[ExceptionRow, ...]:
        """Return refused steps."""

    async def cure(self, case: str, event: str = "") -> CureOwed:
        """Return what a cure is about; without an event the case's first."""

    async def again(self, event: str) -> PreregisterForm | None:
        """Return what was typed for a registration that was refused."""

    async def mark_read(self, event: str) -> None:
        """Mark as read."""

    async def dismiss(self, event: str) -> None:
        """Take off the list."""


class DeckCard(Protocol):
    """One card of the demonstration; `role_key` is a role's code."""

    @property
    def name(self) -> str:
        """The card's file."""

    @property
    def label(self) -> str:
        """Whose it is."""

    @property
    def role_key(self) -> str:
        """Text under role.<role_key>."""

    @property
    def inserted(self) -> bool:
        """Whether it is in the reader."""


class CardDeck(Protocol):
    """The demonstration's cards and its simulated reader; safe from any thread, at once."""

    def cards(self) -> Sequence[DeckCard]:
        """Return the cards in the order in which they are shown."""

    def insert(self, name: str) -> None:
        """Put a card in; one that is in already is pulled first."""

    def pull(self) -> None:
        """Take the card out, whatever it is doing."""


class Desk(Protocol):
    """Everything that the window's screens talk to."""

    @property
    def door(self) -> Door:
        """Who is at the window."""

    @property
    def enrolment(self) -> Enrolment:
        """Becoming a window."""

    @property
    def card_pins(self) -> CardPins:
        """The card's PIN."""

    @property
    def colleagues(self) -> Colleagues:
        """Colleagues' cards."""

    @property
    def backups(self) -> Backups:
        """This window's backup."""

    @property
    def bringing_back(self) -> BringingBack:
        """A former machine's backup."""

    @property
    def recovery(self) -> Recovery:
        """The way in without a card that opens the store."""

    @property
    def cases(self) -> Cases:
        """Lists and cases."""

    @property
    def steps(self) -> Steps:
        """Steps by the session key."""

    @property
    def signing(self) -> Signing:
        """Steps by the card."""

    @property
    def batch(self) -> Batch:
        """Many decisions at once."""

    @property
    def authorisations(self) -> Authorisations:
        """Who may do what until when."""

    @property
    def seal_book(self) -> SealBook:
        """The register of seals."""

    @property
    def forms(self) -> Forms:
        """Steps by the table of pages."""

    @property
    def materials(self) -> Materials:
        """Attached pages."""

    @property
    def scanning(self) -> Scanning:
        """Scanners."""

    @property
    def papers(self) -> Papers:
        """Papers made."""

    @property
    def applicants(self) -> Applicants:
        """The directory of applicants."""

    @property
    def at_counter(self) -> AtCounter:
        """Readers and scanners at the counter."""

    @property
    def machine(self) -> Machine:
        """This machine's settings."""

    @property
    def setup(self) -> Setup:
        """This machine's first run."""

    @property
    def updates(self) -> Updates:
        """What a window says of updates."""

    @property
    def crashes(self) -> Crashes:
        """Reports of faults."""

    @property
    def doctor(self) -> Doctor:
        """What the window stands on."""

    @property
    def tills(self) -> Tills:
        """Money in this hall."""

    @property
    def queue(self) -> HallQueue:
        """Numbers drawn and called."""

    @property
    def appointments(self) -> Appointments:
        """Times given and kept."""

    @property
    def filings(self) -> Filings:
        """What applicants filed on line."""

    @property
    def letters(self) -> Letters:
        """What applicants wrote."""

    @property
    def handouts(self) -> Handouts:
        """Papers before a case."""

    @property
    def statistics(self) -> Statistics:
        """Figures of the work."""

    @property
    def pace(self) -> Pace:
        """One's own seconds."""

    @property
    def tour(self) -> Tour:
        """Who was shown round."""

    @property
    def prints(self) -> Prints:
        """Papers on their way to the printer."""

    @property
    def line(self) -> Line:
        """The line."""

    @property
    def catalogue(self) -> Catalogue:
        """Items and checks."""

    @property
    def drafts(self) -> Drafts:
        """Drafts."""

    @property
    def messages(self) -> Messages:
        """Urges and exceptions."""

    def watch(self, listener: Callable[[DeskNews], None]) -> Callable[[], None]:
        """Be told of news; call the answer to stop."""

    def now(self) -> datetime:
        """Best estimate of the centre's time."""
