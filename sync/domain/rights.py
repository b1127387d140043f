"""Who may make a step, and who may not make it because of what he did before.

Source: rules.md §2 "Persons", §5; RO02, TM26; proof.md §3 (acts), §5 (disputed rights).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain import bodies
from sync.domain.authority import NO_RIGHT, Power, Right, Role, Standing
from sync.domain.case import Case, State, StepMark
from sync.domain.events import Kind
from sync.domain.transitions import Who
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sync.domain.authority import When
    from sync.domain.catalogue import Item
    from sync.domain.rules import Rules
    from sync.domain.trial import Trial

_ROLES: Mapping[Who, tuple[Role, ...]] = {
    Who.AP: (
        Role.APPLICANT,
        Role.WINDOW_CLERK,
        Role.COMPREHENSIVE_CLERK,
        Role.CHIEF_REPRESENTATIVE,
    ),
    Who.RC: (Role.RECEPTION_CLERK, Role.COMPREHENSIVE_CLERK),
    Who.WC: (Role.WINDOW_CLERK, Role.COMPREHENSIVE_CLERK),
    Who.H: (Role.HANDLER,),
    Who.CR: (Role.CHIEF_REPRESENTATIVE,),
    Who.DH: (Role.DEPARTMENT_LEADER,),
    Who.GH: (Role.GOVERNMENT_HEAD,),
    Who.HD: (Role.HELPER_HANDLER,),
    Who.UP: (Role.UPPER_OFFICE,),
    Who.CA: (Role.CASHIER,),
    Who.AK: (Role.ARCHIVE_KEEPER,),
    Who.RG: (Role.CERTIFICATE_MANAGER,),
    Who.SV: (Role.SUPERVISOR, Role.SUPERVISION_LEADER),
}

_POWER: Mapping[str, Power] = {
    Kind.NOTIFY_CORRECTION: Power.ACCEPT,
    Kind.LAPSE: Power.ACCEPT,
    Kind.ACCEPT: Power.ACCEPT,
    Kind.ACCEPT_PENDING: Power.ACCEPT,
    Kind.REFUSE: Power.ACCEPT,
    Kind.TELL_NOT_REQUIRED: Power.ACCEPT,
    Kind.NOT_AT_ONCE: Power.ACCEPT,
    Kind.DECIDE_AT_ONCE: Power.DECIDE_AT_ONCE,
    Kind.ASSIGN: Power.MANAGE,
    Kind.REASSIGN: Power.MANAGE,
    Kind.CURE: Power.MANAGE,
    Kind.SUSPEND: Power.COORDINATE,
    Kind.PROLONG_SUSPENSION: Power.COORDINATE,
    Kind.FORWARD: Power.COORDINATE,
    Kind.REPLY_ORDER: Power.SUPERVISE,
}
"""What a chief representative's authorisation must name for a step (RO02)."""


def steps_of_power() -> dict[Power, tuple[str, ...]]:
    """Return for each of the five powers the steps that an authorisation must name it for."""
    return {
        power: tuple(str(kind) for kind, needed in _POWER.items() if needed is power)
        for power in Power
    }


def roles_for(who: Who, item: Item | None, case: Case | None) -> tuple[Role, ...]:
    """Return the roles that a letter of the table stands for in this case."""
    if who is Who.R:
        level = 0 if case is None else case.review_level
        step = None if item is None else item.flow_step("review", level)
        return (Role.REVIEWER,) if step is None else step.roles
    if who is Who.D:
        step = None if item is None else item.flow_step("decide")
        return (Role.DEPARTMENT_LEADER,) if step is None else step.roles
    return _ROLES.get(who, ())


def _whos(trial: Trial) -> tuple[Who, ...]:
    """Return who may make the step, narrowed to the one approver of an extension (Art. 42)."""
    if trial.step.kind != Kind.EXTEND:
        return _for_child(trial)
    rule = None if trial.item is None else trial.item.extension
    head = rule is not None and rule.approver is Role.GOVERNMENT_HEAD
    return (Who.GH,) if head else (Who.DH,)


def _for_child(trial: Trial) -> tuple[Who, ...]:
    """Return who may make it, the centre too for a child: what the lead's window took is its."""
    case = trial.before
    copied = trial.step.kind in (Kind.RECEIVE, Kind.ACCEPT)
    if copied and case is not None and case.child is not None:
        return (*trial.row.who, Who.C)
    return trial.row.who


def right_to(trial: Trial) -> tuple[Right, bool]:
    """Return the best right of the step's person, and whether only a power is missing."""
    best = NO_RIGHT
    lacks_power = False
    if trial.step.by_centre:
        whos = _whos(trial)
        held = Who.C in whos or Who.AP in whos
        return Right(Standing.HELD if held else Standing.NONE), False
    item = _item_code(trial)
    for who in _whos(trial):
        roles = roles_for(who, trial.item, trial.before)
        power = _POWER.get(trial.step.kind) if who is Who.CR else None
        found = _right(trial, roles, item, power)
        if found.standing is Standing.HELD:
            return found, False
        if found.standing is Standing.DISPUTED:
            best = found
        elif power is not None and _right(trial, roles, item, None).standing is Standing.HELD:
            lacks_power = True
    return best, lacks_power and best.standing is Standing.NONE


def _right(trial: Trial, roles: tuple[Role, ...], item: str, power: Power | None) -> Right:
    authority = trial.rules.authority
    return authority.right(trial.step.person, roles, trial.step.scope, item, trial.when, power)


def _item_code(trial: Trial) -> str:
    return bodies.text(trial.step.body, "item") if trial.before is None else trial.before.item


def speaks_for(rules: Rules, person: str, scope: str, when: When) -> frozenset[str]:
    """Return the departments whose opinion a person may give in a case of another one (ST10).

    His own by the roster; and those of helpers who lend him their right by an AB-post grant.
    """
    authority = rules.authority
    lenders = {
        grant.deputy_of
        for grant in authority.grants.get(person, ())
        if grant.deputy_of is not None
        and authority.deputises(person, grant.deputy_of, scope, None, when)
        and authority.right(grant.deputy_of, _ROLES[Who.HD], scope, None, when).standing
        is not Standing.NONE
    }
    known = (rules.roster.get(one) for one in (person, *lenders))
    return frozenset(one.department for one in known if one is not None)


def check_rights(trial: Trial) -> Iterator[Violation]:
    """Yield what is wrong with the person: authority, power, card, separation, recusal."""
    right, lacks_power = right_to(trial)
    if lacks_power:
        power = _POWER[trial.step.kind]
        yield violation("power_missing", power=power.value)
    elif right.standing is Standing.NONE:
        yield violation(trial.row.denied, who=" ".join(who.value for who in _whos(trial)))
    elif right.standing is Standing.DISPUTED:
        yield violation("authority_disputed", person=trial.step.person)
    if right.acting_for is not None and bodies.text(trial.step.body, "acting_for") != (
        right.acting_for
    ):
        yield violation("deputy_not_declared", person=right.acting_for)
    if trial.before is not None and not trial.step.by_centre:
        yield from _separation(trial, trial.before, right)


def check_act(trial: Trial) -> Iterator[Violation]:
    """Yield the missing card signature of a decisive step, or of one whose item asks for it."""
    asked = trial.item is not None and trial.step.kind in trial.item.acts
    late_decisive = trial.row.act
    if (asked or late_decisive) and not trial.step.by_centre and not trial.step.signed_by_card:
        yield violation("card_signature_missing", kind=trial.step.kind)


# -- separation of persons ------------------------------------------------------------------------

_POST: Mapping[str, str] = {
    Kind.NOTIFY_CORRECTION: "window",
    Kind.ACCEPT: "window",
    Kind.ACCEPT_PENDING: "window",
    Kind.REFUSE: "window",
    Kind.TELL_NOT_REQUIRED: "window",
    Kind.CLAIM: "handler",
    Kind.SURVEY: "handler",
    Kind.HANDLE: "handler",
    Kind.REVIEW: "reviewer",
    Kind.GRANT: "decider",
    Kind.DENY: "decider",
    Kind.FORWARD: "decider",
    Kind.DECIDE_AT_ONCE: "decider",
    Kind.EXTEND: "approver",
}
_INNER_POSTS = ("handler", "reviewer", "decider")
_CHAIR_APART = ("handler", "reviewer")
_POSTLESS = frozenset(
    {
        Kind.LAPSE,
        Kind.NOT_AT_ONCE,
        Kind.ASSIGN,
        Kind.REASSIGN,
        Kind.TAKE_OVER,
        Kind.ASK_OPINION,
        Kind.GIVE_OPINION,
        Kind.HEAR_PARTY,
        Kind.TELL_HEARING_RIGHT,
        Kind.HOLD_HEARING,
        Kind.SUSPEND,
        Kind.PROLONG_SUSPENSION,
        Kind.RESUME,
        Kind.REQUEST_EXTENSION,
        Kind.TERMINATE,
        Kind.CURE,
    }
)
"""Steps in no post that move the case all the same: who is kept out of it makes none of them."""


def _post(kind: str, state: State | None, level: int) -> str | None:
    """Return the post in which a step is made, e.g. "handler", "reviewer1", "decider"."""
    if kind == Kind.SEND_BACK:
        return f"reviewer{level}" if state is State.REVIEWING else "decider"
    post = _POST.get(kind)
    return f"reviewer{level}" if post == "reviewer" else post


def _mark_post(mark: StepMark) -> str | None:
    # A step's mark keeps the level it was made at; 0 for a send-back by the decider.
    state = State.REVIEWING if mark.level else State.DECIDING
    return _post(mark.kind, state, mark.level)


def _separation(trial: Trial, case: Case, right: Right) -> Iterator[Violation]:
    step = trial.step
    post = _post(step.kind, case.state, case.review_level)
    if step.person in case.recused and (post is not None or step.kind in _POSTLESS):
        yield violation("recused", person=step.person)
    if post is None:
        return
    chair = "" if case.hearing is None else case.hearing.chair
    if post.startswith(_CHAIR_APART) and step.person == chair:
        yield violation("same_person", post="chair")
    own = [mark for mark in case.steps if mark.person == step.person]
    posts = {found for mark in own if (found := _mark_post(mark)) is not None}
    # A claim alone is no handling: it counts only while the case is still in that hand.
    held = {p for p in posts if p != "handler" or _handled(case, step.person)}
    others = {p for p in held if p != post and p.startswith(_INNER_POSTS)}
    at_once = step.kind == Kind.DECIDE_AT_ONCE
    if post.startswith(_INNER_POSTS) and others and not at_once:
        yield violation("same_person", post=min(others))
    deputy = right.acting_for is not None or any(mark.acting_for for mark in own)
    if deputy and posts - {post}:
        yield violation("deputy_second_post", post=min(posts - {post}))


def _handled(case: Case, person: str) -> bool:
    done = (Kind.HANDLE, Kind.SURVEY)
    return case.holder == person or any(
        mark.person == person and mark.kind in done for mark in case.steps
    )
