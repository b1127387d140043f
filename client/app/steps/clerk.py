"""Steps that the session key signs: the clerk's day, one method a step.

Each goes the same way: read what the paper needs (store lane), make the paper (crunch lane), then
judge, sign and append in one transaction (store lane). The screen hears of it once it is durable;
the engine is told to push.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from client.app.cases.case_view import case_or_fail, preview_of
from client.app.failures import AppFailure
from client.app.forms.bodies import (
    acceptance_members,
    compared_members,
    correction_members,
    materials_members,
    preregistration_members,
    receiver_members,
    request_members,
)
from client.app.papers.making import subject_of
from client.app.papers.papermaking import Subject
from client.app.ports.store import NumberUse
from client.app.rows.ink import SIGNED_AFTERWARDS
from client.app.steps.handwritten import (
    Shown,
    service_members,
    signed_copy,
    signed_slip,
)
from client.app.steps.step_papers import (
    acceptance_paper,
    correction_paper,
    delivery_paper,
    receipt_paper,
    slip_paper,
)
from client.app.steps.stepping import NOTHING, PDF, Stepping, numbered
from sync.domain.events import Kind
from sync.domain.failures import FailureKind
from sync.domain.ids import make_case_number, make_serial
from sync.proof.keys import new_bytes
from sync.protocol.codec import b64u_encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from client.app.rows.cases import Receiver
    from client.app.rows.ink import Ink
    from client.app.rows.materials import Compared, Given
    from client.app.rows.steps import AcceptancePreview, Missing, PreregisterForm, StepDone
    from client.app.rows.words import PageRow
    from client.app.session.workplace import Workplace
    from client.app.steps.stepping import Noted
    from sync.domain.case import Case


class Steps:
    """Make steps; each returns when it is durable, or raises an AppFailure and changed nothing.

    Args:
        place: returns the open session's means, or raises app.locked.
        way: by which a step is made.
    """

    def __init__(self, place: Callable[[], Workplace], way: Stepping) -> None:
        self._place = place
        self._way = way

    async def preregister(self, form: PreregisterForm, noted: Noted = NOTHING) -> StepDone:
        """Register a visitor: number, slip (预登记, IN01).

        Args:
            form: what was typed.
            noted: the drafts that are kept with the step, as `Stepping.commit` takes them.
        """
        return await self._register(Kind.PREREGISTER, form, noted)

    async def ask_precheck(self, form: PreregisterForm) -> StepDone:
        """Ask for a voluntary pre-check: a number, no paper, no legal effect (预审, TM23)."""
        return await self._register(Kind.ASK_PRECHECK, form)

    async def _register(
        self, kind: Kind, form: PreregisterForm, noted: Noted = NOTHING
    ) -> StepDone:
        place = self._place()

        async def make() -> StepDone:
            serial, subject = await place.on_store(self._new_subject, place, form)
            rules = await place.on_store(place.rules)
            code = await place.on_store(place.papers.check_code, subject.number)
            members = {
                **preregistration_members(form, subject.item, rules),
                "check": code,
            }
            if kind is Kind.ASK_PRECHECK:
                scope, uses = subject.item.scope, (NumberUse("case", serial),)
                return await self._way.commit(
                    place, kind, subject.number, scope, members, uses=uses
                )
            return await self._way.with_paper(
                place,
                Kind.PREREGISTER,
                subject,
                lambda: slip_paper(place, subject, form),
                members,
                uses=(NumberUse("case", serial),),
                noted=noted,
            )

        async with place.steps:
            return await numbered(make)

    async def receive(self, case: str, given: tuple[Given, ...]) -> StepDone:
        """Take materials in and hand out the receipt (收件, IN05)."""
        return await self._materials_step(Kind.RECEIVE, case, given, {"channel": "counter"})

    async def correct(self, case: str, given: tuple[Given, ...]) -> StepDone:
        """Take in what a correction notice asked for (补正)."""
        place = self._place()
        held = await place.on_store(case_or_fail, place, case)
        # What an earlier, partial correction brought is asked for no more.
        asked = {material.code for material in held.materials if material.missing is not None}
        still = asked - {
            entry.material for entry in given if entry.pages or entry.original or entry.shared
        }
        return await self._materials_step(Kind.CORRECT, case, given, {"complete": not still})

    async def supply_pending(self, case: str, given: tuple[Given, ...]) -> StepDone:
        """Take in what was owed under a promise, against a receipt (补交容缺材料, A13)."""
        return await self._materials_step(Kind.SUPPLY_PENDING, case, given, {})

    async def fix_on_spot(self, case: str, given: tuple[Given, ...]) -> StepDone:
        """Take in what the applicant mended on the spot (当场更正, LW07)."""
        pages = [(page.sha256, page.type) for entry in given for page in entry.pages]
        members = {"materials": materials_members(given)}
        return await self._plain(Kind.FIX_ON_SPOT, case, members, pages)

    async def notify_correction(self, case: str, missing: tuple[Missing, ...]) -> StepDone:
        """Hand out the one complete list of what is missing (补正告知, LW08)."""
        place = self._place()
        async with place.steps:
            held, subject = await place.on_store(_subject, place, case)
            now = place.now()
            members = correction_members(missing, now)
            return await self._way.with_paper(
                place,
                Kind.NOTIFY_CORRECTION,
                subject,
                lambda: correction_paper(place, subject, held, missing, now),
                members,
            )

    async def preview_acceptance(self, case: str) -> AcceptancePreview:
        """Compute what accepting now would promise; nothing is recorded."""
        place = self._place()
        return await place.on_store(preview_of, place, case, place.now())

    async def accept(self, case: str, compared: tuple[Compared, ...] = ()) -> StepDone:
        """Accept, with the due time computed on the spot (受理, LW09–LW10).

        Args:
            case: its number.
            compared: pages that whoever accepts has held against the originals (IN09).
        """
        place = self._place()
        async with place.steps:
            now = place.now()
            preview = await place.on_store(preview_of, place, case, now)
            _, subject = await place.on_store(_subject, place, case)
            return await self._way.with_paper(
                place,
                Kind.ACCEPT,
                subject,
                lambda: acceptance_paper(place, subject, preview, now),
                acceptance_members(preview) | compared_members(compared),
            )

    async def claim(self, case: str) -> StepDone:
        """Take the case in hand (承办)."""
        return await self._plain(Kind.CLAIM, case, {})

    async def handle(self, case: str, *, agree: bool, text: str) -> StepDone:
        """Give the handler's opinion (承办意见)."""
        return await self._plain(Kind.HANDLE, case, _opinion(agree, text))

    async def review(self, case: str, *, agree: bool, text: str) -> StepDone:
        """Give a review level's opinion (审核)."""
        place = self._place()
        held = await place.on_store(case_or_fail, place, case)
        members = {"level": held.review_level or 1, **_opinion(agree, text)}
        return await self._plain(Kind.REVIEW, case, members)

    async def send_back(self, case: str, text: str) -> StepDone:
        """Send the case back to its handler with a reason (退回重办)."""
        return await self._plain(Kind.SEND_BACK, case, {"to": 0, "text": text})

    async def hear_party(self, case: str, text: str) -> StepDone:
        """Record what the applicant stated and pleaded (陈述申辩, LW14); a denial rests on it."""
        place = self._place()
        held = await place.on_store(case_or_fail, place, case)
        members = {"party": {"name": held.applicant.name}, "text": text}
        return await self._plain(Kind.HEAR_PARTY, case, members)

    async def make(self, case: str) -> StepDone:
        """Draw a serial from the stock and begin the certificate (制证)."""
        place = self._place()

        async def make() -> StepDone:
            held = await place.on_store(case_or_fail, place, case)
            serial = await place.on_store(place.store.next_number, "certificate")
            rules = await place.on_store(place.rules)
            item = rules.item_of(held.item, held.item_version)
            if serial is None:
                raise AppFailure("app.no_serials", FailureKind.RETRIABLE)
            if item is None or item.certificate is None:
                raise AppFailure("app.no_certificate_form", item=held.item)
            members = {
                "serial": make_serial(held.hall, place.now().year, serial),
                "certificate": {
                    "id": b64u_encode(new_bytes(16)),
                    "template": item.certificate.template,
                    "template_version": "1",
                },
            }
            use = NumberUse("certificate", serial)
            return await self._way.commit(place, Kind.MAKE, case, held.scope, members, uses=(use,))

        async with place.steps:
            return await numbered(make)

    async def issue(self, case: str, receiver: Receiver) -> StepDone:
        """Hand the certificate over, with the delivery slip (发证)."""
        place = self._place()
        async with place.steps:
            held, subject = await place.on_store(_subject, place, case)
            now = place.now()
            members = {
                "serial": held.certificate.serial if held.certificate else "",
                "receiver": receiver_members(receiver),
            }
            return await self._way.with_paper(
                place,
                Kind.ISSUE,
                subject,
                lambda: delivery_paper(place, subject, held, receiver, now),
                members,
            )

    async def sign_for(self, case: str, receiver: Receiver, ink: Ink | None = None) -> StepDone:
        """Record that the receiver signed the delivery slip (签收, IN25).

        Args:
            case: its number.
            receiver: who signed.
            ink: drawn on the screen under the slip (SE15); None when he signed on paper.

        Raises:
            AppFailure: app.other_paper_signed: a newer slip, or another paper, was shown;
                app.ink_empty. DocumentFailure: document.no_line_to_sign.
        """
        members = {"receiver": receiver_members(receiver), "proof": {"manner": "signature_on_slip"}}
        if ink is None:
            return await self._plain(Kind.SIGN_FOR, case, members)
        place = self._place()
        async with place.steps:
            held = await place.on_store(case_or_fail, place, case)
            copy, proof = await signed_slip(place, held, ink)
            done = await self._way.commit(
                place,
                Kind.SIGN_FOR,
                case,
                held.scope,
                {**members, "proof": proof},
                pages=[(copy.sha256, PDF)],
            )
        return replace(done, papers=(copy,))

    async def sign_paper(self, case: str, no: str, ink: Ink) -> StepDone:
        """Record that the applicant signed a paper on the screen: its proof of service (SE15).

        Args:
            case: its number.
            no: the paper's number.
            ink: drawn beside that paper.

        Raises:
            AppFailure: app.other_paper_signed, app.ink_empty. DocumentFailure:
                document.no_line_to_sign.
        """
        place = self._place()
        async with place.steps:
            held = await place.on_store(case_or_fail, place, case)
            mark = next((p for p in held.papers if p.no == no and not p.void), None)
            if mark is None or mark.kind not in SIGNED_AFTERWARDS:
                raise AppFailure("app.other_paper_signed")
            copy, proof = await signed_copy(place, Shown(mark.kind, no, mark.sha256), ink)
            done = await self._way.commit(
                place,
                Kind.SERVE,
                case,
                held.scope,
                service_members(mark, held, proof),
                pages=[(copy.sha256, PDF)],
            )
        return replace(done, papers=(copy,))

    async def close(self, case: str) -> StepDone:
        """Close the case (办结, IN26)."""
        return await self._plain(Kind.CLOSE, case, {})

    async def withdraw(self, case: str, request: PageRow) -> StepDone:
        """End the case at the applicant's wish: his signed request, as scanned (撤回申请).

        Never entered without it: the request is the step's paper.

        Args:
            case: its number.
            request: the scan, taken in before.
        """
        place = self._place()
        async with place.steps:
            held = await place.on_store(case_or_fail, place, case)
            members = {"paper": request_members(request, held)}
            page = (request.sha256, request.type)
            return await self._way.commit(
                place, Kind.WITHDRAW, case, held.scope, members, pages=[page]
            )

    async def leave(self, case: str, *, offered: bool, text: str) -> StepDone:
        """Give the number back: the visitor left (弃号, IN03).

        Args:
            case: its number.
            offered: whether materials were offered and not received: a finding.
            text: what there is to say of it, or "".
        """
        return await self._plain(Kind.LEAVE, case, {"offered": offered, "text": text or None})

    async def explain(self, case: str, urge_event: str, text: str) -> StepDone:
        """Answer for an overdue step (超时说明); the case goes on meanwhile."""
        return await self._plain(Kind.EXPLAIN, case, {"text": text, "urge": urge_event})

    # ------------------------------------------------------------ the one way

    async def _plain(
        self,
        kind: str,
        case: str,
        members: Mapping[str, Any],
        pages: Sequence[tuple[str, str]] = (),
    ) -> StepDone:
        place = self._place()
        async with place.steps:
            held = await place.on_store(case_or_fail, place, case)
            return await self._way.commit(place, kind, case, held.scope, members, pages=pages)

    async def _materials_step(
        self, kind: str, case: str, given: tuple[Given, ...], more: Mapping[str, Any]
    ) -> StepDone:
        place = self._place()
        async with place.steps:
            held, subject = await place.on_store(_subject, place, case)
            now = place.now()
            return await self._way.with_paper(
                place,
                kind,
                subject,
                lambda: receipt_paper(place, subject, held, given, now),
                {"materials": materials_members(given), **more},
                pages=[(page.sha256, page.type) for entry in given for page in entry.pages],
            )

    def _new_subject(self, place: Workplace, form: PreregisterForm) -> tuple[int, Subject]:
        item = place.rules().catalogue.item(form.item)
        if item is None:
            raise AppFailure("app.no_such_item", item=form.item)
        serial = place.store.next_number("case")
        if serial is None:
            raise AppFailure("app.no_numbers", FailureKind.RETRIABLE)
        number = make_case_number(place.now().date(), place.session.hall, serial)
        return serial, Subject(
            number, item, form.name, form.id_no, form.agent_name, form.agent_id_no, form.project
        )


def _subject(place: Workplace, number: str) -> tuple[Case, Subject]:
    case = case_or_fail(place, number)
    return case, subject_of(case, place.rules())


def _opinion(agree: bool, text: str) -> dict[str, str | None]:  # noqa: FBT001  private
    return {"opinion": "agree" if agree else "disagree", "text": text or None}
