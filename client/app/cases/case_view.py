"""One case as its page shows it: put together on the store lane, read only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.cases.comparing import compared_in, compared_of
from client.app.cases.flow_view import flow_of, named
from client.app.cases.follow_ups import follow_ups
from client.app.cases.joint_view import joint_of
from client.app.cases.lights_view import light_view
from client.app.cases.shared import shared_results
from client.app.cases.timeline import receiver_in, signed_in, timeline_of
from client.app.cases.why import Why
from client.app.failures import AppFailure
from client.app.rows.cases import CaseDetail, CaseRow, PaperRow, ProofRow, StepOption
from client.app.rows.materials import MaterialRow
from client.app.rows.steps import AcceptancePreview, NoticeRow
from client.app.rows.words import PageRow, Words
from sync.domain.case import END, State
from sync.domain.catalogue import CaseKind, ChildSort, Keep
from sync.domain.events import Kind, Step
from sync.domain.fast_track import LANGUAGE, leader_notices
from sync.domain.lights import light
from sync.domain.rows_after import AFTER_ALL
from sync.domain.time_limit import clock
from sync.domain.workflow import advance, allowed
from sync.texts import texts

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.ports.store import StoredEvent
    from client.app.rows.cases import TimelineRow
    from client.app.rows.materials import SharedResult
    from client.app.session.workplace import Workplace
    from sync.domain.case import Case, MaterialState
    from sync.domain.fast_track import LeaderNotice

PRIMARY = {
    State.REGISTERED: (Kind.RECEIVE,),
    State.RECEIVED: (Kind.ACCEPT,),
    State.AWAITING_CORRECTION: (Kind.CORRECT,),
    State.ACCEPTED: (Kind.CLAIM, Kind.DECIDE_AT_ONCE, Kind.GIVE_OPINION),
    State.HANDLING: (Kind.HANDLE,),
    State.REVIEWING: (Kind.REVIEW,),
    State.DECIDING: (Kind.GRANT,),
    State.GRANTED: (Kind.MAKE, Kind.SERVE),
    State.MAKING: (Kind.SEAL,),
    State.CERTIFIED: (Kind.ISSUE,),
    State.ISSUED: (Kind.SIGN_FOR,),
    State.DELIVERED: (Kind.CLOSE,),
}
"""The step that a screen offers first in each state."""
_CHILDS = {
    (ChildSort.OPINION, State.RECEIVED): (Kind.ANSWER_PRECHECK,),
    (ChildSort.LICENCE, State.RECEIVED): (Kind.ANSWER_PRECHECK,),
    (ChildSort.OPINION, State.ACCEPTED): (Kind.GIVE_OPINION,),
}


class CaseReader:
    """Reads cases for one session at one moment."""

    def __init__(self, place: Workplace, now: datetime, language: str) -> None:
        self._place = place
        self._now = now
        self._language = language
        self._book = place.store.policy_book()
        self._rules = self._book.rules()

    def detail(self, number: str) -> CaseDetail:
        """Return everything that the case page shows."""
        case = case_or_fail(self._place, number)
        events = self._place.store.events_of(number)
        item = self._rules.item_of(case.item, case.item_version)
        shared = shared_results(self._place, case, self._rules, self._now, self._language)
        compared = compared_in(events)
        materials = tuple(
            replace(
                self._material(state, case, None if state.given else shared.get(state.code)),
                compared=compared_of(state, compared, self._name),
            )
            for state in case.materials
        )
        timeline = timeline_of(events, self._book)
        department = self._book.departments.get(case.department)
        return CaseDetail(
            row=self._row(case, item.name.of(self._language) if item else case.item, events),
            applicant_kind=case.applicant.kind,
            applicant_id=masked(case.applicant.id_no),
            phone=masked_phone(case.applicant.phone),
            agent=case.agent.name if case.agent else None,
            project=case.project.name if case.project else None,
            department=department.name if department else case.department,
            scope=case.scope,
            materials=materials,
            timeline=timeline,
            papers=tuple(
                PaperRow(paper.kind, paper.no, paper.sha256, paper.at)
                for paper in case.papers
                if not paper.void
            )
            + self._certificate(case)
            + signed_in(events),
            people=_people(timeline),
            proofs=tuple(proof for event in events for proof in _proofs(event)),
            options=self._options(case),
            due_lines=tuple(
                Words(line.key, dict(line.args)) for line in clock(case, self._rules).explanation
            ),
            flags=tuple(sorted(flag.value for flag in case.flags)),
            complete=not case.lacking,
            receiver=receiver_in(events),
            flow=named(
                flow_of(case, item, self._rules, self._book, self._now), item, self._language
            ),
            joint=joint_of(case, self._book, self._rules, self._now, self._language),
        )

    def _row(self, case: Case, item_name: str, events: tuple[StoredEvent, ...]) -> CaseRow:
        state = light(case, self._rules, self._now)
        return CaseRow(
            number=case.number,
            applicant=case.applicant.name,
            item=item_name,
            state=case.state.value,
            light=light_view(state),
            holder=self._name(case.holder) if case.holder else "",
            updated_at=case.steps[-1].at if case.steps else case.registered_at,
            mine=case.holder == self._place.session.person,
            fast_track=case.fast_track,
            pending=any(event.verdict == "pending" for event in events),
        )

    def _material(
        self, state: MaterialState, case: Case, shared: SharedResult | None
    ) -> MaterialRow:
        item = self._rules.item_of(case.item, case.item_version)
        known = item.material(state.code) if item else None
        note = (known.condition or known.exemption) if known else None
        return MaterialRow(
            code=state.code,
            name=known.name.of(self._language) if known else state.code,
            required=state.required,
            minor=state.minor,
            note=note.of(self._language) if note else "",
            pages=tuple(
                PageRow(
                    page.sha256,
                    page.name,
                    page.type,
                    page.size,
                    page.pages,
                    uploaded=True,
                    original=page.original or "",
                )
                for page in state.attachments
            ),
            missing_reason=state.missing,
            unscanned=state.given and not state.attachments,
            paper_only=known is not None and known.paper_only,
            keep_original=item is not None and item.intake_of(state.code).keep is Keep.ORIGINAL,
            part=known.part.of(self._language) if known is not None and known.part else "",
            shared=shared,
            taken=state.shared or "",
        )

    def _options(self, case: Case) -> tuple[StepOption, ...]:
        first = PRIMARY.get(case.state, ())
        if case.state in END:
            first = (Kind.CLOSE,)
        why = Why(self._book, self._language)
        if case.child is not None:
            first = _CHILDS.get((case.child.sort, case.state), first)
        return tuple(
            StepOption(
                kind=option.kind,
                primary=option.kind in first,
                blocked=why.words(option.blocked, case) if option.blocked else None,
            )
            for option in (
                *allowed(case, self._place.session.person, self._rules, self._now),
                *follow_ups(case, self._place.session.person, self._rules, self._now),
            )
            if _concerns(option.kind, case)
        )

    def _certificate(self, case: Case) -> tuple[PaperRow, ...]:
        made = case.certificate
        if made is None or made.document is None:
            return ()
        return (
            PaperRow("certificate", made.serial, made.document, made.sealed_at or made.made_at),
        )

    def _name(self, person: str) -> str:
        known = self._book.roster.get(person)
        return known.name if known else person


def _concerns(kind: str, case: Case) -> bool:
    """Say whether a step is one of this kind of case at all; if not, nobody asks why not."""
    if kind == Kind.CURE:
        return any(debt.kind == "cure" for debt in case.debts)
    if kind in (Kind.PAY, Kind.REFUND) and case.state in AFTER_ALL:
        return bool(case.fees)
    at_once = case.kind_of_case is CaseKind.IMMEDIATE and not case.not_at_once
    return at_once or kind not in (Kind.DECIDE_AT_ONCE, Kind.NOT_AT_ONCE)


def preview_of(place: Workplace, number: str, now: datetime) -> AcceptancePreview:
    """Return what accepting at this moment would promise. Store lane; records nothing."""
    case = case_or_fail(place, number)
    rules = place.rules()
    step = Step(
        id="preview",
        kind=Kind.ACCEPT,
        case=number,
        scope=case.scope,
        person=place.session.person,
        device=place.recorder.mandate.dev,
        at=now,
        body={},
    )
    accepted = advance(case, step, rules)
    found = clock(accepted, rules)
    dues = {due.limit: due for due in found.dues}
    governing = found.governing
    if governing is None:
        raise AppFailure("app.no_limit", case=number)
    promised, statutory = dues.get("decision.promised"), dues.get("decision.statutory")
    item = rules.item_of(case.item, case.item_version)
    names = {m.code: m.name.zh for m in item.materials} if item else {}
    return AcceptancePreview(
        due_at=governing.at,
        promised_at=promised.at if promised else None,
        statutory_at=statutory.at if statutory else None,
        lines=tuple(Words(line.key, dict(line.args)) for line in found.explanation),
        provisional=governing.provisional,
        missing=tuple(names.get(m.code, m.code) for m in case.lacking),
        fast_track=accepted.fast_track,
        notices=tuple(
            NoticeRow(notice.name, notice.phone, _as_sent(notice))
            for notice in leader_notices(accepted, rules, now)
        ),
        compare_first=rules.switches.compare_before_acceptance,
    )


def _as_sent(notice: LeaderNotice) -> Words:
    """Return the message word for word as the centre will send it."""
    return Words("app.words", {"text": texts(LANGUAGE).t(notice.key, **notice.args)})


def case_or_fail(place: Workplace, number: str) -> Case:
    """Return a case known here; raises app.no_such_case."""
    case = place.store.case(number)
    if case is None:
        raise AppFailure("app.no_such_case", case=number)
    return case


def masked_phone(phone: str) -> str:
    """Return a telephone number with its first three and last four digits only."""
    return f"{phone[:3]}{'*' * max(0, len(phone) - 7)}{phone[-4:]}" if len(phone) > 7 else phone


def masked(id_no: str) -> str:
    """Return an ID number with its first six and last four characters only."""
    return f"{id_no[:6]}{'*' * max(0, len(id_no) - 10)}{id_no[-4:]}" if len(id_no) > 10 else id_no


def _people(timeline: tuple[TimelineRow, ...]) -> tuple[tuple[str, str], ...]:
    """Return who took part, in which role, each once, in the order in which they came."""
    took_part = ((row.role or row.kind, row.person) for row in timeline)
    return tuple(dict.fromkeys(took_part))


def _proofs(event: StoredEvent) -> tuple[ProofRow, ...]:
    answered = event.receipt is not None or event.outcome is not None
    rows = [ProofRow(event.event, Words("proof.session_signed"), holds=True)]
    if event.record.act is not None:
        rows.append(ProofRow(event.event, Words("proof.card_signed"), holds=True))
    key = "proof.receipt" if answered else "proof.unanswered"
    rows.append(ProofRow(event.event, Words(key, {"n": event.n or 0}), holds=answered))
    return tuple(rows)
