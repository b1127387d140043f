"""The steps of the table's pages: what a page offers, what it makes, the forms it prints.

A session step goes `stepping`'s one way. A decisive one goes `signing`'s: it is judged, with
everything that it will say, before anybody is asked for a PIN.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from client.app.cases.case_view import case_or_fail
from client.app.cases.follow_ups import follow_ups
from client.app.failures import AppFailure
from client.app.forms.bodies import compared_members
from client.app.forms.every import BLANKS, FORMS, by_card
from client.app.forms.offers import offered
from client.app.forms.table import Choice, Facts
from client.app.papers.making import subject_of
from client.app.ports.store import NumberUse
from client.app.rows.cases import PaperRow
from client.app.rows.words import PageRow
from client.app.session.hall_books import stock_of
from client.app.steps.archiving import bind_file
from client.app.steps.handwritten import Shown, signed_copy
from client.app.steps.sheets import Drawn
from client.app.steps.stepping import PDF, Stepping, kept_paper, numbered, paper_members
from client.documents.letters import LetterData
from sync.domain.events import Kind
from sync.domain.failures import FailureKind
from sync.domain.ids import make_case_number
from sync.domain.violations import violation
from sync.proof.events import read_body
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.forms.table import Filled, Form, PaperForm
    from client.app.items.catalogue import CatalogueDesk
    from client.app.papers.papermaking import Subject
    from client.app.rows.ink import Ink
    from client.app.rows.materials import Compared
    from client.app.rows.steps import SigningSheet, StepDone
    from client.app.session.workplace import Workplace
    from client.app.steps.archiving import Fetch
    from client.app.steps.signing import Signing
    from sync.domain.case import Case


@dataclass(frozen=True, slots=True)
class FormOffer:
    """What a page is opened with.

    Args:
        choices: what each PICK, MANY and DUES offers, by the field's name.
        begin: the answers to begin with.
        by_card: whether the signing sheet follows.
        compare_first: whether the hall wants every page compared before this step (policy).
    """

    choices: Mapping[str, tuple[Choice, ...]]
    begin: Mapping[str, str]
    by_card: bool
    compare_first: bool = False


@dataclass(frozen=True, slots=True)
class _Printed:
    """The blank that was made last: of which case and step, and with which answers on it."""

    case: str
    kind: str
    values: Mapping[str, str]
    shown: Shown


class FormSteps:
    """Offers and makes the steps of `client.app.forms`.

    Args:
        place: returns the open session's means, or raises app.locked.
        signing: prepares the sheet of a decisive step.
        catalogue: knows the screen's language.
        way: by which a step is made.
        fetch: fetches what another window kept, for the file of a closed case.
    """

    def __init__(
        self,
        place: Callable[[], Workplace],
        signing: Signing,
        catalogue: CatalogueDesk,
        way: Stepping,
        fetch: Fetch,
    ) -> None:
        self._place = place
        self._fetch = fetch
        self._signing = signing
        self._catalogue = catalogue
        self._way = way
        self._printed: _Printed | None = None

    async def offer(self, case: str, kind: str) -> FormOffer:
        """Return what the page of a step offers for a case. Records nothing."""
        place, form = self._place(), FORMS[kind]
        language = self._catalogue.language

        def read() -> FormOffer:
            facts = facts_of(place, case)
            choices = {
                field.name: offered(field.offer, facts, language)
                for field in form.fields
                if field.offer
            }
            first = form.compares and facts.rules.switches.compare_before_acceptance
            return FormOffer(choices, form.begin(facts), by_card(kind, facts.item), first)

        return await place.on_store(read)

    async def make(
        self,
        case: str,
        kind: str,
        filled: Filled,
        ink: Ink | None = None,
        compared: tuple[Compared, ...] = (),
    ) -> StepDone | SigningSheet:
        """Make a step, or the sheet of one that the card signs.

        Args:
            case: the case, or the one that a new case is about.
            kind: the step's code.
            filled: answers that passed `client.app.forms.reading.wrong`.
            ink: drawn beside the blank that was printed last, in a scan's stead (SE15).
            compared: pages that whoever makes it has held against the originals (IN09).

        Raises:
            AppFailure: a violation's code when the rules refuse it; nothing is changed then.
                app.other_paper_signed: the blank was of another case, or other answers stood on it;
                app.ink_empty. DocumentFailure: document.no_line_to_sign.
        """
        place, form = self._place(), FORMS[kind]
        facts = await place.on_store(facts_of, place, case)
        if ink is not None:
            filled, form = await self._by_hand(place, form, case, filled, ink)
        if compared:
            form = _with_compared(form, compared)
        if by_card(kind, facts.item):
            return await self._signing.prepare_drawn(kind, case, _drawing(form, filled))
        async with place.steps:
            if form.opens:
                return await numbered(lambda: self._open(place, form, facts, filled))
            return await self._step(place, form, facts, filled)

    async def blank(self, case: str, kind: str, filled: Filled) -> PaperRow:
        """Print the form that is to be signed by hand before the step; it is kept sealed.

        Raises:
            AppFailure: app.no_blank when the step has none.
        """
        place, blank = self._place(), BLANKS.get(kind)
        if blank is None:
            raise AppFailure("app.no_blank", FailureKind.BROKEN, kind=kind)

        def data() -> LetterData:
            return _letter(place, blank, facts_of(place, case), filled)

        paper = await kept_paper(place, await place.on_store(data))
        shown = Shown(paper.kind, paper.no or "", paper.sha256)
        self._printed = _Printed(case, kind, dict(filled.values), shown)
        return PaperRow(shown.kind, shown.no, shown.sha256, place.now())

    # ------------------------------------------------------------ inner

    async def _by_hand(
        self, place: Workplace, form: Form, case: str, filled: Filled, ink: Ink
    ) -> tuple[Filled, Form]:
        """Put the signed copy where a scan would be, and its strokes beside it in the body."""
        printed, field = self._printed, next((f for f in form.fields if f.hand), None)
        now = (case, form.kind, filled.values)
        if field is None or printed is None or (printed.case, printed.kind, printed.values) != now:
            raise AppFailure("app.other_paper_signed")
        copy, proof = await signed_copy(place, printed.shown, ink)
        signed = proof["signed"]
        size = signed["size"] if isinstance(signed, dict) else 0
        page = PageRow(copy.sha256, f"{copy.kind}.pdf", PDF, size, pages=1, uploaded=False)

        def members(filled: Filled, facts: Facts) -> dict[str, Any]:
            made = form.members(filled, facts)
            return {**made, field.name: {**made[field.name], **proof}}

        return filled.with_pages(field.name, (page,)), replace(form, members=members)

    async def _step(self, place: Workplace, form: Form, facts: Facts, filled: Filled) -> StepDone:
        members, case = form.members(filled, facts), facts.case
        if form.kind is Kind.ARCHIVE:
            return await self._archive(place, facts)
        made = form.paper
        if made is None:
            return await self._way.commit(
                place, form.kind, case.number, case.scope, members, pages=pages_of(filled)
            )
        return await self._way.with_paper(
            place,
            form.kind,
            subject_of(case, facts.rules),
            lambda: _letter(place, made, facts, filled),
            members,
            pages=pages_of(filled),
        )

    async def _archive(self, place: Workplace, facts: Facts) -> StepDone:
        """Freeze the whole file; the rules are asked first, for it takes a while."""
        case = facts.case
        await place.on_store(judged, place, Kind.ARCHIVE, case)
        paper = await bind_file(place, facts, self._fetch)
        return await self._way.commit(
            place,
            Kind.ARCHIVE,
            case.number,
            case.scope,
            {"paper": paper_members(paper)},
            paper=paper,
            pages=[(paper.sha256, PDF)],
        )

    async def _open(self, place: Workplace, form: Form, facts: Facts, filled: Filled) -> StepDone:
        """Open the new case: a number of the lease, and its slip where the applicant stands."""
        _may_follow(form.kind, facts)
        serial, subject = await place.on_store(_new_subject, place, facts, filled)
        code = await place.on_store(place.papers.check_code, subject.number)
        members = {**form.members(filled, facts), "check": code}
        uses = (NumberUse("case", serial),)
        made = form.paper
        by_office = members.get("ex_officio") is True
        if made is None or by_office:
            scope = subject.item.scope
            return await self._way.commit(
                place, form.kind, subject.number, scope, members, uses=uses
            )
        return await self._way.with_paper(
            place,
            form.kind,
            subject,
            lambda: _letter(place, made, facts, filled, subject),
            members,
            uses=uses,
        )


def _with_compared(form: Form, compared: tuple[Compared, ...]) -> Form:
    def members(filled: Filled, facts: Facts) -> dict[str, Any]:
        return {**form.members(filled, facts), **compared_members(compared)}

    return replace(form, members=members)


def facts_of(place: Workplace, number: str) -> Facts:
    """Return what a page's step is made from. Store lane.

    Raises:
        AppFailure: app.no_such_case, app.no_such_item.
    """
    case = case_or_fail(place, number)
    book = place.store.policy_book()
    rules = book.rules()
    bodies: dict[str, Mapping[str, Any]] = {
        event.kind: read_body(event.record.body.encode())
        for event in place.store.events_of(number)
        if event.verdict != "refused"
    }
    item = subject_of(case, rules).item
    person = place.session.person
    receipt = stock_of(place.store, place.session.hall).next_of(person) if case.fees else None
    return Facts(case, item, rules, book, place.now(), person, bodies, receipt or "")


def judged(place: Workplace, kind: str, case: Case) -> None:
    """Ask the rules for a step before anything is made for it. Store lane."""
    place.recorder.judge(
        place.recorder.draft(kind, case.scope, case.number, {}), signed_by_card=False
    )


def _may_follow(kind: str, facts: Facts) -> None:
    """Refuse a new case about one that is still open, or that gave nothing to be about."""
    case = facts.case
    offered_here = follow_ups(case, facts.person, facts.rules, facts.now)
    if kind not in {option.kind for option in offered_here}:
        why = violation("step_not_allowed", state=case.state.value, kind=kind)
        raise AppFailure.of(why)


def pages_of(filled: Filled) -> list[tuple[str, str]]:
    """Return the files that the step names, to be its case's from then on."""
    return [(page.sha256, page.type) for pages in filled.pages.values() for page in pages]


def _drawing(form: Form, filled: Filled) -> Callable[[Workplace, Case], Drawn]:
    def draw(place: Workplace, case: Case) -> Drawn:
        facts = replace(facts_of(place, case.number), case=case)
        made = form.paper
        paper = _letter(place, made, facts, filled) if made else None
        pages = tuple(pages_of(filled))
        return Drawn(form.members(filled, facts), _told(place, form, facts, filled), paper, pages)

    return draw


def _told(
    place: Workplace, form: Form, facts: Facts, filled: Filled
) -> tuple[tuple[str, str], ...]:
    """Return what the sheet tells: each answer under its question, in the paper's language."""
    said = texts(place.papers.language)
    rows = []
    for field in form.asked(filled):
        value = filled.of(field.name)
        if field.offer:
            known = {each.code: each.words for each in offered(field.offer, facts, said.language)}
            value = " ".join(known.get(code, code) for code in value.split())
        elif field.codes and value:
            value = said.t(f"{field.words}.{value}")
        elif field.name == "told":
            continue
        rows.append((label_of(form, field.name, said.has), value))
    return tuple(rows)


def label_of(form: Form, field: str, has: Callable[[str], bool]) -> str:
    """Return the key of a field's label: the step's own, or the one that it shares."""
    own = f"form.{form.kind}.{field}"
    return own if has(own) else f"form.field.{field}"


def _letter(
    place: Workplace,
    made: PaperForm,
    facts: Facts,
    filled: Filled,
    subject: Subject | None = None,
) -> LetterData:
    about = subject or subject_of(facts.case, facts.rules)
    return LetterData(
        made.kind,
        place.papers.frame(made.kind, about, facts.now),
        place.papers.matter(about),
        lambda words: made.letter(filled, facts, words),
    )


def _new_subject(place: Workplace, facts: Facts, filled: Filled) -> tuple[int, Subject]:
    item = facts.rules.catalogue.item(filled.of("item")) or facts.item
    serial = place.store.next_number("case")
    if serial is None:
        raise AppFailure("app.no_numbers", FailureKind.RETRIABLE)
    number = make_case_number(place.now().date(), place.session.hall, serial)
    old = subject_of(facts.case, facts.rules)
    return serial, replace(old, number=number, item=item, papers=0)
