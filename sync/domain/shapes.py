"""The body of every step as data: members, their form, and which of them the law asks for.

docs/STEPS.md is written from this table. A member absent where the law asks for it refuses the
step as `legal_part_missing`, one of another form as `body_malformed`. Others are ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sync.domain import bodies
from sync.domain.calendar import china_day
from sync.domain.events import Kind
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sync.domain.events import Step

LONGEST_TEXT = 4000
MOST_FEN = 2**53 - 1
_HASH = re.compile(r"[A-Za-z0-9_-]{43,64}")
_CODE = re.compile(r"[A-Za-z0-9._:@-]{1,80}")


class Need(StrEnum):
    """What its absence means."""

    FORM = "form"  # must be there: body_malformed
    LAW = "law"  # the law asks for it: legal_part_missing
    FREE = "free"  # may be absent or null


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body."""

    name: str
    shape: str
    need: Need


def _must(name: str, shape: str) -> Member:
    return Member(name, shape, Need.FORM)


def _law(name: str, shape: str) -> Member:
    return Member(name, shape, Need.LAW)


def _may(name: str, shape: str) -> Member:
    return Member(name, shape, Need.FREE)


# -- forms ----------------------------------------------------------------------------------------


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_TEXT


def _is_code(value: object) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_fen(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_FEN


def _is_days(value: object) -> bool:
    return bodies.days({"n": value}, "n") == value and _is_count(value)


def _is_moment(value: object) -> bool:
    return bodies.moment({"at": value}, "at") is not None


def _is_day(value: object) -> bool:
    return bodies.day({"on": value}, "on") is not None


def _object_of(**members: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return the check of an object; a member named `x_` may be absent, null or empty text."""
    asked = [(name.rstrip("_"), name.endswith("_"), right) for name, right in members.items()]

    def check(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        for name, free, is_right in asked:
            found = value.get(name)
            if free and (found is None or found == ""):
                continue
            if not is_right(found):
                return False
        return True

    return check


def _list_of(is_right: Callable[[Any], bool], most: int) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list) and len(value) <= most and all(map(is_right, value))
    )


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


_PERSON = _object_of(name=_is_text, id_no_=_is_text, phone_=_is_text, relation_=_is_text)
_ATTACHMENT = _object_of(
    sha256=_is_hash,
    size=_is_count,
    type=_is_text,
    name_=lambda v: isinstance(v, str),
    pages_=_is_count,
    original_sha256_=_is_hash,
)
_MATERIAL = _object_of(
    code=_is_code,
    attachments_=_list_of(_ATTACHMENT, 200),
    original_=_is_bool,
    shared_=_is_code,
    exempt_=_is_bool,
    required_=_is_bool,
)
_COMPARED = _object_of(sha256=_is_hash, page=_is_count, at=_is_moment)
_OPINIONS = ("agree", "disagree")

SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "code": _is_code,
    "hash": _is_hash,
    "count": _is_count,
    "days": _is_days,
    "fen": _is_fen,
    "bool": _is_bool,
    "moment": _is_moment,
    "day": _is_day,
    "opinion": lambda value: value in _OPINIONS,
    "codes": _list_of(_is_code, 50),
    "texts": _list_of(_is_text, 50),
    "object": _is_object,
    "paper": _object_of(kind=_is_code, no=_is_code, sha256=_is_hash, size_=_is_count),
    "person": _PERSON,
    "applicant": _object_of(
        kind=_is_code, id_kind=_is_code, id_no=_is_text, name=_is_text, phone_=_is_text
    ),
    "project": _object_of(name=_is_text, key_=_is_bool),
    "materials": _list_of(_MATERIAL, 100),
    "attachment": _ATTACHMENT,
    "compared": _list_of(_COMPARED, 2000),
    "missing": _list_of(_object_of(material=_is_code, reason=_is_code, text_=_is_text), 100),
    "pending": _list_of(_object_of(material=_is_code, by=_is_day), 100),
    "certificate": _object_of(id=_is_code, template=_is_code, template_version_=_is_code),
    "document": _object_of(sha256=_is_hash, size=_is_count, type=_is_text),
    "seal": _object_of(id=_is_code, counter=_is_count),
    "about": _object_of(certificate_=_is_code, case_=_is_code, expires_=_is_day),
    "child": _object_of(
        parent=_is_code, helper=_is_code, sort=_is_code, by_wd=_is_days, stage_=_is_days
    ),
    "changes": lambda value: (
        isinstance(value, dict) and bool(value) and all(map(_is_text, value.values()))
    ),
}

# -- bodies ---------------------------------------------------------------------------------------

_APPLICATION = (
    _must("applicant", "applicant"),
    _may("agent", "person"),
    _must("item", "code"),
    _must("item_version", "count"),
    _must("catalogue", "code"),
    _must("calendar", "code"),
    _may("project", "project"),
    _may("fast_track", "bool"),
    _may("child", "child"),
    _may("check", "code"),
)
_NOTICE = (_law("paper", "paper"), _may("served_at", "moment"))
_REASONED = (_law("reason", "code"), _law("text", "text"))
_SHOWN = _may("shown", "text")
_DUE = (_may("due", "moment"), _may("statutory", "moment"), _may("promised", "moment"))
_ACCEPTANCE = (
    *_NOTICE,
    *_DUE,
    _may("fast_track", "bool"),
    _may("leader_told", "bool"),
    _may("compared", "compared"),
)
_FOLLOW_UP = (*_APPLICATION, _must("about", "about"))
_URGING = (
    _must("level", "code"),
    _may("limit", "code"),
    _may("due", "moment"),
    _may("reply_by", "moment"),
    _may("to", "codes"),
    _may("text", "text"),
    _may("owes", "bool"),
    _may("purpose", "code"),
    _may("breach", "code"),
)

BODIES: Mapping[str, tuple[Member, ...]] = {
    Kind.ASK_PRECHECK: (*_APPLICATION, _may("materials", "materials")),
    Kind.ANSWER_PRECHECK: (_must("text", "text"), _may("missing", "missing")),
    Kind.PREREGISTER: _APPLICATION,
    Kind.FILE: (*_APPLICATION, _must("materials", "materials"), _may("channel", "code")),
    Kind.LEAVE: (_may("offered", "bool"), _may("text", "text")),
    Kind.RECEIVE: (
        _must("materials", "materials"),
        _may("channel", "code"),
        _law("paper", "paper"),
    ),
    Kind.FIX_ON_SPOT: (_must("materials", "materials"), _may("text", "text")),
    Kind.NOTIFY_CORRECTION: (
        _law("missing", "missing"),
        _law("complete", "bool"),
        *_NOTICE,
    ),
    Kind.CORRECT: (
        _must("materials", "materials"),
        _must("complete", "bool"),
        _law("paper", "paper"),
    ),
    Kind.LAPSE: (*_REASONED, *_NOTICE),
    Kind.ACCEPT: _ACCEPTANCE,
    Kind.ACCEPT_PENDING: (
        *_ACCEPTANCE,
        _law("pending", "pending"),
        _law("promise", "paper"),
    ),
    Kind.DEEM_ACCEPTED: (),
    Kind.REFUSE: (
        *_REASONED,
        _law("remedies", "text"),
        _may("right_office", "text"),
        *_NOTICE,
        _SHOWN,
    ),
    Kind.TELL_NOT_REQUIRED: (
        *_REASONED,
        _may("remedies", "text"),
        *_NOTICE,
        _SHOWN,
    ),
    Kind.SUPPLY_PENDING: (_must("materials", "materials"), _may("paper", "paper")),
    Kind.CLAIM: (),
    Kind.ASSIGN: (_must("to", "code"),),
    Kind.DECIDE_AT_ONCE: (_may("text", "text"), *_NOTICE, _SHOWN),
    Kind.NOT_AT_ONCE: (*_REASONED, _may("paper", "paper")),
    Kind.SURVEY: (
        _must("persons", "codes"),
        _law("record", "attachment"),
        _may("text", "text"),
    ),
    Kind.ASK_OPINION: (
        _must("department", "code"),
        _must("by_wd", "days"),
        _must("text", "text"),
        _may("paper", "paper"),
    ),
    Kind.GIVE_OPINION: (
        _must("opinion", "opinion"),
        _must("text", "text"),
        _may("asked", "code"),
        _may("silence", "bool"),
    ),
    Kind.HEAR_PARTY: (_must("party", "person"), _law("text", "text")),
    Kind.TELL_HEARING_RIGHT: (_must("to", "texts"), *_NOTICE),
    Kind.REQUEST_HEARING: (_must("by", "text"), _may("text", "text")),
    Kind.HOLD_HEARING: (
        _must("chair", "code"),
        _law("notice_served_at", "moment"),
        _law("record", "attachment"),
        _may("text", "text"),
    ),
    Kind.SUSPEND: (
        *_REASONED,
        _law("planned_days", "days"),
        _law("until", "day"),
        *_NOTICE,
        _SHOWN,
    ),
    Kind.PROLONG_SUSPENSION: (*_REASONED, _law("until", "day"), *_NOTICE, _SHOWN),
    Kind.RESUME: (
        _may("text", "text"),
        _may("result", "attachment"),
        _may("paper", "paper"),
    ),
    Kind.HANDLE: (
        _must("opinion", "opinion"),
        _may("text", "text"),
        _may("present", "texts"),
    ),
    Kind.REVIEW: (
        _must("level", "count"),
        _must("opinion", "opinion"),
        _may("text", "text"),
        _may("present", "texts"),
    ),
    Kind.SEND_BACK: (_must("to", "count"), _law("text", "text")),
    Kind.REQUEST_EXTENSION: (_must("days", "days"), *_REASONED),
    Kind.EXTEND: (_must("days", "days"), *_REASONED, *_NOTICE, _SHOWN),
    Kind.FORWARD: (
        _must("office", "text"),
        _law("text", "text"),
        _may("paper", "paper"),
        _SHOWN,
    ),
    Kind.UPPER_RETURN: (_law("text", "text"), _law("fault", "code")),
    Kind.UPPER_GRANT: (
        _law("decided_at", "moment"),
        _must("made_here", "bool"),
        _law("paper", "paper"),
    ),
    Kind.UPPER_DENY: (
        _law("decided_at", "moment"),
        *_REASONED,
        _law("remedies", "text"),
        _law("paper", "paper"),
    ),
    Kind.GRANT: (_may("text", "text"), *_NOTICE, _SHOWN),
    Kind.DENY: (*_REASONED, _law("remedies", "text"), *_NOTICE, _SHOWN),
    Kind.CHILD_ENDED: (
        _must("helper", "code"),
        _must("child", "code"),
        _must("outcome", "code"),
    ),
    Kind.CHILD_MOVED: (
        _must("helper", "code"),
        _must("child", "code"),
        _must("state", "code"),
        _may("suspended", "bool"),
        _may("step", "code"),
        _may("person", "code"),
        _may("at", "moment"),
        _may("due", "moment"),
        _may("warn", "moment"),
        _may("opinion", "code"),
        _may("text", "text"),
        _may("silence", "bool"),
        _may("checked", "bool"),
        _may("missing", "missing"),
        _may("outcome", "code"),
    ),
    Kind.CHARGE: (_must("amount_fen", "count"), _law("paper", "paper")),
    Kind.PAY: (
        _must("fee", "code"),
        _must("manner", "code"),
        _law("receipt_no", "code"),
        _may("amount_fen", "count"),
        _may("bank_ref", "text"),
        _may("paper", "paper"),
    ),
    Kind.REFUND: (
        _must("fee", "code"),
        _law("text", "text"),
        _may("amount_fen", "count"),
        _may("paper", "paper"),
        _SHOWN,
    ),
    Kind.MAKE: (_must("serial", "code"), _must("certificate", "certificate")),
    Kind.SPOIL: (_must("serial", "code"), _law("reason", "code"), _SHOWN),
    Kind.SEAL_INTENT: (
        _must("serial", "code"),
        _must("digest", "hash"),
        _must("seal", "code"),
    ),
    Kind.SEAL_VOID: (_must("serial", "code"), _may("reason", "code")),
    Kind.SEAL: (
        _must("serial", "code"),
        _must("document", "document"),
        _must("seal", "seal"),
        _SHOWN,
    ),
    Kind.ISSUE: (
        _must("serial", "code"),
        _law("receiver", "person"),
        _may("paper", "paper"),
    ),
    Kind.SIGN_FOR: (_law("receiver", "person"), _law("proof", "object")),
    Kind.SERVE: (
        _must("paper", "code"),
        _must("manner", "code"),
        _law("receiver", "person"),
        _may("served_at", "moment"),
        _may("proof", "attachment"),
    ),
    Kind.WITHDRAW: (_law("paper", "paper"),),
    Kind.TERMINATE: (_law("ground", "code"), _law("text", "text"), *_NOTICE, _SHOWN),
    Kind.CLOSE: (),
    Kind.ARCHIVE: (_may("paper", "paper"), _may("originals", "text")),
    Kind.CORRECT_PAPER: (_must("old", "code"), _law("text", "text"), *_NOTICE, _SHOWN),
    Kind.DEEM_RENEWED: (),
    Kind.AMEND: (_must("changes", "changes"), _law("reason", "text"), _SHOWN),
    Kind.NOTE_LATE: (
        _must("what", "code"),
        _law("happened_at", "moment"),
        _law("reason", "text"),
    ),
    Kind.EXPLAIN: (_must("urge", "code"), _law("text", "text")),
    Kind.REPLY_ORDER: (_must("order", "code"), _law("text", "text")),
    Kind.REASSIGN: (_must("to", "code"), _law("reason", "text")),
    Kind.TAKE_OVER: (_must("for", "code"),),
    Kind.RECUSE: (_may("person", "code"), _law("reason", "text")),
    Kind.CURE: (
        _must("step", "code"),
        _must("way", "code"),
        _law("text", "text"),
        _may("paper", "paper"),
        _SHOWN,
    ),
    Kind.URGE: _URGING,
    Kind.ORDER: _URGING,
    Kind.ESCALATE: (
        _must("ref", "code"),
        _must("level", "code"),
        _may("reply_by", "moment"),
        _may("to", "codes"),
    ),
    Kind.FINDING: (_must("code", "code"), _may("args", "object"), _may("step", "code")),
    Kind.CHANGE: _FOLLOW_UP,
    Kind.RENEW: _FOLLOW_UP,
    Kind.REPLACE: _FOLLOW_UP,
    Kind.CANCEL: (*_FOLLOW_UP, _may("ex_officio", "bool")),
    Kind.REVOKE: _FOLLOW_UP,
    Kind.REDO: _FOLLOW_UP,
}

#: What a body says has happened, by the day of its step: service and decisions are not foretold.
_BEHIND = ("served_at", "notice_served_at", "decided_at")

#: By kind, of each member: its name, whether it is free, whether the law asks for it, its check.
#: Laid out once, for every step of a whole city is held against it.
_CHECKS = {
    kind: tuple((m.name, m.need is Need.FREE, m.need is Need.LAW, SHAPES[m.shape]) for m in members)
    for kind, members in BODIES.items()
}


def check_body(step: Step) -> Iterator[Violation]:
    """Yield what is missing or malformed in a step's body."""
    body = step.body
    for name, free, lawful, is_right in _CHECKS[step.kind]:
        value = body.get(name)
        # The centre hands out no papers: what the law asks of a window is not asked of its steps.
        if (value is None or value == "") and (free or (lawful and step.by_centre)):
            continue
        if lawful and (value is None or value in ("", [])):
            yield violation("legal_part_missing", part=name)
        elif not is_right(value):
            yield violation("body_malformed", field=name)
    for name in _BEHIND:
        moment = bodies.moment(body, name)
        if moment is not None and china_day(moment) > china_day(max(step.at, step.latest)):
            yield violation("body_malformed", field=name)
