"""What the inner steps do to a case: handling, opinions, hearing, suspension, decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain import bodies
from sync.domain.calendar import china_day
from sync.domain.case import Case, Child, Extension, Forward, Hearing, Opinion, Said, Suspension
from sync.domain.catalogue import ChildSort
from sync.domain.effects_intake import lacks_of
from sync.domain.events import Kind, Step
from sync.domain.replacing import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def claim(case: Case, step: Step) -> Case:
    """Take the case in hand."""
    return replace(case, holder=step.person)


def assign(case: Case, step: Step) -> Case:
    """Put the case into someone's hands."""
    return replace(case, holder=bodies.text(step.body, "to") or case.holder)


def handle(case: Case, step: Step) -> Case:
    """Hand the case up, to the first review level or to the decision."""
    level = 1 if case.review_levels else 0
    return replace(case, review_level=level, holder=None, said=_said(step))


def _said(step: Step, decision: str = "") -> Said:
    opinion = decision or bodies.text(step.body, "opinion")
    silent = bodies.truth(step.body, "silence")
    return Said(step.kind, opinion, bodies.text(step.body, "text"), silent)


def review(case: Case, step: Step) -> Case:
    """Hand the case up by one level, or to the decision."""
    more = case.review_level < case.review_levels
    level = case.review_level + 1 if more else 0
    return replace(case, review_level=level, holder=None, said=_said(step))


def send_back(case: Case, step: Step) -> Case:
    """Send the case down: to a review level, or to the one who handled it (level 0)."""
    level = bodies.whole(step.body, "to")
    handled = case.step_of(Kind.HANDLE)
    holder = handled.person if handled is not None and level == 0 else None
    return replace(case, review_level=level, holder=holder)


def ask_opinion(case: Case, step: Step) -> Case:
    """Ask a helper department."""
    opinion = Opinion(
        ref=step.id,
        department=bodies.text(step.body, "department"),
        asked_at=step.counted,
        by_wd=bodies.days(step.body, "by_wd"),
    )
    return replace(case, opinions=(*case.opinions, opinion))


def give_opinion(case: Case, step: Step) -> Case:
    """Give the opinion; the lead sees it at once (ST11)."""
    if case.child is not None and case.child.sort is ChildSort.OPINION:
        return replace(case, decision="opinion", decided_at=step.counted, said=_said(step))
    ref, said = bodies.text(step.body, "asked"), bodies.text(step.body, "opinion")
    text = bodies.text(step.body, "text")
    return replace(
        case,
        opinions=tuple(
            replace(o, given_at=step.counted, opinion=said, text=text) if o.ref == ref else o
            for o in case.opinions
        ),
    )


def tell_hearing_right(case: Case, step: Step) -> Case:
    """Note that the parties were told of their right to a hearing (LW25).

    Never before the step itself: their days to ask are not eaten by a day that a body names.
    """
    told = max(bodies.moment(step.body, "served_at") or step.counted, step.begins)
    return replace(case, hearing=replace(case.hearing or Hearing(), told_at=told))


def request_hearing(case: Case, step: Step) -> Case:
    """Note that a hearing was asked for."""
    hearing = case.hearing or Hearing()
    asked_by = bodies.text(step.body, "by")
    return replace(case, hearing=replace(hearing, asked_at=step.begins, asked_by=asked_by))


def hold_hearing(case: Case, step: Step) -> Case:
    """Note that the hearing was held."""
    hearing = case.hearing or Hearing()
    chair = bodies.text(step.body, "chair")
    return replace(case, hearing=replace(hearing, held_at=step.begins, chair=chair))


def suspend(case: Case, step: Step) -> Case:
    """Stop the clock; it stands from the service of the notice (LW23)."""
    until = bodies.day(step.body, "until") or china_day(step.counted)
    stop = Suspension(
        kind=bodies.text(step.body, "reason"),
        step=step.id,
        at=step.counted,
        until=until,
        served_at=bodies.moment(step.body, "served_at"),
    )
    return replace(case, suspensions=(*case.suspensions, stop))


def prolong(case: Case, step: Step) -> Case:
    """Move the told end of the open suspension."""
    stop = case.suspension
    until = bodies.day(step.body, "until")
    if stop is None or until is None:
        return case
    longer = replace(stop, until=max(until, stop.until), prolonged=stop.prolonged + 1)
    return replace(case, suspensions=(*case.suspensions[:-1], longer))


def resume(case: Case, step: Step) -> Case:
    """Let the clock go on."""
    stop = case.suspension
    if stop is None:
        return case
    ended = replace(stop, resumed_at=step.begins)
    return replace(case, suspensions=(*case.suspensions[:-1], ended))


def request_extension(case: Case, step: Step) -> Case:
    """Note who asked for the extension: he may not approve it."""
    return replace(case, extension_asked_by=step.person)


def extend(case: Case, step: Step) -> Case:
    """Lengthen the decision limits, once."""
    days = bodies.days(step.body, "days")
    return replace(case, extension=Extension(days, step.person, step.counted))


def forward(case: Case, step: Step) -> Case:
    """Pass the case to the upper office: the local clock stops."""
    return replace(case, forwards=(*case.forwards, Forward(step.counted)), review_level=0)


def upper_return(case: Case, step: Step) -> Case:
    """Take the case back from the upper office: the clock goes on."""
    if not case.forwards:
        return case
    last = replace(case.forwards[-1], returned_at=step.counted)
    handled = case.step_of(Kind.HANDLE, Kind.CLAIM, Kind.ASSIGN)
    holder = case.holder or (handled.person if handled is not None else None)
    return replace(case, forwards=(*case.forwards[:-1], last), holder=holder)


def _decided(decision: str) -> Callable[[Case, Step], Case]:
    def decide(case: Case, step: Step) -> Case:
        told = bodies.moment(step.body, "decided_at") if step.kind.startswith("upper") else None
        moment = told or step.counted
        return replace(
            case,
            decision=decision,
            decided_at=moment,
            review_level=0,
            holder=None,
            said=_said(step, decision),
        )

    return decide


def upper_grant(case: Case, step: Step) -> Case:
    """Take over the upper office's grant; with no paper made here the case is at its end."""
    case = _decided("granted")(case, step)
    return case if bodies.truth(step.body, "made_here") else replace(case, with_certificate=False)


def child_ended(case: Case, step: Step) -> Case:
    """Note how a helper's child case ended."""
    helper = bodies.text(step.body, "helper")
    number, outcome = bodies.text(step.body, "child"), bodies.text(step.body, "outcome")
    return replace(
        case,
        children=tuple(
            replace(child, number=number, ended=outcome) if child.helper == helper else child
            for child in case.children
        ),
    )


def child_moved(case: Case, step: Step) -> Case:
    """Note what a helper's child case has come to (ST11)."""
    helper = bodies.text(step.body, "helper")
    return replace(
        case,
        children=tuple(
            _moved(child, step.body) if child.helper == helper else child for child in case.children
        ),
    )


def _moved(child: Child, body: Mapping[str, Any]) -> Child:
    return replace(
        child,
        number=bodies.text(body, "child"),
        state=bodies.text(body, "state"),
        suspended=bodies.truth(body, "suspended"),
        step=bodies.text(body, "step"),
        person=bodies.text(body, "person"),
        at=bodies.moment(body, "at"),
        due=bodies.moment(body, "due"),
        warn=bodies.moment(body, "warn"),
        opinion=bodies.text(body, "opinion"),
        text=bodies.text(body, "text"),
        silent=bodies.truth(body, "silence"),
        checked=bodies.truth(body, "checked"),
        missing=lacks_of(body),
        outcome=bodies.text(body, "outcome") or None,
    )


EFFECTS: Mapping[str, Callable[[Case, Step], Case]] = {
    Kind.CLAIM: claim,
    Kind.ASSIGN: assign,
    Kind.HANDLE: handle,
    Kind.REVIEW: review,
    Kind.SEND_BACK: send_back,
    Kind.ASK_OPINION: ask_opinion,
    Kind.GIVE_OPINION: give_opinion,
    Kind.TELL_HEARING_RIGHT: tell_hearing_right,
    Kind.REQUEST_HEARING: request_hearing,
    Kind.HOLD_HEARING: hold_hearing,
    Kind.SUSPEND: suspend,
    Kind.PROLONG_SUSPENSION: prolong,
    Kind.RESUME: resume,
    Kind.REQUEST_EXTENSION: request_extension,
    Kind.EXTEND: extend,
    Kind.FORWARD: forward,
    Kind.UPPER_RETURN: upper_return,
    Kind.UPPER_GRANT: upper_grant,
    Kind.UPPER_DENY: _decided("denied"),
    Kind.DECIDE_AT_ONCE: _decided("granted"),
    Kind.GRANT: _decided("granted"),
    Kind.DENY: _decided("denied"),
    Kind.DEEM_RENEWED: _decided("granted"),
    Kind.CHILD_ENDED: child_ended,
    Kind.CHILD_MOVED: child_moved,
}
