"""Guards of intake: opening, materials, notices, acceptance, refusal. rules.md §2; LW05–LW10."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain import bodies, law
from sync.domain.calendar import china_day
from sync.domain.effects_intake import correct
from sync.domain.events import Kind
from sync.domain.fields import ms_of
from sync.domain.folding import advance
from sync.domain.identity import check_applicant
from sync.domain.ids import CaseNumber, parse_case_number
from sync.domain.joint import find_helper
from sync.domain.spans import count
from sync.domain.time_limit import clock, receipt_counted
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sync.domain.case import Case, MaterialState
    from sync.domain.catalogue import Item
    from sync.domain.spans import Counted
    from sync.domain.trial import Trial

# -- opening --------------------------------------------------------------------------------------


def opens(trial: Trial) -> Iterator[Violation]:
    """The number is well made and of this hall; the item exists, is in use, and is done here."""
    step = trial.step
    hall = step.scope.partition("/")[0]
    number = parse_case_number(step.case or "")
    if not isinstance(number, CaseNumber):
        yield number
    elif number.hall != hall:
        yield violation("case_number_wrong", number=step.case or "")
    if trial.item is None:
        yield violation("unknown_item", item=bodies.text(step.body, "item"))
        return
    if trial.item.retired:
        yield violation("item_retired", item=trial.item.code)
    yield from _elsewhere(trial, trial.item)


def _elsewhere(trial: Trial, item: Item) -> Iterator[Violation]:
    """A case lives in its item's scope; an opinion child in its helper department's."""
    child = bodies.part(trial.step.body, "child")
    scope = item.scope
    if child:
        wanted = bodies.text(child, "helper")
        helper = find_helper(trial.rules.catalogue, item.code, wanted)
        if helper is None:
            yield violation("child_unknown", helper=wanted)
            return
        scope = f"{helper.hall}/{helper.department}"
        if not trial.step.by_centre:
            yield violation("child_by_centre_only")
    if trial.step.scope != scope:
        yield violation("item_elsewhere", scope=scope)


def applicant_valid(trial: Trial) -> Iterator[Violation]:
    """Numbers pass their check digits, names and telephone are well formed (rules.md §6)."""
    yield from check_applicant(bodies.part(trial.step.body, "applicant"))
    agent = bodies.part(trial.step.body, "agent")
    if bodies.text(agent, "id_no"):
        yield from check_applicant({**agent, "id_kind": "resident_id"})


def names_subject(trial: Trial) -> Iterator[Violation]:
    """A follow-up names the certificate or the case it is about; a renewal its expiry."""
    about = bodies.part(trial.step.body, "about")
    if not bodies.text(about, "certificate") and not bodies.text(about, "case"):
        yield violation("certificate_not_named")
    if trial.step.kind == Kind.RENEW and bodies.day(about, "expires") is None:
        yield violation("legal_part_missing", part="expires")


def nothing_offered(trial: Trial) -> Iterator[Violation]:
    """A visit left although materials were offered, or never received, is a finding (IN03)."""
    if bodies.truth(trial.step.body, "offered"):
        yield violation("offered_but_not_received")
    elif trial.step.by_centre:
        yield violation("turned_away")


# -- materials ------------------------------------------------------------------------------------


def materials_known(trial: Trial) -> Iterator[Violation]:
    """Only what the item lists may be taken (LW04), and waived only where the item foresees it."""
    if trial.item is None:
        return
    for entry in bodies.parts(trial.step.body, "materials"):
        material = trial.item.material(bodies.text(entry, "code"))
        if material is None:
            yield violation("unknown_material", material=bodies.text(entry, "code"))
        elif bodies.truth(entry, "exempt") and material.exemption is None:
            yield violation("exemption_not_foreseen", material=material.code)


def correction_is_full(trial: Trial) -> Iterator[Violation]:
    """A correction called full leaves nothing open that the notice asked for."""
    after = correct(trial.case, trial.step)
    for material in after.materials:
        if material.missing is not None:
            yield violation("correction_incomplete", material=material.code)


def materials_complete(trial: Trial) -> Iterator[Violation]:
    """Accept only what is complete; what the shared store holds is here (PL15).

    The centre accepts a child with its parent: what the lead took was complete there.
    """
    if trial.step.by_centre:
        return
    for material in trial.case.lacking:
        yield violation("materials_incomplete", material=material.code)


def something_pending(trial: Trial) -> Iterator[Violation]:
    """Something is still owed."""
    if not trial.case.pending:
        yield violation("nothing_pending")


# -- the one notice -------------------------------------------------------------------------------


def notice_names_materials(trial: Trial) -> Iterator[Violation]:
    """A notice names materials of the item; asking for what the shared store holds is a finding."""
    named = [bodies.text(e, "material") for e in bodies.parts(trial.step.body, "missing")]
    if not bodies.truth(trial.step.body, "complete"):
        yield violation("legal_part_missing", part="complete")
    for code in named:
        material = trial.case.material(code)
        if material is None:
            yield violation("unknown_material", material=code)
        elif material.shared is not None:
            yield violation("asked_again", material=code)


def notice_in_time(trial: Trial) -> Iterator[Violation]:
    """A notice after the fifth day is none: the case is accepted from receipt (LW08)."""
    said = False
    for late in _receipt_lateness(trial):
        said = late.code == "overdue"
        yield violation("late_correction_notice", due=late.args["due"]) if said else late
    if not said:
        yield from _told_late(trial)


def notice_proven(trial: Trial) -> Iterator[Violation]:
    """Only a notice proven to be earlier undoes an acceptance by law (LW08)."""
    late = next(iter(_receipt_lateness(trial)), None)
    if late is None:
        yield from _told_late(trial)
    else:
        yield violation("late_correction_notice", due=late.args["due"])


def _told_late(trial: Trial) -> Iterator[Violation]:
    """It is the telling that the law asks for in five days, not the writing (LW08)."""
    told, last = bodies.moment(trial.step.body, "served_at"), _receipt_due(trial)
    if told is not None and last is not None and china_day(told) > last.by_date:
        yield violation("late_correction_notice", due=last.by_date.isoformat())


def notice_by_lead(trial: Trial) -> Iterator[Violation]:
    """A joint case has one notice, merged from all departments, by the lead."""
    if trial.case.child is not None:
        yield violation("notice_belongs_to_lead", parent=trial.case.child.parent)


def by_lead(trial: Trial) -> Iterator[Violation]:
    """What the lead's window does for all is not done for one child by itself (ST13)."""
    case = trial.before
    if case is not None and case.child is not None and not trial.step.by_centre:
        yield violation("child_by_centre_only")


def lacks_known(trial: Trial) -> Iterator[Violation]:
    """A helper department misses only what its own item, or the bundle, asks for."""
    for entry in bodies.parts(trial.step.body, "missing"):
        code = bodies.text(entry, "material")
        if trial.case.material(code) is None:
            yield violation("unknown_material", material=code)


def notice_is_the_only_one(trial: Trial) -> Iterator[Violation]:
    """What was lodged before the first notice is not noticed again; a correction is, once."""
    case = trial.case
    if not case.corrections:
        return
    named = {bodies.text(e, "material") for e in bodies.parts(trial.step.body, "missing")}
    fresh = {code for code in named if _brought_by_correction(case, code)}
    if named - fresh or len(case.corrections) > 1:
        yield violation("second_correction_notice", materials=", ".join(sorted(named - fresh)))


def _brought_by_correction(case: Case, code: str) -> bool:
    material = case.material(code)
    last = case.corrections[-1]
    return (
        material is not None
        and material.given_kind == Kind.CORRECT
        and material.given_at is not None
        and material.given_at >= last.at
    )


def _receipt_due(trial: Trial) -> Counted | None:
    """Count the five days under the calendar that is kinder to what was done before.

    They are the lead's: a child waits for it.
    """
    if trial.case.child is not None:
        return None
    now = then = receipt_counted(trial.case, trial.rules)
    if not trial.rules.calendars.settled(trial.step.counted):
        then = receipt_counted(trial.case, trial.rules, trial.step.counted)
    found = [each for each in (now, then) if each is not None]
    return max(found, key=lambda each: each.by_date, default=None)


def _receipt_lateness(trial: Trial) -> Iterator[Violation]:
    """Judge the five days by date."""
    last = _receipt_due(trial)
    if last is not None:
        yield from trial.lateness("receipt", last.at, last.by_date)


def receipt_in_time(trial: Trial) -> Iterator[Violation]:
    """Acceptance or refusal within five days of receipt (LW08)."""
    yield from _receipt_lateness(trial)


def receipt_over(trial: Trial) -> Iterator[Violation]:
    """The law accepts only when the fifth day has passed without a notice (LW08)."""
    found = receipt_counted(trial.case, trial.rules)
    if found is None or china_day(trial.step.counted) <= found.by_date:
        yield violation("deem_too_early")


def lapse_has_basis(trial: Trial) -> Iterator[Violation]:
    """Only the item's own law lets an uncorrected case lapse, and only after its term."""
    term = None if trial.item is None else trial.item.correction_term
    if term is None or term.limit is None or not trial.case.corrections:
        yield violation("no_lapse_basis")
        return
    served = trial.case.corrections[-1].served_at
    found = count(term.limit, served, trial.hall, trial.rules.switches)
    if china_day(trial.step.counted) <= found.by_date:
        yield violation("lapse_too_early", day=found.by_date.isoformat())


# -- acceptance -----------------------------------------------------------------------------------


def due_agrees(trial: Trial) -> Iterator[Violation]:
    """The due time on the notice is the one that the rules give; another is a finding."""
    told = {
        "due": trial.step.body.get("due"),
        "decision.statutory": trial.step.body.get("statutory"),
        "decision.promised": trial.step.body.get("promised"),
    }
    if all(value is None for value in told.values()):
        return
    found = clock(_accepted(trial), trial.rules)
    for name, value in told.items():
        due = found.governing if name == "due" else found.due(name)
        if value is not None and (due is None or ms_of(due.at) != value):
            ours = 0 if due is None else ms_of(due.at)
            yield violation("due_mismatch", limit=name, told=value, ours=ours)


def _accepted(trial: Trial) -> Case:
    """Return the case as it would stand accepted."""
    return advance(trial.case, trial.step, trial.rules)


def leader_told(trial: Trial) -> Iterator[Violation]:
    """The fast track is set with a message to the department's leader (TM22)."""
    body = trial.step.body
    fast = trial.case.fast_track_wished or bodies.truth(body, "fast_track")
    if fast and not bodies.truth(body, "leader_told"):
        yield violation("fast_track_not_told")


_MOST_COMPARED = 2000  # entries that the body holds at most (shapes)


def pages_compared(trial: Trial) -> Iterator[Violation]:
    """Where the hall asks for it, every page was held against its original first (IN09)."""
    if not trial.rules.switches.compare_before_acceptance or trial.step.by_centre:
        return
    compared = {
        (bodies.text(entry, "sha256"), bodies.whole(entry, "page", -1))
        for entry in bodies.parts(trial.step.body, "compared")
    }
    pages = {
        (file.sha256, page)
        for material in trial.case.materials
        if material.shared is None
        for file in material.attachments
        for page in range(max(1, min(file.pages, _MOST_COMPARED)))
    }
    if owed := len(pages - compared):
        yield violation("pages_not_compared", pages=owed)


def _owed(trial: Trial) -> Iterable[tuple[str, MaterialState | None, str]]:
    for entry in bodies.parts(trial.step.body, "pending"):
        code = bodies.text(entry, "material")
        yield code, trial.case.material(code), bodies.text(entry, "by")


def pending_minor(trial: Trial) -> Iterator[Violation]:
    """Only minor materials may be owed, and every other required one is here (A13 容缺)."""
    owed = set()
    for code, material, _by in _owed(trial):
        owed.add(code)
        if material is None:
            yield violation("unknown_material", material=code)
        elif not material.minor:
            yield violation("pending_not_minor", material=code)
    for material in trial.case.lacking:
        if material.code not in owed:
            yield violation("materials_incomplete", material=material.code)


def pending_terms(trial: Trial) -> Iterator[Violation]:
    """Owed materials come two working days before the promise ends, in twenty at most (policy)."""
    switches = trial.rules.switches
    calendar = trial.department
    accepted = china_day(trial.step.begins)
    latest = calendar.after(accepted, switches.pending_most_wd)
    governing = clock(_accepted(trial), trial.rules).governing
    if governing is not None:
        before = calendar.before(governing.by_date, switches.pending_before_promise_wd)
        latest = min(latest, before)
    for code, _material, by in _owed(trial):
        if by > latest.isoformat():
            yield violation("pending_too_late", material=code, latest=latest.isoformat())


def refusal_lawful(trial: Trial) -> Iterator[Violation]:
    """Refuse only what is not this office's power, naming the right one, or was not corrected."""
    reason = bodies.text(trial.step.body, "reason")
    if reason not in law.REFUSAL_REASONS:
        yield violation("reason_unknown", reason=reason)
    elif reason == "not_our_power" and not bodies.text(trial.step.body, "right_office"):
        yield violation("legal_part_missing", part="right_office")
    elif reason == "correction_not_made" and not trial.case.corrections:
        yield violation("no_correction_asked")


GUARDS: Mapping[str, Callable[[Trial], Iterable[Violation]]] = {
    "materials_complete": materials_complete,
    "something_pending": something_pending,
    "receipt_in_time": receipt_in_time,
    "receipt_over": receipt_over,
    "lapse_has_basis": lapse_has_basis,
    "notice_in_time": notice_in_time,
    "notice_proven": notice_proven,
    "notice_by_lead": notice_by_lead,
    "by_lead": by_lead,
}
BODY_GUARDS: Mapping[str, Callable[[Trial], Iterable[Violation]]] = {
    "opens": opens,
    "applicant_valid": applicant_valid,
    "names_subject": names_subject,
    "nothing_offered": nothing_offered,
    "materials_known": materials_known,
    "correction_is_full": correction_is_full,
    "lacks_known": lacks_known,
    "notice_names_materials": notice_names_materials,
    "notice_is_the_only_one": notice_is_the_only_one,
    "due_agrees": due_agrees,
    "leader_told": leader_told,
    "pages_compared": pages_compared,
    "pending_minor": pending_minor,
    "pending_terms": pending_terms,
    "refusal_lawful": refusal_lawful,
}
