"""Steps that the card itself signs: first the sheet, whole; then the PIN; then the event.

A sheet is prepared on the store lane and remembered here until it is signed or left. The PIN goes
straight to the card lane and is kept nowhere. Sealing a certificate is three signatures in one
listed dialog: the act of the intent, the PDF, the act of the seal (proof.md §7, PAdES).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from client.app.case_view import case_or_fail
from client.app.curing import REVOKE, owed_cure, revocation_paper
from client.app.decision_papers import certificate_paper, decision_paper
from client.app.failures import AppFailure
from client.app.making import subject_of
from client.app.papermaking import paper_members
from client.app.stamps import want_stamp
from client.app.steps import PDF, done_of
from client.app.views import PaperRow, SigningSheet, Words
from client.documents.papers import compose_paper
from client.documents.sign import finish, prepare
from sync.domain.events import Kind
from sync.domain.failures import FailureKind
from sync.proof.acts import make_act
from sync.proof.certificates import TrustAnchors, check, x5t_of
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.card_port import CardInHand, CardPort
    from client.app.recorder import Draft, Recorded
    from client.app.views import StepDone
    from client.app.workplace import Workplace
    from client.documents.frame import Paper
    from client.documents.sign import Prepared
    from sync.domain.case import Case
    from sync.domain.secret import Secret
    from sync.proof.events import Draft as ToSign

DIGEST_SHOWN = 16


@dataclass(slots=True)
class Pending:
    """A sheet that waits for its PIN."""

    sheet: SigningSheet
    draft: Draft
    paper: Paper | None = None
    sealing: Sealing | None = None


@dataclass(frozen=True, slots=True)
class Sealing:
    """What sealing a certificate needs beyond its sheet."""

    prepared: Prepared
    serial: str
    seal: str
    counter: int


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

    async def prepare(self, kind: str, case: str, **form: str) -> SigningSheet:
        """Make the sheet of a decisive step: exactly what will be signed.

        Args:
            kind: grant, deny, decide_at_once, refuse, seal or cure.
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
            elif kind == Kind.CURE:
                pending = await self._prepare_cure(place, case, form)
            else:
                pending = await self._prepare_decision(place, kind, case, form)
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
                pages = (pending.paper.sha256,) if pending.paper else ()
                recorded = await self._sign_and_commit(place, pending.draft, pin, *pages)
                done = done_of(recorded, sheet.case, place.now(), pending.paper)
        self._pending.pop(pending.draft.id, None)
        return done

    # ------------------------------------------------------------ decisions

    async def _prepare_decision(
        self, place: Workplace, kind: str, case: str, form: Mapping[str, str]
    ) -> Pending:
        held = await place.on_store(case_or_fail, place, case)
        framed = await place.on_store(decision_paper, place, kind, held, form)
        paper = await place.lanes.crunch.run(compose_paper, framed)
        await place.on_store(place.store.put_attachment, paper.pdf, PDF, None)
        said = texts(place.papers.language)
        members = {
            **_decision_members(kind, form, said.t("sheet.remedies")),
            "paper": paper_members(paper),
        }
        shown = _shown(place, kind, held, [("sheet.text", form.get("text", ""))], paper.sha256)
        draft = await place.on_store(_judged, place, kind, held, members, shown)
        row = PaperRow(paper.kind, paper.no or "", paper.sha256, place.now())
        return Pending(_sheet(kind, held, shown, draft, paper.sha256, (row,)), draft, paper)

    async def _prepare_cure(self, place: Workplace, case: str, form: Mapping[str, str]) -> Pending:
        """Confirm what a refused step's paper promised, or revoke it with a notice."""
        held = await place.on_store(case_or_fail, place, case)
        owed = await place.on_store(owed_cure, place, case, form["step"])
        said, way, text = texts(place.papers.language), form["way"], form["text"]
        members: dict[str, Any] = {"step": owed.event, "way": way, "text": text}
        paper: Paper | None = None
        rows: tuple[PaperRow, ...] = ()
        if way == REVOKE:
            framed = await place.on_store(revocation_paper, place, held, owed, text)
            paper = await place.lanes.crunch.run(compose_paper, framed)
            await place.on_store(place.store.put_attachment, paper.pdf, PDF, None)
            members["paper"] = paper_members(paper)
            rows = (PaperRow(paper.kind, paper.no or "", paper.sha256, place.now()),)
        digest = paper.sha256 if paper else ""
        told = [
            ("sheet.cured", " ".join((said.t(f"step.{owed.kind}"), owed.paper_no)).strip()),
            ("sheet.way", said.t(f"cure.{way}")),
            ("sheet.text", text),
        ]
        shown = _shown(place, Kind.CURE, held, told, digest)
        draft = await place.on_store(_judged, place, Kind.CURE, held, members, shown)
        return Pending(_sheet(Kind.CURE, held, shown, draft, digest, rows), draft, paper)

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
        serial = [("sheet.serial", held.certificate.serial)]
        shown = _shown(place, Kind.SEAL, held, serial, prepared.digest.hex())
        draft = await place.on_store(_judged, place, Kind.SEAL_INTENT, held, members, shown)
        await place.on_store(place.store.put_attachment, paper.pdf, PDF, None)
        row = PaperRow(paper.kind, paper.no or "", paper.sha256, place.now())
        sheet = _sheet(Kind.SEAL, held, shown, draft, prepared.digest.hex(), (row,))
        sealing = Sealing(prepared, held.certificate.serial, seal.id, seal.counter)
        return Pending(sheet, draft, paper, sealing)

    async def _seal(
        self, place: Workplace, pending: Pending, sealing: Sealing, pin: Secret[str]
    ) -> StepDone:
        case = pending.sheet.case
        await self._sign_and_commit(place, pending.draft, pin)
        pdf = await place.lanes.card.run(self._sign_pdf, place, sealing.prepared, pin)
        sha256 = await place.on_store(place.store.put_attachment, pdf, PDF, None)
        held = await place.on_store(case_or_fail, place, case)
        members = {
            "serial": sealing.serial,
            "document": {"sha256": sha256, "size": len(pdf), "type": PDF},
            "seal": {"id": sealing.seal, "counter": sealing.counter},
        }
        draft = await place.on_store(_judged, place, Kind.SEAL, held, members, pending.sheet.shown)
        recorded = await self._sign_and_commit(place, draft, pin, sha256)
        used = str(sealing.counter).encode()
        await place.on_store(place.store.put_meta, f"seal.{sealing.seal}", used)
        await place.on_store(want_stamp, place.store, case, sha256)
        done = done_of(recorded, case, place.now())
        row = PaperRow("certificate", sealing.serial, sha256, place.now())
        return type(done)(done.case, done.event, done.change, (row,), done.findings)

    # ------------------------------------------------------------ the card

    async def _sign_and_commit(
        self, place: Workplace, draft: Draft, pin: Secret[str], *pdfs: str
    ) -> Recorded:
        to_sign = await place.on_store(place.recorder.to_sign, draft)
        act = await place.lanes.card.run(self._sign_act, place, to_sign, draft.shown, pin)
        pages = [(sha256, PDF) for sha256 in pdfs]
        recorded = await place.on_store(place.recorder.commit, draft, act, (), pages)
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
    if check((der,), "seal", place.clock.wall(), anchors).person != place.session.person:
        raise AppFailure("app.other_card")
    return der


def _judged(
    place: Workplace,
    kind: str,
    case: Case,
    members: Mapping[str, Any],
    shown: str,
) -> Draft:
    draft = place.recorder.draft(kind, case.scope, case.number, members, shown)
    place.recorder.judge(draft, signed_by_card=True)
    return draft


def _decision_members(kind: str, form: Mapping[str, str], remedies: str) -> dict[str, Any]:
    members: dict[str, Any] = {"text": form.get("text") or None}
    if kind in (Kind.DENY, Kind.REFUSE):
        members["reason"] = form.get("reason", "")
        members["remedies"] = remedies
    return members


def _shown(
    place: Workplace, kind: str, case: Case, more: list[tuple[str, str]], digest: str
) -> str:
    """Return the text that the sheet shows and the card signs for (proof.md §3 `sum`)."""
    said = texts(place.papers.language)
    subject = subject_of(case, place.rules())
    lines = [
        said.t(f"sheet.title.{kind}"),
        f"{said.t('sheet.case')}:{case.number}",
        f"{said.t('sheet.applicant')}:{case.applicant.name}",
        f"{said.t('sheet.item')}:{subject.item.name.of(place.papers.language)}",
        *(f"{said.t(label)}:{value}" for label, value in more if value),
        *([f"{said.t('sheet.digest')}:{digest[:DIGEST_SHOWN]}"] if digest else []),
    ]
    return "\n".join(lines)


def _sheet(
    kind: str,
    case: Case,
    shown: str,
    draft: Draft,
    digest: str,
    documents: tuple[PaperRow, ...],
) -> SigningSheet:
    title, *rest = shown.splitlines()
    pairs = (line.partition(":") for line in rest)
    return SigningSheet(
        kind=kind,
        case=case.number,
        title=Words("app.words", {"text": title}),
        lines=tuple((Words("app.words", {"text": label}), value) for label, _, value in pairs),
        shown=shown,
        documents=documents,
        digest_prefix=digest[:DIGEST_SHOWN],
        form={"draft": draft.id},
    )
