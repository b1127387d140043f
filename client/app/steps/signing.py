"""Steps that the card itself signs: first the sheet, whole; then the PIN; then the event.

A sheet is prepared on the store lane and remembered here until it is signed or left. The PIN goes
straight to the card lane and is kept nowhere. Sealing a certificate is three signatures in one
listed dialog: the act of the intent, the PDF, the act of the seal (proof.md §7, PAdES).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from client.app.cases.case_view import case_or_fail
from client.app.failures import AppFailure
from client.app.files.stamps import wanting_stamp
from client.app.rows.cases import PaperRow
from client.app.steps.curing import cure_drawn
from client.app.steps.decision_papers import certificate_paper, decision_drawn, next_use
from client.app.steps.sheets import sheet_of, shown_text
from client.app.steps.stepping import PDF, done_of, kept_paper, paper_members
from client.documents.papers import compose_paper
from client.documents.sign import finish, prepare
from sync.domain.events import Kind
from sync.domain.failures import FailureKind
from sync.proof.acts import make_act
from sync.proof.certificates import TrustAnchors, check, x5t_of
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.ports.card import CardInHand, CardPort
    from client.app.rows.steps import SigningSheet, StepDone
    from client.app.session.recorder import Draft, Recorded
    from client.app.session.workplace import Workplace
    from client.app.steps.sheets import Draw
    from client.documents.frame import Paper
    from client.documents.sign import Prepared
    from sync.domain.case import Case
    from sync.domain.secret import Secret
    from sync.proof.events import Draft as ToSign


@dataclass(slots=True)
class Pending:
    """A sheet that waits for its PIN."""

    sheet: SigningSheet
    draft: Draft
    paper: Paper | None = None
    pages: tuple[tuple[str, str], ...] = ()
    sealing: Sealing | None = None


@dataclass(frozen=True, slots=True)
class Sealing:
    """What sealing a certificate needs beyond its sheet."""

    prepared: Prepared
    serial: str
    seal: str


@dataclass(slots=True)
class CardKeyOf:
    """A slot of the card in hand as sync.proof's SigningKey; the PIN directly before each use."""

    card: CardInHand
    slot: str
    pin: Secret[str] = field(repr=False)

    def sign_es256(self, data: bytes) -> bytes:
        """Sign; see sync.proof.keys.SigningKey."""
        self.card.verify_pin(self.pin)
        return self.card.sign_es256(self.slot, data)

    def sign_for_pdf(self, data: bytes) -> bytes:
        """Sign SHA-256 of data as a PDF wants it (DER, or PKCS #1 v1.5)."""
        self.card.verify_pin(self.pin)
        return self.card.sign_digest(self.slot, hashlib.sha256(data).digest())


class Signing:
    """Prepare sheets and sign them.

    Args:
        place: returns the open session's means, or raises app.locked.
        card: the card at this window.
        done: told of each durable step, on the screen lane.
    """

    def __init__(
        self,
        place: Callable[[], Workplace],
        card: CardPort,
        done: Callable[[Recorded], None],
    ) -> None:
        self._place = place
        self._card = card
        self._done = done
        self._pending: dict[str, Pending] = {}

    def forget(self) -> None:
        """Drop every sheet: the window is locked."""
        self._pending.clear()

    def drop(self, sheet: SigningSheet) -> None:
        """Drop a sheet that will not be signed."""
        self._pending.pop(str(sheet.form["draft"]), None)

    async def prepare(self, kind: str, case: str, **form: str) -> SigningSheet:
        """Make the sheet of a decisive step: exactly what will be signed.

        Args:
            kind: grant, deny, decide_at_once, seal or cure.
            case: its number.
            form: text, and reason where the step needs one; of a cure step (the refused one's
                id) and way.

        Raises:
            AppFailure: the rules refuse the step now: nobody is asked for a PIN in vain.
        """
        place = self._place()
        async with place.steps:
            if kind == Kind.SEAL:
                pending = await self._prepare_seal(place, case)
            else:
                draw = cure_drawn(form) if kind == Kind.CURE else decision_drawn(kind, form)
                pending = await self._prepare(place, kind, case, draw)
        self._pending[pending.draft.id] = pending
        return pending.sheet

    async def sign(self, sheet: SigningSheet, pin: Secret[str]) -> StepDone:
        """Sign what the sheet shows.

        Raises:
            CardFailure: card.pin_wrong with tries_left, card.removed, …: the sheet stays.
            AppFailure: app.case_moved: show the case again and make a new sheet;
                app.other_card when the card in the reader is not the session's.
        """
        place = self._place()
        pending = self._pending.get(str(sheet.form["draft"]))
        if pending is None:
            raise AppFailure("app.sheet_gone", FailureKind.RETRIABLE)
        async with place.steps:
            if pending.sealing is not None:
                done = await self._seal(place, pending, pending.sealing, pin)
            else:
                recorded = await self._sign_and_commit(place, pending.draft, pin, pending.pages)
                done = done_of(recorded, sheet.case, place.now(), pending.paper)
        self._pending.pop(pending.draft.id, None)
        return done

    # ------------------------------------------------------------ decisions

    async def prepare_drawn(self, kind: str, case: str, draw: Draw) -> SigningSheet:
        """Make the sheet of a decisive step that somebody else draws up.

        Raises:
            AppFailure: the rules refuse the step now: nobody is asked for a PIN in vain.
        """
        place = self._place()
        async with place.steps:
            pending = await self._prepare(place, kind, case, draw)
        self._pending[pending.draft.id] = pending
        return pending.sheet

    async def _prepare(self, place: Workplace, kind: str, case: str, draw: Draw) -> Pending:
        held = await place.on_store(case_or_fail, place, case)
        drawn = await place.on_store(draw, place, held)
        members, pages, digest = dict(drawn.members), drawn.pages, ""
        paper: Paper | None = None
        rows: tuple[PaperRow, ...] = ()
        if drawn.paper is not None:
            paper = await kept_paper(place, drawn.paper)
            members["paper"], digest = paper_members(paper), paper.sha256
            pages = (*pages, (paper.sha256, PDF))
            rows = (PaperRow(paper.kind, paper.no or "", paper.sha256, place.now()),)
        draft = await place.on_store(_judged, place, kind, held, members, drawn.told, digest)
        return Pending(sheet_of(kind, held, draft, digest, rows), draft, paper, pages)

    # ------------------------------------------------------------ certificates

    async def _prepare_seal(self, place: Workplace, case: str) -> Pending:
        held = await place.on_store(case_or_fail, place, case)
        if held.certificate is None:
            raise AppFailure("app.no_certificate", case=case)
        framed, seal = await place.on_store(certificate_paper, place, held)
        paper = await place.lanes.crunch.run(compose_paper, framed)
        chain = await place.lanes.card.run(self._signing_chain, place)
        if paper.seal is None:
            raise AppFailure("app.no_seal", FailureKind.BROKEN, department=held.department)
        reason = texts(place.papers.language).t("sheet.title.seal")
        prepared = await place.lanes.crunch.run(
            prepare, paper.pdf, chain, seal.png, paper.seal, reason, place.now()
        )
        members = {
            "serial": held.certificate.serial,
            "digest": prepared.digest.hex(),
            "seal": seal.id,
        }
        told, digest = (("sheet.serial", held.certificate.serial),), prepared.digest.hex()
        draft = await place.on_store(_judged, place, Kind.SEAL_INTENT, held, members, told, digest)
        await place.on_store(place.store.put_attachment, paper.pdf, PDF, None)
        row = PaperRow(paper.kind, paper.no or "", paper.sha256, place.now())
        sheet = sheet_of(Kind.SEAL, held, draft, digest, (row,))
        sealing = Sealing(prepared, held.certificate.serial, seal.id)
        return Pending(sheet, draft, paper, sealing=sealing)

    async def _seal(
        self, place: Workplace, pending: Pending, sealing: Sealing, pin: Secret[str]
    ) -> StepDone:
        case = pending.sheet.case
        await self._sign_and_commit(place, pending.draft, pin)
        pdf = await place.lanes.card.run(self._sign_pdf, place, sealing.prepared, pin)
        sha256 = await place.on_store(place.store.put_attachment, pdf, PDF, None)
        held = await place.on_store(case_or_fail, place, case)
        # When the seal is used, not when the sheet was made: another one may have come between.
        counter = await place.on_store(next_use, place, sealing.seal)
        members = {
            "serial": sealing.serial,
            "document": {"sha256": sha256, "size": len(pdf), "type": PDF},
            "seal": {"id": sealing.seal, "counter": counter},
        }
        shown = pending.sheet.shown
        draft = await place.on_store(_checked, place, Kind.SEAL, held, members, shown)

        def noted() -> Mapping[str, bytes]:
            count = {f"seal.{sealing.seal}": str(counter).encode()}
            return {**count, **wanting_stamp(place.store, case, sha256)}

        recorded = await self._sign_and_commit(place, draft, pin, ((sha256, PDF),), noted)
        done = done_of(recorded, case, place.now())
        row = PaperRow("certificate", sealing.serial, sha256, place.now())
        return type(done)(done.case, done.event, done.change, (row,), done.findings)

    # ------------------------------------------------------------ the card

    async def _sign_and_commit(
        self,
        place: Workplace,
        draft: Draft,
        pin: Secret[str],
        pages: tuple[tuple[str, str], ...] = (),
        noted: Callable[[], Mapping[str, bytes]] = dict,
    ) -> Recorded:
        """Have the card sign an event, and append it.

        Args:
            place: the open session's means.
            draft: the event.
            pin: the card's.
            pages: (hash, type) of attachments that it names.
            noted: says what the store keeps with it, in one transaction and one turn of the store's
                lane: neither a kill nor who leaves the page meanwhile comes between.
        """

        def work() -> Recorded:
            return place.recorder.commit(draft, act, (), pages, meta=noted())

        to_sign = await place.on_store(place.recorder.to_sign, draft)
        act = await place.lanes.card.run(self._sign_act, place, to_sign, draft.shown, pin)
        recorded = await place.on_store(work)
        self._done(recorded)
        return recorded

    def _sign_act(self, place: Workplace, to_sign: ToSign, shown: str, pin: Secret[str]) -> str:
        with self._card.open() as card:
            der = _own_certificate(card, place)
            key = CardKeyOf(card, "9C", pin)
            mandate = place.recorder.mandate
            return make_act(to_sign, mandate.delegation, shown, x5t_of(der), key)

    def _sign_pdf(self, place: Workplace, prepared: Prepared, pin: Secret[str]) -> bytes:
        with self._card.open() as card:
            _own_certificate(card, place)
            return finish(prepared, CardKeyOf(card, "9C", pin).sign_for_pdf)

    def _signing_chain(self, place: Workplace) -> tuple[bytes, ...]:
        with self._card.open() as card:
            return (_own_certificate(card, place), *place.authorities)


def _own_certificate(card: CardInHand, place: Workplace) -> bytes:
    """Return the 9C certificate; refuse a card that is not the session's person's."""
    der = card.certificate("9C")
    anchors = TrustAnchors.of(place.authorities)
    if check((der,), "seal", place.now(), anchors).person != place.session.person:
        raise AppFailure("app.other_card")
    return der


def _judged(
    place: Workplace,
    kind: str,
    case: Case,
    members: Mapping[str, Any],
    told: tuple[tuple[str, str], ...],
    digest: str,
) -> Draft:
    """Draft a step under its sheet's text; a certificate's intent goes under the seal's."""
    titled = Kind.SEAL if kind == Kind.SEAL_INTENT else kind
    absent = place.recorder.acting_for(kind, case.scope, case.number, members)
    if absent is not None:
        known = place.store.policy_book().roster.get(absent)
        told = (*told, ("sheet.acting_for", known.name if known else absent))
    shown = shown_text(place, titled, case, told, digest)
    return _checked(place, kind, case, members, shown)


def _checked(
    place: Workplace, kind: str, case: Case, members: Mapping[str, Any], shown: str
) -> Draft:
    draft = place.recorder.draft(kind, case.scope, case.number, members, shown)
    place.recorder.judge(draft, signed_by_card=True)
    return draft
