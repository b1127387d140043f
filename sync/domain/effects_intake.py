"""What the steps of intake do to a case: opening, receipt, correction, acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain import bodies
from sync.domain.case import (
    About,
    Agent,
    Applicant,
    Attachment,
    Case,
    Child,
    ChildRole,
    Correction,
    Lack,
    MaterialState,
    Precheck,
    Project,
    State,
)
from sync.domain.catalogue import CaseKind, ChildSort, Item
from sync.domain.events import Kind, Step
from sync.domain.replacing import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sync.domain.rules import Rules


def open_case(step: Step, state: State, rules: Rules) -> Case:
    """Return the case that a first step opens, with what it needs of its item copied in."""
    body = step.body
    hall, _, department = step.scope.partition("/")
    code, version = bodies.text(body, "item"), bodies.whole(body, "item_version")
    item = rules.item_of(code, version)
    about = bodies.part(body, "about")
    begins = step.begins
    case = Case(
        number=step.case or "",
        scope=step.scope,
        hall=hall,
        department=department,
        item=code,
        item_version=version,
        kind_of_case=CaseKind.PROMISED if item is None else item.kind,
        state=state,
        registered_at=begins,
        state_since=begins,
        catalogue=bodies.text(body, "catalogue"),
        calendar=bodies.text(body, "calendar"),
        review_levels=0 if item is None else item.review_levels,
        with_certificate=item is not None and item.certificate is not None,
        applicant=_applicant(bodies.part(body, "applicant")),
        agent=_agent(bodies.part(body, "agent")),
        project=_project(bodies.part(body, "project")),
        fast_track_wished=bodies.truth(body, "fast_track"),
        materials=() if item is None else _asked(item),
        children=_children(code, rules),
        child=_child_role(bodies.part(body, "child")),
        about=_about(step.kind, about) if about else None,
    )
    if case.child is not None and case.child.sort is ChildSort.OPINION:
        # It reads what the lead took; it asks for nothing of its own.
        read = tuple(replace(m, required=False) for m in case.materials)
        case = replace(case, materials=read, with_certificate=False, review_levels=0, children=())
    if state is State.RECEIVED:
        return receive(case, step)
    return _opened_by_office(case, begins) if state is State.ACCEPTED else case


def _opened_by_office(case: Case, at: datetime) -> Case:
    """Start the limits of a case that the office opened itself: no one owes it papers."""
    waived = tuple(replace(m, required=False) for m in case.materials)
    return replace(
        case,
        accepted_at=at,
        accept_step_at=at,
        received_at=at,
        first_received_at=at,
        materials=waived,
    )


def _children(code: str, rules: Rules) -> tuple[Child, ...]:
    """Return the children that a joint case will have: one for each helper that works."""
    bundle = rules.catalogue.bundles.get(code)
    if bundle is None:
        return ()
    working = (helper for helper in bundle.helpers if not helper.shared_only)
    return tuple(Child(helper.code, helper.sort, helper.stage) for helper in working)


def _applicant(body: Mapping[str, Any]) -> Applicant:
    return Applicant(
        kind=bodies.text(body, "kind"),
        id_kind=bodies.text(body, "id_kind"),
        id_no=bodies.text(body, "id_no"),
        name=bodies.text(body, "name"),
        phone=bodies.text(body, "phone"),
    )


def _agent(body: Mapping[str, Any]) -> Agent | None:
    if not body:
        return None
    return Agent(bodies.text(body, "name"), bodies.text(body, "id_no"), bodies.text(body, "phone"))


def _project(body: Mapping[str, Any]) -> Project | None:
    return Project(bodies.text(body, "name"), bodies.truth(body, "key")) if body else None


def _child_role(body: Mapping[str, Any]) -> ChildRole | None:
    if not body:
        return None
    licence = bodies.text(body, "sort") == ChildSort.LICENCE
    return ChildRole(
        parent=bodies.text(body, "parent"),
        helper=bodies.text(body, "helper"),
        sort=ChildSort.LICENCE if licence else ChildSort.OPINION,
        by_wd=bodies.days(body, "by_wd"),
        stage=bodies.whole(body, "stage", 1),
    )


def _about(kind: str, body: Mapping[str, Any]) -> About:
    return About(
        kind=kind,
        certificate=bodies.text(body, "certificate"),
        case=bodies.text(body, "case"),
        expires=bodies.day(body, "expires"),
    )


def _asked(item: Item) -> tuple[MaterialState, ...]:
    return tuple(
        MaterialState(code=m.code, required=m.required, minor=m.minor) for m in item.materials
    )


# -- materials ------------------------------------------------------------------------------------


def attachments_of(body: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Return the attachments named in one material's entry."""
    return tuple(
        Attachment(
            sha256=bodies.text(entry, "sha256"),
            size=bodies.whole(entry, "size"),
            type=bodies.text(entry, "type"),
            name=bodies.text(entry, "name"),
            pages=bodies.whole(entry, "pages", 1),
            original=bodies.text(entry, "original_sha256") or None,
        )
        for entry in bodies.parts(body, "attachments")
    )


def with_materials(case: Case, step: Step, entries: Iterable[Mapping[str, Any]]) -> Case:
    """Return the case with what was handed in laid beside what was asked."""
    given = {bodies.text(entry, "code"): entry for entry in entries}
    return replace(
        case,
        materials=tuple(
            _laid(material, step, given[material.code]) if material.code in given else material
            for material in case.materials
        ),
    )


def _laid(material: MaterialState, step: Step, entry: Mapping[str, Any]) -> MaterialState:
    attached = attachments_of(entry)
    return replace(
        material,
        attachments=attached or material.attachments,
        original=bodies.truth(entry, "original") or material.original,
        shared=bodies.text(entry, "shared") or material.shared,
        exempt=bodies.truth(entry, "exempt") or material.exempt,
        required=material.required or bodies.truth(entry, "required"),
        given_at=step.begins,
        given_by=step.id,
        given_kind=step.kind,
        missing=None,
    )


def take_materials(case: Case, step: Step) -> Case:
    """Fix on the spot, or supply what was still owed."""
    after = with_materials(case, step, bodies.parts(step.body, "materials"))
    # A helper that missed something looks again at what the correction brought.
    return after if after.precheck is None else replace(after, precheck=None)


def receive(case: Case, step: Step) -> Case:
    """Receive: the first hand-over starts the five days (LW08)."""
    case = with_materials(case, step, bodies.parts(step.body, "materials"))
    return replace(
        case,
        received_at=step.begins,
        first_received_at=step.begins,
        channel=bodies.text(step.body, "channel") or case.channel,
    )


def notify_correction(case: Case, step: Step) -> Case:
    """Note what a notice asks for; a deemed acceptance that it undoes never was."""
    asked = {
        bodies.text(entry, "material"): bodies.text(entry, "reason")
        for entry in bodies.parts(step.body, "missing")
    }
    # Never before the step itself: the applicant's term runs from what he was told, when he was.
    served = max(bodies.moment(step.body, "served_at") or step.begins, step.begins)
    notice = Correction(step.id, step.begins, served, tuple(asked))
    return replace(
        case,
        corrections=(*case.corrections, notice),
        materials=tuple(
            replace(m, missing=asked[m.code] or "missing", required=True) if m.code in asked else m
            for m in case.materials
        ),
        accepted_at=None,
        accept_step_at=None,
        deemed=False,
    )


def correct(case: Case, step: Step) -> Case:
    """Take the correction; a full one makes its day the receipt day."""
    case = with_materials(case, step, bodies.parts(step.body, "materials"))
    if not bodies.truth(step.body, "complete") or not case.corrections:
        return case
    last = replace(case.corrections[-1], corrected_at=step.begins)
    return replace(case, received_at=step.begins, corrections=(*case.corrections[:-1], last))


def accept(case: Case, step: Step) -> Case:
    """Accept: the decision limits start; the fast track is set here, once.

    What is owed says 容缺受理, whose promise was judged; and the centre, of a child.
    """
    promised = step.kind == Kind.ACCEPT_PENDING or step.by_centre
    owed = {
        bodies.text(entry, "material"): bodies.day(entry, "by")
        for entry in (bodies.parts(step.body, "pending") if promised else ())
    }
    return replace(
        case,
        accepted_at=step.begins,
        accept_step_at=step.counted,
        fast_track=case.fast_track_wished or bodies.truth(step.body, "fast_track"),
        materials=tuple(
            replace(m, owed_by=owed[m.code]) if m.code in owed else m for m in case.materials
        ),
    )


def deem_accepted(case: Case, step: Step) -> Case:
    """Accept by law: every limit goes back to the receipt day (LW08)."""
    return replace(
        case,
        accepted_at=case.received_at,
        accept_step_at=step.counted,
        deemed=True,
        fast_track=case.fast_track_wished,
    )


def answer_precheck(case: Case, step: Step) -> Case:
    """Note what a helper department misses: the lead's one notice is merged from these."""
    if case.child is None:
        return case
    found = Precheck(step.person, step.counted, bodies.text(step.body, "text"), lacks_of(step.body))
    return replace(case, precheck=found)


def lacks_of(body: Mapping[str, Any]) -> tuple[Lack, ...]:
    """Return the entries of `missing`."""
    return tuple(
        Lack(
            bodies.text(entry, "material"), bodies.text(entry, "reason"), bodies.text(entry, "text")
        )
        for entry in bodies.parts(body, "missing")
    )


def not_at_once(case: Case, step: Step) -> Case:
    """Turn an immediate item to its fallback limit."""
    del step
    return replace(case, not_at_once=True)


EFFECTS: Mapping[str, Callable[[Case, Step], Case]] = {
    Kind.ANSWER_PRECHECK: answer_precheck,
    Kind.RECEIVE: receive,
    Kind.FIX_ON_SPOT: take_materials,
    Kind.SUPPLY_PENDING: take_materials,
    Kind.NOTIFY_CORRECTION: notify_correction,
    Kind.CORRECT: correct,
    Kind.ACCEPT: accept,
    Kind.ACCEPT_PENDING: accept,
    Kind.DEEM_ACCEPTED: deem_accepted,
    Kind.NOT_AT_ONCE: not_at_once,
}
