"""The steps of the scripted desk: those made at once, by a form, and under a card."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from client.app.forms.every import BLANKS, FORMS, by_card
from client.app.forms.table import Choice
from client.app.rows.cases import PaperRow
from client.app.rows.steps import AcceptancePreview, NoticeRow, SigningSheet, StepDone
from client.app.rows.words import PageRow, Words
from client.app.steps.form_steps import FormOffer
from sync.domain.failures import Failure, FailureKind
from sync.domain.lights import Light
from tests.helpers.scripted_access import PIN
from tests.helpers.scripted_cases import NOW, Scripted
from tests.helpers.scripted_files import page_row
from tests.helpers.scripted_part import ScriptedPart

if TYPE_CHECKING:
    from client.app.forms.table import Filled
    from client.app.rows.cases import Receiver
    from client.app.rows.steps import PreregisterForm
    from sync.domain.secret import Secret


class ScriptedSteps(ScriptedPart):
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
            replace(m, pages=known[m.code].pages or (page_row("原件", b"paper"),))  # type: ignore[attr-defined]
            if m.code in known
            else m
            for m in old.materials
        )
        self.desk.world[case] = replace(old, materials=rows)


class ScriptedSigning(ScriptedPart):
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


class ScriptedForms(ScriptedPart):
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
