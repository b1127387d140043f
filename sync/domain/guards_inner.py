"""Guards of the inner steps. Source: rules.md §2 "Persons", "Joint"; LW12–LW15, LW23–LW26, LW32."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain import bodies, law
from sync.domain.authority import Role, Standing
from sync.domain.calendar import china_day
from sync.domain.case import State
from sync.domain.catalogue import CaseKind
from sync.domain.events import Kind
from sync.domain.hearing import earliest_hearing
from sync.domain.rights import speaks_for
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sync.domain.case import Opinion
    from sync.domain.trial import Trial


def _holds(trial: Trial, person: str, role: Role) -> bool:
    right = trial.rules.authority.right(
        person, (role,), trial.step.scope, trial.case.item, trial.when
    )
    return right.standing is not Standing.NONE


# -- in whose hands -------------------------------------------------------------------------------


def assignee_may(trial: Trial) -> Iterator[Violation]:
    """A case is put only into the hands of a handler who is not kept out of it."""
    to = bodies.text(trial.step.body, "to")
    if not _holds(trial, to, Role.HANDLER):
        yield violation("no_authority", who="H")
    if to in trial.case.recused:
        yield violation("recused", person=to)


def in_hand(trial: Trial) -> Iterator[Violation]:
    """Who handles is who has the case in hand, or his declared deputy."""
    holder = trial.case.holder
    if holder is None or holder == trial.step.person:
        return
    if not _deputises(trial, holder):
        yield violation("not_holder", holder=holder)


def deputises(trial: Trial) -> Iterator[Violation]:
    """Only who is named deputy (AB岗) for the absent person takes his case over."""
    absent = bodies.text(trial.step.body, "for")
    if not _deputises(trial, absent):
        yield violation("not_deputy", person=absent)


def _deputises(trial: Trial, absent: str) -> bool:
    """Say whether the person may act for an absent one in this very case."""
    step = trial.step
    return trial.rules.authority.deputises(
        step.person, absent, step.scope, trial.case.item, trial.when
    )


def survey_by_two(trial: Trial) -> Iterator[Violation]:
    """A survey needs two handlers (LW12)."""
    named = set(bodies.texts(trial.step.body, "persons"))
    if len(named) < 2 or not all(_holds(trial, person, Role.HANDLER) for person in named):
        yield violation("survey_needs_two")
    for person in sorted(named & {*trial.case.recused}):
        yield violation("recused", person=person)


def survey_done(trial: Trial) -> Iterator[Violation]:
    """A flow that names a survey is not handled without one: a named step is never skipped."""
    named = trial.item is not None and trial.item.flow_step("survey") is not None
    if named and trial.case.step_of(Kind.SURVEY) is None:
        yield violation("survey_not_done")


def level_agrees(trial: Trial) -> Iterator[Violation]:
    """A review says for which level it is."""
    level = bodies.whole(trial.step.body, "level")
    if level != trial.case.review_level:
        yield violation("review_level_wrong", level=trial.case.review_level)


def back_to_lower(trial: Trial) -> Iterator[Violation]:
    """A case goes back to the handler (0) or to a lower review level."""
    case = trial.case
    at = case.review_level if case.state is State.REVIEWING else case.review_levels + 1
    if bodies.whole(trial.step.body, "to") >= at:
        yield violation("send_back_level", level=at)


def back_once(trial: Trial) -> Iterator[Violation]:
    """The second time is a finding."""
    if trial.case.step_of(Kind.SEND_BACK) is not None:
        yield violation("sent_back_twice")


def requester_apart(trial: Trial) -> Iterator[Violation]:
    """Who asked for an extension does not approve it, whoever asked after him."""
    asked = {m.person for m in trial.case.steps if m.kind == Kind.REQUEST_EXTENSION}
    if trial.step.person in asked:
        yield violation("same_person", post="requester")


# -- immediate, forwarded -------------------------------------------------------------------------


def item_immediate(trial: Trial) -> Iterator[Violation]:
    """Only immediate items are decided at once (IN13)."""
    immediate = trial.case.kind_of_case is CaseKind.IMMEDIATE and not trial.case.not_at_once
    if not immediate:
        yield violation("not_immediate", item=trial.case.item)


def item_has_fallback(trial: Trial) -> Iterator[Violation]:
    """Only an immediate item with a fallback limit turns into a promised one, once."""
    fallback = trial.item is not None and trial.item.fallback is not None
    if not fallback or trial.case.not_at_once:
        yield violation("no_fallback", item=trial.case.item)


def item_forwarded(trial: Trial) -> Iterator[Violation]:
    """Only what the upper office decides goes up (LW13)."""
    if trial.case.kind_of_case is not CaseKind.FORWARDED:
        yield violation("not_forwardable", item=trial.case.item)


def own_fault(trial: Trial) -> Iterator[Violation]:
    """The upper office returns for the lower one's faults, never to ask the applicant (LW13)."""
    if bodies.text(trial.step.body, "fault") == "materials":
        yield violation("upper_asks_materials")


# -- suspension -----------------------------------------------------------------------------------


def suspension_lawful(trial: Trial) -> Iterator[Violation]:
    """Of a kind of Art. 45, or one whose law the item cites (LW23)."""
    reason = bodies.text(trial.step.body, "reason")
    own = () if trial.item is None else tuple(term.kind for term in trial.item.excluded)
    if reason not in law.EXCLUDED_KINDS and reason not in own:
        yield violation("suspension_kind_unlawful", kind=reason)
    until = bodies.day(trial.step.body, "until")
    if until is not None and until < china_day(trial.step.counted):
        yield violation("body_malformed", field="until")


def is_suspended(trial: Trial) -> Iterator[Violation]:
    """There is a suspension to prolong or to end."""
    if trial.case.suspension is None:
        yield violation("step_not_allowed", state=trial.case.state.value, kind=trial.step.kind)


# -- hearing --------------------------------------------------------------------------------------


def hearing_asked(trial: Trial) -> Iterator[Violation]:
    """A hearing is held because it was asked for, or because the item's law demands it."""
    hearing = trial.case.hearing
    demanded = trial.item is not None and trial.item.hearing_required
    if (hearing is None or hearing.asked_at is None) and not demanded:
        yield violation("hearing_not_requested")


def hearing_noticed(trial: Trial) -> Iterator[Violation]:
    """Time and place are told seven working days before, of a hearing asked for by then (LW26)."""
    served = bodies.moment(trial.step.body, "notice_served_at")
    if served is None:
        return
    hearing = trial.case.hearing
    asked = served if hearing is None or hearing.asked_at is None else hearing.asked_at
    earliest = earliest_hearing(china_day(max(served, asked)), trial.department)
    if china_day(trial.step.begins) < earliest:
        yield violation("hearing_notice_short", earliest=earliest.isoformat())


def chair_apart(trial: Trial) -> Iterator[Violation]:
    """Who presides neither handled nor reviewed the case, nor is kept out of it (LW26)."""
    chair = bodies.text(trial.step.body, "chair")
    worked = (Kind.HANDLE, Kind.SURVEY, Kind.REVIEW)
    handled = chair == trial.case.holder or any(
        mark.person == chair
        # Who sent it back from a review level reviewed it.
        and (mark.kind in worked or (mark.kind == Kind.SEND_BACK and mark.level > 0))
        for mark in trial.case.steps
    )
    if handled:
        yield violation("same_person", post="chair")
    if chair in trial.case.recused:
        yield violation("recused", person=chair)


def hearing_settled(trial: Trial) -> Iterator[Violation]:
    """No decision while a hearing is owed, or may still be asked for (LW25, LW26)."""
    hearing = trial.case.hearing
    if hearing is None or hearing.held_at is not None:
        return
    if hearing.asked_at is not None:
        yield violation("hearing_pending")
        return
    due = trial.due("hearing.ask")
    if due is not None and china_day(trial.step.counted) <= due.by_date:
        yield violation("hearing_window_open", due=due.by_date.isoformat())


def right_told(trial: Trial) -> Iterator[Violation]:
    """Where the item's law demands a hearing, the right to it was told (LW24)."""
    demanded = trial.item is not None and trial.item.hearing_required
    told = trial.case.hearing is not None and trial.case.hearing.told_at is not None
    if demanded and not told:
        yield violation("hearing_right_not_told")


def parties_heard(trial: Trial) -> Iterator[Violation]:
    """Nobody is denied unheard (LW14)."""
    if trial.case.step_of(Kind.HEAR_PARTY, Kind.HOLD_HEARING) is None:
        yield violation("parties_not_heard")


# -- joint cases and helpers ----------------------------------------------------------------------


def helper_asked(trial: Trial) -> Iterator[Violation]:
    """Where opinions are owed, one of them is asked of a department that the person speaks for."""
    asked = {opinion.department for opinion in _owed_opinions(trial)}
    if asked and not asked & _speaks_for(trial):
        yield violation("not_department_asked", department=min(asked))


def opinion_asked(trial: Trial) -> Iterator[Violation]:
    """An opinion answers one that was asked for, and asked of the person's own department."""
    ref = bodies.text(trial.step.body, "asked")
    owed = {opinion.ref: opinion.department for opinion in _owed_opinions(trial)}
    if ref not in owed:
        yield violation("no_such_debt", ref=ref)
        return
    own = _speaks_for(trial)
    if owed[ref] not in own and own & set(owed.values()):  # else `helper_asked` has said it
        yield violation("not_department_asked", department=owed[ref])


def _owed_opinions(trial: Trial) -> list[Opinion]:
    return [opinion for opinion in trial.case.opinions if opinion.given_at is None]


def _speaks_for(trial: Trial) -> frozenset[str]:
    return speaks_for(trial.rules, trial.step.person, trial.step.scope, trial.when)


def silence_switched_on(trial: Trial) -> Iterator[Violation]:
    """Silence is consent only by switch, only after the helper's date, and always a finding."""
    silence = bodies.truth(trial.step.body, "silence")
    if not silence:
        if trial.step.by_centre:
            yield violation("no_authority", who="H HD")
        return
    due = trial.clock.due("helper")
    over = due is not None and trial.step.counted > due.at
    if not trial.rules.switches.silence_is_consent or not trial.step.by_centre or not over:
        yield violation("silence_not_allowed")
    else:
        yield violation("silence_taken_as_consent")


def child_known(trial: Trial) -> Iterator[Violation]:
    """A child ends once, and only one that the bundle has."""
    helper = bodies.text(trial.step.body, "helper")
    still = {child.helper for child in trial.case.children if child.ended is None}
    if helper not in still:
        yield violation("child_unknown", helper=helper)


def child_of_bundle(trial: Trial) -> Iterator[Violation]:
    """Only of a child that the bundle has there is something to tell."""
    helper = bodies.text(trial.step.body, "helper")
    if helper not in {child.helper for child in trial.case.children}:
        yield violation("child_unknown", helper=helper)


def children_ended(trial: Trial) -> Iterator[Violation]:
    """The lead decides when every child has ended."""
    for child in trial.case.children:
        if child.ended is None:
            yield violation("children_open", helper=child.helper)


GUARDS: Mapping[str, Callable[[Trial], Iterable[Violation]]] = {
    "in_hand": in_hand,
    "helper_asked": helper_asked,
    "survey_done": survey_done,
    "back_once": back_once,
    "requester_apart": requester_apart,
    "item_immediate": item_immediate,
    "item_has_fallback": item_has_fallback,
    "item_forwarded": item_forwarded,
    "is_suspended": is_suspended,
    "hearing_asked": hearing_asked,
    "hearing_settled": hearing_settled,
    "right_told": right_told,
    "parties_heard": parties_heard,
    "children_ended": children_ended,
}
BODY_GUARDS: Mapping[str, Callable[[Trial], Iterable[Violation]]] = {
    "assignee_may": assignee_may,
    "deputises": deputises,
    "survey_by_two": survey_by_two,
    "level_agrees": level_agrees,
    "back_to_lower": back_to_lower,
    "suspension_lawful": suspension_lawful,
    "own_fault": own_fault,
    "hearing_noticed": hearing_noticed,
    "chair_apart": chair_apart,
    "opinion_asked": opinion_asked,
    "silence_switched_on": silence_switched_on,
    "child_known": child_known,
    "child_of_bundle": child_of_bundle,
}
