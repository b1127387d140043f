"""What the centre owes the children of a joint case, and what it tells the lead of them.

The lead's window does each thing once; the centre does the same for every child in the child's own
scope: hands the materials on, lets them in at acceptance, ends them with a parent that ended. Back
it carries the child's state, opinion and due times. Source: rules.md §2 "Joint"; ST10–ST13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.domain.case import INNER, Case, Flag, MaterialState, State
from sync.domain.catalogue import ChildSort
from sync.domain.events import Kind
from sync.domain.fields import ms_of
from sync.domain.joint import outcome_of
from sync.domain.time_limit import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sync.domain.case import Attachment
    from sync.domain.catalogue import Item
    from sync.domain.rules import Rules

#: A parent that ended without a decision takes its children along.
_GIVEN_UP = frozenset(
    {State.REFUSED, State.NOT_REQUIRED, State.WITHDRAWN, State.TERMINATED, State.LAPSED}
)
SILENT = "逾期未提出意见,视为同意"
_OPEN = frozenset({State.REGISTERED, State.RECEIVED, State.AWAITING_CORRECTION, *INNER})
#: Said beside a case: not what a helper's department did.
_BESIDE = frozenset({Kind.URGE, Kind.ORDER, Kind.ESCALATE, Kind.FINDING, Kind.CHILD_MOVED})


@dataclass(frozen=True, slots=True)
class OwedStep:
    """A step that the centre is to make of a child."""

    kind: Kind
    body: Mapping[str, Any]


def owed_to(parent: Case, child: Case, rules: Rules, now: datetime) -> OwedStep | None:
    """Return the next step that the centre owes a child; asked again until there is none.

    Args:
        parent: the lead's case as it stands.
        child: as it stands.
        rules: the policy in force.
        now: for the helper's limit, where silence is consent.
    """
    if given_up(parent) and child.state in _OPEN:
        return OwedStep(Kind.WITHDRAW, {})
    if child.state is State.REGISTERED:
        return OwedStep(Kind.RECEIVE, {"materials": list(_handed_on(parent, child, rules))})
    if child.state is State.RECEIVED:
        return _before_work(parent, child, rules)
    if child.state in INNER:
        return _at_work(parent, child, rules, now)
    if child.state is State.DELIVERED and _opinion(child):
        return OwedStep(Kind.CLOSE, {})  # an opinion has no paper that anybody waits for
    return None


def _opinion(child: Case) -> bool:
    return child.child is not None and child.child.sort is ChildSort.OPINION


def given_up(parent: Case) -> bool:
    """Say whether the lead's case ended without a decision."""
    marks = (mark.state for mark in parent.steps)
    return parent.decision is None and (
        parent.state in _GIVEN_UP
        or (parent.state in (State.CLOSED, State.ARCHIVED) and any(m in _GIVEN_UP for m in marks))
    )


def _before_work(parent: Case, child: Case, rules: Rules) -> OwedStep | None:
    if news := list(_handed_on(parent, child, rules)):
        return OwedStep(Kind.FIX_ON_SPOT, {"materials": news})
    if parent.state not in (*INNER, State.FORWARDED):
        return None
    pending = [
        {"material": material.code, "by": material.owed_by.isoformat()}
        for material in parent.pending
        if material.owed_by is not None and child.material(material.code) is not None
    ]
    return OwedStep(Kind.ACCEPT, {"pending": pending} if pending else {})


def _at_work(parent: Case, child: Case, rules: Rules, now: datetime) -> OwedStep | None:
    owed = {material.code for material in child.pending}
    news = [entry for entry in _handed_on(parent, child, rules) if entry["code"] in owed]
    if news:
        return OwedStep(Kind.SUPPLY_PENDING, {"materials": news})
    if not _opinion(child) or not rules.switches.silence_is_consent:
        return None
    if child.suspension is not None:
        return None  # nobody may speak, so nobody is silent
    due = clock(child, rules).due("helper")
    if due is None or now <= due.at:
        return None
    return OwedStep(Kind.GIVE_OPINION, {"opinion": "agree", "text": SILENT, "silence": True})


def _handed_on(parent: Case, child: Case, rules: Rules) -> Iterator[dict[str, Any]]:
    """Yield what the lead took and the child has not: material given once is given to all."""
    item = rules.item_of(child.item, child.item_version)
    for material in parent.materials:
        own = child.material(material.code)
        if own is not None and material.given and not _same(material, own):
            entry = _entry(material, item)
            if _gives(entry):
                yield entry


def _same(given: MaterialState, own: MaterialState) -> bool:
    if not own.given:
        return False
    # What a correction brought is given again, later than the child got it.
    return given.given_at is None or own.given_at is None or own.given_at >= given.given_at


def _entry(material: MaterialState, item: Item | None) -> dict[str, Any]:
    known = None if item is None else item.material(material.code)
    entry: dict[str, Any] = {"code": material.code}
    if material.attachments:
        entry["attachments"] = [_page(page) for page in material.attachments]
    if material.original:
        entry["original"] = True
    if material.shared is not None:
        entry["shared"] = material.shared
    if material.exempt and known is not None and known.exemption is not None:
        entry["exempt"] = True
    return entry


def _gives(entry: Mapping[str, Any]) -> bool:
    return len(entry) > 1


def _page(page: Attachment) -> dict[str, Any]:
    told: dict[str, Any] = {
        "sha256": page.sha256,
        "size": page.size,
        "type": page.type,
        "name": page.name,
        "pages": page.pages,
    }
    if page.original is not None:
        told["original_sha256"] = page.original
    return told


# -- what the lead sees ---------------------------------------------------------------------------


def news_of(parent: Case, child: Case, rules: Rules) -> Mapping[str, Any] | None:
    """Return the body of `child_moved` that the lead is owed, None when he knows all of it.

    Args:
        parent: the lead's case.
        child: one of its children.
        rules: the policy in force.
    """
    role = child.child
    if role is None:
        return None
    known = next((each for each in parent.children if each.helper == role.helper), None)
    if known is None:
        return None
    told = _told(role.helper, child, rules)
    same = {
        "helper": known.helper,
        "child": known.number,
        "state": known.state,
        "suspended": known.suspended,
        "step": known.step,
        "person": known.person,
        "at": _ms(known.at),
        "due": _ms(known.due),
        "warn": _ms(known.warn),
        "opinion": known.opinion,
        "text": known.text,
        "silence": known.silent,
        "checked": known.checked,
        "missing": [_lack(lack.material, lack.reason, lack.text) for lack in known.missing],
        "outcome": known.outcome or "",
    }
    return None if told == same else told


def _told(helper: str, child: Case, rules: Rules) -> dict[str, Any]:
    last = next((mark for mark in reversed(child.steps) if mark.kind not in _BESIDE), None)
    due = clock(child, rules).governing
    check, said = child.precheck, child.said
    words = said.text if said is not None else "" if check is None else check.text
    return {
        "helper": helper,
        "child": child.number,
        "state": child.state.value,
        "suspended": Flag.SUSPENDED in child.flags,
        "step": "" if last is None else last.kind,
        "person": child.holder or ("" if last is None else last.person),
        "at": None if last is None else ms_of(last.at),
        "due": None if due is None else ms_of(due.at),
        "warn": None if due is None else ms_of(due.warn_at),
        "opinion": "" if said is None else said.opinion,
        "text": words,
        "silence": said is not None and said.silent,
        "checked": check is not None,
        "missing": []
        if check is None or child.state is not State.RECEIVED
        else [_lack(lack.material, lack.reason, lack.text) for lack in check.missing],
        "outcome": outcome_of(child) or "",
    }


def _lack(material: str, reason: str, text: str) -> dict[str, str]:
    return {"material": material, "reason": reason, "text": text}


def _ms(at: datetime | None) -> int | None:
    return None if at is None else ms_of(at)


def merged_lacks(parent: Case) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """Return (material, reason, ((helper, text), …)) of what departments miss, each material once.

    The lead's one correction notice is merged from these (rules.md §2 "One correction notice").
    The first department's reason stands.
    """
    merged: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for child in parent.children:
        for lack in child.missing:
            _, said = merged.setdefault(lack.material, (lack.reason, []))
            if lack.text:
                said.append((child.helper, lack.text))
    return tuple((code, reason, tuple(said)) for code, (reason, said) in merged.items())
